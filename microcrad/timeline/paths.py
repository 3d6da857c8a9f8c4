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
        self.received: dict[int, float] = {}
        """For each node that was sent something other than 0: the sum of it."""
        self.end = self.seed = seed
        """The event that began the pass, and the position that it has come to."""
        self.senders: dict[Operation, dict[int, int]] = {}
        """For each operation with a flat stretch: its nodes that sent anything, with the first event."""
        self.loud: set[int] = set()
        """Those of them that sent something other than 0, or had another slope."""
        self._read(position)

    @classmethod
    def last(cls, log: Log, position: int) -> Pass | None:
        """The last pass that has come to its end at a moment, if one has."""
        for place in range(bisect_left(log.seeds, position) - 1, -1, -1):
            found = cls(log, log.seeds[place], position)
            if found.complete:
                return found
        return None

    @property
    def complete(self) -> bool:
        """Whether the pass has come to its end, and was not cut short by an error."""
        log, end = self.log, self.end
        if end < len(log) and log.kinds[end] != Kind.ERROR:
            return log.kinds[end] != Kind.EDGE
        return self._all_sent()

    def _all_sent(self) -> bool:
        slots = sum(len(self.log.operands(node)) for node in below(self.log, [self.root]))
        return self.end - self.seed - 1 >= slots

    def _read(self, position: int) -> None:
        log, strongest, nowhere = self.log, self.strongest, (-math.inf, -1)
        self.end = self.seed + 1
        for event in range(self.end, position):
            if log.kinds[event] != Kind.EDGE:
                break
            self.end = event + 1
            target, detail = log.subjects[event], log.details[event]
            source, local = log.edge_source[detail], log.edge_local[detail]
            sent = local * log.edge_upstream[detail]
            size = strongest.get(source, nowhere)[0] + (math.log10(abs(local)) if local else -math.inf)
            if size > strongest.get(target, nowhere)[0]:
                strongest[target] = size, event
            if sent:
                self.received[target] = self.received.get(target, 0.0) + sent
            if log.left[target] < 0:
                self.leaves[target] = None
            op = log.operation(source)
            if op.flat is not None:
                self.senders.setdefault(op, {}).setdefault(source, event)
                if local or sent:  # Where the upstream is not finite, 0 times it is nan.
                    self.loud.add(source)

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
