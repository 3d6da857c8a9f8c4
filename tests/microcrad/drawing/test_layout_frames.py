"""Frames in layouts of random graphs: they are around their own boxes, nest, and cross wires alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import (
    Cell,
    Graph,
    cells_of_box,
    cells_of_frame,
    check_boxes,
    check_routes,
    check_wires,
    framed,
    frames_around,
    laid_out,
)
from samples import always

from microcrad.drawing.layout import Edge, Nesting, Shape


@given(framed(), st.integers(0, 2), st.integers(1, 6), st.integers(0, 2))
def test_a_frame_is_around_its_own_boxes_and_no_others(
    graph: tuple[Graph, Nesting], gap: int, channel: int, beside: int
) -> None:
    (shapes, edges), nesting = graph
    drawn = laid_out(shapes, edges, gap=gap, channel=channel, beside=beside, nesting=nesting)
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


@pytest.mark.parametrize("seed", always(3, range(12)))
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
    drawn = laid_out(shapes, edges, nesting=nesting)
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
    drawn = laid_out(shapes, edges, nesting=nesting)
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
    drawn = laid_out(shapes, edges, nesting=nesting)
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
    drawn = laid_out(shapes, edges, gap=gap, channel=channel, nesting=nesting)
    check_boxes(drawn, shapes, gap)
    check_routes(drawn, shapes, edges)
    check_wires(drawn, edges)
    assert drawn == laid_out(list(shapes), tuple(edges), gap=gap, channel=channel, nesting=nesting)
