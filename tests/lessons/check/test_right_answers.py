"""How many digits a text asks for, and whether they are enough."""

from __future__ import annotations

import pytest

from lessons.check.right_answers import rounded_as_asked


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
