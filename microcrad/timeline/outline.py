"""The graph as an indented outline: what the node tree shows, row by row.

Each root's operands stand below it. A node that is used more than once is spelled out where it is met first;
its other places are `again` rows. Freed nodes are gathered in one group at the end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import NamedTuple

from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["FREED_GROUP", "OutlineRow", "count_below", "outline", "path_to"]

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
    log, position, count = at.log, at.position, len(at.nodes)
    live = [not 0 <= freed < position for freed in log.freed_at[:count]]
    uses = [0] * count
    used = [False] * count  # By a live node: a root is not.
    for operands in (log.left, log.right):
        for node, operand in enumerate(operands[:count]):
            if operand >= 0:
                uses[operand] += 1
                used[operand] = used[operand] or live[node]
    roots = [node for node in range(count) if live[node] and not used[node]]
    # Results before the leaves nobody has used yet; among the results the newest first.
    roots.sort(key=lambda node: -node if log.left[node] >= 0 else count + node)
    rows: list[OutlineRow] = []
    met: set[int] = set()
    _descend(log, roots, 0, uses, folded, met, rows)
    freed = log.freed(position)
    if freed:
        rows.append(OutlineRow(FREED_GROUP, 0, folded=not freed_open))
        if freed_open:
            roots = [node for node in reversed(range(count)) if not live[node] and not uses[node]]
            _descend(log, roots, 1, uses, folded, met, rows)
    return rows


def _descend(
    log: Log, roots: list[int], depth: int, uses: list[int], folded: Collection[int],
    met: set[int], rows: list[OutlineRow],
) -> None:  # fmt: skip
    stack = [(root, depth, -1, -1) for root in reversed(roots)]
    while stack:
        node, level, user, slot = stack.pop()
        left, right, shared = log.left[node], log.right[node], uses[node] > 1
        if node in met:
            rows.append(OutlineRow(node, level, user, slot, True, shared))
            continue
        met.add(node)
        if left < 0:
            rows.append(OutlineRow(node, level, user, slot, False, shared))
            continue
        fold = node in folded
        rows.append(OutlineRow(node, level, user, slot, False, shared, fold))
        if not fold:
            if right >= 0:
                stack.append((right, level + 1, node, 1))
            stack.append((left, level + 1, node, 0))


def path_to(at: Snapshot, node: int, folded: Collection[int]) -> set[int]:
    """The fewest folded nodes above `node` that hide it: unfolding them brings it into sight."""
    if not folded:
        return set()
    log, position, count = at.log, at.position, len(at.nodes)
    users: list[list[int]] = [[] for _ in range(count)]
    for operands in (log.left, log.right):
        for user, operand in enumerate(operands[:count]):
            if operand >= 0:
                users[operand].append(user)
    # Upwards to the nearest root, where only folded nodes count as a way.
    ways, came_from, queue = {node: 0}, {node: node}, deque([node])
    while True:
        below = queue.popleft()
        above = users[below]
        if log.is_live(below, position):  # Its place under freed users is out of sight.
            above = [user for user in above if log.is_live(user, position)]
        if not above:
            break
        for user in above:
            way = ways[below] + (user in folded)
            if way < ways.get(user, count):
                ways[user], came_from[user] = way, below
                queue.append(user) if user in folded else queue.appendleft(user)
    hiding: set[int] = set()
    while below != node:
        if below in folded:
            hiding.add(below)
        below = came_from[below]
    return hiding


def count_below(at: Snapshot, node: int) -> int:
    """How many nodes a node is made of: what folding it hides, unless it stands elsewhere too."""
    met = {node}
    pending = [node]
    while pending:
        for operand in at.operands(pending.pop()):
            if operand not in met:
                met.add(operand)
                pending.append(operand)
    return len(met) - 1
