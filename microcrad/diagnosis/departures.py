"""Where a run with a fault first goes wrong, told against the right run of the same program.

Edges are judged one by one and not by their order, because more than one order is right: an edge is wrong
if it brings something else than in the right run, brings it again, or does not add it. Other events have to
come as they do in the right run. What changes no number is not held against anyone: an edge that brings
nothing, a grad that was 0 before it was cleared.
"""

from __future__ import annotations

from dataclasses import dataclass

from microcrad.language.statements import Program
from microcrad.text.numbers import short
from microcrad.timeline.log import Event, Kind, Log
from microcrad.timeline.sentences import brief, sentence
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Departure", "Key", "Two", "first_departure", "key", "same"]

Key = tuple[int, int, object]
"""What an event does and to what, without the numbers."""


@dataclass(frozen=True, slots=True)
class Two:
    """One statement as both runs executed it: the events from `start` up to `end`, in either log."""

    program: Program
    log: Log
    start: int
    end: int
    right: Log
    right_start: int
    right_end: int


@dataclass(frozen=True, slots=True)
class Departure:
    """The first wrong thing: an event of the faulty run, or one of the right run that it lacks."""

    event: int | None
    """The faulty run's wrong event; None if something is missing."""
    missing: int | None
    """The right run's event that the faulty one lacks; None if there is a wrong one."""
    node: int
    """The node whose grad or count is wrong from here on."""
    source: int | None
    """For an edge, the node that sent to it."""
    slot: int | None
    """For an edge, the slot of `source` that `node` stands in."""
    line: int
    sentence: str
    """What should have happened, and what did."""


def same(a: float, b: float) -> bool:
    """Whether two numbers are equal, any nan to any nan."""
    return a == b or (a != a and b != b)


def key(log: Log, index: int) -> Key:
    """What identifies an event within its statement, in both runs."""
    kind, detail = log.kinds[index], log.details[index]
    what: object = None
    if kind == Kind.EDGE:
        what = log.edge_source[detail], log.edge_slot[detail]
    elif kind in (Kind.RETAIN, Kind.RELEASE):
        what = log.reference(index)
    elif kind in (Kind.BIND, Kind.FORGET):
        what = log.texts[detail]
    return kind, log.subjects[index], what


def first_departure(two: Two) -> Departure | None:
    """The first wrong thing in a statement up to which the runs agree; None if they agree on it as well."""
    log, right = two.log, two.right
    expected = range(two.right_start, two.right_end)
    edges = {key(right, index): index for index in expected if right.kinds[index] == Kind.EDGE}
    others = [index for index in expected if right.kinds[index] not in (Kind.EDGE, Kind.ERROR)]
    done = 0  # How many of the others have come.
    sent: set[Key] = set()
    second: Key | None = None  # The edge that has to come next, as a node sends along all its slots at once.
    for index in range(two.start, two.end):
        this = key(log, index)
        if log.kinds[index] == Kind.ERROR:
            return None  # Stopped: what is missing would have come later.
        if second not in (None, this) and _matters(right, edges[second]):
            return _missing(two, edges[second])
        second = None
        if log.kinds[index] == Kind.EDGE:
            event = log.event(index)
            wrong = _wrong_edge(two, event, edges, sent)
            if wrong:
                return Departure(index, None, event.node, event.source, event.slot, event.span.line, wrong)
            sent.add(this)
            if event.slot == 0 and len(log.operands(event.source)) > 1:
                candidate = (int(Kind.EDGE), log.operands(event.source)[1], (event.source, 1))
                second = candidate if candidate in edges else None
            continue
        place = next((at for at in range(done, len(others)) if key(right, others[at]) == this), None)
        if place is not None:
            skipped = next((other for other in others[done:place] if _matters(right, other)), None)
            if skipped is not None:
                return _missing(two, skipped)
            done = place + 1
    left = [*([edges[second]] if second else []), *others[done:]]
    return next((_missing(two, index) for index in left if _matters(right, index)), None)


def _matters(right: Log, index: int) -> bool:
    """Whether an event of the right run changed anything."""
    if right.kinds[index] in (Kind.EDGE, Kind.WRITE_GRAD):
        return not same(right.grad(right.subjects[index], index), right.values[index])
    return True


def _wrong_edge(two: Two, event: Event, edges: dict[Key, int], sent: set[Key]) -> str:
    """What is wrong with an edge, or an empty string."""
    this = key(two.log, event.index)
    brought, before = event.local * event.upstream, event.before
    name = brief(Snapshot(two.program, two.log, event.index + 1), event)
    if not same(event.value, before + brought):
        number = short(brought)
        return f"{name} should have added {number} to {short(before)}; it wrote {number} over it."
    if this in sent:
        again = f"{name} had been sent already; it added {short(brought)} to {short(before)} once more."
        return "" if same(event.value, before) else again
    if this not in edges:
        return ""  # The right run was stopped before it came so far.
    right = two.right.event(edges[this])
    if same(brought, right.local * right.upstream):
        return ""
    late = next(
        (e for k, e in edges.items() if two.right.subjects[e] == event.source and k not in sent), None
    )
    because = ""
    if late is not None:
        because = f", because {brief(Snapshot(two.program, two.right, late + 1), two.right.event(late))}"
        because += " was still to come"
    return (
        f"{name} should have added {short(right.local * right.upstream)}; it added {short(brought)}{because}."
    )


def _missing(two: Two, index: int) -> Departure:
    """An event of the right run that the faulty one lacks."""
    right = two.right
    event, before = right.event(index), Snapshot(two.program, right, index)
    label, line = before.label(event.node), event.span.line
    source, slot = (event.source, event.slot) if event.kind is Kind.EDGE else (None, None)
    match event.kind:
        case Kind.EDGE:
            brought = short(event.local * event.upstream)
            says = (
                f"{brief(before, event)}, slot {slot}, should have added {brought} to {short(event.before)}"
            )
        case Kind.WRITE_GRAD:
            says = (
                f"zero_grad should have cleared {label}.grad, which is {short(right.grad(event.node, index))}"
            )
        case Kind.RELEASE:
            says = f"the temporary {label} should have been released at the end of its line"
        case _:
            says = sentence(before, event)
    return Departure(None, index, event.node, source, slot, line, f"{says}; nothing happened.")
