"""How many samples a test takes: in `make test`, which leaves out what is slow, a tenth."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings

__all__ = ["ALL", "FEW", "always", "seeds", "share", "spread"]

ALL, FEW = "all", "few"
"""Profiles: the same examples at every run, and no clock, so that a test depends on the code alone."""

settings.register_profile(ALL, deadline=None, derandomize=True, max_examples=100)
settings.register_profile(FEW, settings.get_profile(ALL), max_examples=10)


def share(number: int) -> int:
    """As many of so many samples as are taken now."""
    return max(number * settings().max_examples // 100, 1)


def seeds(number: int) -> range:
    """Where chance starts for each of so many samples, as many of them as are taken now."""
    return range(share(number))


def always(number: int, rows: Iterable[Any]) -> list[Any]:
    """Rows for `parametrize`, of which the first so many are always taken, and the others are slow.

    Where few samples are taken, the others are not even made: each would cost as much as a short test.
    """
    if share(100) < 100:
        rows = islice(rows, number)
    return [
        pytest.param(
            *(row if isinstance(row, tuple) else (row,)), marks=[] if place < number else [pytest.mark.slow]
        )
        for place, row in enumerate(rows)
    ]


def spread(number: int, rows: Iterable[Any]) -> list[Any]:
    """The same, with the rows that are always taken at even distances."""
    rows = list(rows)
    taken = {place * len(rows) // number for place in range(number)}
    order = sorted(range(len(rows)), key=lambda place: (place not in taken, place))
    return always(len(taken), [rows[place] for place in order])
