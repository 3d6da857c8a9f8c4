"""Quick questions: new numbers each time, answers from the engine, and which are due."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import lesson

from lessons.format.lesson import Question
from lessons.format.questions import ask
from lessons.progress.progress import INTERVALS, Progress, StepProgress
from lessons.progress.recall import MOST, due
from lessons.take.tried import Tried
from lessons.words import answered

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
SQUARE = lesson().questions[0]


@given(st.integers())
def test_the_engine_knows_the_answer_for_the_numbers_drawn(seed: int) -> None:
    asking = ask(SQUARE, random.Random(seed))
    x = float(asking.text.partition("x = ")[2].partition("`")[0])
    assert asking.program == f"x = {x:g}\ny = x*x\nbackward(y)\n"
    assert 2 <= x <= 9
    assert x == int(x)
    assert asking.answer == 2 * x
    assert asking.right(2 * x + 1e-9)
    assert not asking.right(2 * x + 1e-3)


def test_numbers_vary() -> None:
    assert len({ask(SQUARE, random.Random(seed)).text for seed in range(50)}) == 8


@given(st.integers())
def test_numbers_are_drawn_in_steps(seed: int) -> None:
    question = Question("q", "{a}", "a = {a}\n", {"a": (0.1, 0.7, 0.2)}, "a", "data", "end", 1e-9, None)
    assert ask(question, random.Random(seed)).answer in (0.1, 0.3, 0.5, 0.7)


@pytest.mark.parametrize("bounds", [(0.1, 0.7, 0.2), (0.1, 0.3, 0.1), (-0.3, 0.3, 0.3), (2.0, 2.9, 0.4)])
def test_every_step_is_drawn_to_the_last_and_written_as_a_person_would(
    bounds: tuple[float, float, float],
) -> None:
    """Though 0.1 + 2*0.1 is not 0.3 in a computer; what is left over of a step is not used."""
    question = Question("q", "{a}", "a = {a}\n", {"a": bounds}, "a", "data", "end", 1e-9, None)
    drawn = {ask(question, random.Random(seed)).text for seed in range(40)}
    expected = {(0.1, 0.7, 0.2): {"0.1", "0.3", "0.5", "0.7"}, (0.1, 0.3, 0.1): {"0.1", "0.2", "0.3"},
                (-0.3, 0.3, 0.3): {"-0.3", "0", "0.3"}, (2.0, 2.9, 0.4): {"2", "2.4", "2.8"}}  # fmt: skip
    assert drawn == expected[bounds]


@pytest.mark.parametrize(
    ("field", "at", "answer"),
    [("grad", "end", 6), ("grad", "backward", 0), ("data", "end", 3), ("refs", "end", 3)],
)
def test_what_is_asked_may_be_any_of_a_nodes_numbers(field: str, at: str, answer: float) -> None:
    question = Question("q", "?", "x = 3\ny = x*x\nbackward(y)\n", {}, "x", field, at, 1e-9, None)
    assert ask(question, random.Random(0)).answer == answer


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("y = 1\n", "no node is called 'x'"),
        ("x = exp({k}*1000)\n", "is not finite"),
        ("x = 1\nrelease(x)\n", "line 2"),
    ],
)
def test_a_question_without_an_answer_says_why(program: str, said: str) -> None:
    question = Question("q", "?", program, {"k": (1, 1, 1)}, "x", "data", "end", 1e-9, None)
    with pytest.raises(ValueError, match=said):
        ask(question, random.Random(0))


def test_a_miss_is_explained_with_the_numbers_drawn() -> None:
    """What a known wrong answer means is said before why the right one is right, and of no other."""
    asking = ask(SQUARE, random.Random(3))
    x = asking.answer / 2
    assert asking.about(x) == f"{x:g} is one slot of `x*x`. Two slots of {x:g} each: {2 * x:g}."
    assert asking.about(1000) == f"Two slots of {x:g} each: {2 * x:g}."
    assert answered(asking, 2 * x) == f"Right: {2 * x:g}."
    assert answered(asking, 1000).startswith(f"Not this time: it is {2 * x:g}. Two slots of {x:g} each")


@pytest.mark.parametrize(("field", "answer"), [("live", 2), ("freed", 4), ("leaked", 0)])
def test_a_whole_run_may_be_asked_about(field: str, answer: int) -> None:
    program = "x = 3\ny = x*x + 1\ny = 5\ndel x\nz = y*y\n"
    question = Question("q", "?", program, {}, "", field, "end", 0, None)
    assert ask(question, random.Random(0)).answer == answer


def test_a_fault_may_be_on() -> None:
    program = "x = 3\ny = x*x\nbackward(y)\n"
    question = Question("q", "?", program, {}, "x", "grad", "end", 0, None, fault="merged")
    assert ask(question, random.Random(0)).answer == 3


def finished(*ids: str, days_ago: int) -> Progress:
    progress = Progress()
    for place, id_ in enumerate(ids):
        when = NOW - timedelta(days=days_ago + place)
        progress = progress.at_step(id_, "do", when, StepProgress(when, tried=Tried(1)), done=True)
    return progress


LESSONS = [lesson()]


def test_at_most_two_are_asked_and_those_that_waited_longest() -> None:

    many = [replace(LESSONS[0], id=id_) for id_ in ("a", "b", "c", "d")]
    progress = finished("a", "b", "c", days_ago=2)
    found = due(many, progress, NOW.astimezone().date(), random.Random(0))
    assert [each.lesson.id for each in found] == ["c", "b"]
    assert len(found) == MOST == 2
    assert due([replace(each, questions=()) for each in many], progress, NOW.date(), random.Random(0)) == []


def test_a_lesson_finished_today_is_not_asked_about_today() -> None:
    progress = finished("sound", days_ago=0)
    today = NOW.astimezone().date()
    assert due(LESSONS, progress, today, random.Random(0)) == []
    (tomorrow,) = due(LESSONS, progress, today + timedelta(days=INTERVALS[0]), random.Random(0))
    assert tomorrow.asking.question is LESSONS[0].questions[0]
    later = progress.asked("sound", NOW + timedelta(days=1), right=True)
    assert due(LESSONS, later, today + timedelta(days=3), random.Random(0)) == []
    assert len(due(LESSONS, later, today + timedelta(days=4), random.Random(0))) == 1
    assert due(LESSONS, Progress(), today, random.Random(0)) == []


def test_a_negative_number_is_raised_to_a_power_as_a_whole() -> None:
    """Or else `-9**2`, which is -81, would be taken for the square of -9."""
    question = replace(
        SQUARE, ask="dy/dx at {x}?", program="x = {x}\ny = {x}**2 + x*x\nbackward(y)\n",
        numbers={"x": (-9.0, -9.0, 1.0)}, whys=(("{x} **2", "`{x}**2`, or {x} twice."),),
    )  # fmt: skip
    asking = ask(question, random.Random(1))
    assert asking.program == "x = -9\ny = (-9)**2 + x*x\nbackward(y)\n"
    assert asking.text == "dy/dx at -9?"
    assert asking.whys == ((81.0, "`(-9)**2`, or -9 twice."),)
