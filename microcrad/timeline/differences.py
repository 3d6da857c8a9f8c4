"""Finite differences in a log: nudge a node, recompute what depends on it, and see how far the root moves.

The graph is computed again from what the log says of it; the program is not run again.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microcrad.gradcheck import central_difference
from microcrad.timeline.log import Log

__all__ = ["Nudged", "nudged", "slope"]

_Step = tuple[int, Callable[[float, float, float], float], int, int, float]
"""A node that is recomputed: its number, its operation, its operands (-1 for none) and its parameter."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """The root as a function of one node, every other leaf as it is; calling it writes nothing."""

    node: int
    root: int
    x: float
    """The node's number; nan if it had none."""
    steps: tuple[_Step, ...]
    """What depends on the node and leads to the root, operands before users."""
    data: list[float | None]
    """Every node's number at that moment."""

    def __call__(self, x: float) -> float:
        """The root's number with the node's number replaced; nan where something has no number."""
        moved = self._moved(x)[self.root] if self.steps or self.node == self.root else None
        return math.nan if moved is None else moved

    def numbers(self, x: float) -> dict[int, float]:
        """The number of the node and of all that is recomputed, with the node's number replaced."""
        values = self._moved(x)
        nodes = (self.node, *(step[0] for step in self.steps))
        return {node: math.nan if (number := values[node]) is None else number for node in nodes}

    def _moved(self, x: float) -> list[float | None]:
        """Every node's number with the node's number replaced."""
        values = self.data.copy()
        values[self.node] = x
        for node, evaluate, left, right, k in self.steps:
            a, b = values[left], 0.0 if right < 0 else values[right]
            values[node] = math.nan if a is None or b is None else evaluate(a, b, k)
        return values


def slope(log: Log, seed: int, node: int) -> float:
    """The derivative of a root with respect to a node by a central difference; 0 where nothing depends on it.

    `seed` is the event that began the root's `backward`.
    """
    known = _common(log).slopes
    if (seed, node) not in known:
        moved = nudged(log, seed, node)
        known[seed, node] = 0.0 if moved is None else central_difference(moved, moved.x)
    return known[seed, node]


def nudged(log: Log, seed: int, node: int) -> Nudged | None:
    """The root of a backward pass as a function of a node, or None if it does not depend on it."""
    common = _common(log)
    root = log.subjects[seed]
    affected: set[int] = set()
    pending = [node]
    while pending:
        edge = common.first[pending.pop()]
        while edge >= 0:
            user, edge = edge >> 1, common.following[edge]
            if user <= root and user not in affected:
                affected.add(user)
                pending.append(user)
    if node != root and root not in affected:
        return None
    # Operands come before their users in the order of allocation.
    operation, left, right, extras = log.operation, log.left, log.right, log.extras
    steps = tuple([(i, operation(i).evaluate, left[i], right[i], extras[i]) for i in sorted(affected)])
    data = common.data.get(seed)
    if data is None:
        data = common.data[seed] = log.all_data(root + 1, seed)
    x = data[node]
    return Nudged(node, root, math.nan if x is None else x, steps, data)


class _Common:
    """What the differences in one log have in common, worked out once. It must not hold the log."""

    def __init__(self, log: Log) -> None:
        # A list for each node would be tens of thousands, which Python's collector has to walk.
        first, following = array("i", [-1]) * log.node_count, array("i", [-1]) * (2 * log.node_count)
        for node, (left, right) in enumerate(zip(log.left, log.right, strict=True)):
            if left >= 0:
                following[2 * node], first[left] = first[left], 2 * node
            if right >= 0 and right != left:
                following[2 * node + 1], first[right] = first[right], 2 * node + 1
        self.first = first
        """For each node the last edge to it, which is twice its user and its slot; -1 for none."""
        self.following = following
        """For each edge the one before it to the same node."""
        self.data: dict[int, list[float | None]] = {}
        """For each `backward`, by the event that seeded it: every node's number when it began."""
        self.slopes: dict[tuple[int, int], float] = {}


_kept: WeakKeyDictionary[Log, _Common] = WeakKeyDictionary()
"""They go with their log."""


def _common(log: Log) -> _Common:
    common = _kept.get(log)
    if common is None:
        common = _kept[log] = _Common(log)
    return common
