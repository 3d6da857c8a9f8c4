"""Curves with an axis on the left and one below, as rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.charts import Axis
from tui.widgets.dots import Dots
from tui.widgets.glyphs import Glyphs

__all__ = ["GUTTER", "ChartLine", "axis_labels", "paint_chart", "plot_size"]

GUTTER = 7
"""The cells that the left axis takes, its line included."""
_BELOW = 2
"""The rows that the axis below takes."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One curve of a chart, ready to be drawn: what is drawn later stands in front."""

    places: Sequence[tuple[float, float]]
    """For each dot column the least and the largest place, from 0 at the bottom to 1 at the top."""
    style: Style
    sign: str
    """What it is drawn with in ASCII."""
    period: int = 1
    """Of every so many dot columns, half are drawn."""


def plot_size(width: int, height: int) -> tuple[int, int]:
    """The cells within the axes, where there is room for both."""
    return max(width - GUTTER, 1), max(height - _BELOW, 1)


def paint_chart(
    lines: Sequence[ChartLine],
    axis: Axis,
    below: Sequence[str],
    size: tuple[int, int],
    base: Style,
    quiet: Style,
    glyphs: Glyphs,
    over: Callable[[int, int, int], Segment | None] = lambda column, row, which: None,
) -> list[Strip]:
    """The chart in cells: lines, their axis, and what is written below at the left, the middle and the right.

    `over` says what stands on a cell of the plot instead, told which line is there; -1 for none.
    """
    width, height = size
    columns, rows = plot_size(width, height)
    dots = Dots(columns, rows, () if glyphs.blocks else [line.sign for line in lines])
    for which, line in enumerate(lines):
        dots.curve(line.places, which, period=line.period)
    labels = axis_labels(axis, rows)
    strips = []
    for row in range(rows):
        label = labels.get(row, "")
        edge = glyphs.axis if label else glyphs.vertical
        segments = [Segment(f"{label:>{GUTTER - 1}}{edge}", base + quiet)]
        for column, (character, which) in enumerate(dots.cells(row)):
            segment = over(column, row, which)
            style = base if which < 0 else base + lines[which].style
            segments.append(segment or Segment(character, style))
        strips.append(Strip(segments).simplify().adjust_cell_length(width, base))
    strips += _below(below, columns, base + quiet, glyphs)
    return [strip.adjust_cell_length(width, base) for strip in strips[:height]]


def axis_labels(axis: Axis, rows: int) -> dict[int, str]:
    """What is written at which row: the ends, and of the numbers between those with a free row around."""
    ticks = axis.ticks()
    places = axis.place(np.array(ticks)).tolist()
    at = [(round((1 - place) * (rows - 1)), tick) for tick, place in zip(ticks, places, strict=True)]
    kept: dict[int, str] = {}
    for row, tick in [at[0], at[-1], *at[1:-1]]:
        if all(abs(row - other) > 1 for other in kept) or (row, tick) == at[-1]:
            kept[row] = _tick(tick)
    return kept


def _tick(x: float) -> str:
    """A number in at most six cells."""
    text = f"{x:.3g}"
    if len(text) > GUTTER - 1 or "e" in text:
        text = f"{x:.0e}".replace("e-0", "e-").replace("e+0", "e")
    return text


def _below(texts: Sequence[str], columns: int, style: Style, glyphs: Glyphs) -> list[Strip]:
    """The axis below: its line, and three texts under its start, middle and end."""
    line, row = [glyphs.horizontal] * columns, [" "] * columns
    for text, at in zip(texts, (0, (columns - 1) // 2, columns - 1), strict=True):
        start = max(0, min(at - len(text) // 2, columns - len(text)))
        if any(cell != " " for cell in row[max(start - 1, 0) : start + len(text) + 1]):
            continue
        if text:
            line[at] = glyphs.down
            row[start : start + len(text)] = text
    left = " " * (GUTTER - 1)
    return [
        Strip([Segment(f"{left}{glyphs.corner}{''.join(line)}", style)]),
        Strip([Segment(f"{left} {''.join(row)}", style)]),
    ]
