"""Frames: rectangles around the boxes that belong together, which no other box may stand in.

In every layer that a frame reaches it has two items of its own, one above its boxes and one below: the places
of its upper and its lower line. What is ordered between them stands in the frame, and where all places of a
line are on one row, the frame is a rectangle. Its left and its right line have columns of their own beside
the channels' tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from microcrad.drawing.layout.model import UNFRAMED, Nesting
from microcrad.slices import Slices

if TYPE_CHECKING:
    from microcrad.drawing.layout.layers import Layered

__all__ = ["Frames", "arranged", "framing", "standings"]

_SLICE = 2_000


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


def framing(graph: Layered) -> Slices[None]:
    """Find out which bends stand in frames, and add the places of lines to the layers, in pieces."""
    frames = graph.frames
    around = frames.nesting.around
    frames.inside = [*frames.nesting.inside, *[-1] * (len(graph.rank) - graph.nodes)]
    frames.first = len(graph.rank)
    ends = [*graph.first_bend[1:], len(graph.rank)]
    for node in range(graph.nodes):
        for bend in reversed(range(graph.first_bend[node], ends[node])):
            frame = frames.inside[node]
            for link in graph.after[bend]:
                frame = _common(around, frame, frames.inside[link.right])
            frames.inside[bend] = frame
        if node % _SLICE == 0:
            yield
    _reach(graph)
    yield
    for frame, (low, high) in enumerate(frames.reach):
        frames.upper.append(len(graph.rank))
        for line in (2 * frame, 2 * frame + 1):
            for layer in range(low, high + 1):
                graph.layers[layer].append(len(graph.rank))
                graph.rank.append(layer)
                frames.lines.append(line)
                frames.inside.append(frame)
        if frame % _SLICE == 0:
            yield
    missing = len(graph.rank) - len(graph.before)
    graph.before += [[] for _ in range(missing)]
    graph.after += [[] for _ in range(missing)]
    yield


def _reach(graph: Layered) -> None:
    """Find the layers between which each frame stands, and its first node."""
    frames = graph.frames
    found: list[list[int]] = [[] for _ in range(len(frames))]
    """For each frame: least layer, most layer, least node."""
    for node, frame in enumerate(frames.nesting.inside):
        if frame >= 0:
            _widen(found[frame], [graph.rank[node], graph.rank[node], node])
    for frame in reversed(range(len(frames))):
        if frames.nesting.around[frame] >= 0:
            _widen(found[frames.nesting.around[frame]], found[frame])
    frames.reach = [(low, high) for low, high, _ in found]
    frames.nodes = [node for _, _, node in found]


def _widen(found: list[int], by: list[int]) -> None:
    found[:] = [min(found[0], by[0]), max(found[1], by[1]), min(found[2], by[2])] if found else by


def _common(around: Sequence[int], one: int, other: int) -> int:
    """The innermost frame around both of two."""
    while one != other:
        if one > other:
            one = around[one]
        else:
            other = around[other]
    return one


# --- the order within layers ---


def standings(graph: Layered, place: list[int]) -> list[float]:
    """How far down each frame's items are in their layers on average, from 0 to 1.

    It decides in all layers alike which of two frames is the upper one, so that none goes around another.
    """
    frames = graph.frames
    sums, counts = [0.0] * len(frames), [0] * len(frames)
    for item in range(frames.first):
        frame = frames.inside[item]
        if frame >= 0:
            sums[frame] += (place[item] + 0.5) / len(graph.layers[graph.rank[item]])
            counts[frame] += 1
    for frame in reversed(range(len(frames))):
        outer = frames.nesting.around[frame]
        if outer >= 0:
            sums[outer] += sums[frame]
            counts[outer] += counts[frame]
    return [total / count for total, count in zip(sums, counts, strict=True)]


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
