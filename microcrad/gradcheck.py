"""Gradients by nudging: what `backward` computes exactly, approximated from function values alone."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence

from microcrad.engine import Value
from microcrad.real_numbers import Number
from microcrad.records import Record

__all__ = ["GradCheck", "central_difference", "gradcheck", "nudge"]


class GradCheck(Record):
    """One input's gradient, computed twice."""

    value: float
    """The input."""
    grad: float
    """What `backward` says."""
    numeric: float
    """What the central difference says."""
    agrees: bool
    """Whether the two are within the tolerance that was asked for."""


def nudge(x: float) -> float:
    """A step for a central difference at `x`: the cube root of the machine epsilon, scaled to `x`.

    That balances the rounding of `f(x + h) - f(x - h)` against the cubic term it neglects (Numerical
    Recipes, 3rd edition, section 5.7). It is a power of two, so that `x + h` adds little rounding of its own.
    """
    scale = max(abs(x), 1e-3) * sys.float_info.epsilon ** (1 / 3)
    return 2.0 ** round(math.log2(scale))


def central_difference(f: Callable[[float], float], x: float) -> float:
    """The slope of `f` at `x` as `(f(x + h) - f(x - h)) / 2h`; nan where `x` is not finite."""
    if not math.isfinite(x):
        return math.nan
    h = nudge(x)
    above, below = x + h, x - h
    return (f(above) - f(below)) / (above - below)


def gradcheck(
    f: Callable[..., Value], inputs: Sequence[Number], *, rel: float = 1e-5, abs_: float = 1e-7
) -> tuple[GradCheck, ...]:
    """Compare `f`'s gradients by `backward` with central differences, one result an input.

    `f` takes as many `Value`s as there are `inputs` and returns one; it is called once, and twice more for
    each input. The two agree if they differ by at most `rel` times the larger, or by at most `abs_`. Where
    the function has a kink they may rightly differ: backward takes one side, the difference averages both.
    """
    leaves = [Value(x) for x in inputs]
    f(*leaves).backward()

    def along(index: int) -> Callable[[float], float]:
        def moved(x: float) -> float:
            return f(*(Value(x if i == index else leaf.data) for i, leaf in enumerate(leaves))).data

        return moved

    results = []
    for index, leaf in enumerate(leaves):
        numeric = central_difference(along(index), leaf.data)
        agrees = math.isclose(leaf.grad, numeric, rel_tol=rel, abs_tol=abs_)
        results.append(GradCheck(leaf.data, leaf.grad, numeric, agrees))
    return tuple(results)
