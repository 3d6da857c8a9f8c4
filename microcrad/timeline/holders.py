"""Who holds a node at a moment: every reference to it, as the events up to there gave and took them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from typing import overload

from microcrad.records import Record
from microcrad.timeline.log import Holder, Kind, Log, Reference

__all__ = ["Holders", "Ownership"]

_RETAIN, _RELEASE = int(Kind.RETAIN), int(Kind.RELEASE)
_CREATION = Reference(Holder.CREATION)
_BORN = -1
"""Stands for the event of the reference that a node is born with."""


class Ownership(Record):
    """One reference to a node: who has it, and since which line."""

    reference: Reference
    line: int


class Holders(Sequence[Ownership]):
    """Every reference to a node after the first `position` events, oldest first.

    A node can be held by thousands, of which a few are spelled out: each is until it is asked for only the
    event that gave it.
    """

    def __init__(self, log: Log, node: int, position: int) -> None:
        self._log, self._node = log, node
        self._held = {_BORN: _BORN}
        """By the event that gave each reference, the event that says whose it is now."""
        self._of: dict[object, list[int]] = defaultdict(list)
        """Those of each owner, in order."""
        self._of[_CREATION].append(_BORN)
        given = log.ref_events[node]
        events = sorted(
            [
                *given[: bisect_left(given, position)],
                *(e for e, _ in log.names_of.get(node, ()) if e < position),
            ]
        )
        kinds, details, values, held, of = log.kinds, log.details, log.values, self._held, self._of
        for index in events:
            kind = kinds[index]
            if kind == _RETAIN:
                held[index] = index
                detail = details[index]
                of[detail if detail < 0 else log.references[detail]].append(index)
            elif kind == _RELEASE:
                self._give_back(index)
            elif kind == Kind.BIND and values[index]:
                self._name(index)

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, place: int) -> Ownership: ...
    @overload
    def __getitem__(self, place: slice) -> list[Ownership]: ...
    def __getitem__(self, place: int | slice) -> Ownership | list[Ownership]:
        told = list(self._held.values())
        if isinstance(place, slice):
            return [self._spelled(event) for event in told[place]]
        return self._spelled(told[place])

    def _spelled(self, event: int) -> Ownership:
        made = self._log.born[self._node] if event == _BORN else event
        return Ownership(self._reference(event), self._log.span(made).line)

    def _reference(self, event: int) -> Reference:
        log = self._log
        if event == _BORN:
            return _CREATION
        if log.kinds[event] == Kind.BIND:
            return Reference(Holder.NAME, log.texts[log.details[event]])
        return log.reference(event)

    def _owner(self, event: int) -> object:
        """What `_of` knows an owner by: slots, of which there are very many, by their number in the log."""
        slot = event != _BORN and self._log.kinds[event] != Kind.BIND and self._log.details[event] < 0
        return self._log.details[event] if slot else self._reference(event)

    def _name(self, index: int) -> None:
        """A name has taken over the reference that the node was born with."""
        if self._of[_CREATION]:
            oldest = self._of[_CREATION].pop(0)
            self._held[oldest] = index
            insort(self._of[self._owner(index)], oldest)

    def _give_back(self, index: int) -> None:
        """Take out the newest reference of exactly this owner, else of its kind, else the newest of all."""
        exactly = self._of[self._owner(index)]
        if exactly:
            del self._held[exactly.pop()]
            return
        kinds = (self._reference(index).holder, Holder.NAME)
        every = list(reversed(self._held))
        alike = (given for given in every if self._reference(self._held[given]).holder in kinds)
        given = next(alike, every[0] if every else None)
        if given is not None:
            self._of[self._owner(self._held[given])].remove(given)
            del self._held[given]
