"""The keys that sentences name work where the person is: who is in the editor is told no letter."""

from __future__ import annotations

import re

import pytest
from textual.widget import Widget

from microcrad.session.session import Session
from tui.playground.nothing_yet import nothing_in_view, nothing_yet
from tui.playground.typed_keys import keys_from
from tui.playground.what_to_say import Words, invitation


@pytest.mark.parametrize(
    ("text", "outside", "typing"),
    [
        ("{next} goes on.", "n goes on.", "F8 goes on."),
        ("{play} plays on.", "space plays on.", "esc, then space plays on."),
        ("{diagnose} says which.", "w says which.", "esc, then w says which."),
        ("{undo} takes it back.", "ctrl+z takes it back.", "ctrl+z takes it back."),
    ],
)
def test_keys_are_those_that_work(text: str, outside: str, typing: str) -> None:
    assert keys_from(text, typing=False) == outside
    assert keys_from(text, typing=True) == typing


def test_a_step_that_makes_a_node_is_told_until_one_moves() -> None:
    """What goes wrong comes before it; it is told again after each change, and no more once it is mended."""
    session, words = Session("w = 2\nloss = w*w\nbackward(loss)\nw -= 0.1*w.grad\n"), Words()
    session.notice = ""  # It was told once as the program was opened.
    words.typed(session.program)
    assert "Line 4 makes w a new node" in words.sentence(session.moment, ())
    assert "w.data -= 0.1*w.grad" in words.sentence(session.moment, ())
    wrong = Session("a = b").errors
    assert words.sentence(session.moment, wrong).startswith("line 1: b has no value")
    words.hint = ""
    words.typed(Session("w = 2\nloss = w*w\nbackward(loss)\nw.data -= 0.1*w.grad\n").program)
    assert not words.hint


@pytest.mark.parametrize(
    "text",
    ["", "x = 2", "x = 2\ny = x*x", "x = 2\ny = x*x\nbackward(y)", "# ownership: manual\na = 2\nb = a*a"],
)
def test_who_types_is_told_no_letter_to_press(text: str) -> None:
    session, words = Session(text), Words()
    end = session.moment
    session.go(0)
    words.turn(session.moment, Widget(id="program"))
    for said in (invitation(end, typing=True), words.sentence(session.moment, ())):
        bare = re.sub(r"esc, then \S+(?: and then \S+)?", "", said)
        assert not re.search(r"(?:^|\. |Press )[a-zA-Z?:<>] ", bare), said


@pytest.mark.parametrize(
    ("focused", "write", "view"),
    [("graph", "Press e and type a = 2.", "v shows"), ("program", "Type a = 2.", "esc, then v shows"),
     ("answer", "Type a = 2.", "esc, then v shows")],
)  # fmt: skip
def test_where_there_is_nothing_to_show_keys_are_those_of_where_one_is(
    focused: str, write: str, view: str
) -> None:
    """In the field of a lesson's answer letters are typed as in the program."""
    there = Widget(id=focused)
    assert nothing_yet(there, Session("").moment, "No nodes yet.") == f"No nodes yet. {write}"
    assert f"of this view. {view} those of the memory." in nothing_in_view(there)
