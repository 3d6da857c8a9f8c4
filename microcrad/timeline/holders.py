"""Who holds a node at a moment: every reference to it, as the events up to there gave and took them."""

from __future__ import annotations

from typing import NamedTuple

from microcrad.timeline.log import Holder, Kind, Log, Reference

__all__ = ["Ownership", "holders"]


class Ownership(NamedTuple):
    """One reference to a node: who has it, and since which line."""

    reference: Reference
    line: int


def holders(log: Log, node: int, position: int) -> list[Ownership]:
    """Every reference to a node after the first `position` events, oldest first."""
    held = [Ownership(Reference(Holder.CREATION), log.span(log.born[node]).line)]
    events = [event for event, _ in log.names_of.get(node, ())]
    for index in sorted([*log.ref_events[node], *events]):
        if index >= position:
            break
        kind, line = log.kinds[index], log.span(index).line
        if kind == Kind.RETAIN:
            held.append(Ownership(log.reference(index), line))
        elif kind == Kind.RELEASE:
            _give_back(held, log.reference(index))
        elif kind == Kind.BIND and log.values[index]:
            name = log.texts[log.details[index]]
            _replace(held, Holder.CREATION, Ownership(Reference(Holder.NAME, name), line))
    return held


def _replace(held: list[Ownership], holder: Holder, by: Ownership) -> None:
    for place, ownership in enumerate(held):
        if ownership.reference.holder is holder:
            held[place] = by
            return


def _give_back(held: list[Ownership], reference: Reference) -> None:
    """Take out the newest entry of exactly this owner, else of the same kind, else the newest of all."""
    for matches in (
        lambda own: own.reference == reference,
        lambda own: own.reference.holder in (reference.holder, Holder.NAME),
        lambda own: True,
    ):
        for place in reversed(range(len(held))):
            if matches(held[place]):
                del held[place]
                return
