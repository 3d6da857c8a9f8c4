"""The curve of a task as rows of text: the curve, its tangent in dashes, and the place where one stands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.widgets.dots import Dots
from tui.widgets.glyphs import Glyphs

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.plot import Plot

__all__ = ["picture"]

_COLUMNS, _ROWS = 30, 7
_CURVE, _TANGENT = 0, 1
_DASH = 4
"""Of so many dot columns of the tangent, half are drawn."""


def picture(plot: Plot | None, glyphs: Glyphs) -> tuple[str, ...]:
    """The rows of the picture, each two cells in, with a sentence below; none without a curve."""
    if plot is None:
        return ()
    from lessons.words import curve_said

    return (*(f"  {row}" for row in _rows(plot, glyphs)), curve_said(plot))


def _rows(plot: Plot, glyphs: Glyphs) -> Iterator[str]:
    dots = Dots(_COLUMNS, _ROWS, () if glyphs.blocks else ("*", "-"))
    finite = [value for value in (*plot.values, plot.y) if value == value]
    low, high = min(finite), max(finite)
    room = (high - low) or 1.0
    width = dots.width

    def place(y: float) -> float:
        return (y - low) / room

    def x_at(column: int) -> float:
        return plot.curve.low + (plot.curve.high - plot.curve.low) * column / (width - 1)

    if plot.slope is not None:
        heights = [place(plot.y + plot.slope * (x_at(column) - plot.x)) for column in range(width)]
        inside = [(height, height) if 0 <= height <= 1 else (math.nan, math.nan) for height in heights]
        dots.curve(inside, _TANGENT, period=_DASH if dots.across > 1 else 2)
    last = len(plot.values) - 1
    found = [place(plot.values[round(column * last / (width - 1))]) for column in range(width)]
    dots.curve([(height, height) for height in found], _CURVE)
    here = (plot.x - plot.curve.low) / (plot.curve.high - plot.curve.low)
    column, row = round(here * (_COLUMNS - 1)), round((1 - place(plot.y)) * (_ROWS - 1))
    for number in range(_ROWS):
        cells = [character for character, _ in dots.cells(number)]
        if number == row and 0 <= column < _COLUMNS:
            cells[column] = glyphs.stop
        yield "".join(cells).rstrip()
