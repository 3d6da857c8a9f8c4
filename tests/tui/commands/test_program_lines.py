"""A program edited by the numbers of its lines."""

from __future__ import annotations

import pytest

from tui.commands.program_lines import Edit, inserted, moved, replaced

PROGRAM = "a = 1\nb = 2\n"


@pytest.mark.parametrize(
    ("edit", "said", "text"),
    [
        (inserted, "1 z = 0", "z = 0\na = 1\nb = 2\n"),
        (inserted, "3 c = 3", "a = 1\nb = 2\nc = 3\n"),  # Behind the last one as well.
        (inserted, "4 c = 3", None),
        (inserted, "0 c = 3", None),
        (inserted, "1", None),
        (replaced, "2 b = 5", "a = 1\nb = 5\n"),
        (replaced, "2", "a = 1\n"),  # Without a text it goes.
        (replaced, "3 c = 3", None),
        (replaced, "two b = 5", None),
        (moved, "1 2", "b = 2\na = 1\n"),
        (moved, "2 2", PROGRAM),
        (moved, "1 3", None),
        (moved, "1", None),
    ],
)
def test_lines_are_changed_by_their_numbers(edit: Edit, said: str, text: str | None) -> None:
    """What cannot be done changes nothing, and it is said from where to where numbers go."""
    done = edit(PROGRAM, said)
    assert done.text == text
    assert bool(done.refusal) == (text is None)
    assert text is not None or f"1 to {3 if edit is inserted else 2}" in done.refusal


def test_into_nothing_a_first_line_is_inserted_and_there_is_none_to_change() -> None:
    assert inserted("", "1 a = 1").text == "a = 1\n"
    assert inserted("", "2 a = 1").refusal.startswith("Say insert, the number from 1 to 1 ")
    for edit in (replaced, moved):
        assert edit("", "1 1").refusal.startswith("The program has no lines yet.")
