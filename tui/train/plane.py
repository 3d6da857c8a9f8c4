"""The decision boundary: what the network says all over the plane, with the samples on it, and its axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.charts import Axis
from microcrad.train.views import Bounds, PlaneField, Points
from tui.train.chart import GUTTER, axis_labels
from tui.train.pixels import LEVELS, Palette
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["GROUNDS", "Plane", "PlaneRoom", "cell_of", "paint_plane", "plane_room"]

GROUNDS = ("minus", "plus", "third", "fourth")
"""The look of each class's ground. More classes begin again, and differ by the sign of their samples."""
_WIDE, _HIGH = 44, 8
"""From how many columns on there is an axis on the left, and from how many rows one below."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """What is drawn."""

    field: PlaneField
    points: Points
    names: tuple[str, str]
    """What the inputs are called."""
    probe: tuple[int, int] | None = None
    """The column and the row of the cell that is looked at, if it is no sample."""


@dataclass(frozen=True, slots=True)
class PlaneRoom:
    """How a pane's cells are shared out."""

    gutter: int
    """Columns for the axis on the left."""
    columns: int
    rows: int


def plane_room(width: int, height: int) -> PlaneRoom:
    """The cells for the plane itself in a pane of so many."""
    gutter = GUTTER if width >= _WIDE and height >= _HIGH else 0
    return PlaneRoom(gutter, max(width - gutter, 1), max(height - (height >= _HIGH), 1))


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
    room, bounds = plane_room(width, height), plane.field.bounds
    pixels = _pixels(plane.field, room.columns, room.rows * palette.rows_per_cell)
    signs = _signs(plane, marked, room, glyphs)
    styles = {"": Style(bold=True), "tested": Style(underline=True), "wrong": Style(bold=True, reverse=True)}
    styles["wrong tested"] = Style(underline=True, reverse=True)
    point, current, quiet = look("point"), look() + look("current"), look() + look("quiet")
    labels = axis_labels(Axis(bounds.bottom, bounds.top, even=True), room.rows) if room.gutter else {}
    strips = []
    for y in range(room.rows):
        rows = pixels[y * palette.rows_per_cell : (y + 1) * palette.rows_per_cell]

        def over(x: int, y: int = y, ground: list[int] = rows[0]) -> Segment | None:
            if (x, y) not in signs:
                return None
            sign, kind = signs[x, y]
            style = current if kind == "current" else palette.under(ground[x], point + styles[kind])
            return Segment(sign, style)

        segments = palette.row(rows, over)
        if room.gutter:
            name = fit(plane.names[1], GUTTER - 1, glyphs.ellipsis) if y == 0 else labels.get(y, "")
            edge = glyphs.axis if y in labels and y else glyphs.vertical
            segments.insert(0, Segment(" " * (GUTTER - 1 - cell_len(name)) + name + edge, quiet))
        strips.append(Strip(segments).adjust_cell_length(width, look()))
    if height > room.rows:
        below = _ticks(plane, room, glyphs) if room.gutter else _ranges(plane)
        strips.append(Strip([Segment(fit(below, width, glyphs.ellipsis), quiet)]))
    return strips


def _ticks(plane: Plane, room: PlaneRoom, glyphs: Glyphs) -> str:
    """The axis below: what the first input is called, and round numbers under their places."""
    left, right = plane.field.bounds.left, plane.field.bounds.right
    name = fit(plane.names[0], GUTTER - 1, glyphs.ellipsis)
    row = list(" " * (GUTTER - 1 - cell_len(name)) + name + " " + " " * room.columns)
    offset = len(row) - room.columns
    for tick in Axis(left, right, even=True).ticks():
        text = f"{tick:.4g}"
        at = offset + int((tick - left) / (right - left) * room.columns) - len(text) // 2
        place = slice(max(at - 1, 0), at + len(text) + 1)
        if offset <= at <= len(row) - len(text) and not "".join(row[place]).strip():
            row[at : at + len(text)] = text
    return "".join(row)


def _ranges(plane: Plane) -> str:
    """Where there is no room for axes: from where to where the inputs go."""
    at = plane.field.bounds
    pairs = ((at.left, at.right), (at.bottom, at.top))
    rounded = [tuple(f"{float(f'{number:.2g}'):g}" for number in pair) for pair in pairs]
    return "  ".join(f"{name} {low}..{high}" for name, (low, high) in zip(plane.names, rounded, strict=True))


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
    plane: Plane, marked: int, room: PlaneRoom, glyphs: Glyphs
) -> dict[tuple[int, int], tuple[str, str]]:
    """What stands on which cell, and in which way. Mistakes stand before others, and the mark before them."""
    points = plane.points
    columns, rows = cell_of(points, plane.field.bounds, room.columns, room.rows)
    classes, wrong, tested = points.classes.tolist(), points.wrong.tolist(), points.tested.tolist()
    signs = {}
    for i in sorted(range(len(classes)), key=wrong.__getitem__):
        kind = f"{'wrong ' * wrong[i]}{'tested' * tested[i]}".rstrip()
        signs[columns[i], rows[i]] = glyphs.points[classes[i] % len(glyphs.points)], kind
    if plane.probe is not None:
        signs[plane.probe] = "+", "current"
    else:
        sign = glyphs.points[classes[marked] % len(glyphs.points)]
        signs[columns[marked], rows[marked]] = sign, "current"
    return signs
