"""A curve of numbers in columns of cells, as high as there are rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["columns", "sampled"]


def sampled(numbers: Sequence[float], most: int) -> list[float]:
    """At most so many of the numbers, evenly spaced, the first and the last among them."""
    if len(numbers) <= most:
        return list(numbers)
    last = len(numbers) - 1
    return [numbers[last * place // max(most - 1, 1)] for place in range(most)]


def columns(numbers: Sequence[float], rows: int, levels: str, missing: str) -> list[str]:
    """Rows from the top, a column for each number: the least finite one stands on the ground.

    `levels` are cells from empty to full; `missing` marks a number that is not finite, at the bottom.
    """
    finite = [number for number in numbers if math.isfinite(number)]
    least, most = min(finite, default=0.0), max(finite, default=0.0)
    span, steps = most / 2 - least / 2, len(levels) - 1  # Halves: the whole may be beyond all numbers.

    def filled(number: float) -> int:
        part = (number / 2 - least / 2) / span if span else 0.5
        return 1 + round(part * (rows * steps - 1))

    heights = [filled(number) if math.isfinite(number) else None for number in numbers]
    return [
        "".join(
            (missing if row == 0 else " ")
            if height is None
            else levels[max(0, min(height - row * steps, steps))]
            for height in heights
        )
        for row in reversed(range(rows))
    ]
