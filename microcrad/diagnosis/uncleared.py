"""Grads that still hold what a backward before a step brought, when the next one adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from microcrad.diagnosis.findings import Finding, Trouble, finding
from microcrad.language.statements import For, Statement, ZeroGrad
from microcrad.records import Record
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.sentences import called
from microcrad.timeline.snapshot import Snapshot

__all__ = ["uncleared"]


class _Added(Record):
    """A backward that added to what was left in a leaf's grad."""

    event: int
    """Its first edge to the leaf."""
    node: int
    before: float
    """What the grad was by then."""
    seed: int
    """Where it began."""


def uncleared(at: Snapshot) -> Iterator[Finding]:
    """The first leaf that was changed by a step and then got a second gradient on top of the first.

    It is said as what has happened, for it may be wanted; and only of a graph that was made after the step.
    Where the program does clear the grads, and they are not, it is the engine that is wrong: nothing is said.
    """
    log = at.log
    if not log.accumulates:
        return
    clears = list(_clears(at))
    found = [added for node in log.data_events if (added := _added(log, node, at.position, clears))]
    if not found:
        return
    first = min(found)
    # What this backward brings in all stands there at its last edge to the leaf.
    edges = [event for event in log.grad_events[first.node] if event < at.position]
    after = log.grad(first.node, max(e for e in edges if log.seed(e) == first.seed) + 1)
    then = Snapshot(at.program, log, first.event)
    name, line = called(then, first.node), log.span(first.seed).line
    others = len(found) - 1
    more = "" if not others else f" {others} other{' is' if others == 1 else 's are'} so as well."
    said = (
        f"{name}.grad was still {at.digits(first.before)}, from a backward before the step, when backward on "
        f"line {line} added {at.digits(after - first.before)}: it holds the sum, {at.digits(after)}.{more}"
    )
    repair = "Clear the grads before each backward, with zero_grad, unless the sum is wanted."
    yield finding(at, Trouble.UNCLEARED, first.node, first.event, said, repair)


def _added(log: Log, node: int, position: int, clears: list[int]) -> _Added | None:
    """The first time that a leaf's grad was added to after a step, in another graph; None if it never was."""
    steps = [event for event in log.data_events[node] if event < position]
    if log.operands(node) or not steps:
        return None
    earlier = seed = -1
    for event in log.grad_events.get(node, ()):
        if event >= position:
            break
        if log.kinds[event] != Kind.EDGE:
            earlier = -1  # It was cleared, or is what the program says.
            continue
        before, seed = seed, log.seed(event) or 0
        if earlier >= 0 and seed != before:
            between = [step for step in steps if earlier < step < seed]
            made_after = between and log.born[log.subjects[seed]] > between[-1]
            held = log.grad(node, seed)
            if made_after and held and not any(earlier < clear < seed for clear in clears):
                return _Added(event, node, held, seed)
        earlier = event
    return None


def _clears(at: Snapshot) -> Iterator[int]:
    """The positions from which zero_grad runs."""
    for line in {each.span.line for each in _flat(at.program.statements) if isinstance(each, ZeroGrad)}:
        yield from at.starts_of(line)


def _flat(statements: Iterable[Statement]) -> Iterator[Statement]:
    for each in statements:
        yield each
        if isinstance(each, For):
            yield from _flat(each.body)
