"""Whether a lesson's own sentences say the number that a task asks for, before it is found.

A number that stands where a result stands (`gets 3`, `is about 0.76`, `= 7`) and would be taken as the answer
gives it away. Operands do not: a hint may say `7 + 1 + 6 + 6`. What explains, above the task or after a task
before it, speaks of other numbers too: there it is the answer if it is said of the node that is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessons.fields.scripts import Script
from lessons.format.lesson import Asked, Lesson, Step
from lessons.format.plain_text import plain
from lessons.kinds.base import Check, compare_value

__all__ = ["given_away"]

_WORDS = (
    "is", "are", "was", "were", "gets", "get", "receives", "gives", "makes", "becomes", "say", "says",
    "holds", "equals", "about", "comes to", "answer",
    "ist", "sind", "war", "waren", "wird", "werden", "bekommt", "erhält", "gibt", "ergibt", "macht", "sagt",
    "etwa", "antwort",
)  # fmt: skip
"""What stands before a result."""
_NUMBER = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.]*\w)(?!\s*[-+*/^])"
_RESULT = re.compile(rf"(?:\b(?:{'|'.join(_WORDS)})|=)\s+{_NUMBER}", re.IGNORECASE | re.ASCII)


def given_away(lesson: Lesson, step: Step) -> Iterator[tuple[int, str]]:
    """The sentences that say the number which a step asks for: their lines, 0 for the step's own."""
    answers = _answers(step)
    for what, line, text in _before_a_pass(step):
        for found in _RESULT.finditer(plain(text)):
            if _is_one(found[1], answers):
                yield line, f"{what} says {found[1]}, which is the answer. Leave that to be found."
    if step.asked is None:
        return
    said_of_it = _said_of(step.asked)
    for what, text in _explained_before(lesson, step):
        for found in said_of_it.finditer(plain(text)):
            number = found[1] or found[2]
            if _is_one(number, answers) and not _is_given(lesson, step.asked, number):
                yield 0, f"{what} says {found[0].strip()!r}, which is the answer. Leave that to be found."


def _answers(step: Step) -> list[Check]:
    return [each for check in step.checks for each in check.flat() if each.kind.name == "answer"]


def _is_one(number: str, answers: list[Check]) -> bool:
    return any(compare_value(float(number), check) for check in answers)


def _before_a_pass(step: Step) -> Iterator[tuple[str, int, str]]:
    """Every sentence about the answer that may be read before the step is passed."""
    yield "the task", 0, step.task
    yield from ((f"hint {place}", 0, hint) for place, hint in enumerate(step.hints, 1))
    yield from ((f"why {place}", why.line, why.say) for place, why in enumerate(step.whys, 1))
    yield from ((f"check {place}", check.line, check.say) for place, check in enumerate(step.checks, 1))
    yield from ((f"why of choice {choice.id}", 0, choice.why) for choice in step.choices)


def _explained_before(lesson: Lesson, step: Step) -> Iterator[tuple[str, str]]:
    """What is explained before the step is passed; not what was said where the same was asked and found."""
    yield "the text", step.prose
    yield "the task", step.task
    yield "the introduction", lesson.intro
    for other in lesson.steps[: lesson.index(step.slug)]:
        if other.asked != step.asked:
            yield f"explain of step {other.slug}", other.explain


def _said_of(asked: Asked) -> re.Pattern[str]:
    """A number that is said of what is asked for, `w.grad is 8.6`, or after it, `8.6 is dL/dw`."""
    node = re.escape(asked.node)
    means, equals = rf"{node}\.{asked.field}", r"\s*=|"
    if asked.field == "grad":
        means += rf"|d\w+/d{node}|{node} (?:receives|gets|bekommt|erhält)"
    elif asked.field == "data":  # `w = 3` is a line of a program.
        means, equals = rf"{means}|{node}", ""
    return re.compile(
        rf"(?<![\w./*+-])(?:{means})(?![\w./*+-])(?:{equals}(?:\s+[^\W\d]+){{0,3}})\s+{_NUMBER}"
        rf"|(?<![\w.]){_NUMBER}\s+(?:is|for|ist|für)\s+(?:{means})(?!\w)",
        re.IGNORECASE | re.ASCII,
    )


def _is_given(lesson: Lesson, asked: Asked, number: str) -> bool:
    """Whether a program of the lesson gives the node that number to begin with, as in `w = 3`."""
    scripts: list[Script] = [lesson.setup, *(step.setup or () for step in lesson.steps)]
    texts = [str(move.value) for script in scripts for move in script]
    line = re.compile(rf"(?m)^\s*{re.escape(asked.node)} = {re.escape(number)}\s*$")
    return asked.field == "data" and any(map(line.search, texts))
