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


class Tape:
    """One sample's graph, replayed for many samples at once: `Tape.record`, then `forward` and `backward`.

    The objective is the mean of the samples' losses. A penalty on the parameters does not belong in a
    sample's loss: record it as a tape of its own without inputs, replay it with `forward()`, and add up the
    two losses and the two gradients. A depth of the graph costs one call each way, so long sums replay
    faster when they are added up in pairs.
    """

    data: Block
    """Shape (nodes, lanes): the numbers of the last forward pass, in the first lanes. The root is last."""
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

        `build` takes the list of a sample's input leaves, labels among them, and returns the sample's loss.
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
    def lanes(self) -> int:
        """How many samples there is room for; a larger batch makes more."""
        return int(self.data.shape[1])

    def forward(self, samples: ArrayLike | None = None, weights: ArrayLike | None = None) -> Numbers:
        """The losses, shape (samples,), of a batch of any size.

        `samples` has shape (samples, inputs); it may be left out if there are no inputs, for one lane.
        `weights`, shape (parameters,), are the parameters' numbers; by default, their `data`.
        Raises `ValueError` if a shape is another.
        """
        layout, batch = self._layout, self._batch(samples)
        lanes = len(batch)
        if lanes > self.lanes:
            self._allocate(lanes)
        data = self.data[:, :lanes]
        data[layout.input_rows] = batch[:, layout.inputs].T
        data[layout.parameter_rows] = self._weights(weights)[layout.parameters, None]
        with np.errstate(all="ignore"):
            for group, exponents in zip(layout.groups, self._exponents, strict=True):
                group.compute(data[group.rows], **_blocks(group.gather, exponents, data))
        self._lanes = lanes
        losses: Numbers = data[-1].copy()
        return losses

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
            for slopes, exponents in zip(layout.slopes, self._slope_exponents, strict=True):
                if not slopes.constant:
                    local[slopes.edges] = slopes.compute(**_blocks(slopes.gather, exponents, data))
            grad[-1] = 1.0 / lanes
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
        # Exponents fill their blocks: for one exponent NumPy would take shortcuts that are not C's pow.
        self._exponents = [_filled(group.exponents, lanes) for group in layout.groups]
        self._slope_exponents = [_filled(slopes.exponents, lanes) for slopes in layout.slopes]

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


def _filled(exponents: Numbers | None, lanes: int) -> Block | None:
    return None if exponents is None else _across(exponents, lanes)


def _take(array: Block, rows: NDArray[np.intp] | slice) -> Block:
    # Rows are within bounds, which `clip` spares checking.
    return array[rows] if isinstance(rows, slice) else array.take(rows, axis=0, mode="clip")


def _blocks(gather: Gather, exponents: Block | None, data: Block) -> dict[str, Block]:
    """The arguments of one of the table's texts."""
    blocks = {name: _take(data, rows) for name, rows in gather.items()}
    if exponents is not None:
        blocks["k"] = exponents[:, : data.shape[1]]
    return blocks
