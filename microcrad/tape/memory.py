"""The blocks in which replays compute.

Nothing in a block with a lane a sample outlasts a replay, so replays of all sizes share the same memory, each
using the beginning of it; and what only a few calls need shares memory with what others do.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from microcrad.tape.numpy_expressions import Block
from microcrad.tape.selection import Selection
from microcrad.tape.tape_layout import TapeLayout

__all__ = ["Blocks", "Memory"]

_ROOMS = 3
"""How many blocks, as wide as the widest group, a group's calls have between them at most."""


class Memory:
    """The blocks without lanes, and room for those of so many lanes."""

    def __init__(self, layout: TapeLayout) -> None:
        self.layout = layout
        self.lanes = 0
        """How many samples there is room for."""
        self.shared: Block = layout.shared[:, None].copy()
        self.parameter_grad: Block = np.zeros((len(layout.rows), 1))
        self._pieces: dict[str | int, Block] = {}

    @property
    def bytes_per_lane(self) -> int:
        """About what a forward pass takes for a lane: all rows, and what is between a group's calls."""
        return 8 * (self.layout.lane_rows + _ROOMS * self.layout.widest)

    def make_room(self, lanes: int) -> None:
        """Take new memory for so many lanes; blocks that were given out before stay what they are."""
        self.lanes = lanes
        self._pieces.clear()

    def block(self, name: str | int, rows: int, shape: tuple[int, ...]) -> Block:
        """The beginning of a piece that has room for so many rows; the same piece for the same name."""
        if name not in self._pieces:
            self._pieces[name] = np.empty(rows * self.lanes)
        return self._pieces[name][: math.prod(shape)].reshape(shape)


class Blocks:
    """All blocks for one number of samples, at most as many as there is room for."""

    def __init__(self, memory: Memory, lanes: int) -> None:
        self.lanes = lanes
        self.shared = memory.shared
        """Shape (shared rows, 1)."""
        self.parameter_grad = memory.parameter_grad
        """Shape (rows, 1): the gradients of the leaves among all rows."""
        self._memory = memory
        rows = memory.layout.lane_rows
        self.data = memory.block("data", rows, (rows, lanes))
        """Shape (lane rows, lanes)."""

    @cached_property
    def grad(self) -> Block:
        """Shape (rows, lanes); only what is ever written to takes up memory."""
        rows = len(self._memory.layout.rows)
        return self._memory.block("grad", rows, (rows, self.lanes))

    def numbers(self, selection: Selection) -> Block:
        """The block in which these rows' numbers are."""
        return self.shared if selection.shared else self.data

    def grads(self, selection: Selection) -> Block:
        """The block in which these rows' gradients are."""
        return self.parameter_grad if selection.shared else self.grad

    def room(self, index: int, shape: tuple[int, ...]) -> Block:
        """A block for what is not needed after a few calls; the same memory for the same index."""
        return self._memory.block(index, self._memory.layout.widest, shape)
