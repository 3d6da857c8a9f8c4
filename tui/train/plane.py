"""The decision boundary: what the network says all over the plane, with the samples on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.views import Bounds, PlaneField, Points
from tui.train.pixels import LEVELS, Palette
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["GROUNDS", "Plane", "cell_of", "paint_plane"]

GROUNDS = ("minus", "plus", "third", "fourth")
"""The look of each class's ground. More classes begin again, and differ by the sign of their samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """What is drawn."""

    field: PlaneField
    points: Points


def cell_of(points: Points, bounds: Bounds, width: int, height: int) -> tuple[list[int], list[int]]:
    """The column and the row of the cell that each sample stands in."""
    across = (points.x - bounds.left) / (bounds.right - bounds.left)
    down = (bounds.top - points.y) / (bounds.top - bounds.bottom)
    return (
        np.clip(across * width, 0, width - 1).astype(int).tolist(),
        np.clip(down * height, 0, height - 1).astype(int).tolist(),
    )


def paint_plane(
    plane: Plane, marked: int, size: tuple[int, int], look: Looks, palette: Palette, glyphs: Glyphs
) -> list[Strip]:
    """The plane in cells, `marked` being the sample that stands out."""
    width, height = size
    pixels = _pixels(plane.field, width, height * palette.rows_per_cell)
    signs = _signs(plane, marked, size, glyphs)
    point, current = look("point"), look() + look("current")
    strips = []
    for y in range(height):
        rows = pixels[y * palette.rows_per_cell : (y + 1) * palette.rows_per_cell]

        def over(x: int, y: int = y, ground: list[int] = rows[0]) -> Segment | None:
            if (x, y) not in signs:
                return None
            sign, chosen = signs[x, y]
            return Segment(sign, current if chosen else palette.under(ground[x], point + Style(bold=True)))

        strips.append(Strip(palette.row(rows, over), width))
    return strips


def _pixels(field: PlaneField, width: int, height: int) -> list[list[int]]:
    """The field's classes and levels, stretched where it was worked out for fewer places."""
    levels = np.rint(field.confidence * LEVELS).astype(np.intp)
    pixels = (field.classes % len(GROUNDS)) * (LEVELS + 1) + levels
    rows, columns = pixels.shape
    if (columns, rows) != (width, height):
        down, across = np.arange(height) * rows // height, np.arange(width) * columns // width
        pixels = pixels[down][:, across]
    return pixels.tolist()  # type: ignore[no-any-return]


def _signs(
    plane: Plane, marked: int, size: tuple[int, int], glyphs: Glyphs
) -> dict[tuple[int, int], tuple[str, bool]]:
    """What stands on which cell, and whether it is the marked sample. Mistakes stand before others."""
    points = plane.points
    columns, rows = cell_of(points, plane.field.bounds, *size)
    classes, wrong = points.classes.tolist(), points.wrong.tolist()
    order = sorted(range(len(classes)), key=wrong.__getitem__)
    signs = {}
    for i in [*order, marked]:
        sign = glyphs.wrong if wrong[i] else glyphs.points[classes[i] % len(glyphs.points)]
        signs[columns[i], rows[i]] = sign, i == marked
    return signs
