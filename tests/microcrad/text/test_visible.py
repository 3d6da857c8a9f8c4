"""Text made safe to show: what a terminal obeys is written out, or has a sign in its place."""

from __future__ import annotations

import sys

from hostile import HOSTILE, obeyed
from hypothesis import given
from hypothesis import strategies as st

from microcrad.text.visible import in_place, visible, visible_lines

TEXTS = st.text(st.sampled_from([*HOSTILE, "\n", "\t", "é", "重", "\ud800", "\u200d", " "]), max_size=12)


def test_characters_of_all_planes_are_safe_either_way() -> None:
    places = (*range(0x3000), *range(0xD700, 0xE100), *range(0xE100, sys.maxunicode, 997))
    everything = "".join(map(chr, places))
    assert obeyed(everything) > {"\x1b", "\x9b", "\u202e", "\u2028", "\udfff", "\t"}
    assert visible(everything).isprintable()
    assert not obeyed(in_place(everything))


@given(TEXTS)
def test_nothing_vanishes_and_a_text_that_is_safe_stays(text: str) -> None:
    assert visible(text).encode("latin-1", "backslashreplace").decode("unicode_escape") == text
    assert visible(visible(text)) == visible(text)
    assert len(visible(text)) >= len(text)
    lines = visible_lines(text)
    assert lines.count("\n") == text.count("\n")
    assert not obeyed(lines)


@given(TEXTS)
def test_a_sign_stands_where_the_character_stood(text: str) -> None:
    signs = in_place(text)
    assert len(signs) == len(text)
    assert all(a == b or b == "�" for a, b in zip(text, signs, strict=True))
    assert {a for a, b in zip(text, signs, strict=True) if a != b} == obeyed(text) | ({"\n"} & set(text))


def test_an_escape_is_written_as_python_writes_it() -> None:
    assert visible("a\x1b]0;x\x07\x9b\u202e\ud800") == "a\\x1b]0;x\\x07\\x9b\\u202e\\ud800"
    assert visible_lines("a\n\tb\r\n") == "a\n    b\\r\n"
