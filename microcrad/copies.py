"""Copies of nodes, by `pickle` and `copy.deepcopy`: graphs of any depth, without recursion.

Both copy what an object points at before the object, one within the other. Here the nodes below the one that
is asked for are listed first, operands before users, so that each finds what it points at copied already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from microcrad import heap

__all__ = ["below", "blank", "twin"]

Node = TypeVar("Node")


class _Below:
    """All nodes below one that is being copied, operands first.

    They are copied before that node is, and each after those it points at: nothing is ever reached through a
    chain of others, which would take recursion. A node that is shown this way brings no list of its own.
    """

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes
        self._shown = _copying.shown
        self._shown.update(nodes)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self.nodes)

    def __del__(self) -> None:  # Who copies holds it until the copy is made, or has failed.
        self._shown.difference_update(self.nodes)


class _Copying(threading.local):
    def __init__(self) -> None:
        self.shown: set[Any] = set()


_copying = _Copying()


def below(node: Node, order: Callable[[Node], list[Node]]) -> _Below | None:
    """What is to be copied before a node, by its topological order; None where nothing is left to be."""
    if node in _copying.shown:
        return None
    nodes = order(node)[:-1]
    return _Below(nodes) if nodes else None


def blank(kind: type[Node], below: object = None) -> Node:
    """A new node, whose fields come later."""
    node = kind.__new__(kind)
    region = heap.active()
    if region is not None:
        region.copied(node)  # type: ignore[arg-type]  # It is a node: the engine alone calls this.
    return node


def twin(node: Node) -> Node:
    """A second node with the same fields, which retains the same operands; it has one reference."""
    made = blank(type(node))
    own, slots = cast("tuple[dict[str, Any] | None, dict[str, Any]]", node.__getstate__())
    for name, value in {**slots, **(own or {}), "ref_count": 1}.items():
        setattr(made, name, value)
    for operand in node.prev:  # type: ignore[attr-defined]
        operand.ref_count += 1
    return made
