"""Finding nodes by a part of what they are called."""

from __future__ import annotations

from microcrad.timeline.paths import below
from microcrad.timeline.snapshot import Snapshot

__all__ = ["search"]


def search(at: Snapshot, text: str, selected: int | None = None) -> list[int]:
    """The nodes whose name or expression contains `text`, in any case.

    Those that are called just so come first, live ones before freed ones, names before expressions, and what
    the selected node is made of before other nodes.
    """
    wanted = text.strip().lower()
    labels = [(node, at.label(node).lower()) for node in at.nodes if wanted]
    near = below(at.log, () if selected is None else (selected,))
    found = [
        (label != wanted, not at.is_live(node), node not in at.names_by_node, node not in near, node)
        for node, label in labels
        if wanted in label
    ]
    return [node for *_, node in sorted(found)]
