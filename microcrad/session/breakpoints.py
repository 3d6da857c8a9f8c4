"""Stops that a person sets: on a line, on a node, or where a grad changes. Play runs to the next one.

They are kept as what was meant, not as positions: another run of the program has them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from enum import StrEnum

from microcrad.language.parser import unix_lines
from microcrad.records import Record
from microcrad.timeline.log import Kind, Log, View
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Breakpoint", "BreakpointKind", "moved_along", "nodes_of", "read_breakpoint", "stops"]


_MOST_PAIRS = 250_000
"""Of how many changed lines, old by new, it is worked out which became which: it is done at each key."""


class BreakpointKind(StrEnum):
    """What a stop is set on."""

    LINE = "line"
    """Before a line of the program is done."""
    NODE = "node"
    """After each event that concerns a node."""
    GRAD = "grad"
    """After each event that changes a node's grad."""


class Breakpoint(Record):
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
    """The stops of a text that was changed: each stays with its line, and goes with it."""
    if before == unix_lines(after) or not any(each.kind is BreakpointKind.LINE for each in breakpoints):
        return breakpoints
    places = _places_after(before.split("\n"), unix_lines(after).split("\n"))
    kept = []
    for each in breakpoints:
        if each.kind is not BreakpointKind.LINE:
            kept.append(each)
        elif (place := places.get(int(each.what) - 1)) is not None:
            kept.append(each._replace(what=str(place + 1)))
    return tuple(dict.fromkeys(kept))


def _places_after(old: list[str], new: list[str]) -> dict[int, int]:
    """Where each line is in a changed text, by places from 0; those that are gone are missing."""
    least = min(len(old), len(new))
    above = next((place for place in range(least) if old[place] != new[place]), least)
    below = next((end for end in range(least - above) if old[-1 - end] != new[-1 - end]), least - above)
    places = {place: place for place in range(above)}
    places |= {len(old) - end: len(new) - end for end in range(1, below + 1)}
    was, now = old[above : len(old) - below], new[above : len(new) - below]
    few = len(was) * len(now) <= _MOST_PAIRS
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    changes = matcher.get_opcodes() if few else [("replace", 0, len(was), 0, len(now))]
    come = {line: to + place for kind, _, _, to, end in changes for place, line in enumerate(now[to:end])
            if kind != "equal"}  # fmt: skip
    for kind, first, last, to, end in changes:
        for place in range(first, last):
            if kind != "equal" and was[place] in come:  # It was moved past others.
                places[above + place] = above + come[was[place]]
            elif kind != "delete":  # Of lines that became fewer, those left over became the last one.
                places[above + place] = above + min(to + place - first, end - 1)
    return places
