"""Numbers as learners type them: `7`, `-1.5`, `2/3`, `1e-3`, `inf`, `nan`. Nothing is ever evaluated."""

from __future__ import annotations

import math
import re

__all__ = ["AnswerError", "close", "parse_number"]

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_FORMS = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?|([+-]?inf)|nan", re.ASCII)
MAX_CHARACTERS = 60


class AnswerError(ValueError):
    """A text that is not a number; the message says what was found and what to write."""


def parse_number(text: str) -> float:
    """Read a number or a fraction of two. Raises `AnswerError` for anything else."""
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    found = _FORMS.fullmatch(plain) if len(plain) <= MAX_CHARACTERS else None
    if found is None:
        if re.fullmatch(r"[+-]?\d+,\d+", plain):
            raise AnswerError(
                f"Found {plain}. Write the decimal point as a point: {plain.replace(',', '.')}."
            )
        shown = text.strip()[:MAX_CHARACTERS]
        said = f"Found {shown!r}, expected" if shown else "Nothing is written yet. Write"
        raise AnswerError(f"{said} a number such as 7, -1.5, 2/3 or 1e-3.")
    top, bottom, infinity = found.groups()
    if top is None:
        return float(infinity or "nan")
    if bottom is None:
        return float(top)
    if float(bottom) == 0:
        raise AnswerError(f"{plain} divides by zero. Write inf, -inf or nan if that is what you mean.")
    return float(top) / float(bottom)


def close(found: float, expected: float, *, abs_: float | None, rel: float | None) -> bool:
    """Whether a number is within a tolerance: `abs_` in the number's own units, `rel` a share of it.

    An infinity is close to itself only, and so is nan.
    """
    if not math.isfinite(found) or not math.isfinite(expected):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return abs(found - expected) <= max(abs_ or 0.0, (rel or 0.0) * abs(expected))
