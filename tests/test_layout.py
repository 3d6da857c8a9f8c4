"""Layouts of random graphs: what must hold of every drawing."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.layout import Edge, Layout, Shape, laying_out, layout, length
from microcrad.layout.channels import Net, tracks

Graph = tuple[list[Shape], list[Edge]]
Cell = tuple[int, int]


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


def cells_of_route(drawn: Layout, edge: int) -> list[Cell]:
    """Every cell an edge goes through, in order."""
    points = drawn.route(edge)
    cells = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        assert (x0 == x1) != (y0 == y1), "a piece is neither across nor down"
        while cells[-1] != (x1, y1):
            x, y = cells[-1]
            cells.append((x + (x1 > x) - (x1 < x), y + (y1 > y) - (y1 < y)))
    return cells


@given(graphs(), st.integers(0, 2), st.integers(1, 6))
def test_boxes_have_their_size_and_do_not_overlap(graph: Graph, gap: int, channel: int) -> None:
    shapes, edges = graph
    drawn = layout(shapes, edges, gap=gap, channel=channel)
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


@given(graphs())
def test_every_edge_leads_from_its_source_to_its_own_port(graph: Graph) -> None:
    """It runs in free cells, to the right, and no two edges end in the same cell."""
    shapes, edges = graph
    drawn = layout(shapes, edges)
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


@given(graphs())
def test_wires_are_the_routes_and_those_of_different_nodes_only_cross(graph: Graph) -> None:
    shapes, edges = graph
    drawn = layout(shapes, edges)
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
        if across[cell] and down[cell] and across[cell] != down[cell]:
            assert not turns[cell], "a wire of one node turns on the wire of another"


@given(graphs(), st.integers(0, 14))
def test_a_part_of_the_nodes_has_its_part_of_the_wires(graph: Graph, count: int) -> None:
    """The wires that lead to one of the first nodes are the routes to those nodes."""
    drawn = layout(*graph)
    routed = {
        (edge.source, *cell)
        for index, edge in enumerate(drawn.edges)
        if edge.target < count
        for cell in cells_of_route(drawn, index)
    }
    wired = {
        (source, x, y)
        for source, first, x0, y0, x1, y1 in drawn.wires
        if first < count
        for x in range(x0, x1 + 1)
        for y in range(y0, y1 + 1)
    }
    assert wired == routed


@given(graphs())
def test_wires_that_run_the_same_way_share_no_more_than_an_end(graph: Graph) -> None:
    inner: set[tuple[bool, int, int]] = set()
    for _, _, x0, y0, x1, y1 in layout(*graph).wires:
        pieces = {(True, x, y0) for x in range(x0, x1)} | {(False, x0, y) for y in range(y0, y1)}
        assert not inner & pieces
        inner |= pieces


@given(graphs(), st.randoms())
def test_the_same_graph_gives_the_same_layout(graph: Graph, chance: random.Random) -> None:
    shapes, edges = graph
    assert layout(shapes, edges) == layout(list(shapes), tuple(edges))
    shuffled = list(edges)
    chance.shuffle(shuffled)
    assert layout(shapes, shuffled).boxes == layout(shapes, edges).boxes


@given(st.lists(st.tuples(st.integers(0, 9), st.sets(st.integers(0, 9), min_size=1)), max_size=8))
def test_tracks_keep_wires_apart(wanted: list[tuple[int, set[int]]]) -> None:
    """Whatever the rows at which wires come and go, circles of conditions included."""
    nets, starts, taken = [], set(), set()
    for row, ends in wanted:
        if row not in starts and ends - taken:
            nets.append(Net(row, tuple(sorted(ends - taken))))
            starts.add(row)
            taken |= ends
    count = tracks(nets)
    across: dict[Cell, int] = {}
    down: dict[Cell, int] = {}
    for index, net in enumerate(nets):
        straight = set(net.ends) == {net.row}
        assert straight == (net.track < 0)
        if straight:
            continue
        assert net.track < count
        pieces = [(-1, net.track, net.row)]
        second = net.track
        if net.via is not None:
            second = net.second
            assert net.track < second < count
            pieces.append((net.track, second, net.via))
        pieces += [(second, count, end) for end in net.ends]
        for x0, x1, row in pieces:
            for x in range(x0, x1 + 1):
                assert across.setdefault((x, row), index) == index
        stretches = [(net.track, [net.row, *(net.ends if net.via is None else [net.via])])]
        if net.via is not None:
            stretches.append((second, [net.via, *net.ends]))
        for x, rows in stretches:
            for row in range(min(rows), max(rows) + 1):
                assert down.setdefault((x, row), index) == index


def test_a_circle_of_conditions_is_broken_by_a_second_turn() -> None:
    """Two wires that change places."""
    nets = [Net(0, (1,)), Net(1, (0,))]
    assert tracks(nets) == 3
    assert sum(net.via is not None for net in nets) == 1


def chain(count: int) -> Graph:
    """Each node uses the one before."""
    return [Shape(5, 3, (1,) if i else (), 1) for i in range(count)], [
        Edge(i, i + 1) for i in range(count - 1)
    ]


def test_a_chain_is_one_straight_line() -> None:
    drawn = layout(*chain(200), channel=3)
    assert (drawn.width, drawn.height) == (200 * 5 + 199 * 3, 3)
    assert all(len(drawn.route(edge)) == 2 for edge in range(199))


def test_both_slots_of_a_square_have_an_edge() -> None:
    """x*x: one node, two edges, two ports."""
    drawn = layout([Shape(4, 4, (), 1), Shape(4, 4, (1, 2), 1)], [Edge(0, 1, 0), Edge(0, 1, 1)])
    assert [drawn.route(edge)[-1][1] - drawn.boxes[1].y for edge in (0, 1)] == [1, 2]


def test_a_tree_has_no_crossing() -> None:
    """A sum of products of leaves, each used once: no wire crosses another."""
    shapes, edges, results = [], [], []
    for _ in range(8):
        shapes += [Shape(3, 2), Shape(3, 2), Shape(3, 2, (0, 1))]
        product = len(shapes) - 1
        edges += [Edge(product - 2, product, 0), Edge(product - 1, product, 1)]
        results.append(product)
    while len(results) > 1:
        shapes.append(Shape(3, 2, (0, 1)))
        edges += [Edge(results.pop(0), len(shapes) - 1, 0), Edge(results.pop(0), len(shapes) - 1, 1)]
        results.append(len(shapes) - 1)
    drawn = layout(shapes, edges)
    cells = defaultdict(set)
    for source, _, x0, y0, x1, y1 in drawn.wires:
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                cells[x, y].add(source)
    assert all(len(sources) == 1 for sources in cells.values())


def test_what_a_far_result_uses_stands_next_to_it() -> None:
    """A leaf is not at the far left only because it uses nothing; a result does not wait for others."""
    shapes, edges = chain(6)
    shapes[5] = Shape(5, 3, (1, 2), 1)
    shapes += [Shape(5, 3, (), 1), Shape(5, 3, (1,), 1)]
    drawn = layout(shapes, [*edges, Edge(6, 5, 1), Edge(0, 7)])
    assert drawn.boxes[6].layer == 4
    assert drawn.boxes[7].layer == 1


def test_a_shared_operand_is_one_line_with_branches() -> None:
    """A node used by each of 500 others in a row needs no more than one bend a layer."""
    shapes, edges = chain(500)
    shapes = [Shape(5, 3, (1, 2), 1) for _ in shapes]
    edges += [Edge(0, node, 1) for node in range(1, 500)]
    assert length(500, edges) == 500 + 498
    drawn = layout(shapes, edges)
    assert drawn.height <= 5


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        layout([Shape(3, 1, (0,))] * 2, [Edge(0, 1), Edge(1, 0)])


def test_it_goes_in_small_pieces() -> None:
    """No piece does more than a layer's work, so that keys can be answered in between."""
    work, pieces = laying_out(*chain(100)), 0
    with pytest.raises(StopIteration) as end:
        while True:
            next(work)
            pieces += 1
    assert pieces > 500
    assert end.value.value == layout(*chain(100))
