"""What is wrong with a line of the program, in rows of its own below it: carets, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import cell_len, wrap

__all__ = ["cell_below", "note_rows", "note_strip"]


def cell_below(line: str, starts: Sequence[int], column: int, tab: int) -> int | None:
    """The cell below what stands at a column, counted from 1, in the last row of a line whose later rows
    start at some places. None for an earlier row: a sign below another one would point at the wrong word.
    """
    start = max(starts, default=0)
    return cell_len(line[start : column - 1].expandtabs(tab)) if column > start else None


def note_rows(said: str, carets: str, begin: int | None, width: int, style: Style) -> list[SafeText]:
    """The rows, `width` cells wide at most: carets from a cell on, if there is one, as many as there is room
    for, and the wrapped text."""
    rows = [] if begin is None else [f"{' ' * begin}{carets[: max(width - begin, 1)]}"]
    return [SafeText(row, style) for row in (*rows, *wrap(said, width))]


def note_strip(row: SafeText, gutter: int, width: int, base: Style) -> Strip:
    """A row as it is drawn, right of an empty gutter."""
    style = base + (row.style if isinstance(row.style, Style) else Style())
    strip = Strip([Segment(f"{' ' * gutter}{row.plain}", style)])
    return strip.adjust_cell_length(width, base)
