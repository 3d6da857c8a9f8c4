"""The rows below an error, which are not text: where the mouse and the cursor are beside them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from screens import EXAMPLES, MakeApp, paste, screen_rows, screen_text, until
from textual.geometry import Offset

from tui.playground.editor import Editor
from tui.widgets.bars import Saying
from tui.widgets.themes import THEMES

WRONG = "x = 2\nw = -3\nn = x*v\nlast = 5\n"
"""Line 3 uses a name that has no value."""


def note_rows(editor: Editor) -> int:
    """How many rows the error's message takes."""
    return len(editor._note)


async def test_a_click_below_the_message_finds_its_line(make_app: MakeApp) -> None:
    """And a click on the message goes to the line it is about."""
    app = make_app(WRONG, "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.playground.editor
        rows = [row.split("│")[0] for row in screen_rows(app)]
        last = next(i for i, row in enumerate(rows) if "last = 5" in row)
        assert note_rows(editor) > 2
        assert last > 5 + note_rows(editor) - 1
        await pilot.click(offset=(rows[last].index("=") + 1, last))
        assert editor.cursor_location == (3, 6)
        message = next(i for i, row in enumerate(rows) if "^" in row)
        await pilot.click(offset=(8, message))
        assert editor.cursor_location[0] == 2
        await pilot.click(offset=(rows[2].index("2"), 2))
        assert editor.cursor_location == (0, 4)


async def test_the_sentence_below_is_about_the_error_that_has_its_note(make_app: MakeApp) -> None:
    """Of several: the first, and in the editor the one on the cursor's line."""
    app = make_app("a = 1\nb = q\nc = 2\nd = r\n", "typed.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        said: list[tuple[str, str]] = []

        def told() -> tuple[str, str]:
            note = " ".join(row.plain.strip() for row in app.playground.editor._note[1:])
            return note, " ".join(row.plain.strip() for row in app.playground.query_one(Saying).rows)

        said.append(told())
        await pilot.press("e", "ctrl+home")
        for key in ("down", "down", "down"):
            await pilot.press(key)
            said.append(told())
        for (note, sentence), line, name in zip(said, (2, 2, 2, 4), "qqqr", strict=True):
            assert note.startswith(f"{name} has no value")
            assert sentence == f"line {line}: {note.partition(' (1 more')[0]}"


async def test_the_line_that_is_typed_stays_in_sight(make_app: MakeApp, no_rest: None) -> None:
    """Whatever unfolds above it, and however low the pane becomes."""
    app = make_app("".join(f"a{i} = {i}\n" for i in range(1, 11)), "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.playground.editor

        def in_sight() -> bool:
            x, y = editor.cursor_screen_offset
            return (
                editor.content_region.contains(x, y) and screen_rows(app)[y].split("│")[0].rstrip()[-1] == "1"
            )

        await pilot.press("e", "ctrl+end")
        await paste(pilot, "p = q = 1\ns = a1")
        await until(pilot, lambda: note_rows(editor) and in_sight())
        await pilot.resize_terminal(80, 14)
        await until(pilot, lambda: app.size.height == 14)
        await pilot.pause()
        assert in_sight()


@pytest.mark.slow
async def test_the_message_is_wrapped_anew_for_each_width(make_app: MakeApp) -> None:
    """From the first frame on it has the width of the text, and loses no word where that shrinks."""
    app = make_app("# ownership: manual\na = 2\nb = a*a\nrelease(a)\nrelease(b)\nprint(b)\n", "typed.mc")
    async with app.run_test(size=(150, 40)) as pilot:
        editor = app.playground.editor
        said = []
        for width in (150, 80, 130):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            rows = [row.plain for row in editor._note[1:]]
            assert len(" ".join(rows)) / len(rows) > editor.wrap_width / 2
            assert all(len(row) <= editor.wrap_width for row in rows)
            assert "print(b)" in screen_text(app)
            assert all(row in screen_text(app) for row in rows)
            said.append(" ".join(rows))
        assert len(set(said)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = 1\nb = c\nd = 4\n", id="plain", marks=pytest.mark.slow),
        pytest.param("重 = 1\n# 重重重\nb = " + "重 + " * 20 + "c\nd = 重\n", id="wide and wrapped"),
        pytest.param(
            "a = 1  # " + "a long remark that takes several rows " * 4 + "\nb = a*c\nd = 4\n",
            id="wrapped above", marks=pytest.mark.slow,
        ),
        pytest.param("a = 1\nb = " + "a + " * 30 + "c\nd = 4\n", id="wrapped itself", marks=pytest.mark.slow),
    ],
)  # fmt: skip
async def test_every_character_is_where_it_is_drawn(make_app: MakeApp, text: str) -> None:
    """The cursor's place on screen and a click there agree, all over the text, with a message shown."""
    app = make_app(text, "typed.mc")
    async with app.run_test(size=(80, 40)) as pilot:
        editor = app.playground.editor
        assert note_rows(editor)
        await pilot.press("e")
        for row, line in enumerate(text.splitlines()):
            for column in {0, len(line) // 2, max(len(line) - 1, 0)}:
                editor.move_cursor((row, column))
                await pilot.pause()
                x, y = editor.cursor_screen_offset
                drawn = screen_rows(app)[y]
                wanted = line[column]
                assert _at_cell(drawn, x) == wanted, (row, column, drawn)
                await pilot.click(offset=Offset(x, y))
                assert editor.cursor_location == (row, column)


def _at_cell(row: str, x: int) -> str:
    """The character drawn at a cell of a row."""
    cell = 0
    for character in row:
        if cell == x:
            return character
        cell += cell_len(character)
    return ""


@pytest.mark.slow
async def test_the_cursor_stays_in_sight_below_a_message(make_app: MakeApp) -> None:
    """Also where the text and the message are longer than the pane."""
    text = "a = b\n" + "".join(f"c{i} = {i}\n" for i in range(60))
    app = make_app(text, "typed.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.playground.editor
        await pilot.press("e", "ctrl+end")
        for _ in range(60):
            await pilot.press("up")
            line = editor.document.get_line(editor.cursor_location[0])
            y = editor.cursor_screen_offset.y
            assert editor.region.y <= y < editor.region.bottom
            assert line in screen_rows(app)[y].split("│")[0]


async def test_the_message_follows_the_theme_and_its_line_stays_in_sight(make_app: MakeApp) -> None:
    """Where the inspector takes the pane's rows as well, as long as nobody types there."""
    app = make_app(EXAMPLES["use-after-free"], "use-after-free.mc")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.playground.editor
        await pilot.press("greater_than_sign", "i")
        await until(pilot, lambda: "! 7 c = b + a" in screen_text(app))
        app.choose_theme("light")
        await until(pilot, lambda: editor._note[0].style == editor.look("message"))
        assert THEMES["light"].variables["error-text"] in str(editor._note[0].style)
