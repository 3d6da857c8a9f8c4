"""The status line: where one stands, what comes next, whether it is up to date, and what is alive."""

from __future__ import annotations

from microcrad.session.session import Session
from microcrad.timeline.telling import EVERYTHING, Telling
from tui.widgets.bars import where


def test_what_comes_next_gives_way_to_what_there_is() -> None:
    """It has the room that is left, then it is cut off, then it goes; the counts stay."""
    session = Session("first = 2\nsecond = 3\nproduct = first*second + second\nbackward(product)\n")
    session.go(session.moment.stop_at(3) or 0)
    rest = "   up to date   4 live  0 leaked"
    assert where(session.moment, 78, "…") == f"event 4/7 math   next: product to second{rest}"
    assert where(session.moment, 70, "…") == f"event 4/7 math   next: product to sec…{rest}"
    assert where(session.moment, 60, "…") == f"event 4/7 math{rest}"


def test_where_what_comes_later_is_kept_back_nobody_counts_it() -> None:
    """Nor is the last event that is told of called the end."""
    session = Session("a = 2\nb = a*a\nbackward(b)\n")
    first = session.position
    session.veil(Telling(events=first))
    session.go(first)
    happened, _ = session.moment.progress
    assert where(session.moment, 78, "…").startswith(f"event {happened}/? math   up to date")
    session.veil(EVERYTHING)
    session.go(len(session.log))
    _, total = session.moment.progress
    assert where(session.moment, 78, "…").startswith(f"event {total}/{total} math   end   up to date")
