"""The graph as an indented outline: what the node tree shows, row by row.

Each root's operands stand below it. A node that is used more than once is spelled out where it is met first;
its other places are `again` rows. Freed nodes are gathered in one group at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import compress
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
    left, right = log.left[:count], log.right[:count]
    uses = Counter(left)
    uses.update(right)
    freed = log.freed(position)
    if freed:
        live = [not 0 <= each < position for each in log.freed_at[:count]]
        # Used by a live node: a root is not.
        used = {*compress(left, live), *compress(right, live)}
        roots = [node for node in compress(range(count), live) if node not in used]
    else:
        roots = [node for node in range(count) if node not in uses]
    # Results before the leaves nobody has used yet; among the results the newest first.
    roots.sort(key=lambda node: -node if left[node] >= 0 else count + node)
    rows: list[OutlineRow] = []
    met: set[int] = set()
    _descend(log, roots, 0, uses, folded, met, rows)
    if freed:
        rows.append(OutlineRow(FREED_GROUP, 0, folded=not freed_open))
        if freed_open:
            roots = [node for node in reversed(range(count)) if not live[node] and node not in uses]
            _descend(log, roots, 1, uses, folded, met, rows)
    return rows


def _descend(
    log: Log, roots: list[int], depth: int, uses: Mapping[int, int], folded: Collection[int],
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
    # Upwards: a user is younger than what it uses, so going through them once finds every way to a root.
    log, position, count = at.log, at.position, len(at.nodes)
    any_freed = bool(log.freed(position))
    ways, came_from, led_on = {node: 0}, {node: node}, set()
    above = zip(range(node + 1, count), log.left[node + 1 : count], log.right[node + 1 : count], strict=True)
    for user, left, right in above:
        if left not in ways and right not in ways:
            continue
        for operand in (left, right):
            # The place of a live node under freed users is out of sight.
            if operand in ways and (
                not any_freed or log.is_live(user, position) or not log.is_live(operand, position)
            ):
                led_on.add(operand)
                way = ways[operand] + (user in folded)
                if way < ways.get(user, count):
                    ways[user], came_from[user] = way, operand
    below = min(ways.keys() - led_on, key=lambda root: (ways[root], root))
    hiding: set[int] = set()
    while below != node:
        if below in folded:
            hiding.add(below)
        below = came_from[below]
    return hiding


def count_below(at: Snapshot, nodes: Collection[int]) -> dict[int, int]:
    """How many nodes each of some is made of: what folding it hides, unless it stands elsewhere too."""
    left, right = at.log.left, at.log.right
    bits = {node: 1 << place for place, node in enumerate(nodes)}
    above = [0] * (max(nodes, default=-1) + 1)
    """For each node which of them it is, or is below, as bits."""
    for node, bit in bits.items():
        above[node] = bit
    for node in reversed(range(len(above))):
        here = above[node]
        if here and left[node] >= 0:
            above[left[node]] |= here
            if right[node] >= 0:
                above[right[node]] |= here
    found = Counter(above)
    return {node: sum(count for each, count in found.items() if each & bit) - 1 for node, bit in bits.items()}
