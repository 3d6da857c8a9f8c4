"""What went wrong in a run, and where: what stopped it, the first nan, grads that explode, vanish or stop,
what is leaked.

`diagnose` reads a run's log up to a moment and gives frozen findings, the most serious first. The words for a
number that is not finite are those of `microcrad.diagnosis.non_finite`; what an operation needs is in its row
of `microcrad.ops`; how gradients flow is looked at in `microcrad.diagnosis.flows`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from microcrad.diagnosis.built import wording_of
from microcrad.diagnosis.findings import (
    Finding,
    LogGraph,
    Trouble,
    finding,
    made,
    operand_data,
    sent,
    smaller_steps,
)
from microcrad.diagnosis.flows import EXPLODED, exploding, silent, vanishing
from microcrad.diagnosis.uncleared import uncleared
from microcrad.errors import ProgramError
from microcrad.run.stops import MemoryStop
from microcrad.text.numbers import full
from microcrad.timeline.leaks import forgotten, leak_repair
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.paths import Pass
from microcrad.timeline.sentences import called
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Finding", "Trouble", "diagnose"]

_NUMBERS = frozenset({Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA})
_GRADS = frozenset({Kind.WRITE_GRAD, Kind.EDGE})


def diagnose(
    at: Snapshot, stop: MemoryStop | None = None, errors: Sequence[ProgramError] = ()
) -> tuple[Finding, ...]:
    """All there is to find in a run up to a moment, the most serious first; empty where all is well.

    `errors` are what ended the run, and `stop` is the touch of freed memory among them, if there is one; they
    show at the run's end only.
    Exploding grads are looked for in every backward pass, the first one counts; vanishing gradients and
    silent nodes in the last pass alone. This takes a few milliseconds for 10,000 nodes.
    """
    suspects = _suspects(at.log, at.position)
    found = [*_not_finite(at, suspects), *exploding(at, suspects)]
    last = Pass.last(at.log, at.position)
    if last is not None:
        grown = any(each.kind.not_finite or each.kind is Trouble.EXPLODING for each in found)
        found += () if grown else uncleared(at)  # Else it is among the reasons that were said.
        found += [*vanishing(at, last), *silent(at, last), *_made_anew(at, last)]
    found += _leaked(at)
    if at.position == at.event_count:
        found += _stopped(at, stop, errors)
    order = list(Trouble)
    return tuple(sorted(found, key=lambda found: order.index(found.kind)))


def _stopped(at: Snapshot, stop: MemoryStop | None, errors: Sequence[ProgramError]) -> Iterator[Finding]:
    """What ended the run before its end, which its last event says."""
    last = at.event_count - 1
    if stop is not None:
        said = f"{stop.kind.capitalize()}: {stop.error.message}"
        yield Finding(Trouble.MEMORY, stop.node, last, stop.place.line, said, stop.repair)
        return
    for error in errors:
        said = f"The program stops on line {error.line}: {error.message}"
        yield Finding(Trouble.STOPPED, -1, last, error.line, said, error.hint)


def _made_anew(at: Snapshot, last: Pass) -> Iterator[Finding]:
    """Steps of gradient descent that made nodes, which the last backward went through."""
    for step in at.program.made_anew:
        line = step.span.line
        bound = [
            index
            for index in range(last.seed)
            if at.log.kinds[index] == Kind.BIND and at.log.span(index).line == line
        ]
        through = [index for index in bound if at.log.subjects[index] in last.strongest]
        if through:
            count = len(through)
            nodes = "the node that it made" if count == 1 else f"{count} nodes that it made"
            said = (
                f"{step.source} on line {line} makes a new node of the old one: {step.name} is no leaf any "
                f"more, and the last backward went through {nodes} and on to the first."
            )
            repair = f"Write {step.instead}, which changes the number and leaves the node."
            yield finding(at, Trouble.ANEW, at.log.subjects[through[0]], through[0], said, repair)


def _leaked(at: Snapshot) -> Iterator[Finding]:
    """What outlives the program, once it has ended: the first node that nobody gave back."""
    node = forgotten(at)
    if node is not None:
        refs, count = at.log.ref_count(node, at.position), len(at.leaks)
        held = "1 reference is" if refs == 1 else f"{refs} references are"
        others = "" if count == 1 else f" In all, {count} nodes are leaked."
        said = f"{at.label(node)} is leaked: the program has ended, and {held} not given back.{others}"
        yield finding(at, Trouble.LEAK, node, at.position - 1, said, leak_repair(at, node))


def _suspects(log: Log, position: int) -> list[int]:
    """Every event with a number that is not finite or very large, found in one go through the log."""
    return [
        index
        for index, value in enumerate(islice(log.values, position))
        if not -EXPLODED <= value <= EXPLODED
    ]


def _not_finite(at: Snapshot, suspects: list[int]) -> Iterator[Finding]:
    """The first number that is not finite, and the first grad: both only if neither comes of the other."""
    log = at.log
    wrong = [index for index in suspects if not math.isfinite(log.values[index])]
    numbers = [index for index in wrong if log.kinds[index] in _NUMBERS]
    grads = [index for index in wrong if log.kinds[index] in _GRADS]
    first = min((*numbers[:1], *grads[:1]), default=-1)
    spread = _spread(
        len(_still(log.data, at.position, {log.subjects[index] for index in numbers})),
        len(_still(log.grad, at.position, {log.subjects[index] for index in grads})),
    )
    number = next((index for index in numbers if index == first or _own(log, index)), None)
    grad = next((index for index in grads if index == first or _own(log, index)), None)
    for event, kind, words in ((number, Trouble.NUMBER, _number), (grad, Trouble.GRAD, _grad)):
        if event is None:
            continue
        sentence, repair = words(at, event, "the first" if event == first else "a new")
        said = sentence + (spread if event == first else "")
        yield finding(at, kind, log.subjects[event], event, said, repair)


def _still(read: Callable[[int, int], float | None], position: int, nodes: set[int]) -> list[int]:
    """Those of some nodes whose number is not finite at a moment."""
    return [node for node in nodes if not math.isfinite(read(node, position) or 0.0)]


def _own(log: Log, event: int) -> bool:
    """Whether a number that is not finite was made of finite ones."""
    if log.kinds[event] == Kind.COMPUTE:
        return all(map(math.isfinite, operand_data(log, log.subjects[event], event)))
    if log.kinds[event] == Kind.EDGE:
        detail = log.details[event]
        source = log.edge_source[detail]
        made_of = [log.edge_upstream[detail], log.edge_before[detail], log.data(source, event) or 0.0]
        return all(map(math.isfinite, [*made_of, *operand_data(log, source, event)]))
    return False


def _spread(numbers: int, grads: int) -> str:
    if numbers + grads < 2:
        return ""
    parts = [
        f"{count} {what}{'' if count == 1 else 's'}"
        for count, what in ((numbers, "number"), (grads, "grad"))
        if count
    ]
    return f" In all, {' and '.join(parts)} are not finite."


def _number(at: Snapshot, event: int, which: str) -> tuple[str, str]:
    log, node = at.log, at.log.subjects[event]
    if log.kinds[event] == Kind.WRITE_DATA:
        return _written(at, event, "data", which)
    how = made(at, node, event)
    whole = None if how.limit() is None else wording_of(LogGraph(at, event), node)
    said = how.said(which) if whole is None else whole.said(which)
    return said, smaller_steps(at, node, event) or (how.repair if whole is None else whole.repair)


def _written(at: Snapshot, event: int, field: str, which: str) -> tuple[str, str]:
    """A number that the program itself assigned."""
    log, node = at.log, at.log.subjects[event]
    name = called(Snapshot(at.program, log, event), node)
    source = at.program.source(log.span(event))
    what = f"{name}.{field} is {which} {full(log.values[event])}: the program writes it, as {source}."
    return what, "Look at each number on the right: is it finite, too large, or divided by 0?"


def _grad(at: Snapshot, event: int, which: str) -> tuple[str, str]:
    log = at.log
    if log.kinds[event] == Kind.WRITE_GRAD:
        return _written(at, event, "grad", which)
    how = sent(at, event)
    return how.said(which), how.repair
