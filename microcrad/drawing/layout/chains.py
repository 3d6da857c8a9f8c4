"""Chains: nodes that stand beside each other in one layer of a picture from top to bottom.

Such a picture is soon too high. What hands its number on to one node alone, which takes nothing else, has
that node beside it and not below it, as `n` has `tanh(n)`. Where even that is too high, so has one that takes
others as well. A chain is laid out as one box and then parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from microcrad.drawing.layout.model import Box, Edge, Layout, Nesting, Shape, Wire
from microcrad.records import Record

__all__ = ["GAP", "Chains", "chained", "parted"]

GAP = 2
"""Columns between two nodes of a chain, for the edge."""


class Chains(Record):
    """The chains of a graph, and the graph in which each is one node."""

    members: tuple[tuple[int, ...], ...]
    """The nodes of each chain, in the order of its edges; just one for most."""
    chain_of: tuple[int, ...]
    edges: tuple[Edge, ...]
    edge_of: tuple[int, ...]
    """For each edge its number among those; -1 for one within a chain."""
    nesting: Nesting
    slots: tuple[tuple[int, ...], ...]
    """For each node, the slots that edges from outside its chain lead to."""

    def shapes(self, shapes: Sequence[Shape]) -> list[Shape]:
        """The room that each chain takes."""
        found = []
        for nodes in self.members:
            own = [shapes[node] for node in nodes]
            width = sum(shape.width for shape in own) + GAP * (len(own) - 1)
            output = width - own[-1].width + own[-1].output
            places, left = list[int](), 0
            for node, shape in zip(nodes, own, strict=True):
                places += (left + shape.inputs[slot] for slot in self.slots[node])
                left += shape.width + GAP
            found.append(Shape(width, max(shape.height for shape in own), tuple(places), output))
        return found


def chained(shapes: Sequence[Shape], edges: Sequence[Edge], nesting: Nesting, room: int = 0) -> Chains:
    """Find the chains of some nodes; all nodes of one have the same frame around them.

    With `room` a node of a chain may take others as well, from above: of its operands the deepest stands
    beside it, as far as the chain is no wider than that. So a long calculation goes on like lines of a text.
    """
    count = len(shapes)
    arriving, leaving = [0] * count, [0] * count
    for source, target, _ in edges:
        leaving[source] += 1
        arriving[target] += 1
    chosen = dict[int, int]()
    """For each node that stands beside an operand, that operand."""
    depths = _depths(count, edges) if room else [0] * count
    for source, target, _ in edges:
        if (
            leaving[source] == 1
            and (room or arriving[target] == 1)
            and arriving[source]  # A leaf stands above, beside other leaves.
            and (not nesting.inside or nesting.inside[source] == nesting.inside[target])
            and (target not in chosen or depths[source] > depths[chosen[target]])
        ):
            chosen[target] = source
    following = {source: target for target, source in chosen.items()}
    members: list[tuple[int, ...]] = []
    for node in range(count):
        if node not in chosen:
            chain, width = [node], shapes[node].width
            while chain[-1] in following:
                user = following[chain[-1]]
                width += GAP + shapes[user].width
                if room and width > room:
                    del following[chain[-1]]
                    members.append(tuple(chain))
                    chain, width = [], shapes[user].width
                chain.append(user)
            members.append(tuple(chain))
    chain_of = [0] * count
    for index, nodes in enumerate(members):
        for node in nodes:
            chain_of[node] = index
    slots: list[list[int]] = [[] for _ in range(count)]
    for source, target, slot in edges:
        if following.get(source) != target:
            slots[target].append(slot)
    first_slot = [0] * count
    for nodes in members:
        for before, node in pairwise(nodes):
            first_slot[node] = first_slot[before] + len(slots[before])
    for each in slots:
        each.sort()
    kept, edge_of = list[Edge](), list[int]()
    for source, target, slot in edges:
        if following.get(source) == target:
            edge_of.append(-1)
        else:
            edge_of.append(len(kept))
            place = first_slot[target] + slots[target].index(slot)
            kept.append(Edge(chain_of[source], chain_of[target], place))
    inside = [nesting.inside[nodes[0]] for nodes in members] if nesting.inside else []
    return Chains(
        tuple(members), tuple(chain_of), tuple(kept), tuple(edge_of), Nesting(inside, nesting.around),
        tuple(map(tuple, slots)),
    )  # fmt: skip


def _depths(count: int, edges: Sequence[Edge]) -> list[int]:
    """How many edges the longest way to each node has."""
    users: list[list[int]] = [[] for _ in range(count)]
    missing, depths = [0] * count, [0] * count
    for source, target, _ in edges:
        users[source].append(target)
        missing[target] += 1
    ready = [node for node in range(count) if not missing[node]]
    for node in ready:
        for user in users[node]:
            depths[user] = max(depths[user], depths[node] + 1)
            missing[user] -= 1
            if not missing[user]:
                ready.append(user)
    return depths


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
