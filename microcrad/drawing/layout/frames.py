"""Frames: rectangles around the boxes that belong together, which no other box may stand in.

In every layer that a frame reaches it has two items of its own, one above its boxes and one below: the places
of its upper and its lower line. What is ordered between them stands in the frame, and where all places of a
line are on one row, the frame is a rectangle. Its left and its right line have columns of their own beside
the channels' tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from microcrad.drawing.layout.model import UNFRAMED, Nesting

__all__ = ["Frames", "arranged"]


@dataclass(slots=True)
class Frames:
    """The frames of a layered graph, and which of its items stand in them."""

    nesting: Nesting = UNFRAMED
    inside: list[int] = field(default_factory=list)
    """For each item, the innermost frame around it, -1 for none; for a place of a line, its own frame."""
    reach: list[tuple[int, int]] = field(default_factory=list)
    """The first and the last layer of each frame."""
    nodes: list[int] = field(default_factory=list)
    """Of the nodes in each frame, the one with the lowest number."""
    first: int = 0
    """The first item that is the place of a line."""
    upper: list[int] = field(default_factory=list)
    """For each frame, the place of its upper line in its first layer; those of further layers follow."""
    lines: list[int] = field(default_factory=list)
    """For each place, its line: twice its frame's number for an upper one, one more for a lower one."""

    def __len__(self) -> int:
        return len(self.nesting.around)

    def places(self, frame: int, layer: int) -> tuple[int, int]:
        """The places of a frame's upper and lower line in a layer."""
        low, high = self.reach[frame]
        upper = self.upper[frame] + layer - low
        return upper, upper + high - low + 1

    def line(self, item: int) -> int | None:
        """The line that an item is a place of, if it is one."""
        return self.lines[item - self.first] if self.lines and item >= self.first else None

    def next_to(self, item: int) -> list[int]:
        """The places of the same line in the layers before and after."""
        line = self.line(item)
        near = (each for each in (item - 1, item + 1) if self.first <= each < len(self.inside))
        return [each for each in near if self.line(each) == line]

    def sides(self, *, right: bool) -> tuple[list[int], dict[int, int]]:
        """For the left or right lines of frames: how many there are from each to its boxes, that one too, and
        the most of them at each layer that has some."""
        depths, most = [1] * len(self), dict[int, int]()
        for frame in reversed(range(len(self))):
            layer, around = self.reach[frame][right], self.nesting.around[frame]
            most[layer] = max(most.get(layer, 0), depths[frame])
            if around >= 0 and self.reach[around][right] == layer:
                depths[around] = max(depths[around], depths[frame] + 1)
        return depths, most


def arranged(frames: Frames, items: list[int], keys: dict[int, float], standing: list[float]) -> list[int]:
    """A layer sorted by keys, with what stands in one frame next to each other, between its lines."""
    contents: dict[int, list[tuple[tuple[float, float], int, bool]]] = {-1: []}
    """For each frame and for -1, which is all there is: key and place so far, item or frame, and which it is.
    Those of frames are means."""
    upper: dict[int, int] = {}
    sums: dict[int, list[float]] = {}
    """For each frame: of the items in it the sum of the keys, that of the places, and their number."""
    for item in items:
        line = frames.line(item)
        if line is not None and line % 2 == 0:
            frame = frames.inside[item]
            upper[frame], contents[frame], sums[frame] = item, [], [0.0, 0.0, 0.0]
    for place, item in enumerate(items):
        if frames.line(item) is None:
            frame = frames.inside[item]
            contents[frame].append(((keys[item], place), item, False))
            if frame >= 0:
                _add(sums[frame], (keys[item], place, 1))
    for frame in sorted(upper, reverse=True):
        outer = frames.nesting.around[frame]
        if outer >= 0:
            _add(sums[outer], sums[frame])
    highest: dict[int, tuple[float, float]] = {}
    for frame in sorted(upper, key=lambda each: (standing[each], each)):
        outer, (total, places, count) = frames.nesting.around[frame], sums[frame]
        here = standing[frame] * len(items)
        key = (total / count, places / count) if count else (here, here)
        key = highest[outer] = max(key, highest.get(outer, key))
        contents[outer].append((key, frame, True))
    found: list[int] = []
    stack: list[tuple[int, bool]] = [(-1, True)]
    while stack:
        number, is_frame = stack.pop()
        if not is_frame:
            found.append(number)
            continue
        if number >= 0:
            low, high = frames.reach[number]
            found.append(upper[number])
            stack.append((upper[number] + high - low + 1, False))
        inner = sorted(contents[number], key=lambda each: each[0])
        stack += [(each, framed) for _, each, framed in reversed(inner)]
    return found


def _add(sums: list[float], more: Sequence[float]) -> None:
    sums[:] = [one + other for one, other in zip(sums, more, strict=True)]
