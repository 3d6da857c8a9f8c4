"""Curves of a task: what is on them, where one stands, and the tangent that a gradient is."""

from __future__ import annotations

import math

import pytest
from takings import shipped

from lessons.format.lesson import CurveOver
from lessons.take.plot import plotted
from lessons.take.taking import Taking
from lessons.words import curve_said
from microcrad.session.session import Session

SQUARE = CurveOver("y", "x", -2, 4)


def at_end(program: str) -> Session:
    session = Session()
    session.open(program)
    session.go(10_000)
    return session


def test_a_curve_has_the_numbers_of_the_function_and_the_tangent_its_grad() -> None:
    plot = plotted(at_end("x = 1\ny = x*x + x\nbackward(y)\n"), SQUARE)
    assert plot is not None
    for place, value in enumerate(plot.values):
        x = -2 + 6 * place / (len(plot.values) - 1)
        assert value == pytest.approx(x * x + x)
    assert (plot.x, plot.y, plot.slope) == (1, 2, 3)
    assert curve_said(plot) == (
        "y over x: 2 at -2, -0.25 at -0.5, 2 at 1, 8.75 at 2.5, 20 at 4; "
        "you stand at x = 1, y = 2 with slope 3."
    )


@pytest.mark.parametrize(
    "more",
    [
        "",
        "backward(x)\n",
        "backward(y)\nzero_grad()\n",
        "backward(y)\nx.data = 2\n",
        "backward(y)\nx.grad = 7\n",
    ],
)
def test_what_is_no_slope_of_this_place_is_no_tangent(more: str) -> None:
    """Nothing has arrived, it was cleared or written over, or one has moved since."""
    plot = plotted(at_end(f"x = 1\ny = x*x\n{more}"), SQUARE)
    assert plot is not None
    assert plot.slope is None
    assert plot.y == plot.x**2


def test_where_it_is_no_number_there_is_a_gap() -> None:
    plot = plotted(at_end("x = 1\ny = log(x)\n"), SQUARE)
    assert plot is not None
    assert math.isnan(plot.values[0])
    assert plot.values[-1] == pytest.approx(math.log(4))
    assert plotted(at_end("x = -1\ny = log(x)\n"), SQUARE) is None
    assert plotted(at_end("x = 1\nz = 2\n"), SQUARE) is None


def test_nothing_is_drawn_while_something_is_kept_back() -> None:
    taking = Taking(shipped("descent"), Session())
    assert taking.step.curve is not None
    assert taking.plot is None
    taking.attempted(taking.step.solution)
    assert taking.plot is not None
