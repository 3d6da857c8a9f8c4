"""What curves look like: nothing that happened is lost, and the scale is round and seldom changes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.train.charts import Axis, columns, last_step, loss_axis
from microcrad.train.history import Curve


def curve(numbers: list[float], first: int = 0) -> Curve:
    made = Curve()
    for step, number in enumerate(numbers, first):
        made.extend([step], [number])
    return made


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=60), st.integers(1, 40), st.integers(0, 100))
def test_every_number_lies_within_its_column(numbers: list[float], count: int, more: int) -> None:
    last = len(numbers) - 1 + more
    shown = columns(curve(numbers), last, count)
    for step, number in enumerate(numbers):
        place = min(step * count // max(last, 1), count - 1)
        assert shown.low[place] <= number <= shown.high[place]
        inside = [x for at, x in enumerate(numbers) if min(at * count // max(last, 1), count - 1) == place]
        assert shown.mean[place] == pytest.approx(sum(inside) / len(inside), abs=1e-9 * max(map(abs, inside)))
    assert np.nanmin(shown.low) == min(numbers)
    assert np.nanmax(shown.high) == max(numbers)
    assert shown.broken == ()


def test_what_is_not_finite_is_marked_and_not_drawn() -> None:
    shown = columns(curve([1.0, math.nan, 2.0, math.inf]), 3, 4)
    assert shown.broken == (1, 3)
    assert shown.low.tolist()[::2] == [1.0, 2.0]
    assert np.isnan(shown.low[[1]]).all()


@given(st.lists(st.floats(5e-324, 1.7e308), min_size=1, max_size=9))
def test_the_loss_axis_holds_every_number_between_round_ones(numbers: list[float]) -> None:
    axis = loss_axis([curve(numbers)])
    assert axis is not None
    assert axis.low <= min(numbers)
    assert axis.high >= max(numbers)
    places = axis.place(np.array(numbers))
    assert ((places >= 0) & (places <= 1)).all()
    if 1e-300 < min(numbers) < max(numbers) < 1e300:
        assert f"{axis.low:e}"[0] in "125"
        assert f"{axis.high:e}"[0] in "125"


def test_the_axis_does_not_follow_every_step() -> None:
    """From 0.9 down to 0.2 one scale serves."""
    axes = {loss_axis([curve([0.9 - 0.01 * i for i in range(n)])]) for n in range(30, 70)}
    assert axes == {Axis(0.2, 1.0), Axis(0.5, 1.0)}


def test_losses_of_0_or_less_have_a_place_at_the_bottom() -> None:
    assert loss_axis([curve([0.0, -1.0]), curve([])]) is None
    axis = loss_axis([curve([1.0, 0.0, 0.01])])
    assert axis is not None
    assert axis.place(np.array([0.0, -3.0, 0.01, 1.0])).tolist() == [0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis(0.005, 2.0), [2.0, 1.0, 0.1, 0.01, 0.005]),
        (Axis(-1.5, 1.4, even=True), [1.0, 0.5, 0.0, -0.5, -1.0, -1.5]),
    ],
)
def test_ticks_are_round(axis: Axis, ticks: list[float]) -> None:
    assert axis.ticks() == pytest.approx(ticks)


def test_a_run_has_its_place_from_the_start_unless_it_is_long() -> None:
    assert [last_step(600, taken) for taken in (0, 300, 700)] == [600, 600, 700]
    assert [last_step(10**6, taken) for taken in (0, 2001, 6000, 10**6)] == [2000, 5000, 10000, 10**6]
