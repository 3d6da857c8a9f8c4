"""The picture of a task's curve: the curve, its tangent and the place, in braille and in ASCII."""

from __future__ import annotations

import pytest

from lessons.format.lesson import CurveOver
from lessons.take.plot import Plot
from tui.lessons.curve import picture
from tui.widgets.glyphs import Glyphs, choose

SQUARE = CurveOver("y", "x", -2, 4)
VALUES = tuple((-2 + 6 * place / 80) ** 2 for place in range(81))
both = pytest.mark.parametrize("glyphs", [Glyphs(), choose({"MICROCRAD_GLYPHS": "ascii"})])


@both
def test_the_picture_has_the_curve_the_tangent_and_the_place(glyphs: Glyphs) -> None:
    """Each row two cells in and no wider than the column beside the playground; the sentence stands below."""
    *rows, said = picture(Plot(SQUARE, VALUES, 1, 1, None), glyphs)
    *with_tangent, _ = picture(Plot(SQUARE, VALUES, 1, 1, 2), glyphs)
    assert len(rows) == len(with_tangent) == 7
    assert all(row.startswith("  ") and len(row) <= 34 for row in rows)
    assert sum(row.count(glyphs.stop) for row in rows) == 1
    column = next(row.index(glyphs.stop) for row in rows if glyphs.stop in row)
    assert abs((column - 2) / 29 - 0.5) < 0.05  # 1 is in the middle of -2 and 4.
    assert rows != with_tangent
    assert said.startswith("y over x: 4 at -2, ")


@both
def test_gaps_and_what_is_beside_the_picture_are_left_out(glyphs: Glyphs) -> None:
    values = (float("nan"),) * 40 + VALUES[40:]
    rows = picture(Plot(SQUARE, values, 9, 81, 18), glyphs)
    assert len(rows) == 8
    assert not any(glyphs.stop in row for row in rows[:-1])
    assert picture(None, glyphs) == ()
