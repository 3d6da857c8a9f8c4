"""Numbers as learners type them: `7`, `2/3`, `2**-20`, `tanh(1)`, `75 %`, `not a number`.

A small reader of its own works them out, number by number; nothing is ever handed to Python to run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from microcrad.language.core_expressions import FUNCTIONS, MORE_FUNCTIONS
from microcrad.ops import divide, on_numbers, power

__all__ = ["AnswerError", "close", "is_number", "parse_number", "writes_commas"]

_SPACES = re.compile(r"\s+")
_TOKEN = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)|(\*\*|[-+*/^()%])|([a-z]+)", re.ASCII)
_COMMA = re.compile(r"(?<![\d.])(\d+),(\d+)(?![\d.,])", re.ASCII)
_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?![\d.,])", re.ASCII)
"""What may be a thousand, or one and some thousandths."""
_WORDS = {
    "inf": math.inf, "infinity": math.inf, "infinite": math.inf,
    "nan": math.nan, "notanumber": math.nan, "nonumber": math.nan,
}  # fmt: skip
"""What stands for a number, without its spaces and in small letters."""
_SAME = {
    "\N{MINUS SIGN}": "-", "\N{MULTIPLICATION SIGN}": "*", "\N{MIDDLE DOT}": "*", "\N{DIVISION SIGN}": "/",
    "\N{INFINITY}": "inf",
}  # fmt: skip
MAX_CHARACTERS = 60
_DEEPEST = 20
"""How many brackets, signs and powers may stand in each other."""


_COMMAS = frozenset((
    "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nb", "nl", "nn",
    "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk",
))  # fmt: skip


def writes_commas(language: str) -> bool:
    """Whether a language writes `1,5`."""
    return language.partition("-")[0] in _COMMAS


class AnswerError(ValueError):
    """A text that is not a number; the message says what was found and what to write."""


def parse_number(text: str, *, comma: bool = False) -> float:
    """Read a number, or sums, products, quotients, powers and functions of some.

    `1,5` is 1.5. `comma` is whether numbers are written so where the person is; elsewhere `1,000`, which may
    be a thousand, is asked about. Raises `AnswerError` for that and for anything else.
    """
    for one, other in _SAME.items():
        text = text.replace(one, other)
    plain = _SPACES.sub(" ", text).strip()
    if not comma and (found := _THOUSANDS.search(plain)):
        point, none = f"{found[1]}.{found[2]}", f"{found[1]}{found[2]}"
        raise AnswerError(f"Found {found[0]}, which may be {point} or {none}. Write it without the comma.")
    low = _COMMA.sub(r"\1.\2", plain).lower()
    try:
        if len(plain) > MAX_CHARACTERS:
            raise _UnreadError
        return _Reader(low).number()
    except _UnreadError:
        shown = text.strip()[:MAX_CHARACTERS]
        said = f"Found {shown!r}, expected" if shown else "Nothing is written yet. Write"
        raise AnswerError(f"{said} a number such as 7, -1.5, 2/3 or 1e-3.") from None


class _UnreadError(Exception):
    """This is no number."""


class _Reader:
    """One answer while it is worked out, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        self._depth = 0
        whole = text.lstrip("+-").replace(" ", "")
        if whole in _WORDS:  # Words with spaces between them.
            text = f"{'-' if text.startswith('-') else ''}{whole}"
        place = 0
        while place < len(text):
            if text[place] == " ":
                place += 1
                continue
            found = _TOKEN.match(text, place)
            if found is None:
                raise _UnreadError
            self._tokens.append("**" if found[0] == "^" else found[0])
            place = found.end()
        self._tokens.reverse()

    def number(self) -> float:
        """What the whole text comes to."""
        value = self._sum()
        if self._tokens:
            raise _UnreadError
        return value

    @property
    def _next(self) -> str:
        return self._tokens[-1] if self._tokens else ""

    def _take(self, *wanted: str) -> str:
        return self._tokens.pop() if self._next in wanted and self._tokens else ""

    def _sum(self) -> float:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> float:
        value = self._signed()
        while sign := self._take("*", "/"):
            other = self._signed()
            if sign == "/" and other == 0:
                raise AnswerError("That divides by zero. Write inf, -inf or nan if that is what you mean.")
            value = value * other if sign == "*" else divide(value, other)
        return value

    def _signed(self) -> float:
        self._depth += 1
        if self._depth > _DEEPEST + 1:  # The innermost is a number, and nothing that it stands in.
            raise _UnreadError
        sign = self._take("+", "-")
        value = self._signed() if sign else self._power()
        self._depth -= 1
        return -value if sign == "-" else value

    def _power(self) -> float:
        value = self._atom()
        if self._take("%"):
            value /= 100
        return power(value, self._signed()) if self._take("**") else value

    def _atom(self) -> float:
        word = self._tokens.pop() if self._tokens else ""
        if word == "(":
            value = self._sum()
            if not self._take(")"):
                raise _UnreadError
            return value
        if word in _WORDS:
            return _WORDS[word]
        if word in (*FUNCTIONS, *MORE_FUNCTIONS) and self._next == "(":
            function: Callable[[float], float] = on_numbers(word)
            return function(self._atom())
        if word[:1].isdigit() or word[:1] == ".":
            return float(word)
        raise _UnreadError


def is_number(text: str) -> bool:
    """Whether a text can be answered with, as `parse_number` reads it."""
    try:
        parse_number(text)
    except AnswerError:
        return False
    return True


def close(found: float, expected: float, *, abs_: float | None, rel: float | None) -> bool:
    """Whether a number is within a tolerance: `abs_` in the number's own units, `rel` a share of it.

    An infinity is close to itself only, and so is nan.
    """
    if not math.isfinite(found) or not math.isfinite(expected):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return abs(found - expected) <= max(abs_ or 0.0, (rel or 0.0) * abs(expected))
