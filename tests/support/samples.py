"""How many samples a test takes: in `make test`, which leaves out what is slow, a quarter."""

from __future__ import annotations

from hypothesis import settings

__all__ = ["ALL", "FEW", "seeds", "share"]

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
