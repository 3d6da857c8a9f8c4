"""The last row: the keys of what has the focus; a click anywhere on one, and nowhere else, presses it."""

from __future__ import annotations

from unittest.mock import patch

from screens import MakeApp, screen_rows
from textual.pilot import Pilot

from tui.widgets.footer import Footer


async def presses(pilot: Pilot[None], x: int) -> list[str]:
    """The keys that a click on a cell of the row presses."""
    pressed: list[str] = []
    with patch.object(pilot.app, "simulate_key", pressed.append):
        await pilot.click(Footer, offset=(x, 0))
    return pressed


async def test_its_keys_are_those_of_the_focus_and_can_be_clicked(make_app: MakeApp) -> None:
    """At either end of a key's words, between two of them, under the mouse, once the focus is elsewhere;
    they stand as far apart as there is room."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        row = screen_rows(app)[-1]
        assert row.startswith(" n Next   p Back   ")
        left = row.index("p Back")
        around = (left - 4, left - 1, left, left + 5, left + 6, len(row.rstrip()) + 1)
        assert [await presses(pilot, x) for x in around] == [["n"], [], ["p"], ["p"], [], []]
        footer = app.query_one(Footer)
        plain = {str(segment.style) for segment in footer.render_line(0)}
        await pilot.hover(Footer, offset=(left, 0))
        assert len({str(segment.style) for segment in footer.render_line(0)} - plain) == 2  # Key and words.
        await pilot.hover("#graph")
        assert {str(segment.style) for segment in footer.render_line(0)} == plain
        await pilot.click(Footer, offset=(row.index(" e Edit") + 1, 0))
        assert screen_rows(app)[-1] != row
        assert "esc " in screen_rows(app)[-1]
        await pilot.press("escape")
        for width, room in (
            (100, "Q Quit   : Actions"),
            (90, "Q Quit  : Actions"),
            (80, "Lesson  : Actions"),
        ):
            await pilot.resize_terminal(width, 24)  # The way out is there as long as there is air.
            assert room in screen_rows(app)[-1]
        assert screen_rows(app)[-1].startswith(" n Next  p Back  ")
        await pilot.resize_terminal(60, 24)  # There is no room for air, and not for all.
        row = screen_rows(app)[-1]
        assert row.split("Diagram ") == [" n Next p Back space Play e Edit d ", ": Actions ? Help "]
        assert await presses(pilot, row.index(": Actions") + 4) == ["colon"]
        await pilot.resize_terminal(30, 24)
        assert screen_rows(app)[-1].split() == ["n", "Next", ":", "Actions", "?", "Help"]
