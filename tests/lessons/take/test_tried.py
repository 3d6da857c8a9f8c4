"""What is counted of the tries at a step."""

from __future__ import annotations

from lessons.take.tried import MOST, UNTRIED


def test_of_wrong_answers_a_dozen_are_told_apart() -> None:
    """More are let go, so that a file does not grow by guessing; those that are known are counted on."""
    tried = UNTRIED
    for number in range(MOST + 5):
        tried = tried.answered(str(number))
    assert MOST == 12
    assert list(tried.wrong) == [str(number) for number in range(12)]
    assert tried.answered("11").wrong["11"] == 2
    assert UNTRIED.wrong == {}
