"""Whether what a hint says is taken for an answer: a number that it names, which is near the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lessons.fields.answers import close
from lessons.format.lesson import Step
from lessons.kinds.base import compare_value

__all__ = ["refused_hints"]

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)", re.ASCII)
_NEAR = 0.02
"""How near a number of a hint is to the right one, as a share of it, to be meant for it."""


def refused_hints(step: Step) -> Iterator[tuple[int, str]]:
    """The numbers of hints that are as good as the answer, and would be refused."""
    for check in (each for top in step.checks for each in top.flat()):
        if check.kind.name != "answer" or check["near"] is None:
            continue
        for number in {found[0] for hint in step.hints for found in _NUMBER.finditer(hint)}:
            value = float(number)
            if close(value, check["near"], abs_=None, rel=_NEAR) and not compare_value(value, check):
                yield check.line, f"a hint names {number}, which is not taken as an answer. Allow for it."
