"""A number of a program a little larger or smaller, where it stands in its line."""

from __future__ import annotations

import re
import sys
from decimal import Context, Decimal

from microcrad.language.parser import code
from microcrad.records import Record

__all__ = ["NudgeTrail", "NumberChange", "nudged"]

_NUMBER = re.compile(
    r"(?<![\w.])(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
    r"|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)(?![\w.])"
)
"""As Python writes numbers, which is what the language reads."""
_BINARY_BEFORE = re.compile(r"[\w.)\]]\s*$")
"""What a minus sign stands behind that takes one number from another."""
_COUNTED = re.compile(r"(\b(?:range|MLP|Layer|Neuron)\s*\(|[\w)\]]\s*\[)$")
"""What opens a bracket in which numbers count something."""
_LONGEST = 15
"""Digits on either side of the point beyond which a number is written with an exponent."""
_EXACT = Context(prec=60)
_LARGEST = Decimal(repr(sys.float_info.max))


class NumberChange(Record):
    """What to write instead of a part of a line."""

    start: int
    """The first column that is replaced, from 0."""
    end: int
    text: str


class _Nudge(Record):
    """A number that was nudged: where, which way, and how it was written before and after."""

    row: int
    start: int
    steps: int
    before: str
    after: str

    def stands(self, row: int, line: str) -> bool:
        """Whether the line still has at that place what was written there."""
        return row == self.row and line.startswith(self.after, self.start)


class NudgeTrail:
    """Nudges one number after another, and remembers the way: the opposite step leads back along it.

    By itself a step that fits a number's size does not lead back over a power of ten: from 0.1 a step down
    is 0.09, and from there a step up would be 0.091.
    """

    def __init__(self) -> None:
        self._way: list[_Nudge] = []

    def nudged(self, row: int, line: str, column: int, steps: int) -> NumberChange | None:
        """As the function `nudged`, in a row of a text; back where the last steps came from, if they did."""
        if self._way and not self._way[-1].stands(row, line):
            self._way.clear()  # Something else was written there, or another number is meant.
        last = self._way[-1] if self._way else None
        if last is not None and not last.start <= column <= last.start + len(last.after):
            self._way, last = [], None
        if last is not None and last.steps == -steps:
            self._way.pop()
            return NumberChange(last.start, last.start + len(last.after), last.before)
        if last is not None:
            column = last.start + len(
                last.after.rstrip(")")
            )  # At the number in the brackets it may have got.
        change = nudged(line, column, steps)
        if change is not None:
            before = line[change.start : change.end]
            if before != change.text:
                self._way.append(_Nudge(row, change.start, steps, before, change.text))
        return change


def nudged(line: str, column: int, steps: int) -> NumberChange | None:
    """The number at a column of a line, or that ends there, so many steps larger; None if there is none.

    A step is a tenth of the number's first digit's place: 0.1 for 2, 1 for 25, 0.001 for 0.05; and 1 for what
    counts, such as the turns of a loop, an index, or a power. No step leads beyond the largest number there
    is: there the text stays the same.
    """
    bare = code(line)
    found = next((each for each in _NUMBER.finditer(bare) if each.start() <= column <= each.end()), None)
    if found is None and bare[column : column + 1] == "-":  # The sign of a number is a part of it.
        found = _NUMBER.match(bare, column + 1 + len(bare[column + 1 :]) - len(bare[column + 1 :].lstrip()))
    if found is None:
        return None
    start, end = found.span()
    value, before, after = _read(found[0]), bare[:start].rstrip(), bare[end:].lstrip()
    powered = after.startswith("**")  # -3**2 is -(3**2): the sign is not the number's.
    if before.endswith("-") and not powered and not _BINARY_BEFORE.search(before[:-1]):
        value, before = -value, before[:-1]
        start = len(before)
        before = before.rstrip()
    power, counted = before.endswith("**"), _counts(before)
    whole = (power or counted) and value == value.to_integral_value()
    new = max(-_LARGEST, min(_EXACT.add(value, steps * _step(value, whole=whole)), _LARGEST))
    if counted and new < 0:
        new = Decimal(0)
    text = _written(new)
    if new < 0 and (powered or before.endswith(("+", "-", "*", "/"))):
        text = f"({text})"
    return NumberChange(start, end, text)


def _read(number: str) -> Decimal:
    digits = number.replace("_", "")
    return Decimal(int(digits, 0) if digits[1:2] in tuple("xXoObB") else digits)


def _step(value: Decimal, *, whole: bool) -> Decimal:
    if whole:
        return Decimal(1)
    return Decimal(1).scaleb(value.adjusted() - 1 if value else -1)


def _counts(before: str) -> bool:
    """Whether what stands before a number opens a bracket, not closed yet, in which numbers count."""
    opened: list[int] = []
    for place, character in enumerate(before):
        if character in "([":
            opened.append(place)
        elif character in ")]" and opened:
            opened.pop()
    return any(_COUNTED.search(before[: place + 1]) for place in opened)


def _written(value: Decimal) -> str:
    short = value.normalize(_EXACT) if value else Decimal(0)
    return f"{short:f}" if abs(short.adjusted()) <= _LONGEST else str(short).lower()
