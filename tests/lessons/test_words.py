"""What screen and plain text both say: solutions with reasons, questions like a task, how a lesson ends."""

from __future__ import annotations

import random

import pytest
from planted import lesson
from samples import spread
from takings import session_of, shipped

from lessons.catalogue import catalogue
from lessons.format.lesson import Lesson
from lessons.take.taking import Taking
from lessons.words import ending, has_like_it, like_it, solved
from microcrad.session.session import Session
from microcrad.train.training import Training

FOUND = catalogue()
some = pytest.mark.parametrize("each", spread(5, FOUND.lessons), ids=lambda each: each.id)


def test_a_solution_says_why_it_is_one() -> None:
    said = list(solved(lesson().steps[0]))
    assert said == ["A solution:", "  answer: 6", "  go: end", "Because: 3 and 3."]


@some
def test_a_task_has_a_question_like_it_with_other_numbers(each: Lesson) -> None:
    """One that asks for the same sort of number, where the lesson has one."""
    for step in each.steps:
        asking = like_it(each, step, random.Random(1))
        fields = {question.field for question in each.questions}
        assert (asking is not None) == has_like_it(each, step)
        assert has_like_it(each, step) == (step.asked is not None and step.asked.field in fields)
        assert asking is None or step.asked is None or asking.question.field == step.asked.field
    assert like_it(lesson(), lesson().steps[0], random.Random(1)) is not None
    assert like_it(lesson(), lesson().steps[1], random.Random(1)) is None


@some
def test_a_lesson_ends_with_what_was_shown_and_made(each: Lesson) -> None:
    taking = Taking(each, Session() if each.mode == "playground" else Training())
    for step in each.steps:
        taking.attempted(step.solution)
        taking.next()
    assert taking.view.done
    after = FOUND.after(each)
    said = list(ending(each, taking.here, after))
    assert said[0] == "What this lesson has shown:"
    assert [line for line in said if line.startswith("- ")] == [
        f"- {line}".replace("`", "") for line in each.shown
    ]
    if each.mode == "train":
        assert any(line.startswith("Your network, as you leave it: loss ") for line in said)
    elif taking.here.playground.snapshot.heap.live:
        rows = [line for line in said if line.startswith("  ")]
        assert 2 <= len(rows) <= 8
        assert rows[0].split() == ["node", "data", "grad", "refs"]
        assert len(set(map(len, rows[:2]))) == 1
    assert (said[-1].startswith(f"Next: {after.ordinal} {after.title}")) if after is not None else True


def test_a_picture_has_the_numbers_of_the_learners_own_graph() -> None:
    each = shipped("accumulate")
    taking = Taking(each, Session())
    for step in each.steps[:-1]:
        taking.attempted(step.solution)
        taking.next()
    session = session_of(taking)
    session.set_text("p = 5\nq = p*p\nout = q + p\nbackward(out)\n")
    session.go(10_000)
    said = [line.split() for line in ending(each, taking.here, None) if line.startswith("  ")]
    assert said[0] == ["node", "data", "grad", "refs"]
    assert said[1] == ["out", "30", "1", "1"]
    assert ["p", "5", "11", "4"] in said
    assert ["p", "again", "5", "11", "4"] in said
