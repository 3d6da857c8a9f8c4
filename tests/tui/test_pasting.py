"""A paste no text field takes is offered; one that is too large is refused; ctrl+q leaves from anywhere."""

from __future__ import annotations

import pytest
from samples import always
from screens import NEURON, MakeApp, last_rows, paste, screen_text, until
from textual.widgets import Input

from microcrad.language.parser import MAX_CHARACTERS
from tui.widgets.dialogs import Choose


@pytest.mark.slow
@pytest.mark.parametrize("mode", always(1, ["2", "1"]))
async def test_a_paste_outside_the_editor_is_inserted_where_the_cursor_was(
    make_app: MakeApp, mode: str
) -> None:
    """In the playground and from training; its lines end as they do here."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(mode)
        await pilot.pause()
        await paste(pilot, "k = 8\rm = k*k\r\n")
        assert "2 lines pasted" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.playground.editor)
        assert app.playground.session.text == f"k = 8\nm = k*k\n{NEURON}"


async def test_a_paste_is_opened_or_dropped(make_app: MakeApp) -> None:
    """What was on screen can be brought back."""
    app = make_app("x = 3\n", "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await paste(pilot, "k = 8\n")
        assert "1 line pasted. Where to?" in screen_text(app)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: not isinstance(app.screen, Choose))
        assert app.playground.session.text == "x = 3\n"
        await paste(pilot, "\nk = 8")
        assert "2 lines pasted. Where to?" in screen_text(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.playground.session.text == "\nk = 8")
        assert [kept.text for kept in app.keeper.left] == ["x = 3\n"]


async def test_a_paste_into_a_field_or_under_a_dialog_is_not_offered(make_app: MakeApp) -> None:
    """It is the field's, and the dialog has the keys."""
    app = make_app()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await paste(pilot, "o")
        assert app.screen.query_one(Input).value == "o"
        assert len(app.screen_stack) == 2
        await pilot.press("escape", "question_mark")
        await paste(pilot, "k = 8\n")
        assert len(app.screen_stack) == 2
        assert "close this first" in screen_text(app)


async def test_a_paste_that_is_too_large_is_refused_whole(make_app: MakeApp) -> None:
    """In the editor and outside; what it replaces makes room."""
    app = make_app("x = 3\n", "mine.mc")
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await paste(pilot, "#" * (MAX_CHARACTERS + 1))
        assert len(app.screen_stack) == 1
        assert f"300,001 characters; at most {MAX_CHARACTERS:,}" in " ".join(screen_text(app).split())
        await pilot.press("e")
        await paste(pilot, "#" * (MAX_CHARACTERS - 5))
        assert app.playground.editor.text == "x = 3\n"
        assert "Nothing was pasted" in screen_text(app)
        await pilot.press("f7")
        await paste(pilot, "#" * (MAX_CHARACTERS - 5))
        assert len(app.playground.editor.text) == MAX_CHARACTERS - 5


async def test_backspace_and_delete_take_a_whole_letter(make_app: MakeApp) -> None:
    """However many characters it is made of; the ends of lines too."""
    app = make_app("#a👩\u200d💻e\u0301\n#b\n", "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        editor = app.playground.editor
        await pilot.press("e")
        editor.move_cursor((0, 7))
        await pilot.press("backspace")
        assert editor.text == "#a👩\u200d💻\n#b\n"
        await pilot.press("left", "delete")
        assert editor.text == "#a\n#b\n"
        await pilot.press("delete", "backspace", "backspace")
        assert editor.text == "##b\n"[1:]


@pytest.mark.parametrize("keys", always(1, ["colon", "slash", "question_mark", "f"]))
async def test_ctrl_q_leaves_from_anywhere(make_app: MakeApp, keys: str) -> None:
    """A beginner's way out."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(keys)
        await until(pilot, lambda: len(app.screen_stack) == 2)
        assert last_rows(app)
        await pilot.press("ctrl+q")
        assert app._exit
