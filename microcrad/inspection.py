"""Everything there is to say about one node at one moment: what the inspector and `explain` show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microcrad.engine import FREED, LIVE
from microcrad.gradcheck import central_difference
from microcrad.leaks import leak_repair
from microcrad.numbers import short
from microcrad.sentences import computation, contribution, owner, slope
from microcrad.snapshot import NodeRow, Snapshot
from microcrad.timeline import Kind, Log

__all__ = ["Contribution", "Inspection", "Slope", "inspect"]

MOST = 20
"""Contributions and owners that are spelled out; a parameter can have thousands."""


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
    """What has arrived in its grad since it was last assigned or cleared; of very many, the latest."""
    earlier_contributions: int
    """How many more there are."""
    root: str | None
    """The label of the node that was differentiated last, or None if nothing was."""
    numeric: float | None
    """The derivative of that root with respect to this node by central differences; None without a root."""
    owners: tuple[str, ...]
    """Who holds it, one entry a reference, oldest first; of very many, the first."""
    more_owners: int
    """How many more there are."""
    source: str
    """The expression in the program that made it."""
    repair: str
    """What to do about it if it is leaked, or an empty string."""
    struct: tuple[tuple[str, str], ...]
    """The node's bookkeeping as the fields of the C struct: field and value."""


def inspect(at: Snapshot, node: int) -> Inspection:
    """Explain one node at the snapshot's moment."""
    log, position = at.log, at.position
    computed = log.data(node, position) is not None
    slopes = []
    if computed:
        for slot, operand in enumerate(log.operands(node)):
            named, numbers, value = slope(at, node, slot)
            slopes.append(Slope(at.label(operand), slot, named.text, numbers.text, value, named.condition))
    arrived: list[int] = []
    for index in log.grad_events.get(node, ()):
        if index >= position:
            break
        if log.kinds[index] == Kind.EDGE:
            arrived.append(index)
        else:
            arrived.clear()
    events = [log.event(index) for index in arrived[-MOST:]]
    owners = at.owners(node)
    root, seed = log.root(position), log.seed(position)
    return Inspection(
        row=at.row(node),
        computation=computation(at, node),
        why=log.operation(node).why,
        slopes=tuple(slopes),
        contributions=tuple(Contribution(e.index, e.source, contribution(at, e)) for e in events),
        earlier_contributions=len(arrived) - len(events),
        root=None if root is None else at.label(root),
        numeric=None if seed is None or not computed else _numeric(log, seed, node),
        owners=tuple(owner(at, node, ownership) for ownership in owners[:MOST]),
        more_owners=max(len(owners) - MOST, 0),
        source=at.program.source(at.span(node)),
        repair=leak_repair(at, node) if node in at.leaks else "",
        struct=_struct(at.row(node), log),
    )


def _struct(row: NodeRow, log: Log) -> tuple[tuple[str, str], ...]:
    operation = log.operation(row.id)
    return (
        ("ref_count", str(row.refs)),
        ("n_prevs", str(operation.arity)),
        ("op_code", str(operation.code)),
        ("extra_data", short(row.extra)),
        ("magic", f"0x{LIVE if row.live else FREED:08x}"),
    )


class _Differences:
    """Finite differences in one log, with what they have in common worked out once."""

    def __init__(self, log: Log) -> None:
        self.users: list[list[int]] = [[] for _ in range(log.node_count)]
        for node in range(log.node_count):
            for operand in set(log.operands(node)):
                self.users[operand].append(node)
        self.data: dict[int, list[float | None]] = {}
        """For each `backward`, by the event that seeded it: every node's number when it began."""
        self.known: dict[tuple[int, int], float] = {}


_differences: WeakKeyDictionary[Log, _Differences] = WeakKeyDictionary()
"""They go with their log."""


def _numeric(log: Log, seed: int, node: int) -> float:
    """d root / d node by nudging the node and recomputing what depends on it; 0 where nothing does.

    `seed` is the event that began the root's `backward`.
    """
    differences = _differences.get(log)
    if differences is None:
        differences = _differences[log] = _Differences(log)
    if (seed, node) not in differences.known:
        differences.known[seed, node] = _difference(log, seed, node, differences)
    return differences.known[seed, node]


def _difference(log: Log, seed: int, node: int, differences: _Differences) -> float:
    root = log.subjects[seed]
    affected: set[int] = set()
    pending = [node]
    while pending:
        for user in differences.users[pending.pop()]:
            if user <= root and user not in affected:
                affected.add(user)
                pending.append(user)
    if node != root and root not in affected:
        return 0.0
    data = differences.data.get(seed)
    if data is None:
        data = differences.data[seed] = [log.data(i, seed) for i in range(root + 1)]
    x = data[node]
    if x is None:
        return math.nan
    # Operands come before their users in the order of allocation.
    steps = [
        (i, log.operation(i).evaluate, log.left[i], log.right[i], log.extras[i]) for i in sorted(affected)
    ]

    def moved(nudged: float) -> float:
        values = {node: nudged}
        for i, evaluate, left, right, k in steps:
            a = values.get(left, data[left])
            b = values.get(right, data[right]) if right >= 0 else 0.0
            values[i] = math.nan if a is None or b is None else evaluate(a, b, k)
        return values[root]

    return central_difference(moved, x)
