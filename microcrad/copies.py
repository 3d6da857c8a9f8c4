"""Copies of nodes, by `pickle` and `copy.deepcopy`: graphs of any depth, without recursion.

Both copy what an object points at before the object, one within the other. Here the nodes below the one that
is asked for are listed first, operands before users, so that each finds what it points at copied already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from microcrad import heap

if TYPE_CHECKING:
    from microcrad.engine import Value

__all__ = ["below", "blank"]


class _Below:
    """All nodes below one that is being copied, operands first.

    They are copied before that node is, and each after those it points at: nothing is ever reached through a
    chain of others, which would take recursion. A node that is shown this way brings no list of its own.
    """

    def __init__(self, nodes: list[Value]) -> None:
        self.nodes = nodes
        self._shown: set[Value] = _copying.shown
        self._shown.update(nodes)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.nodes)

    def __del__(self) -> None:  # Who copies holds it until the copy is made, or has failed.
        self._shown.difference_update(self.nodes)


class _Copying(threading.local):
    def __init__(self) -> None:
        self.shown: set[Value] = set()


_copying = _Copying()


def below(node: Value, order: Callable[[Value], list[Value]]) -> _Below | None:
    """What is to be copied before a node, whose topological order `order` gives; None where nothing is left."""
    if node in _copying.shown:
        return None
    nodes = order(node)[:-1]
    return _Below(nodes) if nodes else None


def blank(kind: type[Value], below: object = None) -> Value:
    """A new node, whose fields come later."""
    node = kind.__new__(kind)
    if heap.active is not None:
        heap.active.copied(node)
    return node
