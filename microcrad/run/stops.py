"""Why a program was stopped: a touch of freed memory, told the way AddressSanitizer tells it.

What happened on which line, where the node was created, where it was freed and by what, who still points at
it, and one sentence on how to repair it. Everything is read from the log; nothing is kept for it.
"""

from __future__ import annotations

from microcrad.errors import ProgramError
from microcrad.language.source_places import Span
from microcrad.language.statements import Program
from microcrad.records import Record
from microcrad.timeline.log import Holder, Kind, Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["MemoryStop", "memory_stop"]


class MemoryStop(Record):
    """One touch of freed memory."""

    kind: str
    """`use after free` or `double free`."""
    node: int
    place: Span
    """Where the program touched it."""
    name: str
    """The last name it had, or its expression."""
    happened: str
    created: str
    expression: str
    """The part of the program that created it."""
    freed: str
    held: str
    repair: str
    """What to do about it; empty if that may not be told."""

    @property
    def report(self) -> tuple[str, ...]:
        """The whole story, one fact a line."""
        return (
            f"{self.kind}: {self.happened}",
            f"created: {self.created}, as {self.expression}",
            f"freed: {self.freed}",
            f"still pointed at by: {self.held}",
            *([f"repair: {self.repair}"] if self.repair else ()),
        )

    @property
    def error(self) -> ProgramError:
        """The same as an error at its place, in two sentences."""
        what = "released again" if self.kind == "double free" else "used"
        message = f"{self.name} is {what}: it was created {self.created} and freed {self.freed}."
        return self.place.error(message, self.repair)


def memory_stop(program: Program, log: Log, node: int, place: Span, *, double: bool) -> MemoryStop:
    """Tell what went wrong when the program touched `node`, which is freed, at `place`."""
    at = Snapshot(program, log, len(log))
    named = [name for _, name in log.names_of.get(node, ())]
    name = named[-1] if named else at.written(node).text
    born, gone = log.span(log.born[node]), log.span(log.freed_at[node])
    cascade = _cascade_from(at, node)
    freed = f"on line {gone.line} by {program.source(gone)}"
    if cascade:
        freed += f", which freed {cascade}, whose slot held it"
    users = [
        f"slot {slot} of {at.label(user)}"
        for user in at.nodes
        if log.is_live(user, at.position)
        for slot, operand in enumerate(log.operands(user))
        if operand == node
    ]
    held = [*(f"the name {each}" for each in at.names_of(node)), *users]
    line = program.text.split("\n")[place.line - 1].strip()
    happened = f"line {place.line}: {line}   {'releases' if double else 'uses'} {name}, which is freed"
    return MemoryStop(
        "double free" if double else "use after free", node, place, name, happened,
        f"on line {born.line}", program.source(born), freed, ", ".join(held) if held else "nothing",
        _repair(at, node, name, place.line, double=double, cascade=cascade),
    )  # fmt: skip


def _cascade_from(at: Snapshot, node: int) -> str:
    """The node whose freeing released this one last, or an empty string if the program itself did."""
    log = at.log
    releases = [event for event in log.ref_events[node] if log.kinds[event] == Kind.RELEASE]
    if not releases:
        return ""
    reference = log.reference(releases[-1])
    freed = reference.node >= 0 and log.freed_at[reference.node] >= 0
    return at.label(reference.node) if reference.holder is Holder.SLOT and freed else ""


def _over_release(at: Snapshot, node: int) -> int:
    """The line that took a reference from a slot whose node was still live, or 0 if none did."""
    log = at.log
    for event in log.ref_events[node]:
        reference = log.reference(event)
        by_slot = log.kinds[event] == Kind.RELEASE and reference.holder is Holder.SLOT
        if by_slot and log.is_live(reference.node, event):
            return log.span(event).line
    return 0


def _repair(at: Snapshot, node: int, name: str, here: int, *, double: bool, cascade: str) -> str:
    gone = at.log.span(at.log.freed_at[node]).line
    robbed = _over_release(at, node)
    if robbed:
        return f"Delete the release on line {robbed}: it took a reference that a slot held."
    if double:
        return f"Delete the release on line {gone} or the one on line {here}."
    if cascade:
        return f"Write retain({name}) before line {gone}, and release({name}) after line {here}."
    return f"Release {name} after line {here}, not on line {gone}."
