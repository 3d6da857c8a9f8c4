"""Layers: every node to the right of what it uses, and edges cut into hops from one layer to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from microcrad.drawing.layout.frames import Frames
from microcrad.drawing.layout.model import Edge, Nesting, Shape
from microcrad.drawing.layout.spreading import spread
from microcrad.records import Record
from microcrad.slices import Slices, finish

__all__ = ["Layered", "Link", "layering", "ranking", "spans"]

_SLICE = 2_000
"""Nodes, edges or bends that are worked on in one go."""


class Link(Record):
    """One hop: from an item of a layer to one of the next, at rows counted from the tops of both."""

    left: int
    right: int
    leaves: int
    arrives: int


@dataclass(slots=True)
class Layered:
    """A graph in layers. Items are the nodes by their numbers, after them the bends of long edges, and at the
    end the places of the upper and lower lines of frames.

    All edges of one node share its bends, one a layer, so that a node with a thousand users is a single line
    with a thousand branches.
    """

    nodes: int
    shapes: Sequence[Shape]
    edges: Sequence[Edge]
    rank: list[int]
    """The layer of each item."""
    first_bend: list[int]
    """The first bend of each node, as an item; the bends of a node are neighbours."""
    before: list[list[Link]]
    """The hops that arrive at each item."""
    after: list[list[Link]]
    layers: list[list[int]]
    """The items of each layer, in order from the top."""
    frames: Frames

    def height(self, item: int) -> int:
        """How many rows an item takes."""
        return self.shapes[item].height if item < self.nodes else 1


def ranking(count: int, edges: Sequence[Edge]) -> Slices[tuple[list[int], list[int]]]:
    """`spans` in pieces."""
    users: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for index, (source, target, _) in enumerate(edges):
        users[source].append(target)
        missing[target] += 1
        if index % _SLICE == 0:
            yield
    # Results as far left as they can.
    ordered = [node for node in range(count) if not missing[node]]
    rank = [0] * count
    for index, node in enumerate(ordered):
        for user in users[node]:
            rank[user] = max(rank[user], rank[node] + 1)
            missing[user] -= 1
            if not missing[user]:
                ordered.append(user)
        if index % _SLICE == 0:
            yield
    if len(ordered) < count:
        raise ValueError("The graph has a cycle, so that it has no layers.")
    # What they use as near to them as it can.
    for node in reversed(ordered):
        if users[node]:
            rank[node] = min(rank[user] for user in users[node]) - 1
    yield
    return rank, reaches(rank, edges)


def reaches(rank: Sequence[int], edges: Sequence[Edge]) -> list[int]:
    """How many layers the longest edge of each node leads on."""
    furthest = list(rank)
    for source, target, _ in edges:
        furthest[source] = max(furthest[source], rank[target])
    return [last - first for first, last in zip(rank, furthest, strict=True)]


def spans(count: int, edges: Sequence[Edge]) -> tuple[list[int], list[int]]:
    """The layer of each node, and how many layers its longest edge leads on.

    Raises `ValueError` if the graph has a cycle.
    """
    return finish(ranking(count, edges))


def layering(
    shapes: Sequence[Shape], edges: Sequence[Edge], nesting: Nesting, broad: int = 0, gap: int = 0
) -> Slices[Layered]:
    """Put nodes into layers, in the order of a walk from the results, in their order, slot by slot.

    With `broad` no layer is broader than that, if it can be.
    """
    count = len(shapes)
    rank, reach = yield from ranking(count, edges)
    if broad:
        rank = spread(rank, edges, [shape.height for shape in shapes], broad, gap)
        reach = reaches(rank, edges)
    first_bend, total = [], count
    for span in reach:
        first_bend.append(total)
        total += max(span - 1, 0)
    graph = Layered(
        count, shapes, edges, rank, first_bend,
        [[] for _ in range(total)], [[] for _ in range(total)],
        [[] for _ in range(max(rank, default=-1) + 1)],
        Frames(nesting),
    )  # fmt: skip
    yield
    for node in range(count):
        left, leaves = node, shapes[node].output
        for bend in range(first_bend[node], first_bend[node] + max(reach[node] - 1, 0)):
            rank.append(rank[left] + 1)
            _link(graph, Link(left, bend, leaves, 0))
            left, leaves = bend, 0
            if bend % _SLICE == 0:
                yield
    yield
    for index, (source, target, slot) in enumerate(sorted(edges, key=lambda edge: (edge.target, edge.slot))):
        hops = rank[target] - rank[source]
        left = source if hops == 1 else first_bend[source] + hops - 2
        leaves = shapes[source].output if hops == 1 else 0
        _link(graph, Link(left, target, leaves, shapes[target].inputs[slot]))
        if index % _SLICE == 0:
            yield
    yield
    yield from _walk(graph)
    return graph


def _link(graph: Layered, link: Link) -> None:
    graph.after[link.left].append(link)
    graph.before[link.right].append(link)


def _walk(graph: Layered) -> Slices[None]:
    """Fill the layers in the order of a walk from the results backwards: trees come out without crossings."""
    met = [False] * len(graph.rank)
    stack = [item for item in reversed(range(graph.nodes)) if not graph.after[item]]
    done = 0
    while stack:
        item = stack.pop()
        if not met[item]:
            met[item] = True
            graph.layers[graph.rank[item]].append(item)
            stack.extend(link.left for link in reversed(graph.before[item]))
            done += 1
            if done % _SLICE == 0:
                yield
