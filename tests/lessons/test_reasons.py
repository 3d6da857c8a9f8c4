"""A reason is tested before it is given: each `why` holds for its cause, and is not said of another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from samples import spread

from lessons.catalogue import catalogue
from lessons.fields.scripts import Script, ScriptMove
from lessons.format.lesson import Lesson, Step
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing
from microcrad.session.session import Session
from microcrad.train.training import Training

LESSONS = {lesson.id: lesson for lesson in catalogue().lessons}


def begun(lesson: Lesson, slug: str | None = None) -> Taking:
    """A lesson, begun in a session of its own."""
    return Taking(lesson, Session() if lesson.mode == "playground" else Training(), step=slug)


def ids(step: Step) -> list[str]:
    """What the reasons of a step are called in a judgement."""
    return [why.id or str(place) for place, why in enumerate(step.whys, 1)]


def wrong(step: Step) -> Iterator[Script]:
    """Attempts that fail: what the lesson names, and a number that nobody thought of."""
    yield from (why.attempt for why in step.whys)
    yield from (miss.attempt for miss in step.misses)
    if step.answers:
        yield (ScriptMove("answer", "-91.37"),)
    for choice in step.choices:
        yield (ScriptMove("choose", choice.id),)


EXPECTED = sum(len(step.whys) for lesson in LESSONS.values() for step in lesson.steps)


def test_there_are_reasons_to_test() -> None:
    assert EXPECTED > 250


@pytest.mark.parametrize("lesson", spread(6, LESSONS.values()), ids=lambda lesson: lesson.id)
def test_every_reason_is_said_for_its_cause_and_not_for_another(lesson: Lesson) -> None:
    """Of all that is known to fail a task, each reason is said for some, and for some it is not."""
    taking = begun(lesson)
    for step in lesson.steps:
        told = dict.fromkeys(ids(step), 0)
        failed = 0
        for attempt in wrong(step):
            judgement = taking.attempted(attempt)
            if judgement.verdict is Standing.NOT_YET:
                failed += 1
                if judgement.why in told:
                    told[judgement.why] += 1
        for why, times in told.items():
            assert times > 0, (lesson.id, step.slug, why, "is never said")
            assert times < failed, (lesson.id, step.slug, why, "is said of everything")
        taking.attempted(step.solution)
        taking.next()


def append(lines: str) -> Script:
    """Lines added to the program."""
    return (ScriptMove("append", lines), ScriptMove("go", "end"))


def line(text: str) -> Script:
    """A line written otherwise."""
    return (ScriptMove("line", text), ScriptMove("go", "end"))


def program(text: str) -> Script:
    """Another program."""
    return (ScriptMove("program", text), ScriptMove("go", "end"))


LOOP = "w = 3\nfor i in range(10):\n  loss = w*w\n  backward(loss)\n" + (
    "  w.data = w.data - {} * w.grad\n  zero_grad()"
)
FITS = [
    # The number is that of the reason, and its cause is another.
    ("nudge", "flat", "rising", program("x = 3\ny = x*x\nbackward(y)")),
    ("chain-rule", "make", "mixed", append("y = 2*x\nout = 3*y\nbackward(out)")),
    ("chain-rule", "make", "sums", append("y = 0.5*x\nout = 2*y\nbackward(out)")),
    ("local-rules", "make", "twelve", program("p = 6\nout = 12*p\nbackward(out)")),
    ("accumulate", "repair", "too-late", line("3 z = y*0 + x*0")),
    ("accumulate", "make", "chain", append("p = 0\nout = p*p\nbackward(out)")),
    ("order", "make", "chain", append("p = 2\nout = p*p\nbackward(out)")),
    ("gradcheck", "sweep", "large", line("1 x = 3.1")),
    ("decompose", "make", "inside", append("e = exp(-2*n)\no = (1 - e) / (1 + e)")),
    ("mutate", "move", "up", program("a = 2\nb = 3\nb.data = 10\nf = a*b*2\nbackward(f)")),
    ("refcount", "del", "x", line("2 y = x*3")),
    ("refcount", "make", "four", append("a = w*w\nb = w")),
    ("leak", "repair", "named", append("v = 1")),
    ("dangling", "repair", "kept", line("3 y = w")),
    ("outlive", "manual", "once", append("  release(loss)\na = 1\nb = 2")),
    ("mlp", "make", "bias", append("w0 = 1\nw1 = 1\nout = relu(w0*x0*w1*x1)\nbackward(out)")),
    ("descent", "diverge", "more", append("w = 40")),
    ("descent", "make", "slow", program(LOOP.format(0.01).replace("w*w", "w*w*0"))),
    ("descent", "make", "up", program(LOOP.format(0.1).replace("w = 3", "w = 30"))),
    ("zero-grad", "repair", "after", append("v = 1")),
    ("loop", "shuffled", "once", append("w = 4")),
    ("loop", "make", "still", append("loss = 4")),
    ("silent-units", "wake", "still", line("1 x = -3")),
    ("explode", "make", "flat", line("1 w = 1.035")),
    ("explode", "make", "slow", append("loss = 3")),
    ("pytorch", "like", "all", line("1 x = 1")),
    ("pytorch", "make", "same", append("for i in range(3):\n  z = x*x*3\n  backward(z)\n  del z")),
    ("pytorch", "make", "held", append("for i in range(2):\n  z = x*x*3\n  backward(z)\n  del z\nv = 1")),
    ("mystery", "make", "leaf", append("p = 2\nout = p*3\nbackward(out)")),
]


@pytest.mark.parametrize(("id_", "slug", "why", "attempt"), FITS, ids=[f"{row[0]}-{row[2]}" for row in FITS])
def test_a_number_that_happens_to_fit_is_given_no_cause(
    id_: str, slug: str, why: str, attempt: Script
) -> None:
    lesson = LESSONS[id_]
    taking = begun(lesson, slug)
    assert why in ids(taking.step)
    judgement = taking.attempted(attempt)
    assert judgement.verdict is Standing.NOT_YET
    assert judgement.why != why, judgement.sentence


def test_of_a_program_that_was_not_kept_no_cause_is_told() -> None:
    """The task says what may change; another program is told that first."""
    taking = begun(LESSONS["descent"], "make")
    judgement = taking.attempted(append("w = 1\n"))
    assert judgement.sentence == "Change the rate on line 5, and nothing else."
