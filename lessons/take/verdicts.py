"""Judging an attempt at a step: passed, not tried yet, not yet, or the lesson itself is broken."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from lessons.fields.problems import BrokenLessonError
from lessons.format.lesson import Lesson, Step
from lessons.kinds import Check, Here, sentence
from lessons.take.copied import copied
from lessons.take.overwritten import overwritten
from microcrad.text.numbers import short

__all__ = ["Judgement", "Standing", "judge"]


class Standing(StrEnum):
    """How an attempt stands."""

    NOT_TRIED = "not tried yet"
    NOT_YET = "not yet"
    PASSED = "passed"
    BROKEN = "this lesson is broken"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, with the one sentence that goes with it."""

    verdict: Standing
    sentence: str
    why: str = ""
    """The id of the misconception that was recognised; its place, from 1, if it has no id."""


def judge(lesson: Lesson, step: Step, here: Here, *, tried: bool) -> Judgement:
    """Judge where things stand. `tried` is whether anything was done since the step began."""
    if not tried:
        return Judgement(Standing.NOT_TRIED, _untried(step))
    reads_errors = any(check.sees("error") for check in step.checks)
    if here.moment is not None and not here.moment.up_to_date and not reads_errors:
        if not here.moment.errors:  # A long run was stopped.
            return Judgement(Standing.NOT_YET, "The program was not run as it is now. Run it fully: F9.")
        return Judgement(Standing.NOT_YET, f"The program cannot be read: {here.moment.errors[0]}")
    if step.predict and here.answer is None:
        return Judgement(Standing.NOT_YET, "Predict first: answer with a number.")
    written = ""
    if here.moment is not None and here.moment.up_to_date:
        written = overwritten(step, here.begun, here.moment.snapshot.program.text)
    failed, kept = "", True
    for check in step.checks:
        try:
            said = "" if failed and check.kind.name != "kept" else _with_hint(here, check)
        except Exception as error:
            return _broken(lesson, check, error)
        failed = failed or said
        kept = kept and not (said and check.kind.name == "kept")
    if not failed and here.moment is not None and here.moment.up_to_date:
        text = here.moment.snapshot.program.text
        written = written or copied(step, here.begun, text, here.moment.ownership)
    if not failed:
        return Judgement(Standing.NOT_YET, written) if written else Judgement(Standing.PASSED, step.explain)
    for choice in step.choices:
        if choice.id == here.choice and choice.why:
            return Judgement(Standing.NOT_YET, choice.why, choice.id)
    for place, why in enumerate(step.whys if kept else (), 1):  # Of another program no cause is known.
        try:
            if not sentence(here, why.when):
                return Judgement(Standing.NOT_YET, _with_numbers(here, why.say), why.id or str(place))
        except Exception as error:
            return _broken(lesson, why.when, error)
    return Judgement(
        Standing.NOT_YET, _stop(step, here) or written or _near(step, here) or _with_numbers(here, failed)
    )


_ASKED = re.compile(r"\{(\w+)\}")


def _with_numbers(here: Here, said: str) -> str:
    """A sentence in which a name in braces is the number that its node has at the end of the run."""
    if here.moment is None or "{" not in said:
        return said
    at = here.moment.run.end

    def number(found: re.Match[str]) -> str:
        node = at.find(found[1])
        data = None if node is None else at.data(node)
        return "unknown" if data is None else short(data)

    return _ASKED.sub(number, said)


_CLOSE = 3
"""Within so many times a tolerance an answer is near the right one."""


def _near(step: Step, here: Here) -> str:
    """What to say of an answer that only lacks digits; empty for another one."""
    for check in (each for top in step.checks for each in top.flat()):
        near = check["near"] if check.kind.name == "answer" else None
        if near is None or here.answer is None or not math.isfinite(near):
            continue
        allowed = max(check["abs"] or 0, (check["rel"] or 0) * abs(near))
        if allowed < abs(here.answer - near) <= _CLOSE * allowed:
            return f"{short(here.answer)} is near, and not near enough: work it out more exactly."
    return ""


def _untried(step: Step) -> str:
    """What to say to who checks before anything was done or said, and to who has begun anew."""
    if step.choices:
        return "Choose one first."
    if step.predict:
        return "Predict first: answer with a number."
    return "Answer first." if step.answers else "Everything is as it was when the task began."


def _stop(step: Step, here: Here) -> str:
    """What has ended the run before its end, which is why a check fails; empty where that is to be found."""
    sought = any(check.sees(kind) for check in step.checks for kind in ("stopped", "error", "finite"))
    if here.moment is None or sought or not here.moment.run.errors or {*step.hides} - {"repairs"}:
        return ""
    error = here.moment.run.errors[0]
    told = f"line {error.line}: {error.message}" if "repairs" in step.hides else str(error)
    return f"The program stops on {told}"


def _with_hint(here: Here, check: Check) -> str:
    """What to say of a check that fails, and where it would hold if that is at the end of the run."""
    said = sentence(here, check)
    if not said or check.say or not check.kind.moments or check.at != "here":
        return said
    at = here.playground.snapshot
    if at.position == at.event_count:
        return said
    later = Check(check.kind, check.fields, at="end")
    return (
        said if sentence(here, later) else "Not at this moment, but at the end of the run: go there with >."
    )


def _broken(lesson: Lesson, check: Check, error: Exception) -> Judgement:
    """The message for a check that cannot be judged; any error at all is the lesson's, not the learner's."""
    what = str(error) if isinstance(error, BrokenLessonError) else f"{type(error).__name__}: {error}"
    return Judgement(Standing.BROKEN, f"{lesson.path.name}:{check.line}: {check.kind.name}: {what}")
