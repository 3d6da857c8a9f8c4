"""Which samples a step sees."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Batches"]

Rows = NDArray[np.intp]


class Batches:
    """The samples step by step: all of them in order, or batches of each epoch's own shuffle."""

    def __init__(self, samples: int, size: int, seed: int) -> None:
        """A `size` of 0, or one of more than there are, is all samples."""
        self.samples, self.size, self._seed = samples, min(size or samples, samples), seed
        """How many samples there are, and how many of them a step sees."""
        self.per_epoch = -(-samples // self.size)
        """How many steps it takes to see every sample once; the last may see fewer."""

    @property
    def whole(self) -> bool:
        """Whether every step sees all samples."""
        return self.per_epoch == 1

    def epoch(self, seen: int) -> float:
        """How often every sample was seen, once so many were."""
        return seen / self.samples

    def rows(self, seen: int, steps: int = 1) -> Rows:
        """The samples that the next step sees, once so many were seen.

        Of several steps within an epoch those that they see one after the other.
        """
        if self.whole:
            return np.arange(self.samples)
        epoch, place = divmod(seen, self.samples)
        return _shuffled(self._seed, epoch, self.samples)[place : place + steps * self.size]


@lru_cache(maxsize=1)
def _shuffled(seed: int, epoch: int, samples: int) -> Rows:
    """The order in which an epoch sees its samples."""
    order = np.arange(samples)
    np.random.default_rng([seed, epoch]).shuffle(order)
    return order
