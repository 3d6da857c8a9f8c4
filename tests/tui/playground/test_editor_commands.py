"""The editor's commands with keys alone: lines, places of a text, words that are offered."""

from __future__ import annotations

from screens import MakeApp, paste, until

from tui.widgets.dialogs import Ask


async def test_lines_and_places_by_keyboard(make_app: MakeApp) -> None:
    app = make_app("a = 1\nb = a*2\nfor i in range(2):\n  b = b*a\n")
    async with app.run_test(size=(100, 30)) as pilot:
        editor = app.playground.editor
        await pilot.press("e", "ctrl+home", "ctrl+d")
        assert editor.text.startswith("a = 1\na = 1\n")
        assert editor.cursor_location == (1, 0)
        await pilot.press("ctrl+shift+down", "ctrl+underscore")
        assert editor.text.startswith("a = 1\nb = a*2\n# a = 1\n")
        await pilot.press(
            "ctrl+shift+up", "ctrl+slash", "shift+down", "shift+end", "ctrl+right_square_bracket"
        )
        assert editor.text.startswith("a = 1\n  a = 1\n  b = a*2\n")
        await pilot.press("ctrl+backslash", "ctrl+z")
        await until(
            pilot, lambda: editor.text.startswith("a = 1\nb = a*2\n")
        )  # What was done at once goes at once.
        await pilot.press("ctrl+y")
        await until(pilot, lambda: editor.text.startswith("a = 1\na = 1\nb = a*2\n"))
        await pilot.press("ctrl+home", "ctrl+f")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await paste(pilot, "B*A")
        await pilot.press("enter")
        await until(pilot, lambda: editor.selected_text == "b*a")
        await pilot.press("ctrl+g")
        assert editor.selection.start == (4, 6)  # The only one, from the top again.
        await pilot.press("ctrl+l", "enter")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "Replace 'b*a' by" in app.screen._question)
        await paste(pilot, "b + a")
        await pilot.press("enter")
        await until(pilot, lambda: editor.text.endswith("  b = b + a\n"))
        await until(pilot, lambda: "Replaced 1 of 'b*a'" in app.playground.session.notice)


async def test_a_word_that_is_offered_is_taken_with_right(make_app: MakeApp) -> None:
    app = make_app("weight = 1\n")
    async with app.run_test(size=(100, 30)) as pilot:
        editor = app.playground.editor
        await pilot.press("e", "ctrl+end", *"x=we")
        assert editor.suggestion == "ight"
        assert editor.text == "weight = 1\nx=we"
        await pilot.press("right", *"*")
        assert editor.text == "weight = 1\nx=weight*"
        assert editor.suggestion == ""
        await pilot.press("backspace", "backspace")
        assert editor.suggestion == "t"
        await pilot.press("up")
        assert editor.suggestion == ""
        await pilot.press("end", "right")
        assert editor.text == "weight = 1\nx=weigh"
        assert editor.cursor_location == (1, 0)
        await pilot.press("escape")
        assert editor.suggestion == ""
