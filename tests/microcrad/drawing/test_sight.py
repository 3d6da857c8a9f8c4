"""What of a picture is in sight: every box is counted once, and a map has a dot where there is a box."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from microcrad.drawing.layout import Box
from microcrad.drawing.sight import Window, beyond, centred, map_of

boxes = st.lists(
    st.builds(Box, st.integers(0, 90), st.integers(0, 40), st.integers(1, 12), st.integers(1, 5), st.just(0)),
    min_size=1,
    max_size=12,
)
views = st.builds(Window, st.integers(-5, 60), st.integers(-5, 30), st.integers(1, 60), st.integers(1, 30))


def cells(box: Box | Window) -> set[tuple[int, int]]:
    """Every cell that a rectangle covers."""
    return {(x, y) for x in range(box.x, box.x + box.width) for y in range(box.y, box.y + box.height)}


@given(boxes, views)
@settings(max_examples=40)
def test_each_box_is_in_sight_or_beyond_one_edge(drawn: list[Box], view: Window) -> None:
    hidden = beyond(drawn, view)
    whole = [box for box in drawn if cells(box) <= cells(view)]
    assert [box for box in drawn if view.has(box)] == whole
    assert sum(hidden) == len(drawn) - len(whole)
    for count, side in zip(hidden, (0, 2, 1, 3), strict=True):
        over = [
            box
            for box in drawn
            if (
                min(x for x, _ in cells(box)) < view.x,
                min(y for _, y in cells(box)) < view.y,
                max(x for x, _ in cells(box)) >= view.x + view.width,
                max(y for _, y in cells(box)) >= view.y + view.height,
            )[side]
        ]
        assert count <= len(over)


@given(boxes, st.integers(1, 80), st.integers(1, 40))
@settings(max_examples=40)
def test_what_matters_is_in_the_middle_as_far_as_the_picture_reaches(
    drawn: list[Box], width: int, height: int
) -> None:
    extent = max(box.x + box.width for box in drawn), max(box.y + box.height for box in drawn)
    for box in drawn:
        view = centred(box, extent, (width, height))
        for start, size, whole, first, length in (
            (view.x, view.width, extent[0], box.x, box.width),
            (view.y, view.height, extent[1], box.y, box.height),
        ):
            if whole <= size:
                assert start <= 0
                assert start + size >= whole
            else:
                assert 0 <= start <= whole - size
                assert start in (0, whole - size) or abs(2 * start + size - 2 * first - length) <= 1


@given(boxes, views, st.integers(1, 20), st.integers(1, 10))
@settings(max_examples=40)
def test_a_map_has_a_dot_for_every_box_and_shows_where_one_is(
    drawn: list[Box], view: Window, columns: int, rows: int
) -> None:
    extent = max(box.x + box.width for box in drawn), max(box.y + box.height for box in drawn)
    found = map_of(drawn, extent, columns, rows)
    assert found.columns <= columns
    assert found.rows <= rows
    covered = set().union(*map(cells, drawn))
    assert found.dots == {(x // found.across, y // found.down) for x, y in covered}
    across, down = found.seen(view)
    inside = {(x // found.across, y // found.down) for x, y in covered & cells(view)}
    assert all(x in across and y in down for x, y in inside)
