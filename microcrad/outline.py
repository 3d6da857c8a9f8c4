"""The graph as an indented outline: what the node tree shows, row by row.

Each root's operands stand below it. A node that is used more than once is spelled out where it is met first;
its other places are `again` rows. Freed nodes are gathered in one group at the end.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from microcrad.snapshot import Snapshot

__all__ = ["FREED_GROUP", "OutlineRow", "outline", "path_to"]

FREED_GROUP = -1
"""The fold key of the group of freed nodes."""


class OutlineRow(NamedTuple):
    """One line of the outline."""

    node: int
    """The node, or `FREED_GROUP` for the line that stands for all freed nodes."""
    depth: int
    user: int = -1
    """The node above in whose slot this one stands, or -1 for a root."""
    slot: int = -1
    again: bool = False
    """Whether the node is spelled out elsewhere, further up."""
    shared: bool = False
    """Whether the node stands in more than one slot."""
    folded: bool | None = None
    """Whether what is below is hidden; None if there is nothing below."""


def outline(at: Snapshot, folded: Collection[int] = (), freed_open: bool = False) -> list[OutlineRow]:
    """The rows of the outline, top to bottom. `folded` are the nodes whose operands are hidden."""
    log, position = at.log, at.position
    uses = [0] * len(at.nodes)
    live_use = bytearray(len(at.nodes))
    for node in at.nodes:
        live = log.is_live(node, position)
        for operand in log.operands(node):
            uses[operand] += 1
            live_use[operand] |= live
    live_roots = [node for node in at.nodes if log.is_live(node, position) and not live_use[node]]
    # Results before the leaves nobody has used yet; among them the newest first.
    live_roots.sort(key=lambda node: (not log.operands(node), -node if log.operands(node) else node))
    rows: list[OutlineRow] = []
    met: set[int] = set()
    _descend(at, live_roots, 0, uses, folded, met, rows)
    freed = log.freed(position)
    if freed:
        rows.append(OutlineRow(FREED_GROUP, 0, folded=not freed_open))
        if freed_open:
            roots = [
                node for node in reversed(at.nodes) if not log.is_live(node, position) and not uses[node]
            ]
            _descend(at, roots, 1, uses, folded, met, rows)
    return rows


def _descend(
    at: Snapshot, roots: list[int], depth: int, uses: list[int], folded: Collection[int],
    met: set[int], rows: list[OutlineRow],
) -> None:  # fmt: skip
    stack = [(root, depth, -1, -1) for root in reversed(roots)]
    while stack:
        node, level, user, slot = stack.pop()
        operands = at.log.operands(node)
        again = node in met
        fold = node in folded if operands and not again else None
        rows.append(OutlineRow(node, level, user, slot, again, uses[node] > 1, fold))
        if not again:
            met.add(node)
            if not fold:
                stack.extend((operands[i], level + 1, node, i) for i in reversed(range(len(operands))))


def path_to(at: Snapshot, node: int, folded: Collection[int]) -> set[int]:
    """The folded nodes above `node` that hide it: unfolding them brings it into sight."""
    users: dict[int, list[int]] = {}
    for user in at.nodes:
        for operand in at.log.operands(user):
            users.setdefault(operand, []).append(user)
    above: set[int] = set()
    pending = [node]
    while pending:
        for user in users.get(pending.pop(), ()):
            if user not in above:
                above.add(user)
                pending.append(user)
    return above & set(folded)
