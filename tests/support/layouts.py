"""Random graphs with and without frames for tests of layouts, and what must hold of every drawing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from microcrad.drawing.layout import Edge, Frame, Layout, Nesting, Shape, laying_out
from microcrad.slices import finish

Graph = tuple[list[Shape], list[Edge]]
Cell = tuple[int, int]


def laid_out(shapes: Sequence[Shape], edges: Sequence[Edge], **how: Any) -> Layout:
    """A graph's layout, at once."""
    return finish(laying_out(shapes, edges, **how))


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> Graph:
    """A graph in which a node uses any that come before it, the same one twice as well."""
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for node in range(draw(st.integers(0, most))):
        slots = draw(st.integers(0, 3)) if node else 0
        height = draw(st.integers(max(slots, 1), 5))
        rows = draw(st.permutations(range(height)))
        shapes.append(
            Shape(draw(st.integers(1, 9)), height, tuple(rows[:slots]), draw(st.integers(0, height - 1)))
        )
        edges += [Edge(draw(st.integers(0, node - 1)), node, slot) for slot in range(slots)]
    return shapes, edges


@st.composite
def framed(draw: st.DrawFn) -> tuple[Graph, Nesting]:
    """A graph some of whose nodes have frames around them, however they lie."""
    shapes, edges = draw(graphs())
    around: list[int] = []
    inside = [-1] * len(shapes)
    for _ in range(draw(st.integers(0, 5)) if shapes else 0):
        outer = draw(st.integers(-1, len(around) - 1))
        free = [node for node in range(len(shapes)) if inside[node] == outer]
        if not free:
            continue
        for node in draw(st.lists(st.sampled_from(free), min_size=1, unique=True)):
            inside[node] = len(around)
        around.append(outer)
    kept = [frame for frame in range(len(around)) if frame in _with_outer(inside, around)]
    place = {frame: index for index, frame in enumerate(kept)} | {-1: -1}
    return (shapes, edges), Nesting([place[each] for each in inside], [place[around[each]] for each in kept])


def _with_outer(inside: list[int], around: list[int]) -> set[int]:
    """Frames with a node in them, directly or not."""
    return {frame for node in range(len(inside)) for frame in frames_around(Nesting(inside, around), node)}


def frames_around(nesting: Nesting, node: int) -> list[int]:
    """The frames around a node, from the inside out."""
    found, frame = [], nesting.inside[node] if nesting.inside else -1
    while frame >= 0:
        found.append(frame)
        frame = nesting.around[frame]
    return found


def random_graph(seed: int) -> Graph:
    """A graph of up to 40 nodes, the same one for the same seed."""
    chance = random.Random(seed)
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for node in range(chance.randint(2, 40)):
        slots = chance.randint(0, 2) if node else 0
        shapes.append(Shape(chance.randint(1, 9), chance.randint(2, 4), tuple(range(slots)), 1))
        edges += [Edge(chance.randrange(node), node, slot) for slot in range(slots)]
    return shapes, edges


def cells_of_box(drawn: Layout, node: int) -> set[Cell]:
    """Every cell a box covers."""
    x, y, width, height, _ = drawn.boxes[node]
    return {(column, row) for column in range(x, x + width) for row in range(y, y + height)}


def cells_of_route(drawn: Layout, edge: int, left: int | None = None, right: int | None = None) -> list[Cell]:
    """Every cell an edge goes through, in order; from one column to before another is enough."""
    points = drawn.route(edge, left, right)
    cells = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        assert (x0 == x1) != (y0 == y1), "a piece is neither across nor down"
        while cells[-1] != (x1, y1):
            x, y = cells[-1]
            cells.append((x + (x1 > x) - (x1 < x), y + (y1 > y) - (y1 < y)))
    return cells


def check_boxes(drawn: Layout, shapes: list[Shape], gap: int) -> None:
    """Boxes have the sizes asked for and stand apart, in the picture."""
    assert [(box.width, box.height) for box in drawn.boxes] == [(each.width, each.height) for each in shapes]
    covered: set[Cell] = set()
    for node in range(len(shapes)):
        cells = cells_of_box(drawn, node)
        assert not cells & covered
        assert all(0 <= x < drawn.width and 0 <= y < drawn.height for x, y in cells)
        covered |= cells
    for layer in drawn.layers:
        for above, below in pairwise(layer):
            assert drawn.boxes[above].y + drawn.boxes[above].height + gap <= drawn.boxes[below].y


def check_routes(drawn: Layout, shapes: list[Shape], edges: list[Edge]) -> None:
    """An edge runs in free cells, to the right, and no two edges end in the same cell."""
    blocked = set().union(*(cells_of_box(drawn, node) for node in range(len(shapes))))
    ends = set()
    assert drawn.edges == tuple(edges)
    for index, (source, target, slot) in enumerate(edges):
        cells = cells_of_route(drawn, index)
        box, end = drawn.boxes[source], drawn.boxes[target]
        assert cells[0] == (box.x + box.width, box.y + shapes[source].output)
        assert cells[-1] == (end.x - 1, end.y + shapes[target].inputs[slot])
        assert not blocked & set(cells)
        assert all(0 <= y < drawn.height for _, y in cells)
        columns = [x for x, _ in cells]
        assert columns == sorted(columns)
        assert end.layer > box.layer
        ends.add(cells[-1])
    assert len(ends) == len(edges)


def check_wires(drawn: Layout, edges: list[Edge], beside: int = 2) -> None:
    """Wires cover the cells of the routes; those of different nodes share a cell only where they cross.

    Where there is no room beside wires that turn, one may cross another's first or last cell.
    """
    touching = {cell for edge in range(len(edges)) for cell in drawn.ends(edge)} if beside < 2 else set()
    routed: dict[int, set[Cell]] = defaultdict(set)
    for index, edge in enumerate(edges):
        routed[edge.source] |= set(cells_of_route(drawn, index))
    wired: dict[int, set[Cell]] = defaultdict(set)
    across: dict[Cell, set[int]] = defaultdict(set)
    down: dict[Cell, set[int]] = defaultdict(set)
    turns: dict[Cell, set[int]] = defaultdict(set)
    for source, _, x0, y0, x1, y1 in drawn.wires:
        assert x0 == x1 or y0 == y1
        assert x0 <= x1
        assert y0 <= y1
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                wired[source].add((x, y))
                (across if y0 == y1 else down)[x, y].add(source)
        for end in ((x0, y0), (x1, y1)):
            turns[end].add(source)
    assert wired == routed
    for cell in set(across) | set(down):
        assert len(across[cell]) <= 1
        assert len(down[cell]) <= 1
        if across[cell] and down[cell] and across[cell] != down[cell] and cell not in touching:
            assert not turns[cell], "a wire of one node turns on the wire of another"


def cells_of_frame(frame: Frame) -> tuple[set[Cell], set[Cell]]:
    """The cells of its upper and lower lines, corners included, and those of its sides."""
    x, y, width, height, _ = frame
    level = {(column, row) for column in range(x, x + width) for row in (y, y + height - 1)}
    return level, {(column, row) for column in (x, x + width - 1) for row in range(y, y + height)}
