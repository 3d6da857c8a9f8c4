"""Layouts of random graphs: what must hold of every drawing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.layout import Edge, Frame, Layout, Nesting, Shape, laying_out, layout, length
from microcrad.layout.channels import Net, tracks
from microcrad.layout.rows import nearest

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


@given(graphs(), st.integers(0, 2), st.integers(1, 6))
def test_boxes_have_their_size_and_do_not_overlap(graph: Graph, gap: int, channel: int) -> None:
    check_boxes(layout(*graph, gap=gap, channel=channel), graph[0], gap)


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


@given(graphs())
def test_every_edge_leads_from_its_source_to_its_own_port(graph: Graph) -> None:
    check_routes(layout(*graph), *graph)


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


@given(framed(), st.integers(-3, 60), st.integers(1, 30))
def test_a_part_of_a_route_is_the_route_there(graph: tuple[Graph, Nesting], left: int, width: int) -> None:
    """From one column to before another it has the same cells, and it is no detour."""
    drawn = layout(*graph[0], nesting=graph[1])
    for edge in range(len(drawn.edges)):
        whole, part = cells_of_route(drawn, edge), cells_of_route(drawn, edge, left, left + width)
        assert [cell for cell in part if cell in whole] == part
        assert {cell for cell in whole if left <= cell[0] < left + width} <= set(part)
        assert drawn.ends(edge) == (whole[0], whole[-1])


@given(graphs())
def test_wires_are_the_routes_and_those_of_different_nodes_only_cross(graph: Graph) -> None:
    check_wires(layout(*graph), graph[1])


def check_wires(drawn: Layout, edges: list[Edge]) -> None:
    """Wires cover the cells of the routes; those of different nodes share a cell only where they cross."""
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


# --- frames ---


def cells_of_frame(frame: Frame) -> tuple[set[Cell], set[Cell]]:
    """The cells of its upper and lower lines, corners included, and those of its sides."""
    x, y, width, height, _ = frame
    level = {(column, row) for column in range(x, x + width) for row in (y, y + height - 1)}
    return level, {(column, row) for column in (x, x + width - 1) for row in range(y, y + height)}


@given(framed(), st.integers(0, 2), st.integers(1, 6))
def test_a_frame_is_around_its_own_boxes_and_no_others(
    graph: tuple[Graph, Nesting], gap: int, channel: int
) -> None:
    (shapes, edges), nesting = graph
    drawn = layout(shapes, edges, gap=gap, channel=channel, nesting=nesting)
    assert len(drawn.frames) == len(nesting.around)
    for index, frame in enumerate(drawn.frames):
        assert 0 <= frame.x < frame.x + frame.width <= drawn.width
        assert 0 <= frame.y < frame.y + frame.height <= drawn.height
        members = [node for node in range(len(shapes)) if index in frames_around(nesting, node)]
        assert frame.first == members[0]
        level, sides = cells_of_frame(frame)
        for node, box in enumerate(drawn.boxes):
            inside = (
                frame.x < box.x
                and box.x + box.width < frame.x + frame.width
                and frame.y < box.y
                and box.y + box.height < frame.y + frame.height
            )
            outside = (
                box.x + box.width <= frame.x
                or frame.x + frame.width <= box.x
                or box.y + box.height <= frame.y
                or frame.y + frame.height <= box.y
            )
            assert inside if node in members else outside
            assert not cells_of_box(drawn, node) & (level | sides)


@pytest.mark.parametrize("seed", range(12))
def test_frames_around_much_that_pulls_at_them_are_rectangles(seed: int) -> None:
    """Random frames in random graphs of a hundred nodes, most of which have edges in and out of frames."""
    chance = random.Random(seed)
    shapes = [Shape(3, 2, (0, 1) if node else ()) for node in range(100)]
    edges = [
        Edge(chance.randrange(max(0, node - 30), node), node, slot)
        for node in range(1, 100)
        for slot in (0, 1)
    ]
    nesting = Nesting([chance.randrange(-1, 8) for _ in shapes], [-1, -1, -1, -1, 0, 0, 1, 4])
    drawn = layout(shapes, edges, nesting=nesting)
    check_boxes(drawn, shapes, 0)
    check_routes(drawn, shapes, edges)
    for index, frame in enumerate(drawn.frames):
        covered = set.union(*cells_of_frame(frame))
        for node, box in enumerate(drawn.boxes):
            assert not covered & cells_of_box(drawn, node)
            within = frame.x < box.x < frame.x + frame.width and frame.y < box.y < frame.y + frame.height
            assert within == (index in frames_around(nesting, node))


@given(framed())
def test_frames_nest_or_are_apart(graph: tuple[Graph, Nesting]) -> None:
    """No two share a cell of their lines."""
    (shapes, edges), nesting = graph
    drawn = layout(shapes, edges, nesting=nesting)
    taken: set[Cell] = set()
    for index, frame in enumerate(drawn.frames):
        lines = set.union(*cells_of_frame(frame))
        assert not lines & taken
        taken |= lines
        outer = nesting.around[index]
        for other, around in enumerate(drawn.frames[:index]):
            within = (
                around.x < frame.x
                and around.y < frame.y
                and frame.x + frame.width < around.x + around.width
                and frame.y + frame.height < around.y + around.height
            )
            ancestors = []
            while outer >= 0:
                ancestors.append(outer)
                outer = nesting.around[outer]
            outer = nesting.around[index]
            assert within == (other in ancestors)


@given(framed())
def test_wires_cross_the_lines_of_frames(graph: tuple[Graph, Nesting]) -> None:
    """No wire runs down a side or arrives in it, nor runs along another line unless it turns twice there."""
    (shapes, edges), nesting = graph
    drawn = layout(shapes, edges, nesting=nesting)
    twice = {turn.row for turns in drawn.turns for turn in turns if turn and turn.second != turn.column}
    for frame in drawn.frames:
        level, sides = cells_of_frame(frame)
        for _, _, x0, y0, x1, y1 in drawn.wires:
            if x0 == x1:
                assert not {(x0, y) for y in range(y0, y1 + 1)} & sides
            elif y0 not in twice:
                assert not {(x, y0) for x in range(x0, x1 + 1)} & level
        assert not {drawn.ends(edge)[1] for edge in range(len(edges))} & (level | sides)


@given(framed(), st.integers(0, 2), st.integers(1, 6))
def test_with_frames_all_else_holds(graph: tuple[Graph, Nesting], gap: int, channel: int) -> None:
    (shapes, edges), nesting = graph
    drawn = layout(shapes, edges, gap=gap, channel=channel, nesting=nesting)
    check_boxes(drawn, shapes, gap)
    check_routes(drawn, shapes, edges)
    check_wires(drawn, edges)
    assert drawn == layout(list(shapes), tuple(edges), gap=gap, channel=channel, nesting=nesting)
