"""Who uses each node of a run: the operands of the log read the other way round."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from microcrad.timeline.log import Log

__all__ = ["Users", "users"]

_NONE = 2**31 - 1
"""Stands for an edge where there is none; it comes after all others."""


class Users:
    """For each node the edges to it from its users, the oldest first; an edge is twice its user and its slot.

    It must not hold the log, with which it goes.
    """

    def __init__(self, log: Log) -> None:
        # A list for each node would be tens of thousands, which Python's collector has to walk.
        self.count = log.node_count
        """How many nodes there were."""
        first, following = array("i", [_NONE]) * log.node_count, array("i", [_NONE]) * (2 * log.node_count)
        edge = 2 * log.node_count
        for left, right in zip(reversed(log.left), reversed(log.right), strict=True):
            edge -= 2
            if right >= 0:
                following[edge + 1], first[right] = first[right], edge + 1
            if left >= 0:
                following[edge], first[left] = first[left], edge
        self._first, self._following = first, following
        # What was asked for last: the tree and the inspector ask for the same node.
        self._asked, self._asked_count, self._found = -1, 0, array("i")
        self._unused: tuple[int, list[int]] = 0, []

    def unused(self, count: int) -> Sequence[int]:
        """Those of the first so many nodes that none of these uses."""
        if self._unused[0] != count:
            end = 2 * count
            self._unused = count, [node for node, edge in enumerate(self._first[:count]) if edge >= end]
        return self._unused[1]

    def used(self, node: int, count: int) -> bool:
        """Whether any of the first so many nodes uses a node."""
        return self._first[node] < 2 * count

    def shared(self, node: int, count: int) -> bool:
        """Whether a node stands in more than one slot of the first so many nodes."""
        edge, end = self._first[node], 2 * count
        return edge < end and self._following[edge] < end

    def above(self, node: int, count: int) -> Sequence[int]:
        """Those of the first so many nodes that a node is part of, not itself, operands before users."""
        if self._asked != node or self._asked_count < count:
            self._asked, self._asked_count, self._found = node, count, self._search(node, count)
        return self._found[: bisect_left(self._found, count)]

    def _search(self, node: int, count: int) -> array[int]:
        first, following, end = self._first, self._following, 2 * count
        met, found = bytearray(count), array("i")
        at = node
        while at >= 0:
            edge = first[at]
            while edge < end:
                met[edge >> 1] = 1
                edge = following[edge]
            at = met.find(1, at + 1)  # Operands come before their users in the order of allocation.
            found.append(at)
        found.pop()
        return found


_kept: WeakKeyDictionary[Log, Users] = WeakKeyDictionary()


def users(log: Log) -> Users:
    """Who uses each node of a run; worked out once the run is there, and kept with its log."""
    known = _kept.get(log)
    if known is None or known.count != log.node_count:
        known = _kept[log] = Users(log)
    return known
