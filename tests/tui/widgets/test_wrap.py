"""Texts that are made to fit, by cells and not by characters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.wrap import clip, fit, wrap

TEXTS = st.text("ab 重é", max_size=30)


@pytest.mark.parametrize(
    ("text", "width", "ellipsis", "clipped"),
    [
        ("abcdef", 6, "…", "abcdef"), ("abcdef", 5, "…", "abcd…"), ("abcdef", 5, "~", "abcd~"),
        ("abcdef", 5, "...", "ab..."), ("ab  ef", 4, "…", "ab…"), ("abcdef", 1, "…", "…"),
        ("abcdef", 0, "…", ""), ("重重重", 5, "…", "重重…"), ("重重重", 4, "…", "重…"), ("", 0, "…", ""),
    ],
)  # fmt: skip
def test_what_is_cut_off_ends_in_an_ellipsis_within_the_width(
    text: str, width: int, ellipsis: str, clipped: str
) -> None:
    assert clip(text, width, ellipsis).rstrip() == clipped
    assert cell_len(fit(text, width, ellipsis)) == width


@given(TEXTS, st.integers(0, 20), st.sampled_from(["…", "~"]))
def test_a_clipped_text_is_never_wider_and_a_fitted_one_never_narrower(
    text: str, width: int, ellipsis: str
) -> None:
    assert cell_len(clip(text, width, ellipsis)) <= width
    assert cell_len(fit(text, width, ellipsis)) == width


@given(TEXTS, st.integers(2, 20), st.integers(1, 3))
def test_of_some_rows_the_last_says_whether_more_was_cut_off(text: str, width: int, most: int) -> None:
    """The rows before it are those of the whole text; where a word alone would be lost, that is said too."""
    rows, whole = wrap(text, width, most), wrap(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert len(rows) == min(len(whole), most)
    assert rows[: most - 1] == whole[: most - 1]
    if len(whole) <= most:
        assert rows == whole
    else:
        assert rows[-1].endswith("…")
        assert whole[most - 1].startswith(rows[-1][:-1][: len(whole[most - 1]) - 2])


def test_a_text_of_any_length_is_broken_at_once() -> None:
    assert wrap("x" * 10_000_000, 10, 2) == ["x" * 10, f"{'x' * 9}…"]
    assert wrap("one two three four", 9, 2) == ["one two", "three fo…"]
    assert wrap("abcdefg hijklmno pqr", 10, 2) == ["abcdefg", "hijklmno…"], "20 cells, in three rows"


@given(TEXTS, st.integers(2, 20))
def test_wrapped_rows_fit_and_lose_no_word(text: str, width: int) -> None:
    rows = wrap(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    for row, below in itertools.pairwise(rows):  # No row ends before it must.
        assert cell_len(f"{row} {below.split(' ')[0]}") > width
