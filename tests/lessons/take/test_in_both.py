"""Lessons of which some steps are done in the playground and some in training."""

from __future__ import annotations

from pathlib import Path

import pytest
from both_modes import BOTH

from lessons.check.validate import validate_lesson
from lessons.fields.problems import LessonError
from lessons.fields.scripts import ScriptMove
from lessons.format.lesson import Lesson
from lessons.format.loader import read_lesson
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.session import Session
from microcrad.train.training import Training


def both(text: str = BOTH) -> Lesson:
    return read_lesson(text, Path("both.md"))


def test_each_step_is_checked_in_its_own_mode() -> None:
    lesson = both()
    assert [step.mode for step in lesson.steps] == ["playground", "train"] * 2
    assert validate_lesson(lesson) == []
    wrong = BOTH.replace("solution = { steps = 3 }", "solution = { steps = 2 }")
    assert "its own solution does not pass it" in validate_lesson(both(wrong))[0].message


def test_playground_and_training_go_on_from_where_a_step_left_them() -> None:
    session = Session()
    it = Taking(both(), session)
    assert it.on is session
    assert not it.trains
    assert it.skip().verdict is Standing.PASSED
    assert it.next()
    training = it.on
    assert isinstance(training, Training)
    assert it.trains
    assert training.configuration.data == "xor"
    assert it.check().verdict is Standing.NOT_TRIED
    it.ground.perform(ScriptMove("steps", 1))
    assert it.check().verdict is Standing.PASSED
    assert it.next()
    assert it.on is session
    assert "z = x + y" in session.text
    assert it.skip().verdict is Standing.PASSED
    assert it.next()
    assert it.on is training
    assert training.step == 1
    it.skip()
    assert training.step == 4
    assert it.view.done
    assert it.back()
    assert it.on is session
    assert "w = " not in session.text
    assert it.back()
    assert it.on is training
    assert training.step == 0, "it is as it was when that step began"


def test_one_may_begin_at_any_step() -> None:
    for place, step in enumerate(both().steps):
        it = Taking(both(), Session(), step=step.slug)
        assert it.index == place
        assert isinstance(it.on, Training if step.mode == "train" else Session)
        assert it.check().verdict is Standing.NOT_TRIED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'setup = { train = { data = "xor", hidden = "2", seed = "1" } }\n',
            "",
            "first step in train needs a setup",
        ),
        ('mode = "train"\nsetup', 'mode = "trian"\nsetup', "Did you mean train?"),
        ("solution = { steps = 1 }", 'solution = { go = "end" }', "no move 'go' in train"),
        ('{ append = "w = z*2" }', "{ steps = 1 }", "no move 'steps' in playground"),
        ('{ is = "steps", at_least = 1 }', '{ is = "node", node = "z" }', "no check 'node' in train"),
    ],
)
def test_what_belongs_to_the_other_mode_is_an_error(old: str, new: str, said: str) -> None:
    with pytest.raises(LessonError, match=said.replace("?", r"\?")):
        both(BOTH.replace(old, new, 1))
