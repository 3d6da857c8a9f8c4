"""Stops: on a line, on a node, where a grad changes; and what becomes of them as the text changes."""

from __future__ import annotations

import pytest

from microcrad.session.breakpoints import moved_along, read_breakpoint
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.log import View

LOOP = """w = 5
for k in range(3):
  loss = (w - 2)**2
  zero_grad()
  backward(loss)
  w.data = w.data - 0.1*w.grad
"""


def walked(*stops: str, text: str = LOOP, view: View = View.MATH) -> list[tuple[int, str]]:
    """The line that comes next and what was told, at each of some stops of a run."""
    session = Session(text)
    session.view = view
    session.breakpoints = tuple(map(read_breakpoint, stops))
    make_move(session, "first")
    seen = []
    for _ in range(30):
        make_move(session, "next_stop")
        if session.notice:
            assert session.notice == "No stop is later in this run."
            break
        seen.append((session.log.span(session.position).line, session.moment.told))
    make_move(session, "previous_stop")
    assert session.position == list(session.moment.stops)[-2]
    return seen


def test_on_a_line_it_stops_before_the_line_each_time() -> None:
    """Also where the line's first event is none that allocates."""
    assert [line for line, _ in walked("line 6")] == [6, 6, 6]
    assert [line for line, _ in walked("line 2", "line 3", text="x = 1\ny = x\nx = 2\n")] == [2, 3]


def test_on_a_grad_it_stops_where_it_becomes_another_number() -> None:
    """Not where it is cleared though it was 0, nor where 0 is added."""
    told = [said for _, said in walked("grad w")]
    assert [said.rpartition(" = ")[2] for said in told] == ["6", "0", "4.8000", "0", "3.8400"]
    assert walked("grad a", text="a = 2\nb = a*0\nc = b + a\nbackward(c)\nbackward(c)")[0][1].endswith(
        "a.grad = 1"
    )


def test_on_a_name_it_stops_at_all_that_it_means_in_turn() -> None:
    """The loss of each turn; what nobody named is the node of its expression in each turn."""
    told = [said for _, said in walked("node loss") if said.startswith("loss = ")]
    assert len(told) == 3
    told = [said for _, said in walked("node w - 2")]
    assert len([said for said in told if said.startswith("w - 2 = ")]) == 3
    assert not [said for said in told if said.startswith("-2 = ")]


def test_without_a_stop_it_is_said_how_to_set_one() -> None:
    session = Session(LOOP)
    make_move(session, "next_stop")
    assert (session.notice, session.advice) == ("No stop is set.", "{breakpoint} sets one.")


@pytest.mark.parametrize("text", ["", "line", "line 0", "line x", "line -1", "word w", "grad", "w"])
def test_what_means_no_stop_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected 'line 5', 'node w' or 'grad w'"):
        read_breakpoint(text)


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        ("a\nb\nc\nd", [1, 3, 4]),
        ("new\na\nb\nc\nd", [2, 4, 5]),
        ("a\nb\nc\nnew\nd", [1, 3, 5]),
        ("a\nb changed\nc\nd", [1, 3, 4]),
        ("a\nc\nd", [1, 2, 3]),
        ("a\nd", [1, 2]),
        ("a\nb\nc", [1, 3]),
        ("new\na\nb\nc changed\nd", [2, 4, 5]),
        ("a\nb\nnew\nc\nnew\nd", [1, 4, 6]),
        ("new\na\nc\nd", [2, 3, 4]),
        ("a\nb\nd\nc", [1, 4, 3]),
        ("a\nb\ncd", [1, 3]),
        ("", [1]),
    ],
)
def test_a_stop_stays_with_its_line(after: str, lines: list[int]) -> None:
    """As lines come, go and change around it, several at once as well; with its line it goes."""
    stops = (*(read_breakpoint(f"line {line}") for line in (1, 3, 4)), read_breakpoint("grad w"))
    moved = moved_along(stops, "a\nb\nc\nd", after)
    assert [str(stop) for stop in moved] == [*(f"line {line}" for line in lines), "grad w"]


def test_another_program_has_none_and_another_run_keeps_them() -> None:
    session = Session(LOOP)
    session.breakpoints = (read_breakpoint("line 5"), read_breakpoint("grad w"))
    session.switch_ownership()
    session.set_text("# first\n" + LOOP)
    assert list(map(str, session.breakpoints)) == ["line 6", "grad w"]
    assert session.moment.stop_lines == {6}
    session.open("w = 1\n")
    assert session.breakpoints == ()
