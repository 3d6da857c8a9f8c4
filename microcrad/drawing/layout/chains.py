"""Chains: nodes that stand beside each other in one layer of a picture from top to bottom.

Such a picture is soon too high. What hands its number on to one node alone, which takes nothing else, has
that node beside it and not below it, as `n` has `tanh(n)`. A chain is laid out as one box and then parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from microcrad.drawing.layout.model import Box, Edge, Layout, Nesting, Shape, Wire

__all__ = ["GAP", "Chains", "chained", "parted"]

GAP = 2
"""Columns between two nodes of a chain, for the edge."""


class Chains(NamedTuple):
    """The chains of a graph, and the graph in which each is one node."""

    members: tuple[tuple[int, ...], ...]
    """The nodes of each chain, in the order of its edges; just one for most."""
    chain_of: tuple[int, ...]
    edges: tuple[Edge, ...]
    edge_of: tuple[int, ...]
    """For each edge its number among those; -1 for one within a chain."""
    nesting: Nesting

    def shapes(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The room that each chain takes."""
        found = []
        for nodes in self.members:
            own = [shapes[node] for node in nodes]
            width = sum(shape.width for shape in own) + GAP * (len(own) - 1)
            output = width - own[-1].width + own[-1].output
            found.append(Shape(width, max(shape.height for shape in own), own[0].inputs, output))
        return found


def chained(count: int, edges: Sequence[Edge], nesting: Nesting) -> Chains:
    """Find the chains of so many nodes; all nodes of one have the same frame around them."""
    arriving, leaving = [0] * count, [0] * count
    for source, target, _ in edges:
        leaving[source] += 1
        arriving[target] += 1
    following = {
        source: target
        for source, target, _ in edges
        if leaving[source] == arriving[target] == 1
        and arriving[source]  # A leaf stands above, beside other leaves.
        and (not nesting.inside or nesting.inside[source] == nesting.inside[target])
    }
    inner = set(following.values())
    members: list[tuple[int, ...]] = []
    for node in range(count):
        if node not in inner:
            chain = [node]
            while chain[-1] in following:
                chain.append(following[chain[-1]])
            members.append(tuple(chain))
    chain_of = [0] * count
    for index, nodes in enumerate(members):
        for node in nodes:
            chain_of[node] = index
    kept, edge_of = list[Edge](), list[int]()
    within = {pair for nodes in members for pair in pairwise(nodes)}
    for source, target, slot in edges:
        if (source, target) in within:
            edge_of.append(-1)
        else:
            edge_of.append(len(kept))
            kept.append(Edge(chain_of[source], chain_of[target], slot))
    inside = [nesting.inside[nodes[0]] for nodes in members] if nesting.inside else []
    return Chains(
        tuple(members), tuple(chain_of), tuple(kept), tuple(edge_of), Nesting(inside, nesting.around)
    )


def parted(drawn: Layout, chains: Chains, shapes: Sequence[Shape], edges: Sequence[Edge]) -> Layout:
    """The layout of a graph, made of that of its chains."""
    boxes = [Box(0, 0, 0, 0, 0)] * len(shapes)
    for chain, place in zip(chains.members, drawn.boxes, strict=True):
        x = place.x
        for node in chain:
            boxes[node] = Box(x, place.y, shapes[node].width, shapes[node].height, place.layer)
            x += shapes[node].width + GAP
    first, last = ([chain[end] for chain in chains.members] for end in (0, -1))
    wires = [Wire(last[wire.source], first[wire.first], *wire[2:]) for wire in drawn.wires]
    outputs = [box.x + shape.output for box, shape in zip(boxes, shapes, strict=True)]
    found = replace(
        drawn,
        boxes=tuple(boxes),
        edges=tuple(edges),
        layers=tuple(
            tuple(node for each in layer for node in chains.members[each]) for layer in drawn.layers
        ),
        outputs=tuple(outputs),
        ports=tuple(drawn.ports[index] if index >= 0 else 0 for index in chains.edge_of),
        frames=tuple(frame._replace(first=first[frame.first]) for frame in drawn.frames),
        joined=(drawn, chains.edge_of),
    )
    for index, (source, target, _) in enumerate(edges):
        if chains.edge_of[index] < 0:
            (x0, y), (x1, _) = found.ends(index)
            wires.append(Wire(source, target, x0, y, x1, y))
    return replace(found, wires=tuple(wires))
