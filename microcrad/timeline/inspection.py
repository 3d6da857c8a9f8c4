"""Everything there is to say about one node at one moment: what the inspector and `explain` show."""

from __future__ import annotations

from microcrad.engine import FREED, LIVE
from microcrad.records import Record
from microcrad.text.numbers import short
from microcrad.timeline.largest import largest_sent, largest_terms
from microcrad.timeline.leaks import leak_repair
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.sentences import computation, contribution, data_hidden, owner, slope, spoils
from microcrad.timeline.snapshot import NodeRow, Snapshot

__all__ = ["Contribution", "Inspection", "Slope", "inspect"]

MOST = 20
"""Contributions and owners that are spelled out; a parameter can have thousands."""


class Slope(Record):
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
    node: int
    """The operand."""


class Contribution(Record):
    """One edge that added to a node's grad."""

    event: int
    source: int
    text: str


class Inspection(Record):
    """One node at one moment, explained."""

    row: NodeRow
    computation: str
    """How it got its number: `o = tanh(n) = tanh(1) = 0.7616`."""
    result_first: str
    """The same for where there is no room for all of it: `o = 0.7616 = tanh(n) = tanh(1)`."""
    why: str
    """Why the operation's derivative is what it is."""
    slopes: tuple[Slope, ...]
    """What it passes back to each operand, per unit of its own grad."""
    contributions: tuple[Contribution, ...]
    """What has arrived in its grad since it was last assigned or cleared; of very many, the latest."""
    earlier_contributions: int
    """How many more there are."""
    largest: tuple[str, ...]
    """The largest terms of a sum of many, and the largest of many contributions, in a sentence each."""
    root: str | None
    """The label of the node whose backward pass reached this one last, or else of the last one, if any."""
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
    hidden, operands = at.hides(node), log.operands(node)
    slopes = []
    if computed and not data_hidden(at, node, *operands):
        for slot, operand in enumerate(operands):
            named, numbers, value = slope(at, node, slot)
            slopes.append(
                Slope(at.label(operand), slot, named.text, numbers.text, value, named.condition, operand)
            )
    arrived: list[int] = []
    passed = position
    for index in log.grad_events.get(node, ()):
        if index >= position:
            break
        if log.kinds[index] in (Kind.EDGE, Kind.SEED):
            passed = index + 1  # Its grad is that of this pass, and its root's.
        if log.kinds[index] == Kind.EDGE:
            arrived.append(index)
        else:
            arrived.clear()
    if at.telling.field:
        arrived = [index for index in arrived if not spoils(at, log.event(index))]
    events = [log.event(index) for index in arrived[-MOST:]]
    owners = [] if hidden == "refs" else at.owners(node)
    root, seed = log.root(passed), log.seed(passed)
    return Inspection(
        row=at.row(node),
        computation=computation(at, node),
        result_first=computation(at, node, result_first=True),
        why=log.operation(node).why,
        slopes=tuple(slopes),
        contributions=tuple(Contribution(e.index, e.source, contribution(at, e)) for e in events),
        earlier_contributions=len(arrived) - len(events),
        largest=tuple(filter(None, (largest_terms(at, node), largest_sent(at, arrived)))) if computed else (),
        root=None if root is None else at.label(root),
        numeric=None if seed is None or not computed or hidden == "grad" else _numeric(log, seed, node),
        owners=tuple(owner(at, node, ownership) for ownership in owners[:MOST]),
        more_owners=max(len(owners) - MOST, 0),
        source=at.program.source(at.span(node)),
        repair=leak_repair(at, node) if node in at.leaks else "",
        struct=_struct(at.row(node), log),
    )


def _struct(row: NodeRow, log: Log) -> tuple[tuple[str, str], ...]:
    operation = log.operation(row.id)
    return (
        ("ref_count", "?" if row.hidden == "refs" else str(row.refs)),
        ("n_prevs", str(operation.arity)),
        ("op_code", str(operation.code)),
        ("extra_data", short(row.extra)),
        ("magic", f"0x{LIVE if row.live else FREED:08x}"),
    )


def _numeric(log: Log, root: int, node: int) -> float | None:
    from microcrad.timeline import differences  # With the first node that a backward pass has reached.

    return differences.slope(log, root, node)
