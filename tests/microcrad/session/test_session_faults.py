"""The session's fault: a switch that runs the program again and keeps the right run beside it."""

from __future__ import annotations

import pytest
from programs import DOUBLINGS, ORDER, TWO_ROADS

from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import TYPING, Limits
from microcrad.session.moves import make_move
from microcrad.session.session import Session


def grad(session: Session, name: str) -> float:
    """A name's grad where the session stands."""
    return session.snapshot.row(session.snapshot.names[name]).grad


def test_without_a_fault_there_is_nothing_beside_the_run() -> None:
    session = Session(ORDER)
    assert (session.fault, session.run.fault, session.run.right) == (None, None, None)
    assert (session.moment.fault, session.moment.comparison) == (None, None)


@pytest.mark.parametrize(("fault", "x"), [("overwrite", 8), ("recursion", 68), ("merged", 24), ("stale", 44)])
def test_switching_runs_again_in_place(fault: str, x: float) -> None:
    """Whoever stands at the end stays at the end, with the same node selected."""
    session = Session(ORDER)
    make_move(session, "last")
    session.select(session.snapshot.names["x"])
    session.switch_fault(fault)
    moment = session.moment
    assert (session.position, session.selected) == (len(session.log), session.snapshot.names["x"])
    assert (session.fault, session.run.fault, moment.fault) == (fault, FAULTS[fault], FAULTS[fault])
    assert grad(session, "x") == x
    assert session.run.right is not None
    assert (session.run.right.fault, session.run.right.right) == (None, None)
    assert moment.comparison is not None
    assert moment.comparison.right_grad(0) == 44
    assert moment.comparison.differs(0) == (x != 44)
    session.switch_fault(None)
    assert (grad(session, "x"), session.moment.fault, session.moment.comparison) == (44, None, None)


def test_the_comparison_is_of_where_the_session_stands() -> None:
    session = Session(TWO_ROADS)
    session.switch_fault("overwrite")
    assert session.position == session.log.seeds[0]
    marks = []
    for _ in range(5):
        assert session.moment.comparison is not None
        assert session.moment.comparison.snapshot.position == session.position
        marks.append([node for node in session.snapshot.nodes if session.moment.comparison.differs(node)])
        make_move(session, "next")
    assert marks == [[], [], [], [], [0]]


def test_a_fault_stays_on_for_other_texts_and_rules() -> None:
    session = Session(ORDER)
    session.switch_fault("merged")
    session.set_text(TWO_ROADS)
    assert grad(session, "x") == 0  # Still before backward.
    make_move(session, "last")
    assert (grad(session, "x"), session.moment.comparison and session.moment.comparison.right_grad(0)) == (
        4,
        7,
    )
    session.open("x = 5\ny = x*x\nbackward(y)")
    make_move(session, "last")
    assert (grad(session, "x"), session.moment.comparison and session.moment.comparison.right_grad(0)) == (
        5,
        10,
    )
    session.switch_ownership()
    assert session.run.right is not None
    assert (session.run.ownership, session.run.right.ownership) == ("manual", "manual")


def test_a_text_with_errors_leaves_the_last_good_run_to_switch() -> None:
    session = Session(ORDER)
    make_move(session, "last")
    session.set_text(ORDER + "z = (")
    session.switch_fault("overwrite")
    assert (grad(session, "x"), session.up_to_date, len(session.errors)) == (8, False, 1)
    session.switch_fault(None)
    assert (grad(session, "x"), session.text) == (44, ORDER + "z = (")


def test_an_unknown_fault_changes_nothing() -> None:
    session = Session(ORDER)
    session.switch_fault("merged")
    with pytest.raises(KeyError):
        session.switch_fault("off-by-one")
    assert (session.fault, session.run.fault) == ("merged", FAULTS["merged"])


def test_switching_in_pieces_can_be_stopped() -> None:
    """As with `running`: until it is complete the old run stays."""
    session = Session(DOUBLINGS)
    pieces = session.switching_fault("recursion")
    for _ in range(50):
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert session.run.fault is None
    assert session.moment.comparison is None


@pytest.mark.parametrize("events", [20_000, pytest.param(TYPING.events, marks=pytest.mark.slow)])
def test_a_run_with_a_fault_ends_in_time_while_typing(events: int) -> None:
    session = Session(DOUBLINGS)
    session.switch_fault("recursion", limits=TYPING._replace(events=events))
    (error,) = session.errors
    assert error.message == f"The program stops here: it has reached {events:,} events."
    assert session.moment.comparison is not None
    assert "stopped" in session.moment.comparison.note
    make_move(session, "last")
    assert session.moment.comparison.right_grad(0) == 2**30


def test_errors_are_those_of_the_run_that_is_shown() -> None:
    session = Session("a = 2\nfor i in range(12):\n    b = a*3 + 1\n")
    session.switch_fault("leak", limits=Limits(events=200))
    assert session.errors == ()
    assert session.run.right is not None
    assert session.run.right.errors
