"""How many digits a text asks for, and whether they are enough."""

from __future__ import annotations

import pytest

from lessons.check.right_answers import fewer_than_asked, rounded_as_asked


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (2.1436, "What is dy/dx? Two digits.", 2.1),
        (2.1436, "Two digits after the point are enough.", 2.14),
        (0.0903, "three digits", 0.0903),
        (0.0903, "Three digits after the point.", 0.09),
        (1234.5, "Two digits.", 1200),
        (2.1436, "A double has 16 digits.", None),
        (float("nan"), "Two digits.", None),
    ],
)
def test_a_number_has_as_many_digits_as_are_asked_for(number: float, text: str, said: float | None) -> None:
    assert rounded_as_asked(number, text) == said


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (0.6931, "Two digits after the point.", 0.7),
        (1.6094, "Two digits after the point.", 1.6),
        (1.6049, "Two digits after the point.", None),
        (2.1436, "Two digits.", 2),
        (1234.5, "Three digits.", 1200),
        (0.0903, "Three digits.", 0.09),
        (2.1436, "One digit.", None),
        (0.0, "Two digits.", None),
    ],
)
def test_a_digit_less_is_another_number_where_it_is(number: float, text: str, said: float | None) -> None:
    assert fewer_than_asked(number, text) == said
