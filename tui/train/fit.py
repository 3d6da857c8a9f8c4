"""A regression: the network's curve through the samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.charts import Axis
from microcrad.train.views import Fit, Points
from tui.train.chart import GUTTER, ChartLine, paint_chart, plot_size
from tui.train.plane import cell_of
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["FitCurve", "paint_fit"]


@dataclass(frozen=True, slots=True, eq=False)
class FitCurve:
    """What is drawn."""

    fit: Fit
    """As many places as the plot has dot columns, or fewer."""
    points: Points
    name: str
    """What the input along the axis is called."""


def paint_fit(
    curve: FitCurve, marked: int, size: tuple[int, int], look: Looks, glyphs: Glyphs
) -> list[Strip]:
    """The fit in cells, `marked` being the sample that stands out."""
    bounds, base = curve.fit.bounds, look()
    columns, rows = plot_size(*size)
    across, down = cell_of(curve.points, bounds, columns, rows)
    axis = Axis(bounds.bottom, bounds.top, even=True)
    inside = (curve.fit.y >= bounds.bottom) & (curve.fit.y <= bounds.top)
    places = np.where(inside, axis.place(curve.fit.y), np.nan).tolist()
    width = columns * (2 if glyphs.blocks else 1)
    stretched = [places[x * len(places) // width] for x in range(width)]
    line = ChartLine([(place, place) for place in stretched], base + look("data"), ".")
    places = list(zip(across, down, strict=True))
    cells = set(places)
    tested = {
        place for place, set_aside in zip(places, curve.points.tested.tolist(), strict=True) if set_aside
    }
    here = across[marked], down[marked]
    point, current = base + look("grad"), base + look("current")

    def over(column: int, row: int, which: int) -> Segment | None:
        if (column, row) == here:
            return Segment(glyphs.points[0], current + Style(bold=True))
        if (column, row) not in cells:
            return None
        under = Style(underline=(column, row) in tested)
        if which >= 0:  # The curve goes through it.
            return Segment(glyphs.points[1], line.style + under)
        return Segment(glyphs.points[0], point + under)

    below = (f"{bounds.left:.3g}", curve.name, f"{bounds.right:.3g}")
    return paint_chart([line], axis, below, size, base, look("quiet"), glyphs, over)


def sample_at(curve: FitCurve, x: int, y: int, size: tuple[int, int]) -> int:
    """The sample nearest to a cell."""
    columns, rows = plot_size(*size)
    across, down = cell_of(curve.points, curve.fit.bounds, columns, rows)
    return int(np.argmin(np.hypot(np.array(across) - (x - GUTTER), 2.0 * (np.array(down) - y))))
