"""The graph as an indented outline: what the node tree shows, row by row.

Each root's operands stand below it. A node that is used more than once is spelled out where it is met first;
its other places are `again` rows. Freed nodes are gathered in one group at the end.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import overload

from microcrad.records import Record
from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.users import users

__all__ = ["FREED_GROUP", "Outline", "OutlineRow", "count_below", "outline", "path_to"]

FREED_GROUP = -1
"""The fold key of the group of freed nodes."""


class OutlineRow(Record):
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


class Outline(Sequence[OutlineRow]):
    """The rows of an outline, top to bottom, each made when it is asked for.

    They are kept as columns: a graph of 50,000 nodes has so many rows at once where its leaves come first.
    """

    def __init__(self) -> None:
        self._nodes, self._users, self._depths = array("i"), array("i"), array("i")
        self._kinds = array("B")
        self.append = (self._nodes.append, self._users.append, self._depths.append, self._kinds.append)
        """What takes a row's node, user, depth and kind, which is the sum of its marks."""

    def add_leaves(self, nodes: Iterable[int]) -> None:
        """Add leaves that nobody uses."""
        self._nodes.extend(nodes)
        more = len(self._nodes) - len(self._users)
        self._users.extend(array("i", [-1]) * more)
        self._depths.extend(array("i", [0]) * more)
        self._kinds.extend(array("B", [0]) * more)

    def places(self, node: int) -> list[int]:
        """The rows a node has."""
        return [place for place, each in enumerate(self._nodes) if each == node]

    def place(self, node: int) -> int | None:
        """The first row of a node; None if it is out of sight."""
        try:
            return self._nodes.index(node)
        except ValueError:
            return None

    def __len__(self) -> int:
        return len(self._nodes)

    @overload
    def __getitem__(self, place: int) -> OutlineRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[OutlineRow]: ...
    def __getitem__(self, place: int | slice) -> OutlineRow | list[OutlineRow]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        kind, user = self._kinds[place], self._users[place]
        return OutlineRow(
            self._nodes[place], self._depths[place], user, -1 if user < 0 else int(bool(kind & _RIGHT)),
            bool(kind & _AGAIN), bool(kind & _SHARED), bool(kind & _FOLDED) if kind & _FOLDS else None,
        )  # fmt: skip


_RIGHT, _AGAIN, _SHARED, _FOLDS, _FOLDED = 1, 2, 4, 8, 16
"""A row's marks: in slot 1, spelled out elsewhere, in several slots, something below, and that is hidden."""


def outline(at: Snapshot, folded: Collection[int] = (), freed_open: bool = False) -> Outline:
    """The rows of the outline, top to bottom. `folded` are the nodes whose operands are hidden."""
    log, position, count = at.log, at.position, len(at.nodes)
    unused, freed = users(log).unused(count), log.freed(position)
    rows = Outline()
    met: set[int] = set()
    if not freed:
        # Results before the leaves nobody has used yet; among the results the newest first.
        left = log.left
        results = [node for node in reversed(unused) if left[node] >= 0]
        _descend(log, count, results, 0, folded, met, rows)
        rows.add_leaves(node for node in unused if left[node] < 0)
        return rows
    live = [not 0 <= each < position for each in log.freed_at[:count]]
    # Used by a live node: a root is not.
    used = {*compress(log.left[:count], live), *compress(log.right[:count], live)}
    roots = [node for node in compress(range(count), live) if node not in used]
    roots.sort(key=lambda node: -node if log.left[node] >= 0 else count + node)
    _descend(log, count, roots, 0, folded, met, rows)
    for append, cell in zip(
        rows.append, (FREED_GROUP, -1, 0, _FOLDS if freed_open else _FOLDS | _FOLDED), strict=True
    ):
        append(cell)
    if freed_open:
        _descend(log, count, [node for node in reversed(unused) if not live[node]], 1, folded, met, rows)
    return rows


def _descend(
    log: Log, count: int, roots: list[int], depth: int, folded: Collection[int], met: set[int], rows: Outline
) -> None:
    shares = users(log).shared
    add_node, add_user, add_depth, add_kind = rows.append
    lefts, rights = log.left, log.right
    stack = [(root, depth, -1, 0) for root in reversed(roots)]
    while stack:
        node, level, user, kind = stack.pop()
        if shares(node, count):
            kind |= _SHARED
        left = lefts[node]
        if node in met:
            kind |= _AGAIN
        elif left >= 0:
            kind |= _FOLDS
            if node in folded:
                kind |= _FOLDED
            else:
                right = rights[node]
                if right >= 0:
                    stack.append((right, level + 1, node, _RIGHT))
                stack.append((left, level + 1, node, 0))
        met.add(node)
        add_node(node)
        add_user(user)
        add_depth(level)
        add_kind(kind)


def path_to(at: Snapshot, node: int, folded: Collection[int]) -> set[int]:
    """The fewest folded nodes above `node` that hide it: unfolding them brings it into sight."""
    if not folded:
        return set()
    log, position, count = at.log, at.position, len(at.nodes)
    used_by = users(log)
    inside = {node, *used_by.above(node, count)}
    freed = bool(log.freed(position))

    def parts(user: int) -> Iterator[int]:
        """Its operands on a way to the node; the place of a live node under a freed user is out of sight."""
        out_of_sight = freed and not log.is_live(user, position)
        for operand in (log.left[user], log.right[user]):
            if operand in inside and not (out_of_sight and log.is_live(operand, position)):
                yield operand

    if freed:
        tops = inside.difference(*map(parts, inside))
    else:
        tops = {each for each in inside if not used_by.used(each, count)}
    # From the top down, through as few folded nodes as there are: those below the next one wait.
    came_from: dict[int, int] = {}
    layer, met = sorted(tops, reverse=True), set[int]()
    while node not in met:
        waiting = []
        while layer and node not in met:
            user = layer.pop()
            if user in met:
                continue
            met.add(user)
            for operand in parts(user):
                if operand not in met:
                    if user not in folded:
                        layer.append(operand)
                        came_from[operand] = user
                    elif operand not in came_from:
                        waiting.append(operand)
                        came_from[operand] = user
        layer = waiting
    hiding: set[int] = set()
    while node not in tops:
        node = came_from[node]
        if node in folded:
            hiding.add(node)
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
