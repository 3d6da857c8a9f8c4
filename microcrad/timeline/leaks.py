"""What outlives a program: each leaked node, who holds it, and the releases that are missing.

A node's missing releases are its references minus those that live nodes' slots hold: giving these back after
its last use frees everything, since the slots let go of the rest. In auto ownership the names let go at the
end as well, so their references are not missing. Where a count is too low instead, or a live slot points at
a freed node, there is nothing to add: something was released too often, and that is reported.
"""

from __future__ import annotations

from microcrad.records import Record
from microcrad.timeline.sentences import owner
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Leak", "LeakReport", "OverRelease", "forgotten", "leak_repair", "leak_report"]


class Leak(Record):
    """One node that is still live when the program has ended."""

    node: int
    label: str
    line: int
    """The line that made it."""
    expression: str
    """The part of that line that made it."""
    owners: tuple[str, ...]
    missing: int
    """How many releases are missing; 0 if it goes once its users go."""
    last_use: int
    """The last line that touched it."""
    repair: str
    """What to do, in a sentence."""


class OverRelease(Record):
    """A node that was released more often than it was retained."""

    node: int
    label: str
    line: int
    says: str


class LeakReport(Record):
    """Everything that outlives a program, and everything that was released too often."""

    leaks: tuple[Leak, ...]
    over_released: tuple[OverRelease, ...]


def leak_repair(at: Snapshot, node: int) -> str:
    """What to do about one leaked node, in a sentence; empty if it is not leaked or its count is too low."""
    return next((leak.repair for leak in leak_report(at).leaks if leak.node == node), "")


def forgotten(at: Snapshot) -> int | None:
    """The first leaked node that no other live node holds: the rest goes with it. None without leaks."""
    held = {operand for user in at.leaks for operand in at.log.operands(user)}
    return min(at.leaks - held, default=min(at.leaks, default=None))


def leak_report(at: Snapshot) -> LeakReport:
    """The report at a snapshot; it is empty until the program has ended."""
    log = at.log
    slots: dict[int, int] = {}
    over: list[OverRelease] = []
    for user in at.nodes:
        if not at.ended or not log.is_live(user, at.position):
            continue
        for slot, operand in enumerate(log.operands(user)):
            slots[operand] = slots.get(operand, 0) + 1
            if not log.is_live(operand, at.position):
                says = f"slot {slot} of {at.label(user)} points at it, but it is freed: one release too many."
                over.append(_over(at, operand, says))
    leaks: list[Leak] = []
    for node in sorted(at.leaks):
        names = at.names_by_node.get(node, []) if log.ownership == "auto" else []
        missing = log.ref_count(node, at.position) - slots.get(node, 0) - len(names)
        if missing < 0:
            says = f"{-missing} of the slots that hold it no longer own a reference: released too often."
            over.append(_over(at, node, says))
        else:
            leaks.append(_leak(at, node, missing))
    return LeakReport(tuple(leaks), tuple(over))


def _over(at: Snapshot, node: int, says: str) -> OverRelease:
    return OverRelease(node, at.label(node), at.span(node).line, says)


def _leak(at: Snapshot, node: int, missing: int) -> Leak:
    log, span = at.log, at.span(node)
    touches = [event for event in log.touches(node) if event < at.position]
    last_use = max(log.span(event).line for event in touches)
    owners = tuple(owner(at, node, held) for held in at.owners(node))
    expression = at.program.source(span)
    repair = _repair(at, node, missing, last_use) if at.telling.repairs else ""
    return Leak(node, at.label(node), span.line, expression, owners, missing, last_use, repair)


def _repair(at: Snapshot, node: int, missing: int, last_use: int) -> str:
    if not missing:
        return "It goes when what uses it goes."
    names = at.names_by_node.get(node)
    former = [name for _, name in at.log.names_of.get(node, ())]
    times = "" if missing == 1 else f" {missing} times"
    if names:
        return f"Write release({names[0]}){times} after line {last_use}."
    if former:
        return f"Write release({former[-1]}){times} before {former[-1]} lets go of it."
    if at.log.ownership == "auto":
        return "No name holds it, so no line can release it."  # A fault's doing.
    span = at.span(node)
    expression = at.program.source(span)
    return f"Give {expression} a name on line {span.line}, and release it{times} after its last use."
