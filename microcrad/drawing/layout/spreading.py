"""Layers that are too broad, spread over several: what uses nothing stands a layer further from its users.

A network has most of its numbers in one layer, its weights, and little in the others. Where there is room
along the picture and none across it, every second weight stands in a layer of its own, behind the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from microcrad.drawing.layout.model import Edge

__all__ = ["spread"]

_TIMES = 3
"""How often a layer is divided at most."""


def spread(
    ranks: Sequence[int], edges: Sequence[Edge], breadths: Sequence[int], broad: int, gap: int
) -> list[int]:
    """The layers of some nodes, where none is broader than `broad` if that can be: new ones come in between.

    `breadths` are the cells that the nodes take across their layers, `gap` those between two of them.
    """
    users: list[list[int]] = [[] for _ in ranks]
    uses = [False] * len(ranks)
    for source, target, _ in edges:
        users[source].append(target)
        uses[target] = True
    layers: dict[int, list[int]] = defaultdict(list)
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    passing = _passing(ranks, users)
    found: list[list[int]] = []
    for rank in sorted(layers):
        stay = layers[rank]
        behind: list[list[int]] = []
        for _ in range(_TIMES):
            bends = passing.get(rank, 0) + sum(map(len, behind))
            size = sum(breadths[node] + gap for node in stay) + bends * (1 + gap)
            leaves = [node for node in stay if not uses[node] and len(users[node]) == 1]
            moved = [*leaves[::2], *leaves[1::2]]
            moving: list[int] = []
            taken = 0
            while moved and size > broad and taken < size and len(moving) + 1 < len(stay):
                node = moved.pop(0)
                moving.append(node)
                taken += breadths[node] + gap
                size -= breadths[node] - 1
            if not moving:
                break
            stay = [node for node in stay if node not in set(moving)]
            behind.append(sorted(moving))
        found += [*reversed(behind), stay]
    placed = list(ranks)
    for layer, nodes in enumerate(found):
        for node in nodes:
            placed[node] = layer
    return placed


def _passing(ranks: Sequence[int], users: Sequence[Sequence[int]]) -> dict[int, int]:
    """For each layer, how many nodes have edges that go past it."""
    passing: dict[int, int] = defaultdict(int)
    for node, rank in enumerate(ranks):
        for layer in range(rank + 1, max((ranks[user] for user in users[node]), default=rank)):
            passing[layer] += 1
    return passing
