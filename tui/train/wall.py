"""Samples that are pictures: a wall of them with what the network says, and the first layer's weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.views import SamplePicture
from tui.train.pixels import LEVELS, Palette
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit

__all__ = ["Wall", "paint_wall", "place_at", "room"]

_GAP = 2
_WEIGHTS = " First layer, neuron by neuron"


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """What is drawn."""

    pictures: tuple[SamplePicture, ...]
    weights: NDArray[np.float64]
    """Shape (neurons, rows, columns), each from -1 to 1."""


def room(side: int, width: int, height: int, rows_per_cell: int) -> tuple[int, int, int]:
    """How many pictures stand side by side, in how many rows, and whether (1 or 0) weights go below."""
    tall = -(-side // rows_per_cell) + 1
    columns = max((width - 1 + _GAP - 1) // (side + _GAP), 1)
    rows = height // tall
    weights = int(rows > 1)
    return columns, max((height - weights) // tall - weights, 1), weights


def paint_wall(
    wall: Wall,
    marked: int,
    size: tuple[int, int],
    look: Looks,
    inks: tuple[Palette, Palette],
    glyphs: Glyphs,
) -> list[Strip]:
    """The wall in cells, `marked` being the place of the picture that stands out.

    `inks` are the palettes of the pictures and of the weights.
    """
    width, height = size
    base = look()
    side = wall.pictures[0].pixels.shape[1]
    ink, signed = inks
    columns, rows, weights = room(side, width, height, ink.rows_per_cell)
    strips: list[Strip] = []
    for row in range(rows):
        shown = wall.pictures[row * columns : (row + 1) * columns]
        grids = [_padded(np.rint(each.pixels * LEVELS).astype(np.intp), ink) for each in shown]
        strips += _tiles(grids, ink, base)
        captions = [Segment(" ", base)]
        for place, picture in enumerate(shown, row * columns):
            captions += _caption(picture, side, place == marked, look, glyphs)
            captions.append(Segment(" " * _GAP, base))
        strips.append(Strip(captions))
    if weights:
        strips.append(Strip([Segment(fit(_WEIGHTS, width, glyphs.ellipsis), base + look("quiet"))]))
        level = np.rint(np.abs(wall.weights[:columns]) * LEVELS).astype(np.intp)
        pixels = np.where(wall.weights[:columns] > 0, LEVELS + 1, 0) + level
        strips += _tiles([_padded(grid, signed) for grid in pixels], signed, base)
    return [strip.adjust_cell_length(width, base) for strip in strips[:height]]


def place_at(wall: Wall, x: int, y: int, size: tuple[int, int], rows_per_cell: int) -> int | None:
    """The place of the picture at a cell, if there is one."""
    side = wall.pictures[0].pixels.shape[1]
    columns, rows, _ = room(side, *size, rows_per_cell)
    column, row = (x - 1) // (side + _GAP), y // (-(-side // rows_per_cell) + 1)
    place = row * columns + column
    return place if 0 <= column < columns and row < rows and place < len(wall.pictures) else None


def _padded(grid: NDArray[np.intp], palette: Palette) -> list[list[int]]:
    """Whole cells: a last row without ink where the rows are odd."""
    rows: list[list[int]] = grid.tolist()
    return rows + [[0] * len(rows[0])] * (-len(rows) % palette.rows_per_cell)


def _tiles(grids: list[list[list[int]]], palette: Palette, base: Style) -> list[Strip]:
    """Pictures side by side."""
    step = palette.rows_per_cell
    strips = []
    for y in range(0, len(grids[0]) if grids else 0, step):
        segments = [Segment(" ", base)]
        for grid in grids:
            segments += [*palette.row(grid[y : y + step]), Segment(" " * _GAP, base)]
        strips.append(Strip(segments))
    return strips


def _caption(picture: SamplePicture, width: int, marked: bool, look: Looks, glyphs: Glyphs) -> list[Segment]:
    """What the network says, what it should have said, and how sure it is."""
    sure = picture.sure.replace(" %", "%").split()[-1]
    text = picture.prediction
    if not picture.right:
        text = f"{glyphs.error}{picture.prediction}{glyphs.fault}{picture.label}"
    if len(text) + len(sure) + 1 <= width:
        text = f"{text:<{width - len(sure)}}{sure}"
    style = look() + (look("current") if marked else Style())
    if not picture.right and not marked:
        style += look("error")
    return [Segment(fit(text, width, ""), style)]
