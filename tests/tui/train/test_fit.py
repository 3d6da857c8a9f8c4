"""What is drawn of a regression's fit."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import numpy as np
from rich.style import Style

from microcrad.train.views import Bounds, Fit, Points
from tui.train.fit import FitCurve, paint_fit
from tui.widgets.glyphs import Glyphs


def test_samples_to_test_with_are_told_apart_on_the_curve_too() -> None:
    x = np.linspace(0.0, 1.0, 12)
    bounds, none = Bounds(0.0, 1.0, 0.0, 1.0), np.zeros(12, np.intp)
    tested = np.arange(12) % 3 == 0
    points = Points(x, np.where(np.arange(12) % 2, x, 0.9 - x), none, tested, tested, none)
    curve: Any = FitCurve(Fit(bounds, x, x), points, "x")
    look: Any = Mock(return_value=Style())
    strips = paint_fit(curve, 1, (47, 24), look, Glyphs())
    cells = [cell for strip in strips for cell in strip if cell.text in "○●"]
    assert {(cell.text, bool(cell.style and cell.style.underline)) for cell in cells} == {
        ("○", False), ("○", True), ("●", False), ("●", True)
    }  # fmt: skip
