"""What was tried at a step, counted: for the learner's own progress, and for a teacher's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = ["UNTRIED", "Tried"]

MOST = 12
"""How many different wrong answers are kept of a step."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The tries at a step, up to its pass."""

    tries: int = 0
    """How often it was checked, once something was tried."""
    met: Mapping[str, int] = field(default_factory=dict)
    """How often each misconception was recognised, by its id; by its place, from 1, if it has none."""
    wrong: Mapping[str, int] = field(default_factory=dict)
    """How often each wrong answer was given: a number in full, or the id of a choice."""

    def recognised(self, why: str) -> Tried:
        """A misconception was recognised once more."""
        return replace(self, met=_counted(self.met, why))

    def answered(self, wrong: str) -> Tried:
        """A wrong answer was given once more."""
        room = wrong in self.wrong or len(self.wrong) < MOST
        return replace(self, wrong=_counted(self.wrong, wrong)) if room else self


UNTRIED = Tried()
"""Nothing was tried."""


def _counted(counts: Mapping[str, int], key: str) -> dict[str, int]:
    return {**counts, key: counts.get(key, 0) + 1}
