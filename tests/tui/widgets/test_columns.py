"""A curve in columns of cells."""

from __future__ import annotations

import math

from tui.widgets.columns import columns, sampled

LEVELS = " 12345678"


def test_the_least_number_stands_on_the_ground_and_the_largest_fills_its_column() -> None:
    """What lies between is as high as its part of the way, to an eighth of a cell; equals are halfway."""
    assert columns([0, 15, 7], 2, LEVELS, "!") == [" 8 ", "188"]
    assert columns([5, 5], 1, LEVELS, "!") == ["55"]
    assert columns([-1e308, 1e308], 1, LEVELS, "!") == ["18"]


def test_what_is_not_finite_is_marked() -> None:
    """And takes no part in how high the others are."""
    assert columns([0, math.nan, math.inf, 7], 1, LEVELS, "!") == ["1!!8"]
    assert columns([math.nan], 2, LEVELS, "!") == [" ", "!"]


def test_of_many_numbers_some_are_shown_with_both_ends() -> None:
    assert sampled(range(5), 9) == [0, 1, 2, 3, 4]
    assert sampled(range(101), 5) == [0, 25, 50, 75, 100]
    assert sampled(range(9), 1) == [0]
