"""How many samples a test takes: in `make test`, which leaves out what is slow, a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

__all__ = ["ALL", "FEW", "always", "seeds", "share"]

ALL, FEW = "all", "few"
"""Profiles: the same examples at every run, and no clock, so that a test depends on the code alone."""

settings.register_profile(ALL, deadline=None, derandomize=True, max_examples=100)
settings.register_profile(FEW, settings.get_profile(ALL), max_examples=25)


def share(number: int) -> int:
    """As many of so many samples as are taken now."""
    return number * settings().max_examples // 100


def seeds(number: int) -> range:
    """Where chance starts for each of so many samples, as many of them as are taken now."""
    return range(share(number))


def always(number: int, rows: Iterable[Any]) -> list[Any]:
    """Rows for `parametrize`, of which the first so many are always taken, and the others are slow."""
    return [
        row
        if place < number
        else pytest.param(*(row if isinstance(row, tuple) else (row,)), marks=pytest.mark.slow)
        for place, row in enumerate(rows)
    ]
