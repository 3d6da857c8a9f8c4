"""Selections of rows, and how a call can read them: in place where they follow one another, else gathered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "Selection"]

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Some rows, in some order and maybe repeatedly, of the block without lanes or of the one with them."""

    shared: bool
    """Whether the block without lanes is meant, where all samples share a number."""
    rows: Rows

    @property
    def single(self) -> bool:
        """Whether it is one row, however often."""
        return bool((self.rows == self.rows[0]).all())

    def view(self, block: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """These rows of `block`, or the one that they all are; None if that takes a copy."""
        first = int(self.rows[0])
        if self.single:
            return block[first : first + 1]
        in_order = np.array_equal(self.rows, np.arange(first, first + len(self.rows)))
        return block[first : first + len(self.rows)] if in_order else None
