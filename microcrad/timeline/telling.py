"""What of a run may be told: everything, unless whoever set it before a person keeps something back.

A snapshot carries its `Telling`, and its rows, sentences and inspections obey it. A session has one, and
gives of its run only what may be told. So whoever reads a moment cannot say what is kept back.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from copy import copy
from typing import TypeVar

from microcrad.records import Record
from microcrad.timeline.log import Log

__all__ = ["EVERYTHING", "Telling", "until"]

_Key = TypeVar("_Key")


class Telling(Record):
    """What is kept back, what may be told, and how exactly."""

    node: str = ""
    """The name or the expression of a node of which a number is kept back."""
    field: str = ""
    """Which of its numbers: `data`, `grad` or `refs`; empty if none is kept back."""
    fault: bool = True
    """Whether the fault that is on may be named, and set beside what is right."""
    findings: bool = True
    """Whether it may be said what is wrong with the run's numbers."""
    repairs: bool = True
    """Whether it may be said how to repair what was found, is leaked, or was touched once freed."""
    events: int | None = None
    """How many events may be told of, as if the run had come no further; None for all of them."""
    ahead: bool = True
    """Whether events that lie ahead of where one stands may be told with their numbers."""
    exact: bool = False
    """Whether sentences give every digit of their numbers, for who cannot look one up elsewhere."""

    @property
    def later(self) -> bool:
        """Whether it may be told what comes later in the run."""
        return self.events is None

    @property
    def refusal(self) -> str:
        """Why neither a diagnosis nor a gradient check may be made, in a sentence; empty where they may."""
        if self.field:
            return "Answer first: this would show the number that is asked for."
        return "" if self.findings else "This would say what is wrong, which is for you to find first."


EVERYTHING = Telling()


def until(log: Log, position: int) -> Log:
    """The log as it was after its first `position` events: nothing that came later is in it."""
    cut, nodes = copy(log), log.allocated(position)
    for column in ("kinds", "subjects", "details", "spans_at", "values"):
        setattr(cut, column, getattr(log, column)[:position])
    for column in ("codes", "left", "right", "extras", "born", "computed", "peaks"):
        setattr(cut, column, getattr(log, column)[:nodes])
    cut.freed_at = array("i", (freed if freed < position else -1 for freed in log.freed_at[:nodes]))
    cut.ref_events = [_before(events, position) for events in log.ref_events[:nodes]]
    cut.grad_events = _each_before(log.grad_events, position)
    cut.data_events = _each_before(log.data_events, position)
    cut.bind_events = _each_before(log.bind_events, position)
    cut.names_of = defaultdict(list)
    for node, names in log.names_of.items():
        if names[0][0] < position:
            cut.names_of[node] = [each for each in names if each[0] < position]
    cut.frees, cut.seeds, cut.starts, cut.lines, cut.asides = (
        _before(each, position) for each in (log.frees, log.seeds, log.starts, log.lines, log.asides)
    )
    cut.started = log.started[: len(cut.starts)]
    cut.whole = log.whole or log
    cut.leaks = log.leaks if position >= len(log) else frozenset()
    return cut


def _before(events: array[int], position: int) -> array[int]:
    return events[: bisect_left(events, position)]


def _each_before(events: dict[_Key, array[int]], position: int) -> defaultdict[_Key, array[int]]:
    kept = {key: before for key, each in events.items() if (before := _before(each, position))}
    return defaultdict(lambda: array("I"), kept)
