"""Whether what a step's own words allow is taken for an answer: a number of a hint, the digits asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lessons.fields.answers import close
from lessons.format.lesson import Step
from lessons.kinds.base import compare_value

__all__ = ["fewer_than_asked", "refused_digits", "refused_hints", "rounded_as_asked"]

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)", re.ASCII)
_DIGITS = re.compile(r"\b(one|two|three|four) digits?\b( after the point)?", re.IGNORECASE)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4}
_ROUNDED = 0.6
"""How far a rounded number is from its own, at most, in units of the last digit; somewhat more than half."""
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


def rounded_as_asked(number: float, text: str) -> float | None:
    """A number with as many digits as a text asks for; None if it asks for none."""
    found = _DIGITS.search(text)
    if found is None or not math.isfinite(number):
        return None
    return _rounded(number, _COUNTS[found[1].lower()], after_the_point=bool(found[2]))


def fewer_than_asked(number: float, text: str) -> float | None:
    """A number with a digit less than a text asks for, where that is another number to so many digits.

    None where it asks for none, or for one.
    """
    found, asked = _DIGITS.search(text), rounded_as_asked(number, text)
    if found is None or asked is None or (count := _COUNTS[found[1].lower()]) == 1:
        return None
    fewer = _rounded(number, count - 1, after_the_point=bool(found[2]))
    unit = 10.0 ** -(count if found[2] else count - 1 - math.floor(math.log10(abs(number) or 1)))
    return fewer if abs(fewer - number) > _ROUNDED * unit else None


def _rounded(number: float, count: int, *, after_the_point: bool) -> float:
    return round(number, count) if after_the_point else float(f"{number:.{count}g}")


def refused_digits(step: Step) -> Iterator[tuple[int, str]]:
    """The right answer with as many digits as the task asks for, refused; with fewer of them, taken."""
    for check in (each for top in step.checks for each in top.flat()):
        if check.kind.name != "answer" or check["near"] is None:
            continue
        said = rounded_as_asked(check["near"], step.task)
        if said is not None and not compare_value(said, check):
            yield (
                check.line,
                f"with the digits asked for, {said:g} is not taken. Allow for it, or ask for more.",
            )
        fewer = fewer_than_asked(check["near"], step.task)
        if fewer is not None and compare_value(fewer, check):
            yield check.line, f"with fewer digits than asked for, {fewer:g} is taken. Ask for fewer."
