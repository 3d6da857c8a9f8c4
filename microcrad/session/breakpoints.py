"""Stops that a person sets: on a line, on a node, or where a grad changes. Play runs to the next one.

They are kept as what was meant, not as positions: another run of the program has them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from microcrad.language.parser import unix_lines
from microcrad.timeline.log import Kind, Log, View
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Breakpoint", "BreakpointKind", "moved_along", "nodes_of", "read_breakpoint", "stops"]


class BreakpointKind(StrEnum):
    """What a stop is set on."""

    LINE = "line"
    """Before a line of the program is done."""
    NODE = "node"
    """After each event that concerns a node."""
    GRAD = "grad"
    """After each event that changes a node's grad."""


class Breakpoint(NamedTuple):
    """One stop, as text `line 5`, `node w` or `grad w`."""

    kind: BreakpointKind
    what: str
    """A line's number, or the name or expression of a node."""

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


def read_breakpoint(text: str) -> Breakpoint:
    """The stop that a text means. Raises `ValueError`, which says what was expected."""
    kind, _, what = " ".join(text.split()).partition(" ")
    known = kind in list(BreakpointKind) and bool(what)
    if not known or (kind == BreakpointKind.LINE and not re.fullmatch("[1-9][0-9]{0,8}", what)):
        raise ValueError(f"expected 'line 5', 'node w' or 'grad w', found {text!r}.")
    return Breakpoint(BreakpointKind(kind), what)


def stops(end: Snapshot, view: View, breakpoints: Iterable[Breakpoint]) -> dict[int, Breakpoint]:
    """Where a walk in `view` through a run stops, in order, each with the stop that is met there."""
    found: dict[int, Breakpoint] = {}
    for each in breakpoints:
        for position in _positions(end, view, each):
            found.setdefault(position, each)
    return dict(sorted(found.items()))


def nodes_of(end: Snapshot, breakpoint_: Breakpoint) -> list[int]:
    """The nodes that a stop is set on: all that a name means in turn, or that one expression makes."""
    if breakpoint_.kind is BreakpointKind.LINE:
        return []
    log, what = end.log, breakpoint_.what
    named = [log.subjects[event] for event in log.bind_events.get(what, ()) if log.kinds[event] == Kind.BIND]
    if named:
        return sorted(set(named))
    found = end.node_called(what)
    if found is None:
        return []
    made = end.span(found), log.codes[found]  # What a - b is built of has the same place in the program.
    return [node for node in end.nodes if (end.span(node), log.codes[node]) == made]


def _positions(end: Snapshot, view: View, breakpoint_: Breakpoint) -> list[int]:
    log = end.log
    if breakpoint_.kind is BreakpointKind.LINE:
        here = [statement.span.line == int(breakpoint_.what) for statement in log.statements]
        return [start for start, which in zip(log.starts, log.started, strict=False) if here[which]]
    events: set[int] = set()
    for node in nodes_of(end, breakpoint_):
        if breakpoint_.kind is BreakpointKind.NODE:
            events.update(event for event in log.touches(node) if log.shown(event, view))
        else:
            events.update(_changes(log, node))
    return [log.stop_after(event, view) for event in sorted(events)]


def _changes(log: Log, node: int) -> list[int]:
    """The events that made a node's grad another number."""
    changes, before = [], 0.0
    for event in log.grad_events.get(node, ()):
        if log.values[event] != before:
            changes.append(event)
        before = log.values[event]
    return changes


def moved_along(breakpoints: tuple[Breakpoint, ...], before: str, after: str) -> tuple[Breakpoint, ...]:
    """The stops of a text that was changed: those on lines below the change move with their lines."""
    old, new = before.split("\n"), unix_lines(after).split("\n")
    more, shorter = len(new) - len(old), min(len(old), len(new))
    if not more or not breakpoints:
        return breakpoints
    first = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    kept = []
    for each in breakpoints:
        place = int(each.what) - 1 if each.kind is BreakpointKind.LINE else -1
        if place < first or (more < 0 and place == first < len(new)):
            kept.append(each)
        elif more > 0 or place >= first - more:
            kept.append(each._replace(what=str(place + 1 + more)))
    return tuple(dict.fromkeys(kept))
