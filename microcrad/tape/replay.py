"""A layout bound to memory: a replay is a list of NumPy calls whose blocks were all chosen beforehand."""

from __future__ import annotations

import itertools
from functools import cached_property, partial

import numpy as np

from microcrad.tape.calls import Calls, added_up, assign
from microcrad.tape.memory import Blocks, Memory
from microcrad.tape.numpy_expressions import Block, Call
from microcrad.tape.selection import Rows
from microcrad.tape.tape_layout import TapeLayout

__all__ = ["Replay", "Replays"]

_KEPT = 8
"""How many sizes stay bound: a batch's, the last batch's of an epoch, and some to spare."""
_ONE_CALL = 4
"""Up to how many sums side by side are faster added up by one call than step by step."""


class Replays:
    """The replays of one layout, in memory of their own."""

    def __init__(self, layout: TapeLayout) -> None:
        self.memory = Memory(layout)
        self._bound: dict[int, Replay] = {}

    @property
    def lanes(self) -> int:
        """How many samples there is room for."""
        return self.memory.lanes

    @property
    def bytes_per_lane(self) -> int:
        """About what a forward pass takes for a sample."""
        return self.memory.bytes_per_lane

    def of(self, lanes: int) -> Replay:
        """The replay for so many samples; choosing its calls takes longer than making them, so it is kept."""
        if lanes > self.memory.lanes:
            self.memory.make_room(lanes)
            self._bound.clear()
        if lanes not in self._bound:
            if len(self._bound) == _KEPT:
                del self._bound[next(iter(self._bound))]
            self._bound[lanes] = Replay(self.memory, lanes)
        return self._bound[lanes]


class Replay:
    """One number of samples, computed and differentiated."""

    def __init__(self, memory: Memory, lanes: int) -> None:
        self._layout = memory.layout
        self._blocks = Blocks(memory, lanes)

    def compute(self, batch: Block, weights: Block) -> None:
        """Fill in all rows, from samples of shape (lanes, inputs) and all parameters' numbers."""
        layout = self._layout
        self._blocks.data[layout.input_rows] = batch[:, layout.inputs].T
        self._blocks.shared[layout.parameter_rows, 0] = weights[layout.parameters]
        _make(self.forward)

    def gradient(self) -> Block:
        """The mean loss's gradient, shape (parameters,)."""
        _make(self.backward)
        gradient = np.zeros(self._layout.parameter_count)
        gradient[self._layout.differentiated] = self._blocks.parameter_grad[self._layout.gradient_rows, 0]
        return gradient

    @cached_property
    def forward(self) -> list[Call]:
        """Calls that compute all rows but the inputs' and the parameters'."""
        calls: list[Call] = []
        for run in self._layout.runs:
            if len(run) > 1 and len(run[0].out.rows) <= _ONE_CALL:
                calls += added_up(run, self._blocks.shared)
            else:
                calls += itertools.chain.from_iterable(Calls(self._blocks).group(group) for group in run)
        return calls

    @cached_property
    def backward(self) -> list[Call]:
        """Calls that compute the parameters' gradients; not chosen before the first use."""
        loss, grads = self._layout.loss_gradient, self._blocks.grads
        seed = 1.0 if loss.shared else 1.0 / self._blocks.lanes
        calls: list[Call] = [partial(assign, grads(rows), rows.rows, 0.0) for rows in self._layout.cleared]
        calls.append(partial(assign, grads(loss), loss.rows, seed))
        for edges in self._layout.edges:
            calls += Calls(self._blocks).edges(edges)
        return calls

    def losses(self) -> Block:
        """The loss of each lane; a copy."""
        loss = self._layout.loss
        return np.broadcast_to(self._blocks.numbers(loss)[loss.rows[0]], self._blocks.lanes).copy()

    def outputs(self) -> Block:
        """Shape (outputs, samples); a copy."""
        return self._at(self._layout.outputs)

    def data(self) -> Block:
        """All nodes' numbers, in the order of the recording, shape (nodes, samples); a copy."""
        return self._at(self._layout.rows)

    def _at(self, rows: Rows) -> Block:
        """The numbers of any rows, shared ones counted first, in shape (rows, lanes); a copy."""
        found = np.empty((len(rows), self._blocks.lanes))
        count = len(self._blocks.shared)
        shared = rows < count
        found[shared] = self._blocks.shared[rows[shared]]
        found[~shared] = self._blocks.data[rows[~shared] - count]
        return found


def _make(calls: list[Call]) -> None:
    with np.errstate(all="ignore"):
        for call in calls:
            call()
