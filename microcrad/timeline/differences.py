"""Finite differences in a log: nudge a node, recompute what depends on it, and see how far the root moves.

The graph is computed again from what the log says of it; the program is not run again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microcrad.gradcheck import central_difference
from microcrad.ops import OPERATIONS
from microcrad.timeline.log import Log
from microcrad.timeline.users import users

__all__ = ["Nudged", "nudged", "slope"]

_EVALUATE = [operation.evaluate for operation in OPERATIONS]


@dataclass(frozen=True, slots=True)
class Nudged:
    """The root as a function of one node, every other leaf as it is; calling it writes nothing."""

    log: Log
    node: int
    root: int
    x: float
    """The node's number; nan if it had none."""
    affected: Sequence[int]
    """The nodes that depend on the node, up to the root, operands before users."""
    data: list[float | None]
    """Every node's number at that moment."""

    def __call__(self, x: float) -> float:
        """The root's number with the node's number replaced; nan where something has no number."""
        moved = self._moved(x)[self.root] if self.affected or self.node == self.root else None
        return math.nan if moved is None else moved

    def numbers(self, x: float) -> dict[int, float]:
        """The number of the node and of all that is recomputed, with the node's number replaced."""
        values = self._moved(x)
        return {
            node: math.nan if (number := values[node]) is None else number
            for node in (self.node, *self.affected)
        }

    def _moved(self, x: float) -> list[float | None]:
        """Every node's number with the node's number replaced."""
        log, values = self.log, self.data.copy()
        codes, lefts, rights, extras = log.codes, log.left, log.right, log.extras
        values[self.node] = x
        for node in self.affected:
            right = rights[node]
            a, b = values[lefts[node]], 0.0 if right < 0 else values[right]
            values[node] = math.nan if a is None or b is None else _EVALUATE[codes[node]](a, b, extras[node])
        return values


def slope(log: Log, seed: int, node: int) -> float:
    """The derivative of a root with respect to a node by a central difference; 0 where nothing depends on it.

    `seed` is the event that began the root's `backward`.
    """
    known = _known(log).slopes
    if (seed, node) not in known:
        moved = nudged(log, seed, node)
        known[seed, node] = 0.0 if moved is None else central_difference(moved, moved.x)
    return known[seed, node]


def nudged(log: Log, seed: int, node: int) -> Nudged | None:
    """The root of a backward pass as a function of a node, or None if it does not depend on it."""
    known, root = _known(log), log.subjects[seed]
    affected = users(log).above(node, root + 1)
    if node != root and (not affected or affected[-1] != root):
        return None
    data = known.data.get(seed)
    if data is None:
        data = known.data[seed] = log.all_data(root + 1, seed)
    x = data[node]
    return Nudged(log, node, root, math.nan if x is None else x, affected, data)


class _Known:
    """What was worked out of the differences in one log. It must not hold the log."""

    def __init__(self) -> None:
        self.data: dict[int, list[float | None]] = {}
        """For each `backward`, by the event that seeded it: every node's number when it began."""
        self.slopes: dict[tuple[int, int], float] = {}


_kept: WeakKeyDictionary[Log, _Known] = WeakKeyDictionary()
"""They go with their log."""


def _known(log: Log) -> _Known:
    return _kept.setdefault(log, _Known())
