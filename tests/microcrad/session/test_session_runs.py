"""The session's runs: errors beside the last good graph, a place that is kept, bounds and cancelling."""

from __future__ import annotations

import pytest
from programs import NEURON, TWO_ROADS

from microcrad.run.interpreter import LIMITS, TYPING, Limits
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.log import Kind, View


def selected(session: Session) -> str | None:
    """The label of the selected node."""
    return None if session.selected is None else session.snapshot.label(session.selected)


# --- errors ---


def test_a_text_with_errors_keeps_the_last_good_run() -> None:
    """The graph stays walkable, and the errors stand beside it; the next good text clears them."""
    session = Session(NEURON)
    session.set_text(NEURON.replace("tanh(n)", "tanh(nn)"))
    assert [error.line for error in session.errors] == [6]
    assert (session.up_to_date, session.run.program.text) == (False, NEURON)
    make_move(session, "next")
    assert session.moment.progress == (4, 9)
    session.set_text(NEURON)
    assert (session.errors, session.up_to_date) == ((), True)


def test_a_run_that_stops_can_be_walked_up_to_its_error() -> None:
    """Everything before the error happened; the error is its last event."""
    session = Session("# ownership: manual\na = 2\nb = a*3\nrelease(a)\nrelease(a)\nc = a*2")
    (error,) = session.errors
    assert (error.line, session.up_to_date) == (6, True)
    make_move(session, "last")
    assert session.log.event(session.position - 1).kind is Kind.ERROR
    assert not session.snapshot.ended
    make_move(session, "previous")
    assert session.position < len(session.log)
    session.set_text("a = (")
    assert [error.line for error in session.errors] == [1]


@pytest.mark.parametrize("text", ["x = (", "", "a = 2"])
def test_opening_starts_anew(text: str) -> None:
    """Nothing of the program before is left, whatever the new one is."""
    session = Session(TWO_ROADS)
    make_move(session, "last")
    make_move(session, "view")
    session.open(text)
    fresh = Session()
    fresh.open(text)
    assert (session.position, session.selected) == (fresh.position, fresh.selected)
    assert session.run.program.text == fresh.run.program.text
    assert session.snapshot.heap == fresh.snapshot.heap
    events, expected = ([each.log.event(i) for i in range(each.position)] for each in (session, fresh))
    assert events == expected
    session.open(NEURON)
    assert (session.moment.progress, session.view) == ((3, 9), View.MATH)


# --- a place that is kept ---


def test_a_new_run_keeps_the_place() -> None:
    """The end stays the end, before backward stays before backward, and the selection follows its name."""
    session = Session(TWO_ROADS)
    longer = "# a comment\nq = 1\n" + TWO_ROADS.replace("y + x", "y + x + q")
    session.select(session.snapshot.names["x"])
    session.set_text(longer)
    assert session.position == session.log.seeds[0]
    assert selected(session) == "x"
    make_move(session, "last")
    session.set_text(TWO_ROADS)
    assert session.position == len(session.log)
    session.set_text(longer)
    assert session.position == len(session.log)
    session.go(5)
    session.set_text(longer)
    assert session.position == 5
    make_move(session, "last")
    session.set_text("a = 1")
    assert session.position == len(session.log)
    assert session.selected in session.snapshot.nodes


def test_the_second_backward_stays_the_second() -> None:
    """Or becomes the last there is."""
    session = Session(TWO_ROADS + "backward(z)\n")
    session.go(session.log.seeds[1])
    session.set_text("x = 3\ny = x*x\nz = y + x*2\nbackward(z)\nbackward(z)\n")
    assert session.position == session.log.seeds[1]
    session.set_text(TWO_ROADS)
    assert session.position == session.log.seeds[0]


def test_switching_ownership_runs_the_same_text_anew() -> None:
    """From where it launches, in the view of that ownership; and back."""
    session = Session(NEURON)
    make_move(session, "last")
    session.switch_ownership()
    assert (session.run.ownership, session.view) == ("manual", View.ALL)
    assert session.position == session.log.seeds[0]
    make_move(session, "last")
    assert session.snapshot.heap.leaked == 6
    session.switch_ownership()
    assert (session.run.ownership, session.view) == ("auto", View.MATH)


# --- running in pieces ---


def test_abandoning_a_run_changes_nothing_but_the_text() -> None:
    """The old run and the place in it stay."""
    session = Session(NEURON)
    make_move(session, "last")
    run, position = session.run, session.position
    steps = session.running("x = 1\nfor i in range(10000):\n    x = x*2")
    counts = [next(steps) for _ in range(3)]
    assert counts == sorted(counts)
    steps.close()
    assert (session.run is run, session.position, session.up_to_date) == (True, position, False)
    assert session.errors == ()
    session.set_text(NEURON)
    assert session.up_to_date


def test_what_is_done_while_typing_is_bounded() -> None:
    """What was done so far is kept, walkable, with an error; a run that is asked for goes on."""
    session, text = Session(), "x = 1\nfor i in range(10000):\n    x = x*0.5"
    session.set_text(text, limits=TYPING._replace(events=1000))
    (error,) = session.errors
    assert error.message == "The program stops here: it has reached 1,000 events."
    assert error.advice
    assert 1000 < len(session.log) < 1020
    assert session.snapshot.log.kinds[-1] == Kind.ERROR
    session.set_text(text)
    assert session.errors == ()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("zero_grad(x)", "2,000 lines run"),
        (f"zero_grad({', '.join(['x'] * 40)})", "9,000 steps of work"),
        (f"print({' + '.join(['0.5'] * 40)})", "9,000 steps of work"),
        ("x*2; zero_grad()", "9,000 steps of work"),
    ],
    ids=["statements", "names", "numbers", "nodes"],
)
def test_what_makes_few_events_is_bounded_too(body: str, what: str) -> None:
    """With a fault that leaves all nodes alive as well: each zero_grad() looks at more of them."""
    assert all(typing <= most for typing, most in zip(TYPING, LIMITS, strict=True))
    session = Session()
    session.fault = "leak"
    session.set_text(f"x = 1\nfor i in range(3000):\n    {body}", limits=Limits(statements=2000, work=9000))
    assert what in session.errors[0].message
    assert session.errors[0].advice


def test_looking_for_who_keeps_a_node_alive_is_counted_as_work() -> None:
    text = "# ownership: manual\na = 1\nb = a*2\nrelease(a)\nfor i in range(100):\n    i*1.0\nc = a*3\n"
    session = Session(text, limits=TYPING._replace(work=300))
    assert "300 steps of work" in session.errors[0].message


def test_nodes_are_bounded_alike_however_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """So nothing says that asking for the run would go further."""
    monkeypatch.setattr("microcrad.run.interpreter.LIMITS", Limits(nodes=10_000))  # As if these were all.
    session = Session("x = 1\nfor i in range(6000):\n    x = x*2", limits=Limits(nodes=10_000, events=10**9))
    assert "10,000 nodes" in session.errors[0].message
    assert not session.errors[0].advice


def test_a_run_that_goes_too_far_has_its_graph_to_look_at() -> None:
    session = Session()
    session.set_text("x = 1\nfor i in range(1000):\n    x = x*2", limits=Limits(nodes=40))
    assert "40 nodes" in session.errors[0].message
    make_move(session, "last")
    assert 40 <= session.snapshot.heap.allocated <= 43
