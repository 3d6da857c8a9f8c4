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
    """The layers of some nodes, where none is broader than `broad` if that can be.

    What makes one too broad goes to the layer before if that has room, else to a new one in between.
    `breadths` are the cells that the nodes take across their layers, `gap` those between two of them.
    """
    users: list[list[int]] = [[] for _ in ranks]
    uses = [False] * len(ranks)
    for source, target, _ in edges:
        users[source].append(target)
        uses[target] = True
    layers: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for node, rank in enumerate(ranks):
        layers[rank].append(node)
    passing = _passing(ranks, users)
    bend = 1 + gap
    sizes = [
        sum(breadths[node] + gap for node in layer) + passing.get(rank, 0) * bend
        for rank, layer in enumerate(layers)
    ]
    behind: list[list[list[int]]] = [[] for _ in layers]
    """For each layer, the new ones before it, the nearest first."""
    for rank in reversed(range(len(layers))):
        size, before = sizes[rank], rank - 1
        for _ in range(_TIMES):
            leaves = [node for node in layers[rank] if not uses[node] and len(users[node]) == 1]
            moving: list[int] = []
            taken = 0
            for node in [*leaves[::2], *leaves[1::2]]:
                if size <= broad or taken >= size or len(layers[rank]) == 1:
                    break
                needed = breadths[node] + gap
                layers[rank].remove(node)
                size += bend - needed
                if before >= 0 and not behind[rank] and sizes[before] + needed <= broad:
                    layers[before].append(node)
                    sizes[before] += needed
                else:
                    moving.append(node)
                    taken += needed
            if not moving:
                break
            behind[rank].append(sorted(moving))
    placed = list(ranks)
    found = [each for news, layer in zip(behind, layers, strict=True) for each in (*reversed(news), layer)]
    for index, nodes in enumerate(found):
        for node in nodes:
            placed[node] = index
    return placed


def _passing(ranks: Sequence[int], users: Sequence[Sequence[int]]) -> dict[int, int]:
    """For each layer, how many nodes have edges that go past it."""
    passing: dict[int, int] = defaultdict(int)
    for node, rank in enumerate(ranks):
        for layer in range(rank + 1, max((ranks[user] for user in users[node]), default=rank)):
            passing[layer] += 1
    return passing
