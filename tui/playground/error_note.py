"""What is wrong with a line of the program, in rows of its own below it: carets, and what to do about it."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import wrap

__all__ = ["note_rows", "note_strip"]


def note_rows(said: str, carets: str, begin: int, width: int, style: Style) -> list[SafeText]:
    """The rows, `width` cells wide at most: carets, as many as there is room for, and the wrapped text.

    `begin` is the cell of the line at which the carets stand; where the line is wrapped, so are they.
    """
    indent = begin % width
    rows = [f"{' ' * indent}{carets[: width - indent]}", *wrap(said, width)]
    return [SafeText(row, style) for row in rows]


def note_strip(row: SafeText, gutter: int, width: int, base: Style) -> Strip:
    """A row as it is drawn, right of an empty gutter."""
    style = base + (row.style if isinstance(row.style, Style) else Style())
    strip = Strip([Segment(f"{' ' * gutter}{row.plain}", style)])
    return strip.adjust_cell_length(width, base)
