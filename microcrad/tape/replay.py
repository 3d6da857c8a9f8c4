"""`Tape`: a recorded graph replayed for a batch of samples, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from microcrad.engine import Number, Value
from microcrad.tape.layout import Gather, Layout, lay_out
from microcrad.tape.numpy_expressions import Block
from microcrad.tape.record import Build, record

__all__ = ["Tape"]

Numbers = NDArray[np.float64]
EVALUATION_BYTES = 16_000_000
"""The memory that `Tape.evaluate` takes for the nodes of the samples it has at hand."""


class Tape:
    """One sample's graph, replayed for many samples at once: `Tape.record`, then `forward` and `backward`.

    The objective is the mean of the samples' losses. A penalty on the parameters does not belong in a
    sample's loss: record it as a tape of its own without inputs, replay it with `forward()`, and add up the
    two losses and the two gradients. A depth of the graph costs one call each way, so long sums replay
    faster when they are added up in pairs.
    """

    data: Block
    """Shape (nodes, lanes): the numbers of the last forward pass, in the first lanes."""
    grad: Block
    """Shape (nodes, lanes): derivatives of the mean loss, each sample's share, by the last backward pass."""

    def __init__(self, layout: Layout, input_count: int, parameters: Sequence[Value]) -> None:
        """For `Tape.record`, which makes the layout."""
        self._layout = layout
        self._input_count = input_count
        self._parameters = tuple(parameters)
        self._lanes = 0  # How many the last forward pass used, of those that the arrays have.
        self._allocate(1)

    @classmethod
    def record(
        cls,
        build: Build,
        inputs: Sequence[Number],
        parameters: Sequence[Value],
        *,
        other: Sequence[Number] | None = None,
    ) -> Tape:
        """Record the graph that `build` makes of one sample.

        `build` takes the list of a sample's input leaves, labels among them, and returns the sample's loss,
        or `(loss, outputs)`: the outputs are any Values whose numbers are wanted too, such as the network's.
        It is called twice: with `inputs`, one sample's numbers, and with `other`, a second sample's (by
        default, numbers of the other sign). `parameters` are the leaves to differentiate with respect to;
        all other leaves are constants.

        Raises `TapeError`, with the reason, if the two graphs differ in shape, exponents or constants, or if
        a replay would not compute what `build` did. What shows only for samples other than these two is
        not noticed, nor is a shape that depends on the parameters.
        """
        return cls(lay_out(record(build, inputs, parameters, other)), len(inputs), parameters)

    def __repr__(self) -> str:
        return f"Tape({self.nodes} nodes, {self.lanes} lanes)"

    @property
    def nodes(self) -> int:
        """How many nodes one sample's graph has."""
        return len(self._layout.numbers)

    @property
    def outputs(self) -> Numbers:
        """The outputs' numbers in the last forward pass, shape (outputs, samples); a copy.

        The outputs are in the order in which `build` returned them. Raises `RuntimeError` before the first
        forward pass.
        """
        if not self._lanes:
            raise RuntimeError("outputs are the last forward pass's numbers, and there was none yet")
        numbers: Numbers = self.data[self._layout.outputs, : self._lanes]
        return numbers

    @property
    def lanes(self) -> int:
        """How many samples there is room for; a larger batch makes more."""
        return int(self.data.shape[1])

    def forward(self, samples: ArrayLike | None = None, weights: ArrayLike | None = None) -> Numbers:
        """The losses, shape (samples,), of a batch of any size.

        `samples` has shape (samples, inputs); it may be left out if there are no inputs, for one lane.
        `weights`, shape (parameters,), are the parameters' numbers; by default, their `data`.
        Raises `ValueError` if a shape is another.
        """
        batch, numbers = self._batch(samples), self._weights(weights)
        lanes = len(batch)
        if lanes > self.lanes:
            self._allocate(lanes)
        self._compute(self.data[:, :lanes], batch, numbers)
        self._lanes = lanes
        losses: Numbers = self.data[self._layout.loss, :lanes].copy()
        return losses

    def evaluate(
        self, samples: ArrayLike | None = None, weights: ArrayLike | None = None
    ) -> tuple[Numbers, Numbers]:
        """The losses, shape (samples,), and outputs, shape (outputs, samples), of any number of samples.

        For test sets and grids, which need no gradient: samples are taken in turns, so that beside the
        results at most about 16 MB are used, or one lane if that is more. Nothing is left behind: `outputs`,
        `data` and `backward` stay those of the last forward pass. Takes and raises what `forward` does.
        """
        batch, numbers = self._batch(samples), self._weights(weights)
        losses, outputs = np.empty(len(batch)), np.empty((len(self._layout.outputs), len(batch)))
        data = _across(self._layout.numbers, min(len(batch), max(1, EVALUATION_BYTES // (8 * self.nodes))))
        for start in range(0, len(batch), data.shape[1]):
            lanes = slice(start, start + data.shape[1])
            block = data[:, : len(batch[lanes])]
            self._compute(block, batch[lanes], numbers)
            losses[lanes], outputs[:, lanes] = block[self._layout.loss], block[self._layout.outputs]
        return losses, outputs

    def _compute(self, data: Block, batch: Numbers, weights: Numbers) -> None:
        """Fill in all nodes' numbers, a lane a sample of the batch."""
        layout = self._layout
        data[layout.input_rows] = batch[:, layout.inputs].T
        data[layout.parameter_rows] = weights[layout.parameters, None]
        with np.errstate(all="ignore"):
            for group in layout.groups:
                group.compute(data[group.rows], **_blocks(group.gather, group.exponents, data))

    def backward(self) -> Numbers:
        """The gradient of the last forward pass's mean loss, shape (parameters,).

        It is computed anew at every call and added to nothing. Parameters not reached get 0.
        Raises `RuntimeError` before the first forward pass.
        """
        layout, lanes = self._layout, self._lanes
        if not lanes:
            raise RuntimeError("backward differentiates a forward pass, and there was none yet")
        data, grad, local = (array[:, :lanes] for array in (self.data, self.grad, self._local))
        gradient = np.zeros(len(self._parameters))
        with np.errstate(all="ignore"):
            for slopes in layout.slopes:
                if not slopes.constant:
                    local[slopes.edges] = slopes.compute(**_blocks(slopes.gather, slopes.exponents, data))
            grad[layout.loss] = 1.0 / lanes
            for level in layout.levels:
                received = grad[level.targets]
                if level.each == 1:
                    np.multiply(_take(grad, level.users), local[level.edges], out=received)
                    continue
                terms = _take(grad, level.users) * local[level.edges]
                if level.each:  # A sum over equal shares takes a fifth of reduceat's time.
                    np.add.reduce(terms.reshape(-1, level.each, lanes), axis=1, out=received)
                else:
                    np.add.reduceat(terms, level.starts, axis=0, out=received)
            gradient[layout.parameters] = grad[layout.parameter_rows].sum(axis=1)
        return gradient

    def _allocate(self, lanes: int) -> None:
        layout = self._layout
        self.data = _across(layout.numbers, lanes)
        self.grad = np.zeros_like(self.data)
        self._local = np.zeros((layout.edge_count, lanes))
        for slopes in layout.slopes:
            if slopes.constant:
                self._local[slopes.edges] = slopes.compute()

    def _batch(self, samples: ArrayLike | None) -> Numbers:
        batch = np.asarray(np.empty((1, 0)) if samples is None else samples, dtype=np.float64)
        if batch.ndim != 2 or batch.shape[1] != self._input_count or not len(batch):
            raise ValueError(f"samples must have shape (1 or more, {self._input_count}), not {batch.shape}")
        return batch

    def _weights(self, weights: ArrayLike | None) -> Numbers:
        given = [parameter.data for parameter in self._parameters] if weights is None else weights
        numbers = np.asarray(given, dtype=np.float64)
        if numbers.shape != (len(self._parameters),):
            raise ValueError(f"weights must have shape ({len(self._parameters)},), not {numbers.shape}")
        return numbers


def _across(column: Numbers, lanes: int) -> Block:
    return np.repeat(column[:, None], lanes, axis=1)


def _take(array: Block, rows: NDArray[np.intp] | slice) -> Block:
    # Rows are within bounds, which `clip` spares checking.
    return array[rows] if isinstance(rows, slice) else array.take(rows, axis=0, mode="clip")


def _blocks(gather: Gather, exponents: Block | None, data: Block) -> dict[str, Block]:
    """The arguments of one of the table's texts."""
    blocks = {name: _take(data, rows) for name, rows in gather.items()}
    if exponents is not None:
        # They fill their block: for one exponent NumPy would take shortcuts that are not C's pow.
        blocks["k"] = _across(exponents, data.shape[1])
    return blocks
