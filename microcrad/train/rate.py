"""The learning rate as a person writes it: `0.1`, `1 to 0.1`, `1 to 0.1 cosine`, `0.1 x0.5 every 30`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from microcrad.errors import SettingError
from microcrad.optim import Constant, Cosine, Linear, Schedule, Steps

__all__ = ["FORMS", "Rate"]

FORMS = "0.1, or 1 to 0.1, or 1 to 0.1 cosine, or 0.1 x0.5 every 30"
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf|nan)"
_FALLS = re.compile(rf"({_NUMBER}) to ({_NUMBER})(?: (linear|cosine))?", re.IGNORECASE)
_DROPS = re.compile(rf"({_NUMBER}) ?x ?({_NUMBER}) every ([0-9]+)", re.IGNORECASE)
_ALONE = re.compile(_NUMBER, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rate:
    """A learning rate and how it changes over a run."""

    start: float
    end: float | None = None
    """What it falls to over the run's steps; None where it does not."""
    cosine: bool = False
    """Whether it falls along half a cosine instead of a straight line."""
    factor: float | None = None
    """What it is multiplied by after each `every` steps; None where it is not."""
    every: int = 0

    def __str__(self) -> str:
        if self.end is not None:
            return f"{self.start:g} to {self.end:g}{' cosine' if self.cosine else ''}"
        return f"{self.start:g}" + ("" if self.factor is None else f" x{self.factor:g} every {self.every}")

    @classmethod
    def parse(cls, text: str) -> Rate:
        """The rate that a text says; `SettingError` for any other, and for rates that are not above 0."""
        words = " ".join(text.split())
        if falls := _FALLS.fullmatch(words):
            return cls(_positive(falls[1]), _positive(falls[2]), (falls[3] or "").lower() == "cosine")
        if drops := _DROPS.fullmatch(words):
            if not int(drops[3]):
                raise SettingError(f"rate: found every {drops[3]}, expected every 1 step or more.")
            return cls(_positive(drops[1]), factor=_positive(drops[2]), every=int(drops[3]))
        if _ALONE.fullmatch(words):
            return cls(_positive(words))
        raise SettingError(f"rate: found {text!r}, expected {FORMS}.")

    def schedule(self, steps: int) -> Schedule:
        """The rate of each step of a run of so many."""
        if self.end is not None:
            return (Cosine if self.cosine else Linear)(self.start, self.end, steps)
        if self.factor is not None:
            return Steps(self.start, self.factor, self.every)
        return Constant(self.start)

    def times(self, factor: float) -> Rate:
        """Rates of the same form, all so many times as high, rounded to a short number."""
        end = None if self.end is None else float(f"{self.end * factor:.2g}")
        return replace(self, start=float(f"{self.start * factor:.2g}"), end=end)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise SettingError(f"rate: found {text}, expected a number above 0, such as 0.1.")
    return number
