"""The wires of a diagram, found by row: which of them pass through the cells in sight, and which way."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from microcrad.drawing.layout import Layout, Wire
from microcrad.drawing.sight import Window
from microcrad.records import Record
from microcrad.slices import Slices, finish

__all__ = ["DOWN", "LEFT", "RIGHT", "UP", "Cell", "Wires", "pieces", "stub"]

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
"""The directions in which a wire leaves a cell; a cell's are added up."""
_SLICE = 5_000


class Cell(Record):
    """What passes through one cell: source and directions of what runs across, and of what runs down."""

    across: int
    across_ways: int
    down: int
    down_ways: int

    @property
    def crossing(self) -> bool:
        """Whether two wires cross here that have nothing to do with each other."""
        return bool(self.across_ways and self.down_ways) and self.across != self.down

    @property
    def ways(self) -> int:
        """All directions together."""
        return self.across_ways | self.down_ways


_NOTHING = Cell(-1, 0, -1, 0)


class Wires:
    """Wires by row and by column. Those that run the same way share no more than their ends."""

    def __init__(self) -> None:
        self._across: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        """For each row: left end, right end, source, first target; from the left."""
        self._down: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        self._columns: list[int] = []
        """Those that have something, from the left."""

    @classmethod
    def of(cls, wires: Iterable[Wire]) -> Wires:
        """An index of some wires."""
        found = cls()
        finish(found.adding(wires))
        return found

    def adding(self, wires: Iterable[Wire]) -> Slices[None]:
        """Take wires in, in pieces."""
        for count, (source, first, x0, y0, x1, y1) in enumerate(wires):
            if y0 == y1:
                self._across[y0].append((x0, x1, source, first))
            else:
                self._down[x0].append((y0, y1, source, first))
            if count % _SLICE == 0:
                yield
        for lines in (self._across, self._down):
            for line in lines.values():
                line.sort()
            yield
        self._columns = sorted(self._down)

    def row(self, y: int, left: int, right: int, count: int) -> dict[int, Cell]:
        """The cells of a row, from `left` to before `right`, that wires to the first `count` nodes pass."""
        cells: dict[int, Cell] = {}
        line = self._across.get(y, [])
        for x0, x1, source, first in line[_start(line, left) :]:
            if x0 >= right:
                break
            if first >= count:
                continue
            for x in range(max(x0, left), min(x1 + 1, right)):
                ways = (RIGHT if x < x1 else 0) | (LEFT if x > x0 else 0)
                before = cells.get(x, _NOTHING)
                cells[x] = before._replace(across=source, across_ways=before.across_ways | ways)
        columns = self._columns
        for x in columns[bisect_left(columns, left) : bisect_left(columns, right)]:
            line = self._down[x]
            for y0, y1, source, first in line[_start(line, y) :]:
                if y0 > y:
                    break
                if first < count and y <= y1:
                    ways = (DOWN if y < y1 else 0) | (UP if y > y0 else 0)
                    before = cells.get(x, _NOTHING)
                    cells[x] = before._replace(down=source, down_ways=before.down_ways | ways)
        return cells


def _start(line: list[tuple[int, int, int, int]], at: int) -> int:
    """The first of some pieces that can reach a place: pieces share ends, so the two before it can."""
    return max(bisect_left(line, (at,)) - 2, 0)


def stub(layout: Layout, edge: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The last cell of an edge's source, and the first after it."""
    (x, y), _ = layout.ends(edge)
    return ((x - 1, y) if layout.across(edge) else (x, y - 1)), (x, y)


def pieces(layout: Layout, edge: int, view: Window) -> list[Wire]:
    """The straight pieces of one edge that can be seen; of a very long one only a little is there."""
    start, size = (view.y, view.height) if layout.down else (view.x, view.width)
    points = layout.route(edge, start, start + size)
    points = (stub(layout, edge)[0], *points)
    return [
        Wire(edge, 0, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for (x0, y0), (x1, y1) in pairwise(points)
    ] or [Wire(edge, 0, *points[0], *points[0])]
