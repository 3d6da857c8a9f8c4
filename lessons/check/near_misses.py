"""Near misses: for each condition of a task, an attempt that meets those above it and fails that one.

So no condition is there in words only. What every task is tried with besides: writing its numbers over.
"""

from __future__ import annotations

from collections.abc import Iterator

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import Script, ScriptMove
from lessons.format.lesson import Step
from lessons.kinds import sentence
from lessons.take.taking import Taking
from lessons.take.verdicts import Standing

__all__ = ["first_failing", "near_misses"]


def near_misses(taking: Taking, step: Step, missed: set[int | None]) -> Iterator[tuple[int, str]]:
    """What is wrong with a step's near misses: their lines, 0 for the step's own, and what it is.

    `missed` are the first checks that fail after the attempts of its whys.
    """
    for place, miss in enumerate(step.misses, 1):
        try:
            judgement = taking.attempted(miss.attempt)
        except BrokenLessonError as error:
            yield miss.line, f"the attempt of miss {place}: {error}"
            continue
        found = first_failing(taking)
        if judgement.verdict is Standing.PASSED:
            yield miss.line, f"the attempt of miss {place} passes the step."
        elif found is None:
            yield (
                miss.line,
                f"the attempt of miss {place} fails no check; what is said is: {judgement.sentence}",
            )
        elif found != miss.fails:
            yield miss.line, f"the attempt of miss {place} fails check {found} first, not check {miss.fails}."
        missed = missed | {found}
    if step.answers or step.choices:
        return
    for place, check in enumerate(step.checks, 1):
        if place not in missed:
            said = "which attempt meets the checks above it and fails this one? Add it to miss, or to why."
            yield check.line, f"check {place} has no near miss: {said}"
    written = _written_over(step)
    if written and _passes(taking, written):
        yield 0, "a program that writes the numbers over passes it. Check how they come about."


def first_failing(taking: Taking) -> int | None:
    """The first check that fails after an attempt, from 1; None if all hold, or one cannot be judged."""
    try:
        here = taking.here
        return next((place for place, each in enumerate(taking.step.checks, 1) if sentence(here, each)), None)
    except BrokenLessonError:
        return None


def _passes(taking: Taking, attempt: Script) -> bool:
    try:
        return taking.attempted(attempt).verdict is Standing.PASSED
    except BrokenLessonError:
        return False


def _written_over(step: Step) -> Script:
    """Lines that write every number that is expected into its node, where the program can be added to."""
    checks = [each for check in step.checks for each in check.flat()]
    lines = [
        f"{check['node']}.{check.kind.name} = {check['near']!r}"
        for check in checks
        if check.kind.name in ("data", "grad") and check["near"] is not None and check["node"].isidentifier()
    ]
    return (ScriptMove("append", "\n".join(lines)), ScriptMove("go", "end")) if lines else ()
