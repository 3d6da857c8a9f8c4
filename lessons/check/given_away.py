"""Whether a lesson's own sentences say the number that a task asks for, before it is found.

A number that stands where a result stands (`gets 3`, `is about 0.76`, `= 7`) and would be taken as the answer
gives it away. Operands do not: a hint may say `7 + 1 + 6 + 6`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessons.format.lesson import Step
from lessons.format.plain_text import plain
from lessons.kinds.base import compare_value

__all__ = ["given_away"]

_WORDS = (
    "is", "are", "gets", "get", "gives", "makes", "becomes", "say", "says", "holds", "equals", "about",
    "comes to", "answer",
    "ist", "sind", "wird", "werden", "bekommt", "gibt", "ergibt", "macht", "sagt", "etwa", "antwort",
)  # fmt: skip
"""What stands before a result."""
_RESULT = re.compile(
    rf"(?:\b(?:{'|'.join(_WORDS)})|=)\s+(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.]*\w)(?!\s*[-+*/^])",
    re.IGNORECASE | re.ASCII,
)


def given_away(step: Step) -> Iterator[tuple[int, str]]:
    """The sentences of a step that say the number it asks for: their lines, 0 for the step's own."""
    answers = [each for check in step.checks for each in check.flat() if each.kind.name == "answer"]
    for what, line, text in _before_a_pass(step):
        for found in _RESULT.finditer(plain(text)):
            if any(compare_value(float(found[1]), check) for check in answers):
                yield line, f"{what} says {found[1]}, which is the answer. Leave that to be found."


def _before_a_pass(step: Step) -> Iterator[tuple[str, int, str]]:
    """Every sentence that may be read before the step is passed, but for what is explained."""
    yield "the task", 0, step.task
    yield from ((f"hint {place}", 0, hint) for place, hint in enumerate(step.hints, 1))
    yield from ((f"why {place}", why.line, why.say) for place, why in enumerate(step.whys, 1))
    yield from ((f"check {place}", check.line, check.say) for place, check in enumerate(step.checks, 1))
    yield from ((f"why of choice {choice.id}", 0, choice.why) for choice in step.choices)
