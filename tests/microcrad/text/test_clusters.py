"""What looks like one letter is one."""

from __future__ import annotations

import pytest

from microcrad.text.clusters import cluster_end, cluster_start

LETTERS = [
    "a",
    "é",
    "e\u0301",
    "e\u0301\u0323",
    "\u303d\ufe0f",
    "👍🏽",
    "👩\u200d💻",
    "👨\u200d👩\u200d👧\u200d👦",
    "❤\ufe0f\u200d🔥",
    "🇩🇪",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "क\u093f",
    "1\ufe0f\u20e3",
]


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("other", ["x", " ", "🇫🇷", "😀", "漢"])
def test_a_letter_is_found_whole_from_either_side(letter: str, other: str) -> None:
    """Whatever stands around it."""
    text = other + letter + other
    assert cluster_start(text, len(other) + len(letter)) == len(other)
    assert cluster_end(text, len(other)) == len(other) + len(letter)


def test_marks_at_the_start_are_a_letter_of_their_own() -> None:
    """There is nothing before them."""
    assert cluster_start("\u0301\ufe0f", 2) == 0
    assert cluster_end("\u0301\ufe0fa", 0) == 2


def test_flags_are_counted_from_where_they_begin() -> None:
    """Three and a half of them."""
    text = "🇩🇪🇫🇷🇯🇵🇧"
    assert [cluster_start(text, index) for index in (7, 6, 4, 2)] == [6, 4, 2, 0]
