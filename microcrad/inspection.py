"""Everything there is to say about one node at one moment: what the inspector and `explain` show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microcrad.gradcheck import central_difference
from microcrad.snapshot import NodeRow, Snapshot
from microcrad.sentences import computation, contribution, owner, slope
from microcrad.timeline import Kind, Log

__all__ = ["Contribution", "Inspection", "Slope", "inspect"]


@dataclass(frozen=True, slots=True)
class Slope:
    """A node's local derivative for one operand slot."""

    operand: str
    slot: int
    formula: str
    """With names: `1 - o*o`."""
    numbers: str
    """With numbers: `1 - 0.7616*0.7616`; the same as the formula where it has no names."""
    value: float
    condition: str
    """Why this branch of the rule applies, or an empty string."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One edge that added to a node's grad."""

    event: int
    source: int
    text: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One node at one moment, explained."""

    row: NodeRow
    computation: str
    """How it got its number: `o = tanh(n) = tanh(1) = 0.7616`."""
    why: str
    """Why the operation's derivative is what it is."""
    slopes: tuple[Slope, ...]
    """What it passes back to each operand, per unit of its own grad."""
    contributions: tuple[Contribution, ...]
    """What has arrived in its grad since it was last assigned or cleared."""
    root: str | None
    """The label of the node that was differentiated last, or None if nothing was."""
    numeric: float | None
    """The derivative of that root with respect to this node by central differences; None without a root."""
    owners: tuple[str, ...]
    """Who holds it: one entry a reference."""
    source: str
    """The expression in the program that made it."""


def inspect(at: Snapshot, node: int) -> Inspection:
    """Explain one node at the snapshot's moment."""
    log, position = at.log, at.position
    computed = log.data(node, position) is not None
    slopes = []
    if computed:
        for slot, operand in enumerate(log.operands(node)):
            named, numbers, value = slope(at, node, slot)
            slopes.append(Slope(at.label(operand), slot, named.text, numbers.text, value, named.condition))
    contributions: list[Contribution] = []
    for index in log.grad_events.get(node, ()):
        if index >= position:
            break
        event = log.event(index)
        if event.kind is Kind.EDGE:
            contributions.append(Contribution(index, event.source, contribution(at, event)))
        else:
            contributions.clear()
    root = log.root(position)
    return Inspection(
        row=at.row(node),
        computation=computation(at, node),
        why=log.operation(node).why,
        slopes=tuple(slopes),
        contributions=tuple(contributions),
        root=None if root is None else at.label(root),
        numeric=None if root is None or not computed else _numeric(log, root, node),
        owners=tuple(owner(at, ownership) for ownership in at.owners(node)),
        source=at.program.source(at.span(node)),
    )


_known: WeakKeyDictionary[Log, dict[tuple[int, int], float]] = WeakKeyDictionary()
"""Differences worked out already; they go with their log."""


def _numeric(log: Log, root: int, node: int) -> float:
    known = _known.setdefault(log, {})
    if (root, node) not in known:
        known[root, node] = _difference(log, root, node)
    return known[root, node]


def _difference(log: Log, root: int, node: int) -> float:
    """d root / d node by nudging the node and recomputing what depends on it; 0 where nothing does."""
    position = next((seed for seed in log.seeds if log.subjects[seed] == root), len(log))
    if node > root:
        return 0.0
    data = [log.data(i, position) for i in range(root + 1)]
    depends = [i == node for i in range(root + 1)]
    for i in range(node + 1, root + 1):
        depends[i] = any(depends[operand] for operand in log.operands(i))
    if not depends[root] or data[node] is None:
        return 0.0
    affected = [i for i in range(node + 1, root + 1) if depends[i]]

    def moved(x: float) -> float:
        values = list(data)
        values[node] = x
        for i in affected:
            operands = log.operands(i)
            a, b = values[operands[0]], values[operands[-1]]
            values[i] = math.nan if a is None or b is None else log.operation(i).evaluate(a, b, log.extras[i])
        result = values[root]
        return math.nan if result is None else result

    x = data[node]
    assert x is not None
    return central_difference(moved, x)
