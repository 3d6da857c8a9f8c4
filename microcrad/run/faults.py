"""The engine, wrong on purpose: well-known mistakes as switches, so that one can see what each of them does.

A run goes by `Rules`. As they stand they are right; a `Fault` is the same rules with one of them broken. The
engine itself knows nothing of this: a wrong `backward` is another stepper here, with the yields of
`microcrad.engine.backward_edges`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from microcrad.engine import Edge, Value, backward_edges, topological_order

__all__ = ["FAULTS", "RIGHT", "Fault", "Rules", "merged_edges", "overwrite_edges", "recursive_edges"]


# --- backward, three times wrong -----------------------------------------------------------------------


def overwrite_edges(root: Value) -> Iterator[Edge]:
    """`backward_edges` with `=` where `+=` belongs: of all that arrives at a node, the last stays."""
    order = topological_order(root)
    root.grad = 1.0
    for node in reversed(order):
        upstream = node.grad
        for slot, operand, local in _slots(node):
            before = operand.grad
            # 0 + -0 is 0, as it is where += is written: a lone minus sign is not what is wrong here.
            operand.grad = after = 0.0 + local * upstream
            yield node, slot, local, upstream, before, after


def merged_edges(root: Value) -> Iterator[Edge]:
    """`backward_edges` over operands kept in a set: a node that stands in both slots is sent to once."""
    order = topological_order(root)
    root.grad = 1.0
    for node in reversed(order):
        upstream = node.grad
        for slot, operand, local in _slots(node):
            if slot and operand is node.left:
                continue
            before = operand.grad
            operand.grad = after = before + local * upstream
            yield node, slot, local, upstream, before, after


def recursive_edges(root: Value) -> Iterator[Edge]:
    """`backward` as one first thinks of it: send to each operand, then do the same at each operand.

    This is what micrograd's `backward` would be without its topological sort. A visited node sends its
    grad as it is at that moment along all its slots, and each operand is visited in turn, the last slot's
    first, once for every edge that leads to it. Thus an inner node with two users sends before both have
    sent to it, or sends again what it has sent already. On a tree, events and order are the right ones.

    The recursion is a stack here, because a chain may be longer than Python's own. It takes one visit for
    each path from the root: n doublings take 2**n, and it is for the caller to stop.
    """
    topological_order(root)  # A freed node is found before anything is written, as it is by the right one.
    root.grad = 1.0
    pending = [root]
    while pending:
        node = pending.pop()
        upstream = node.grad
        for slot, operand, local in _slots(node):
            before = operand.grad
            operand.grad = after = before + local * upstream
            if operand.left is not None:  # A leaf has nobody to send to.
                pending.append(operand)
            yield node, slot, local, upstream, before, after


def _slots(node: Value) -> Iterator[tuple[int, Value, float]]:
    """For each slot of a node: its number, its operand, and the local derivative."""
    left, right = node.left, node.right
    if left is not None:
        b = 0.0 if right is None else right.data
        partials = node.op.differentiate(left.data, b, node.extra, node.data)
        for slot, (operand, local) in enumerate(zip(node.prev, partials, strict=True)):
            yield slot, operand, local


# --- the rules of a run --------------------------------------------------------------------------------


class Rules:
    """What a run goes by, where it can go by something else. As they stand, the rules are right."""

    def __init__(
        self,
        *,
        edges: Callable[[Value], Iterator[Edge]] = backward_edges,
        accumulates: bool = True,
        clears: bool = True,
        releases_temporaries: bool = True,
    ) -> None:
        self.edges = edges
        """Differentiates a root, one edge at a time."""
        self.accumulates = accumulates
        """Whether what arrives at a node is added to its grad, so that it is written with `+=`."""
        self.clears = clears
        """Whether zero_grad does anything."""
        self.releases_temporaries = releases_temporaries
        """Whether temporaries are released at the end of their line, where names own their nodes."""


RIGHT = Rules()


class Fault(Rules):
    """One mistake: the rules with one of them broken, and the words for it."""

    def __init__(self, *, name: str, title: str, what_is_wrong: str, why: str, **broken: Any) -> None:
        super().__init__(**broken)
        self.name = name
        """What it is switched on by."""
        self.title = title
        """The mistake in a few words, for a list to choose from."""
        self.what_is_wrong = what_is_wrong
        """The mistake and that it is meant, in two short sentences: what a banner says while it is on."""
        self.why = why
        """What goes wrong, and how one would notice."""


FAULTS = {
    fault.name: fault
    for fault in (
        Fault(
            name="overwrite",
            title="= instead of +=",
            what_is_wrong="= instead of +=. Grads are wrong on purpose.",
            why="A node that is used more than once keeps only what arrived last, so chains and trees come "
            "out right, and every shared node differs from its finite difference.",
            edges=overwrite_edges,
            accumulates=False,
        ),
        Fault(
            name="recursion",
            title="recursion instead of topological order",
            what_is_wrong="Recursion instead of topological order. Grads are wrong on purpose.",
            why="A shared node inside the graph sends before all its users have sent to it, and again at "
            "every visit, so what is below it gets a wrong grad, and every doubling doubles the time.",
            edges=recursive_edges,
        ),
        Fault(
            name="merged",
            title="x*x as one edge",
            what_is_wrong="x*x as one edge, as with a set of operands. Grads are wrong on purpose.",
            why="An operation that uses one node twice sends to it only once, so x*x gives x half its grad, "
            "while x**2 is right.",
            edges=merged_edges,
        ),
        Fault(
            name="stale",
            title="zero_grad does nothing",
            what_is_wrong="zero_grad does nothing. Grads are wrong on purpose.",
            why="What one backward left is added to the next, so the first is right, and from the second on "
            "the grads pile up.",
            clears=False,
        ),
        Fault(
            name="leak",
            title="temporaries are never released",
            what_is_wrong="Temporaries are never released. Memory leaks on purpose.",
            why="No name holds a temporary, so nobody can release it later: every number is right, and only "
            "the count of live nodes tells, which grows each time such a line runs.",
            releases_temporaries=False,
        ),
    )
}
"""Every fault, by its name."""
