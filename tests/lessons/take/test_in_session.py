"""What a lesson does in the playground in the learner's place."""

from __future__ import annotations

import pytest
from planted import lesson
from takings import session_of, taking

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import ScriptMove
from lessons.kinds import read_check, sentence
from lessons.take.taking import Taking
from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.timeline.log import View


def test_a_lesson_keeps_its_ownership_and_returns_to_its_view() -> None:
    setup = (
        'solution = { choose = "edge" }',
        'solution = { choose = "edge" }\nsetup = [{ program = "a = 1\\nb = a*2" }, { view = "math" }]',
    )
    it = Taking(lesson(("minutes = 2", 'ownership = "manual"'), setup), Session(), step="choose")
    session = session_of(it)
    assert session.run.ownership == "manual"
    assert session.view is View.MATH
    make_move(session, "view")
    session.open("q = 1\n", ownership="auto")
    it.reset()
    assert (session.run.ownership, session.view) == ("manual", View.MATH)


@pytest.mark.parametrize("event", ["send y to x", "backward y"])
def test_one_goes_to_an_event_by_its_words(event: str) -> None:
    it = taking("do")
    it.ground.perform(ScriptMove("go", f"event {event}"))
    check = read_check({"is": "event", "event": event, "now": True}, "playground", "check", 1, pytest.fail)
    assert check is not None
    assert sentence(it.here, check) == ""


@pytest.mark.parametrize(
    ("event", "said"), [("set-grad", "no event set-grad to go to"), ("send q", "event send q")]
)
def test_an_event_that_is_not_there_is_the_lessons_mistake(event: str, said: str) -> None:
    with pytest.raises(BrokenLessonError, match=said):
        taking("do").ground.perform(ScriptMove("go", f"event {event}"))


def test_a_program_that_stands_as_it_began_is_not_run_again() -> None:
    """Only where one stands in its run is put back."""
    it = taking("do")
    session = session_of(it)
    log, began = session.whole.log, session.position
    session.go(0)
    it.reset()
    assert session.whole.log is log
    assert session.position == began > 0
