"""A lesson's Markdown on screen and as lines: an entry of a list is a row of its own, code keeps its rows."""

from __future__ import annotations

from rich.style import Style

from tui.commands.lesson_lines import prose
from tui.lessons.marked import page

TEXT = "Do:\n1. Add **one**\n   line.\n2. Run `it`.\n\n```\na = 1\n  b\n```"
ROWS = ["Do:", "", "1. Add one line.", "", "2. Run it.", "", "{}a = 1", "{}  b", ""]


def test_what_is_read_on_screen_and_in_lines() -> None:
    styled = page(TEXT, Style(bold=True), Style(dim=True))
    assert styled.plain.split("\n")[:-1] == [row.format("  ") for row in ROWS]
    marked = {styled.plain[span.start : span.end] for span in styled.spans}
    assert {"one", "it"} <= marked
    assert list(prose(TEXT)) == [row.format("    ") for row in ROWS]
