"""Checks of the timeline: what happened, how often, in which order, and where one stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessons.fields.event_words import EVENT_FORM, EVENTS, event_problem
from lessons.kinds.base import (
    COUNT,
    Absent,
    Check,
    CheckField,
    CheckKind,
    Here,
    counted,
    missing,
    unlike_count,
)
from microcrad.files.types import FLAG, TEXT, TEXTS, WHOLE
from microcrad.timeline.log import Event as Happened
from microcrad.timeline.log import Kind as Event
from microcrad.timeline.snapshot import Snapshot

__all__ = ["KINDS", "EventPattern"]


def _called(at: Snapshot, wanted: str) -> set[int]:
    """Every node that has a name at some moment, or the one that is written like this."""
    ever = at.end.ever_called(wanted)
    found = at.find(wanted)
    if not ever and found is None:
        raise Absent(missing(at, wanted))
    return ever or {found if found is not None else -1}


class EventPattern:
    """An event as a lesson writes it: `send y to x`, `set-data w`. Raises `Absent` if a node is not there."""

    def __init__(self, at: Snapshot, text: str) -> None:
        form = EVENT_FORM.fullmatch(text)
        assert form is not None
        self.word = form[1]
        self.kind = EVENTS[form[1]]
        self.first = None if form[2] is None else _called(at, form[2])
        self.second = None if form[3] is None else _called(at, form[3])

    def fits(self, event: Happened) -> bool:
        """Whether an event is meant."""
        if event.kind is not self.kind:
            return False
        if self.kind is not Event.EDGE or self.word == "receive":
            return self.first is None or event.node in self.first
        return (self.first is None or event.source in self.first) and (
            self.second is None or event.node in self.second
        )


def _event(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    wanted = EventPattern(at, check["event"])
    if check["now"]:
        current = here.playground.event
        if current is not None and wanted.fits(current):
            return ""
        return f"The current event is not {check['event']!r}. Walk with n and p until it is."
    count = sum(map(wanted.fits, at.events(wanted.kind)))
    found = f"{check['event']!r} has happened {counted(count, 'time')}"
    return unlike_count(found, count, check, "Look at the timeline.", least=1)


def _order(here: Here, check: Check) -> str:
    at = check.snapshot(here)
    wanted = [(text, EventPattern(at, text)) for text in check["events"]]
    sequence = wanted * (check["times"] or 1)
    place = 0
    for event in at.events(*{pattern.kind for _, pattern in wanted}):
        if place < len(sequence) and sequence[place][1].fits(event):
            place += 1
    if place == len(sequence):
        return ""
    missed, before = sequence[place][0], sequence[place - 1][0]
    after = f" after {before!r}" if place else ""
    return f"{missed!r} has not happened{after}. Look at the timeline: the order is what counts."


def _order_problem(fields: Mapping[str, Any]) -> str:
    if not fields["events"]:
        return "events is empty. List at least two."
    return next((problem for text in fields["events"] if (problem := event_problem(text))), "")


def _selected(here: Here, check: Check) -> str:
    at, selected = here.playground.snapshot, here.playground.selected
    if selected is not None and _is_called(at, selected, check["node"]):
        return ""
    found = "Nothing is" if selected is None else f"{at.label(selected)} is"
    return f"{found} selected. Choose the node that is asked for, with the arrows or with /."


def _is_called(at: Snapshot, node: int, wanted: str) -> bool:
    """Whether a node is written like this: what it is called is looked at, not what all nodes are."""
    if wanted in at.names or wanted in at.named(node):
        return at.find(wanted) == node
    written = (at.label(node), at.program.source(at.span(node)))
    return "".join(wanted.split()) in ("".join(each.split()) for each in written)


def _error(here: Here, check: Check) -> str:
    errors = here.playground.errors
    lines = [error.line for error in errors]
    if errors and check["line"] in (None, *lines):
        return ""
    found = f"There is one on line {lines[0]}" if errors else "There is none"
    expected = "" if check["line"] is None else f" on line {check['line']}"
    return f"The program should have an error{expected}. {found}."


KINDS = (
    CheckKind("event", "An event has happened, or is the one where one stands.",
        'is = "event", event = "send y to x", equals = 2', _event,
        {"event": CheckField(TEXT, "a word for what happened, and a node if one is meant", required=True),
         **COUNT,
         "now": CheckField(FLAG, "whether it has to be the current event, the one the screen marks")},
        problem=lambda fields: event_problem(fields["event"]), panes=("timeline", "graph")),
    CheckKind("order", "Events have happened in this order; others may lie between them.",
        'is = "order", events = ["backward L", "set-data w"], times = 3', _order,
        {"events": CheckField(TEXTS, "the events, written as in `event`", required=True),
         "times": CheckField(WHOLE,
             "how often the whole order has to come, one after the other; once if left out")},
        problem=_order_problem, panes=("timeline", "graph")),
    CheckKind("selected", "A node is selected.", 'is = "selected", node = "c"', _selected,
        {"node": CheckField(TEXT, "its name, or its expression as the graph shows it", required=True)},
        moments=False),
    CheckKind("error", "The program has an error.", 'is = "error", line = 3', _error,
        {"line": CheckField(WHOLE, "the line it is on")}, moments=False, panes=("program",)),
)  # fmt: skip
