"""The status line: where one stands, what comes next, whether it is up to date, and what is alive."""

from __future__ import annotations

from microcrad.session.session import Session
from tui.widgets.bars import where


def test_what_comes_next_gives_way_to_what_there_is() -> None:
    """It has the room that is left, then it is cut off, then it goes; the counts stay."""
    session = Session("first = 2\nsecond = 3\nproduct = first*second + second\nbackward(product)\n")
    session.go(session.moment.stop_at(3) or 0)
    rest = "   up to date   4 live  0 leaked"
    assert where(session.moment, 78, "…") == f"event 4/7 math   next: product to second{rest}"
    assert where(session.moment, 70, "…") == f"event 4/7 math   next: product to sec…{rest}"
    assert where(session.moment, 60, "…") == f"event 4/7 math{rest}"
