"""The frames of a diagram's open groups, found by row, with the names that stand in their upper lines."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from microcrad.drawing.diagram import name
from microcrad.drawing.layout import Frame
from microcrad.slices import Slices
from microcrad.timeline.groups import Path
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip

__all__ = ["GroupFrames"]

_SLICE = 1_000
"""Rows that are worked on in one go."""
_LEAST = 4
"""Cells of a name, with the blanks around it, below which there is no use in it."""


class GroupFrames:
    """The frames of a picture. Those on one row are apart, whichever of their lines it crosses."""

    def __init__(self, frames: Sequence[Frame], paths: Sequence[Path], glyphs: Glyphs) -> None:
        self.frames = frames
        self.paths = paths
        self.glyphs = glyphs
        self._level: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """For each row: the left ends of upper and lower lines with their frames, from the left."""
        self._sides: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """For each row: the columns of sides with their frames, from the left."""

    def indexing(self) -> Slices[None]:
        """Find out what is on which row, in pieces."""
        done = 0
        for index, (x, y, width, height, _) in enumerate(self.frames):
            self._level[y].append((x, index))
            self._level[y + height - 1].append((x, index))
            for row in range(y + 1, y + height - 1):
                self._sides[row] += [(x, index), (x + width - 1, index)]
                done += 1
                if done % _SLICE == 0:
                    yield
        for lines in (self._level, self._sides):
            for number, line in enumerate(lines.values()):
                line.sort()
                if number % _SLICE == 0:
                    yield

    def lines(self, y: int, left: int, right: int, count: int) -> Iterator[tuple[int, str]]:
        """What is in sight of the lines on a row of those frames that have one of the first `count` boxes."""
        corner, level, corner_right, side, low, low_right = tuple(self.glyphs.group)
        for x, frame in _from(self._sides.get(y, []), left):
            if x >= right:
                break
            if self.frames[frame].first < count and x >= left:
                yield x, side
        for x, frame in _from(self._level.get(y, []), left):
            if x >= right:
                break
            _, top, width, _, first = self.frames[frame]
            ends = (corner, corner_right) if y == top else (low, low_right)
            if first < count and x + width > left:
                start, end = max(x, left), min(x + width, right)
                yield start, (ends[0] + level * (width - 2) + ends[1])[start - x : end - x]

    def names(
        self, y: int, left: int, right: int, count: int, taken: Container[int]
    ) -> Iterator[tuple[int, str, int]]:
        """The names on a row with their frames, each as far left in its line as it is in sight and free."""
        for x, frame in _from(self._level.get(y, []), left):
            if x >= right:
                break
            _, top, width, _, first = self.frames[frame]
            if y != top or first >= count:
                continue
            start, end = max(x + 1, left), min(x + width - 1, right)
            text = self._name(frame, end - start)
            size = cell_len(text)
            if size < _LEAST:
                continue
            free = (
                at for at in range(start, end - size + 1) if not any(at + i in taken for i in range(size))
            )
            at = next(free, None)
            if at is not None:
                yield at, text, frame

    def _name(self, frame: int, room: int) -> str:
        """What stands in an upper line: the group's whole name, or its last part if there is little room."""
        *_, last = self.paths[frame]
        whole = f" {self.glyphs.open} {name(self.paths[frame])} "
        if cell_len(whole) <= room:
            return whole
        return clip(f" {name((last,))} ", room, self.glyphs.ellipsis)

    def named_at(self, x: int, y: int, count: int) -> Path | None:
        """The group whose upper line is at a cell."""
        for start, frame in _from(self._level.get(y, []), x):
            _, top, width, _, first = self.frames[frame]
            if start <= x < start + width and y == top and first < count:
                return self.paths[frame]
        return None


def _from(line: list[tuple[int, int]], left: int) -> list[tuple[int, int]]:
    """What of a row can reach a column: the last one that begins before it, and all further ones."""
    return line[max(bisect_left(line, (left,)) - 1, 0) :]
