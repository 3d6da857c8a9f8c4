"""Gradients by nudging, on functions whose slopes are known."""

from __future__ import annotations

import math

import pytest

from microcrad import Value, gradcheck
from microcrad.gradcheck import central_difference, nudge


def test_a_right_gradient_agrees() -> None:
    x, y = gradcheck(lambda x, y: x * y + x**3, [2, -5])
    assert (x.value, x.grad, x.agrees) == (2, 7, True)
    assert (y.value, y.grad, y.agrees) == (-5, 2, True)
    assert (x.numeric, y.numeric) == pytest.approx((7, 2), rel=1e-8)


def test_a_wrong_gradient_does_not() -> None:
    """A function that hides a factor from the graph: its data depends on x as x*x, its grad says x."""
    (x,) = gradcheck(lambda x: x * x.data, [3])
    assert (x.grad, x.agrees) == (3, False)
    assert x.numeric == pytest.approx(6, rel=1e-8)


def test_the_tolerance_is_the_callers() -> None:
    (strict,) = gradcheck(lambda x: x.exp() * x.exp(), [1.0], rel=0, abs_=0)
    (loose,) = gradcheck(lambda x: x * x.data, [3], rel=1)
    assert not strict.agrees
    assert loose.agrees


@pytest.mark.parametrize(("off", "agrees"), [(0.8e-5, True), (1.2e-5, False)])
def test_a_slope_may_be_off_by_a_hundred_thousandth(off: float, agrees: bool) -> None:
    """Where nobody says how far: a factor that the graph does not see changes the number alone."""

    def almost(x: Value) -> Value:
        return x * 3 + (x.data * 3 * off)

    (x,) = gradcheck(almost, [2.0])
    assert (x.grad, x.agrees) == (3, agrees)


def test_a_kink_differs_rightly() -> None:
    (x,) = gradcheck(lambda x: x.relu(), [0.0])
    assert (x.grad, x.numeric, x.agrees) == (0, 0.5, False)


@pytest.mark.parametrize("x", [-1e9, -2.0, -1e-12, 0.0, 1e-5, 1.0, 3.3e7])
def test_the_difference_is_exact_for_a_line_and_a_parabola(x: float) -> None:
    assert central_difference(lambda t: 3 * t, x) == pytest.approx(3, rel=1e-9)
    assert central_difference(lambda t: t * t, x) == pytest.approx(2 * x, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("x", [0.0, 1e-300, 0.1, -7.0, 1e12])
def test_a_nudge_is_a_power_of_two_that_moves_x(x: float) -> None:
    h = nudge(x)
    assert math.frexp(h)[0] == 0.5
    assert x - h < x < x + h


def test_there_is_no_slope_where_there_is_no_number() -> None:
    for x in (math.inf, -math.inf, math.nan):
        assert math.isnan(central_difference(lambda t: t, x))


def test_inputs_are_not_changed_and_constants_have_no_slope() -> None:
    x, unused = gradcheck(lambda x, unused: x + 1, [2, 9])
    assert (x.grad, unused.grad, unused.numeric, unused.agrees) == (1, 0, 0, True)


def test_the_function_may_return_its_input() -> None:
    (x,) = gradcheck(lambda x: x, [4])
    assert (x.grad, x.agrees) == (1, True)
