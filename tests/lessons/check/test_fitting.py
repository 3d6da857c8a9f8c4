"""How many rows and columns a text takes."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.check.fitting import cells, rows


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=40), st.integers(10, 40))
def test_a_paragraph_takes_as_many_rows_as_when_it_is_wrapped(words: list[str], width: int) -> None:
    text = " ".join(words)
    assert rows(text, width) == len(textwrap.wrap(text, width))


def test_paragraphs_lists_and_code_keep_their_lines() -> None:
    assert rows("one\n\ntwo", 20) == 3
    assert rows("- one\n- two", 20) == 3  # An empty row between them, as on screen.
    assert rows("words\n\n```\na = 1\nb = 2\n```", 20) == 4
    assert rows("", 20) == 0


@pytest.mark.parametrize(("text", "count"), [("abc", 3), ("変数", 4), ("e\N{COMBINING ACUTE ACCENT}", 1)])
def test_wide_characters_take_two_columns_and_combining_ones_none(text: str, count: int) -> None:
    assert cells(text) == count
