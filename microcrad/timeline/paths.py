"""The ways a gradient takes through a graph, traced from the edges that backward logged.

Along a path slopes multiply. Their product is kept as the logarithm of its size, because what is looked for
here are products that are too small or too large to be told from 0 or infinity.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate

from microcrad.ops import Operation
from microcrad.timeline.log import Kind, Log

__all__ = ["VANISHED", "Pass", "below", "path_to", "slopes_along"]

VANISHED = 1e-6
"""A product of slopes whose size is below this has vanished."""
_NOTHING = array("I")


class Pass:
    """One backward pass, up to a moment: what reached which node, and by which way most of it."""

    def __init__(self, log: Log, seed: int, position: int) -> None:
        """Read the edges from the event `seed`, which began the pass, up to `position`."""
        self.log = log
        self.root = log.subjects[seed]
        self.strongest: dict[int, tuple[float, int]] = {self.root: (0.0, -1)}
        """For each node that is reached by slopes other than 0: the logarithm (base 10) of the size of the
        largest product of slopes along one path from the root, and the last edge of that path."""
        self.leaves: dict[int, None] = {}
        """The leaves that were sent something, if only 0, in that order."""
        self.fed: set[int] = set()
        """The nodes that were sent something other than 0."""
        self.silent: dict[Operation, tuple[int, dict[int, int]]] = {}
        """For each operation with a flat stretch: how many of its nodes sent something, and those of them
        whose slope was exactly 0, each with the event."""
        self._read(seed, position)

    @classmethod
    def last(cls, log: Log, position: int) -> Pass | None:
        """The last pass that has begun at a moment, if one has."""
        place = bisect_left(log.seeds, position)
        return cls(log, log.seeds[place - 1], position) if place else None

    def _read(self, seed: int, position: int) -> None:
        log, strongest, nowhere = self.log, self.strongest, (-math.inf, -1)
        senders: dict[Operation, set[int]] = {}
        for event in range(seed + 1, position):
            if log.kinds[event] != Kind.EDGE:
                break
            target, detail = log.subjects[event], log.details[event]
            source, local = log.edge_source[detail], log.edge_local[detail]
            size = strongest.get(source, nowhere)[0] + (math.log10(abs(local)) if local else -math.inf)
            if size > strongest.get(target, nowhere)[0]:
                strongest[target] = size, event
            if local and log.edge_upstream[detail]:
                self.fed.add(target)
            if log.left[target] < 0:
                self.leaves[target] = None
            op = log.operation(source)
            if op.flat is not None:
                nodes = senders.setdefault(op, set())
                nodes.add(source)
                silent = self.silent.setdefault(op, (0, {}))[1]
                if not local:
                    silent.setdefault(source, event)
                self.silent[op] = len(nodes), silent

    def path(self, node: int) -> list[int]:
        """The edges of the strongest path from the root to a node that is reached."""
        edges = []
        while node != self.root:
            edges.append(self.strongest[node][1])
            node = self.log.edge_source[self.log.details[edges[-1]]]
        return edges[::-1]


def below(log: Log, nodes: Iterable[int]) -> set[int]:
    """Some nodes and all that they depend on."""
    met = set(nodes)
    pending = list(met)
    while pending:
        for operand in log.operands(pending.pop()):
            if operand not in met:
                met.add(operand)
                pending.append(operand)
    return met


def path_to(log: Log, event: int) -> list[int]:
    """The edges from the root of a pass to an edge, by what brought each node on the way most of its grad."""
    seed = log.seeds[bisect_left(log.seeds, event) - 1]
    root, edges = log.subjects[seed], [event]
    while (node := log.edge_source[log.details[edges[-1]]]) != root:
        sent = [
            edge
            for edge in log.grad_events.get(node, _NOTHING)
            if seed < edge < edges[-1] and log.kinds[edge] == Kind.EDGE
        ]
        edges.append(max(sent, key=lambda edge: _brought(log, edge)))
    return edges[::-1]


def _brought(log: Log, edge: int) -> float:
    detail = log.details[edge]
    return abs(log.edge_local[detail] * log.edge_upstream[detail])


def slopes_along(log: Log, edges: Iterable[int]) -> Iterator[tuple[int, float]]:
    """For each edge of a path whose slopes are not 0: the edge, and the logarithm of the product so far."""
    edges = list(edges)
    sizes = (math.log10(abs(log.edge_local[log.details[edge]])) for edge in edges)
    return zip(edges, accumulate(sizes), strict=True)
