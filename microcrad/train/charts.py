"""What a curve looks like in a picture that is so many columns wide: pure functions, no drawing.

A run may have a million steps and a picture a hundred columns, so a column shows the least and the largest of
the steps that fall into it, and nothing that happened is lost between two columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.train.history import Curve

__all__ = ["Axis", "Columns", "columns", "last_step", "loss_axis"]

Numbers = NDArray[np.float64]

_SHORT_RUN = 2000
"""The most steps for which a picture has room from the start."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers above 0 on a scale of powers of ten, or any range on an even one."""

    low: float
    high: float
    even: bool = False

    def place(self, numbers: Numbers) -> Numbers:
        """Where numbers are, from 0 at `low` to 1 at `high`; those beyond are put at the ends, nan stays."""
        with np.errstate(all="ignore"):
            if self.even:
                places = (numbers - self.low) / (self.high - self.low)
            else:
                least = np.maximum(numbers, self.low)  # 0 has no place on such a scale but the bottom.
                places = (np.log(least) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
            return np.asarray(np.clip(places, 0.0, 1.0))

    def ticks(self) -> list[float]:
        """Round numbers along the axis, the highest first; with powers of ten the ends are among them."""
        if self.even:
            step = _round_above((self.high - self.low) / 6)
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            return [k * step for k in range(last, first - 1, -1)]
        decades = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
        return sorted({self.low, self.high, *(_power(k) for k in decades)}, reverse=True)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A curve, column by column."""

    low: Numbers
    """The least finite number of each column; nan where none was measured."""
    high: Numbers
    """The largest."""
    mean: Numbers
    """The mean of each column's."""
    broken: tuple[int, ...]
    """The columns in which a number was not finite."""


def loss_axis(curves: Iterable[Curve], levels: Sequence[float] = ()) -> Axis | None:
    """The scale that holds all finite numbers of some curves and `levels`, from one round number to another.

    It ends in 1, 2 or 5 times a power of ten, so that it changes seldom as a curve goes on. None where there
    is no number above 0 to show.
    """
    lows, highs = list(levels), list(levels)
    for curve in curves:
        numbers = np.array(curve.numbers)
        shown = numbers[np.isfinite(numbers) & (numbers > 0)]
        if shown.size:
            lows.append(float(shown.min()))
            highs.append(float(shown.max()))
    if not lows:
        return None
    low, high = _round_below(min(lows)), _round_above(max(highs))
    return Axis(low, high if high > low else low * 10)


def last_step(steps: int, taken: int) -> int:
    """The step at a picture's right end, for a run of `steps` of which so many were taken.

    A run of up to 2000 steps has its place from the start; of a longer one as much as is needed by now.
    """
    needed = max(taken, _SHORT_RUN)
    whole = max(steps, taken)
    return whole if whole <= needed else min(whole, int(_round_above(needed)))


def columns(curve: Curve, last: int, count: int) -> Columns:
    """A curve in `count` columns that go from step 0 to step `last`."""
    steps, numbers = np.array(curve.steps), np.array(curve.numbers)
    places = np.minimum(steps * count / max(last, 1), count - 1).astype(np.intp)
    finite = np.isfinite(numbers)
    low, high, mean = np.full((3, count), np.nan)
    shown, at = numbers[finite], places[finite]
    if shown.size:
        starts = np.flatnonzero(np.diff(at, prepend=-1))  # Steps are in order, and so are their columns.
        low[at[starts]] = np.minimum.reduceat(shown, starts)
        high[at[starts]] = np.maximum.reduceat(shown, starts)
        mean[at[starts]] = np.add.reduceat(shown, starts) / np.diff(starts, append=len(shown))
    return Columns(low, high, mean, tuple(sorted({int(place) for place in places[~finite]})))


def _power(exponent: int) -> float:
    return float(f"1e{exponent}")


def _rungs(x: float, exponents: tuple[int, ...]) -> list[float]:
    exponent = math.floor(math.log10(x))
    return [float(f"{digit}e{exponent + more}") for more in exponents for digit in (1, 2, 5)]


def _round_below(x: float) -> float:
    return max((rung for rung in _rungs(x, (-1, 0)) if 0 < rung <= x), default=x)


def _round_above(x: float) -> float:
    return min((rung for rung in _rungs(x, (0, 1)) if x <= rung < math.inf), default=x)
