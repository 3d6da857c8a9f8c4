"""One letter is one letter in a field of one line, whatever it is made of."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.widgets.line_field import LineField

LETTERS = {
    "sign": "❤️",
    "family": "👩‍👩‍👧",
    "tone": "👍🏽",
    "flag": "🇩🇪",
    "accent": "e\u0301",
    "plain": "x",
}


class Field(App[None]):
    """A field and nothing else."""

    def compose(self) -> ComposeResult:
        yield LineField()


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
async def test_keys_go_by_whole_letters(letter: str) -> None:
    async with Field().run_test() as pilot:
        field = pilot.app.query_one(LineField)
        field.value = f"a{letter}b"
        field.cursor_position = 1
        ends = 1 + len(letter)
        await pilot.press("right")
        assert field.cursor_position == ends
        await pilot.press("left")
        assert field.cursor_position == 1
        await pilot.press("shift+right")
        assert field.selected_text == letter
        await pilot.press("right", "shift+left")
        assert field.selected_text == letter
        await pilot.press("left", "delete")
        assert field.value == "ab"
        field.value = f"a{letter}b"
        field.cursor_position = ends
        await pilot.press("backspace")
        assert (field.value, field.cursor_position) == ("ab", 1)
        await pilot.press("end", "delete", "right", "home", "backspace", "left")
        assert field.value == "ab"
