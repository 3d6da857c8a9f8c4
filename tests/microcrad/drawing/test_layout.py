"""Layouts of random graphs: what must hold of every drawing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import (
    Cell,
    Graph,
    cells_of_box,
    cells_of_route,
    check_boxes,
    check_routes,
    check_wires,
    framed,
    frames_around,
    graphs,
    laid_out,
)
from samples import share

from microcrad.drawing.layout import Edge, Nesting, Shape, laying_out, length, spans, spread
from microcrad.drawing.layout.chains import GAP, Chains, chained
from microcrad.drawing.layout.channels import Net, tracks
from microcrad.drawing.layout.rows import nearest

PLACES = st.tuples(st.sampled_from([0, 6, 14, 40]), st.booleans())
"""How many rows there are, if that matters, and whether layers are spread to fit in them."""


@given(graphs(), st.integers(0, 2), st.integers(1, 6), PLACES)
def test_boxes_have_their_size_and_do_not_overlap(
    graph: Graph, gap: int, channel: int, place: tuple[int, bool]
) -> None:
    check_boxes(laid_out(*graph, gap=gap, channel=channel, broad=place[0], spreads=place[1]), graph[0], gap)


@given(graphs(), st.integers(0, 2), PLACES)
def test_every_edge_leads_from_its_source_to_its_own_port(
    graph: Graph, beside: int, place: tuple[int, bool]
) -> None:
    """However little room there is beside the wires that turn, and across."""
    check_routes(laid_out(*graph, channel=1, beside=beside, broad=place[0], spreads=place[1]), *graph)


@given(graphs(), st.integers(0, 2), st.integers(0, 30), st.booleans())
def test_layers_that_have_room_in_some_rows_stay_in_them(
    graph: Graph, gap: int, spare: int, spreads: bool
) -> None:
    """With the edges that go past what is in them; only a line that turns twice may go round."""
    free = laid_out(*graph, gap=gap)
    needed = [sum(free.boxes[node].height + gap for node in layer) for layer in free.layers]
    for node, box in enumerate(free.boxes):
        ends = [free.boxes[target].layer for source, target, _ in free.edges if source == node]
        for layer in range(box.layer + 1, max(ends, default=0)):
            needed[layer] += 1 + gap
    broad = max(needed, default=1) + spare
    drawn = laid_out(*graph, gap=gap, broad=broad, spreads=spreads)
    assert all(box.y >= 0 and box.y + box.height <= broad for box in drawn.boxes)
    assert [box.layer for box in drawn.boxes] == [box.layer for box in free.boxes]


@given(graphs(), st.integers(0, 2), st.integers(1, 40))
def test_spread_layers_are_less_broad_and_edges_still_lead_on(graph: Graph, gap: int, broad: int) -> None:
    """Of what uses something, whatever stood in an earlier layer than something else still does."""
    shapes, edges = graph
    ranks, _ = spans(len(shapes), edges)
    breadths = [shape.height for shape in shapes]
    found = spread(ranks, edges, breadths, broad, gap)
    assert found == spread(ranks, edges, breadths, broad, gap)
    assert sorted(set(found)) == list(range(max(found, default=-1) + 1))
    assert all(found[source] < found[target] for source, target, _ in edges)
    most = max(
        (sum(b + gap for b, r in zip(breadths, ranks, strict=True) if r == rank) for rank in ranks), default=0
    )
    if most + (1 + gap) * len(edges) <= broad:
        assert found == ranks
    using = sorted({edge.target for edge in edges})
    for one in using:
        for other in using:
            if ranks[one] < ranks[other]:
                assert found[one] < found[other]


def test_a_layer_of_leaves_that_is_too_broad_becomes_two() -> None:
    """Every second one stands behind the others."""
    edges = [Edge(leaf, 6 + leaf // 2, leaf % 2) for leaf in range(6)] + [Edge(6 + i, 9, i) for i in range(3)]
    ranks, _ = spans(10, edges)
    assert spread(ranks, edges, [4] * 10, 24, 0) == ranks
    assert spread(ranks, edges, [4] * 10, 16, 0) == [0, 1, 0, 1, 0, 1, 2, 2, 2, 3]


def test_a_leaf_goes_to_the_layer_before_where_that_has_room() -> None:
    """So that there are no more layers than before."""
    edges = [
        Edge(0, 1, 0),
        Edge(1, 5, 0),
        Edge(2, 5, 1),
        Edge(3, 6, 0),
        Edge(4, 6, 1),
        Edge(5, 7, 0),
        Edge(6, 7, 1),
    ]
    ranks, _ = spans(8, edges)
    assert ranks == [0, 1, 1, 1, 1, 2, 2, 3]
    assert spread(ranks, edges, [4] * 8, 14, 0) == [0, 1, 0, 1, 1, 2, 2, 3]


@given(framed(), st.integers(0, 2), st.integers(0, 2), st.sampled_from([0, 12, 40]))
@settings(max_examples=share(50))
def test_from_top_to_bottom_is_from_left_to_right_turned(
    graph: tuple[Graph, Nesting], gap: int, beside: int, room: int
) -> None:
    """The same wires and routes between chains, with rows for columns; what is in a chain stands in a row."""
    (drawn, edges), nesting = graph
    shapes = [shape.turned for shape in drawn]
    down = laid_out(shapes, edges, gap=gap, beside=beside, nesting=nesting, down=True, room=room)
    chains = chained(shapes, edges, nesting, room)
    turned = [each.turned for each in chains.shapes(shapes)]
    across = laid_out(turned, chains.edges, gap=gap, beside=beside, nesting=chains.nesting)
    assert (down.width, down.height) == (across.height, across.width)
    assert [(box.width, box.height) for box in down.boxes] == [(each.width, each.height) for each in shapes]
    assert [(f.y, f.x, f.height, f.width) for f in down.frames] == [frame[:4] for frame in across.frames]
    for nodes, place in zip(chains.members, across.boxes, strict=True):
        boxes = [down.boxes[node] for node in nodes]
        assert {box.y for box in boxes} == {place.x}
        assert boxes[0].x == place.y
        assert all(left.x + left.width + GAP == right.x for left, right in pairwise(boxes))
        assert boxes[-1].x + boxes[-1].width == place.y + place.height
    blocked = set().union(*(cells_of_box(down, node) for node in range(len(shapes))))
    for index, (source, target, slot) in enumerate(edges):
        route, outer = down.route(index), chains.edge_of[index]
        assert not blocked & set(cells_of_route(down, index))
        assert down.ends(index) == (route[0], route[-1])
        assert down.across(index) == (outer < 0)
        box, end = down.boxes[source], down.boxes[target]
        if outer < 0:
            assert (box.x + box.width, end.x - 1) == (route[0][0], route[-1][0])
            assert route[0][1] == route[-1][1]
            continue
        assert [(y, x) for x, y in route] == list(across.route(outer))
        assert down.route(index, 3, 9) == tuple((y, x) for x, y in across.route(outer, 3, 9))
        assert route[0] == (
            box.x + shapes[source].output,
            box.y + max(s.height for s in _row(chains, shapes, source)),
        )
        assert route[-1] == (end.x + shapes[target].inputs[slot], end.y - 1)
    check_wires(down, edges, beside)


def _row(chains: Chains, shapes: list[Shape], node: int) -> list[Shape]:
    """What stands in the row of a node's chain."""
    return [shapes[each] for each in chains.members[chains.chain_of[node]]]


@given(framed())
@settings(max_examples=50)
def test_a_chain_is_of_nodes_that_have_only_each_other(graph: tuple[Graph, Nesting]) -> None:
    """Each takes nothing but the one before, which gives to nothing else; leaves stand alone."""
    (shapes, edges), nesting = graph
    chains = chained(shapes, edges, nesting)
    assert sorted(node for nodes in chains.members for node in nodes) == list(range(len(shapes)))
    inner = {pair for nodes in chains.members for pair in pairwise(nodes)}
    leaves = {node for node in range(len(shapes)) if not any(edge.target == node for edge in edges)}
    for source, target in {edge[:2] for edge in edges}:
        alone = (
            [edge.target for edge in edges if edge.source == source] == [target]
            and [edge.source for edge in edges if edge.target == target] == [source]
            and frames_around(nesting, source) == frames_around(nesting, target)
            and source not in leaves
        )
        assert ((source, target) in inner) == alone
    assert len(chains.edges) == len(edges) - len(inner)


@given(framed(), st.integers(1, 40))
@settings(max_examples=share(50))
def test_a_longer_chain_is_as_wide_as_there_is_room(graph: tuple[Graph, Nesting], room: int) -> None:
    """Each node in it gives to the next alone, whatever else that takes; none has a leaf in its midst."""
    (shapes, edges), nesting = graph
    chains = chained(shapes, edges, nesting, room)
    assert sorted(node for nodes in chains.members for node in nodes) == list(range(len(shapes)))
    for nodes, whole in zip(chains.members, chains.shapes(shapes), strict=True):
        assert len(nodes) == 1 or whole.width <= room
        for source, target in pairwise(nodes):
            assert [edge.target for edge in edges if edge.source == source] == [target]
            assert any(edge.target == source for edge in edges)
            assert frames_around(nesting, source) == frames_around(nesting, target)


@given(framed(), st.integers(-3, 60), st.integers(1, 30))
def test_a_part_of_a_route_is_the_route_there(graph: tuple[Graph, Nesting], left: int, width: int) -> None:
    """From one column to before another it has the same cells, and it is no detour."""
    drawn = laid_out(*graph[0], nesting=graph[1])
    for edge in range(len(drawn.edges)):
        whole, part = cells_of_route(drawn, edge), cells_of_route(drawn, edge, left, left + width)
        assert [cell for cell in part if cell in whole] == part
        assert {cell for cell in whole if left <= cell[0] < left + width} <= set(part)
        assert drawn.ends(edge) == (whole[0], whole[-1])


@given(graphs(), st.integers(0, 2))
def test_wires_are_the_routes_and_those_of_different_nodes_only_cross(graph: Graph, beside: int) -> None:
    check_wires(laid_out(*graph, channel=1, beside=beside), graph[1], beside)


@given(graphs(), st.integers(0, 14))
def test_a_part_of_the_nodes_has_its_part_of_the_wires(graph: Graph, count: int) -> None:
    """The wires that lead to one of the first nodes are the routes to those nodes."""
    drawn = laid_out(*graph)
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
    for _, _, x0, y0, x1, y1 in laid_out(*graph).wires:
        pieces = {(True, x, y0) for x in range(x0, x1)} | {(False, x0, y) for y in range(y0, y1)}
        assert not inner & pieces
        inner |= pieces


@given(graphs(), st.randoms())
def test_the_same_graph_gives_the_same_layout(graph: Graph, chance: random.Random) -> None:
    shapes, edges = graph
    assert laid_out(shapes, edges) == laid_out(list(shapes), tuple(edges))
    shuffled = list(edges)
    chance.shuffle(shuffled)
    assert laid_out(shapes, shuffled).boxes == laid_out(shapes, edges).boxes


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


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_rows_are_as_near_to_the_wishes_as_their_order_allows(wishes: list[list[tuple[int, int]]]) -> None:
    """Like trying all rows that do not fall."""

    def cost(rows: Sequence[int]) -> int:
        return sum(
            weight * abs(row - wish) for row, each in zip(rows, wishes, strict=True) for wish, weight in each
        )

    found = nearest(wishes)
    assert found == sorted(found)
    assert cost(found) == min(map(cost, combinations_with_replacement(range(6), len(wishes))))


def chain(count: int) -> Graph:
    """Each node uses the one before."""
    return [Shape(5, 3, (1,) if i else (), 1) for i in range(count)], [
        Edge(i, i + 1) for i in range(count - 1)
    ]


def test_a_chain_is_one_straight_line() -> None:
    drawn = laid_out(*chain(200), channel=3)
    assert (drawn.width, drawn.height) == (200 * 5 + 199 * 3, 3)
    assert all(len(drawn.route(edge)) == 2 for edge in range(199))


def test_both_slots_of_a_square_have_an_edge() -> None:
    """x*x: one node, two edges, two ports."""
    drawn = laid_out([Shape(4, 4, (), 1), Shape(4, 4, (1, 2), 1)], [Edge(0, 1, 0), Edge(0, 1, 1)])
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
    drawn = laid_out(shapes, edges)
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
    drawn = laid_out(shapes, [*edges, Edge(6, 5, 1), Edge(0, 7)])
    assert drawn.boxes[6].layer == 4
    assert drawn.boxes[7].layer == 1


def test_a_shared_operand_is_one_line_with_branches() -> None:
    """A node used by each of 500 others in a row needs no more than one bend a layer."""
    shapes, edges = chain(500)
    shapes = [Shape(5, 3, (1, 2), 1) for _ in shapes]
    edges += [Edge(0, node, 1) for node in range(1, 500)]
    assert length(500, edges) == 500 + 498
    drawn = laid_out(shapes, edges)
    assert drawn.height <= 5


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        laid_out([Shape(3, 1, (0,))] * 2, [Edge(0, 1), Edge(1, 0)])


def test_it_goes_in_small_pieces() -> None:
    """No piece does more than a layer's work, so that keys can be answered in between."""
    work, pieces = laying_out(*chain(100)), 0
    with pytest.raises(StopIteration) as end:
        while True:
            next(work)
            pieces += 1
    assert pieces > 500
    assert end.value.value == laid_out(*chain(100))
