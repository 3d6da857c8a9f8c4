"""How graph and timeline share the height, and where events stand on the ruler."""

from __future__ import annotations

import pytest

from microcrad.session.session import Session
from tui.playground.ruler import Ruler
from tui.playground.shares import STRIP, Shares

FEW, MANY = "a = 1\n" + "a = a*1\n" * 4, "a = 1\n" + "a = a*1\n" * 100


@pytest.mark.parametrize(
    ("text", "height", "tree", "beside", "rows"),
    [
        (MANY, 28, 20, False, 12),  # The graph would fill its part.
        (MANY, 50, 40, False, 22),
        (MANY, 50, 6, False, 41),  # It has no use for it.
        (FEW, 50, 6, False, 12),  # And these few events have none for more.
        (MANY, 28, None, False, 9),  # A diagram has a use for all it gets.
        (MANY, 50, None, True, 22),
        (MANY, 15, 40, False, 7),  # Where there is little, the graph has half of it.
        (MANY, 10, 2, False, 5),
    ],
)
def test_the_timeline_has_the_rows_that_it_has_a_use_for(
    text: str, height: int, tree: int | None, beside: bool, rows: int
) -> None:
    """At least its part, as far as there are events, and what the graph does not need."""
    assert Shares().pane(Session(text).moment, height, tree, beside=beside) == rows


def test_a_strip_stands_where_the_graph_leaves_room_and_does_not_come_and_go() -> None:
    """What the tree has needed in a run, it keeps; another run starts anew; without events there is none."""
    shares, moment = Shares(), Session(FEW).moment
    assert [shares.strip(moment, 17, rows) for rows in (6, 12, 13, 6)] == [8, 4, 0, 0]
    assert shares.strip(Session(FEW).moment, 17, 6) == 8
    assert [shares.strip(moment, height, None) for height in (17, 23, 29)] == [0, STRIP, STRIP]
    assert Shares().strip(Session("x = 3").moment, 17, 1) == 0


def test_a_strip_has_the_rows_that_the_tree_leaves_as_far_as_there_are_events() -> None:
    assert Shares().strip(Session(FEW).moment, 29, 6) == 8
    assert Shares().strip(Session(MANY).moment, 29, 6) == 20


@pytest.mark.parametrize("events", [1, 2, 9, 40, 5_000])
def test_every_event_stands_on_the_ruler_and_every_cell_of_it_leads_to_one(events: int) -> None:
    """In order, the first and the last at its ends; before the first is before everything."""
    ruler = Ruler(events, 46)
    cells = [ruler.cell(place) for place in range(events)]
    assert cells == sorted(cells)
    assert cells[0] == ruler.start
    if events > 1:
        assert cells[-1] == ruler.start + ruler.cells - 1
    for cell in range(ruler.start, ruler.start + ruler.cells) if events > 1 else ():
        assert abs(ruler.cell(ruler.place(cell)) - cell) <= ruler.cells // max(2 * events - 2, 1) + 1
        if events >= ruler.cells:
            assert ruler.cell(ruler.place(cell)) == cell
    assert (ruler.place(0), ruler.place(46)) == (-1, events - 1)
