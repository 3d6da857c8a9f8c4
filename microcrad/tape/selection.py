"""Selections of rows, and how a call can read them: as a strided view where they are regular, else gathered.

The rows that one call needs are rarely one block, but in graphs made by loops they are nearly always regular:
the weights of a layer one after the other, its inputs over and over again, a neuron's sum many times in
turn. Laid out on a grid of two axes, such rows are `first + i * down + j * across`, which a NumPy view can
express without copying anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

__all__ = ["Grid", "Rows", "Selection", "grid_for"]

Rows = NDArray[np.intp]
Grid = tuple[int, ...]
"""The axes, at most two, over which rows are laid out, the last one fastest; () for one row."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Some rows, in some order and maybe repeatedly, of the block without lanes or of the one with them."""

    shared: bool
    """Whether the block without lanes is meant, where all samples share a number."""
    rows: Rows

    def view(self, block: NDArray[np.float64], grid: Grid) -> NDArray[np.float64] | None:
        """These rows of `block` in the shape (*grid, lanes); None if that takes a copy."""
        first: NDArray[np.float64] = block[self.rows[0]]
        strides = self.strides(grid)
        if not strides:
            return first if strides == () else None
        row, lane = block.strides
        return as_strided(first, (*grid, len(first)), (*(row * stride for stride in strides), lane))

    def strides(self, grid: Grid) -> Grid | None:
        """How many rows a step along each axis goes; None if that differs from step to step."""
        if grid == ():
            return ()
        laid = self.rows.reshape(grid)
        first = laid.flat[0]
        strides = tuple(
            int(laid.take(min(1, laid.shape[axis] - 1), axis).flat[0] - first) for axis in range(laid.ndim)
        )
        steps = zip(strides, np.indices(grid), strict=True)
        return strides if np.array_equal(laid, first + sum(n * index for n, index in steps)) else None


def grid_for(selections: Iterable[Selection]) -> Grid:
    """The grid over which most of some selections, all of the same length, are regular."""
    selections = tuple(selections)
    count = len(selections[0].rows)
    if count == 1:
        return ()
    lengths = {count} | {_first_run(selection.rows) for selection in selections}
    grids = [
        tuple(n for n in (count // length, length) if n > 1) for length in lengths if count % length == 0
    ]
    return max(grids, key=lambda grid: (sum(s.strides(grid) is not None for s in selections), grid[-1]))


def _first_run(rows: Rows) -> int:
    """How many rows follow one another in equal steps from the first one on."""
    steps = np.diff(rows)
    breaks = np.flatnonzero(steps != steps[0])
    return int(breaks[0]) + 1 if len(breaks) else len(rows)
