"""Work in pieces: a generator yields wherever it may pause, and its result is what it returns."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

__all__ = ["Shares", "Slices", "finish"]

T = TypeVar("T")

Slices = Generator[None, None, T]
Shares = Generator[float, None, T]
"""Work that yields the share of it that is done."""


def finish(work: Generator[object, None, T]) -> T:
    """Do all of some work in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
