"""Who holds which node at this moment: what arrows from names and slots to nodes are drawn of."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.format.lesson import Step
from microcrad.session.session import Session
from microcrad.timeline.sentences import owner

__all__ = ["Owned", "owned"]

_MOST = 8
"""Of so many nodes the picture is small enough to be read."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A live node, with each of its references by its owner, in the order in which they came."""

    label: str
    owners: tuple[str, ...]
    """`name a`, `slot 0 of y`, `retain`."""


def owned(step: Step, session: object) -> tuple[Owned, ...]:
    """The live nodes and their owners, if a step draws that; none while any is kept back, or of many."""
    if not step.owners or not isinstance(session, Session):
        return ()
    telling, at = session.telling, session.snapshot
    live = [node for node in at.nodes if at.is_live(node)]
    if telling.field == "refs" or telling.events is not None or len(live) > _MOST:
        return ()
    return tuple(
        Owned(at.label(node), tuple(owner(at, node, each).partition(" since")[0] for each in at.owners(node)))
        for node in live
    )
