"""Lines that are too long to be drawn cost no more than those that are not, and stay what they are."""

from __future__ import annotations

import pytest
from screens import MakeApp, screen_rows, screen_text
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from tui.playground.error_note import cell_below
from tui.playground.long_lines import MAX_DRAWN, drawn


async def test_a_long_line_is_drawn_in_part_and_kept_whole(make_app: MakeApp) -> None:
    """What is typed at its end and in its middle stands where the cursor was."""
    line = "# " + "a" * 200_000
    app = make_app(f"{line}\ny = 2\n")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.playground.editor
        await pilot.press("e", "ctrl+home", "end")
        height = editor.wrapped_document.height
        assert height < MAX_DRAWN
        editor.move_cursor((0, len(line)))
        await pilot.press("b", "left", "c", "backspace", "d", "down", "up", "right")
        await pilot.pause()
        assert editor.text.splitlines()[0] == f"{line}db"
        assert editor.wrapped_document.height == height
        assert max(len(editor.get_line(row)) for row in range(2)) == MAX_DRAWN + 1
        assert "…" in "".join(screen_text(app).split())


def test_a_short_line_is_drawn_as_it_is() -> None:
    """The mark stands for what is left out only."""
    assert drawn("x" * MAX_DRAWN) == "x" * MAX_DRAWN
    assert drawn("x" * (MAX_DRAWN + 1)) == "x" * MAX_DRAWN + "…"


@pytest.mark.parametrize(
    ("width", "column", "left"),
    [(40, 5, 4), (40, 17, 16), (20, 17, 1), (20, 16, 0), (20, 15, None), (20, 5, None), (12, 8, None)],
)
def test_an_error_is_pointed_at_from_below_its_own_row(width: int, column: int, left: int | None) -> None:
    """Below the last row of a wrapped line a sign cannot point at what stands in an earlier one."""
    line = "y = wieght*x + (another*x)"
    starts = WrappedDocument(Document(line), width=width).get_offsets(0)
    assert cell_below(line, starts, column, 4) == left


async def test_what_is_wrong_is_in_sight_when_a_program_is_opened(make_app: MakeApp) -> None:
    """With all that is said of it, though its line is far down; a row that goes on with a line says so."""
    text = "\n".join(
        ["x = 1  # a line that is longer than its pane", *(f"y{i} = x" for i in range(30)), "z = w"]
    )
    app = make_app(f"{text}\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = [row.split("│")[0] for row in screen_rows(app)]
        assert any(row.startswith("! 32 z = w") for row in rows)
        assert "Write w = 1 on a line above." in " ".join(" ".join(rows).split())
        await pilot.press("e", "ctrl+home")
        await pilot.pause()
        first, second = (row.split("│")[0].rstrip() for row in screen_rows(app)[2:4])
        assert first.startswith("   1 x = 1  # a line")
        assert second.startswith("   ↳ ")
        assert f"{first[5:]} {second[5:]}" == text.splitlines()[0]
