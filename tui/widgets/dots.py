"""Curves in cells: eight dots to a cell, or a sign to a cell where only ASCII can be had."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Dots"]

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Braille's dots, by row and column of a cell."""
_BLANK = 0x2800


class Dots:
    """A grid of dots that curves are drawn on. What is drawn later stands in front."""

    def __init__(self, columns: int, rows: int, signs: Sequence[str] = ()) -> None:
        """So many cells. `signs` has a character for each curve where cells cannot be divided into dots."""
        self.across, self.down = (1, 1) if signs else (2, 4)
        self.width, self.height = columns * self.across, rows * self.down
        self._signs = signs
        self._bits = [[0] * columns for _ in range(rows)]
        self._curves = [[-1] * columns for _ in range(rows)]

    def curve(self, places: Sequence[tuple[float, float]], which: int, *, period: int = 1) -> None:
        """Draw a curve, from 0 at the bottom to 1 at the top: the least and the largest of each dot column.

        nan leaves a gap, which is bridged. Of every `period` dot columns, half are drawn.
        """
        before: tuple[int, int, int] | None = None
        most = self.height - 1
        for x, (low, high) in enumerate(places):
            if low != low:
                continue
            top, bottom = round((1 - high) * most), round((1 - low) * most)
            if before is not None:
                self._bridge(before, (x, top, bottom), which, period)
            self._column(x, top, bottom, which, period)
            before = (x, top, bottom)

    def _bridge(
        self, start: tuple[int, int, int], end: tuple[int, int, int], which: int, period: int
    ) -> None:
        """Join two columns, each given as (x, top, bottom)."""
        (x0, top0, bottom0), (x1, top1, bottom1) = start, end
        from_y, to_y = (top0 + bottom0) / 2, (top1 + bottom1) / 2
        if x1 == x0 + 1:  # Neighbours: only a gap between them is filled, half of it on each side.
            middle = round((from_y + to_y) / 2)
            if bottom0 < top1:
                self._column(x0, bottom0, middle, which, period)
                self._column(x1, middle, top1, which, period)
            elif bottom1 < top0:
                self._column(x0, middle, top0, which, period)
                self._column(x1, bottom1, middle, which, period)
            return
        y = from_y
        for x in range(x0 + 1, x1):
            next_y = from_y + (to_y - from_y) * (x - x0) / (x1 - x0)
            self._column(x, round(min(y, next_y)), round(max(y, next_y)), which, period)
            y = next_y

    def _column(self, x: int, top: int, bottom: int, which: int, period: int) -> None:
        if x % period >= (period + 1) // 2:
            return
        cell, half = divmod(x, self.across)
        for y in range(top, bottom + 1):
            row, part = divmod(y, self.down)
            self._bits[row][cell] |= _BITS[part][half]
            self._curves[row][cell] = which

    def cells(self, row: int) -> list[tuple[str, int]]:
        """A row of cells: the character of each, and which curve is in front in it; -1 for none."""
        return [
            (" " if which < 0 else self._signs[which] if self._signs else chr(_BLANK + bits), which)
            for bits, which in zip(self._bits[row], self._curves[row], strict=True)
        ]
