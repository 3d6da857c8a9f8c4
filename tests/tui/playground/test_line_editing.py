"""Whole lines and words, as an editor changes them."""

from __future__ import annotations

import pytest

from tui.playground.line_editing import (
    MeantLines,
    changed_place,
    commented,
    completions,
    duplicated,
    indent_after,
    indented,
    moved,
    next_place,
    replaced,
    step_back,
)

LOOP = MeantLines(("a = 1", "for i in range(3):", "  b = 2", "", "  c = 3"), 1, 2)


def test_lines_become_comments_and_code_again() -> None:
    """At the indent of the outermost, so that they come back as they were; empty lines stay empty."""
    once = commented(LOOP)
    assert once.lines == ("a = 1", "# for i in range(3):", "#   b = 2", "", "  c = 3")
    assert commented(once) == LOOP
    inner = MeantLines(LOOP.lines, 2, 4)
    assert commented(inner).meant == ("  # b = 2", "", "  # c = 3")
    assert commented(commented(inner)) == inner
    mixed = MeantLines(("# a", "b"), 0, 1)
    assert commented(mixed).lines == ("# # a", "# b")
    assert commented(MeantLines(("#a",), 0, 0)).lines == ("a",)


def test_lines_move_past_one_another_and_stay_at_the_ends() -> None:
    up, down = moved(LOOP, -1), moved(LOOP, 1)
    assert (up.lines, up.first, up.last) == (("for i in range(3):", "  b = 2", "a = 1", "", "  c = 3"), 0, 1)
    assert moved(up, -1) == up
    assert down.meant == LOOP.meant
    assert down.lines[1] == ""
    assert moved(down, -1) == LOOP
    assert moved(moved(down, 1), 1) == moved(down, 1)


def test_lines_are_doubled() -> None:
    doubled = duplicated(LOOP)
    assert doubled.lines == (*LOOP.lines[:3], *LOOP.lines[1:])
    assert doubled.meant == LOOP.meant
    assert doubled.first == 3


def test_lines_go_in_and_out() -> None:
    """Not out of the left edge; empty lines get no blanks."""
    assert indented(LOOP, 1).meant == ("  for i in range(3):", "    b = 2")
    assert indented(LOOP, -1).meant == ("for i in range(3):", "b = 2")
    assert indented(MeantLines((" a", ""), 0, 1), -1).lines == ("a", "")
    assert indented(MeantLines((" a", ""), 0, 1), 1).lines == ("   a", "")


BODY = ["def f(x):", "    y = x", "    for i in range(3):", "      y = y*x", "", "    return y  # so:", "\t"]


@pytest.mark.parametrize(
    ("row", "indent"), [(0, "  "), (1, "    "), (2, "      "), (3, "      "), (4, ""), (5, ""), (6, "\t")]
)
def test_a_new_line_goes_in_after_a_colon_and_out_after_a_return(row: int, indent: str) -> None:
    assert indent_after(BODY, row, len(BODY[row])) == indent


def test_a_return_within_a_loop_goes_one_level_out_and_returned_is_a_name() -> None:
    inner = ["def f(x):", "  for i in range(3):", "    return x", "  returned = x"]
    assert indent_after(inner, 2, len(inner[2])) == "  "
    assert indent_after(inner, 3, len(inner[3])) == "  "


@pytest.mark.parametrize(
    ("row", "column", "left"), [(3, 6, 4), (4, 6, 4), (4, 4, 0), (5, 4, 0), (5, 5, 4), (5, 3, 0), (1, 1, 0)]
)
def test_backspace_takes_the_step_to_the_indent_before(row: int, column: int, left: int) -> None:
    assert step_back(BODY, row, column) == left


def test_a_text_is_found_from_where_one_is_and_from_the_top_again() -> None:
    lines = ("Aa a", "b", "xA")
    assert next_place(lines, "a", (0, 1)) == (0, 1)
    assert next_place(lines, "a", (0, 4)) == (2, 1)
    assert next_place(lines, "a", (2, 2)) == (0, 0)
    assert next_place(lines, "(", (0, 0)) is None


def test_a_text_is_replaced_where_it_is_the_same() -> None:
    assert replaced("w = W*w.data", "w", "v") == ("v = W*v.data", 2)
    assert replaced("a", ".", "b") == ("a", 0)


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("weight_o", "ne"),  # Its own names first.
        ("x = we", "ight_"),  # As far as all of them are the same.
        ("back", "ward"),
        ("b", ""),  # A letter is a name.
        ("weight_one", ""),
        ("# weight_o", ""),
        ("print('weight_o", ""),
        ('print("it\'s", f"weight_o', ""),
        ('print("# weights:", weight_o', "ne"),
        ("9weight_o", ""),
        ("net.l0", ".n1"),
        ("", ""),
    ],
)
def test_a_word_is_offered_as_far_as_it_is_clear(before: str, offered: str) -> None:
    text = f"weight_one = 2\nweight_two = 3\nnet.l0.n1 = 4\n{before}"
    assert completions(before, text, {"backward", "weight_three_of_all"}) == offered


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("a\nb\nc", "a\nb\nc\nd", (3, 1)),
        ("a = 1\nb\nb\n", "a = 1\nb\n", (2, 0)),
        ("a\nxyz\nc", "a\nxz\nc", (1, 1)),
        ("a\nxz\nc", "a\nxyz\nc", (1, 2)),
        ("", "ab\ncd", (1, 2)),
        ("ab\ncd", "", (0, 0)),
    ],
)
def test_the_place_of_a_change_is_behind_it(before: str, after: str, place: tuple[int, int]) -> None:
    assert changed_place(before, after) == place
