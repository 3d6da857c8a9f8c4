"""Breaking plain text into rows of a given width in cells. It is made visible first, then measured."""

from __future__ import annotations

from rich import cells
from rich.cells import chop_cells, set_cell_size

from microcrad.text.visible import visible

__all__ = ["cell_len", "clip", "fit", "wrap"]

_LETTERS = 8
"""Characters that a cell may take: a letter with its accents, or an emoji of many parts. More are cut off
before they are measured: neither a megabyte of text nor a thousand accents on a letter reach a row."""


def cell_len(text: str) -> int:
    """The cells that a text takes as it is shown."""
    return cells.cell_len(visible(text))


def wrap(text: str, width: int, most: int | None = None) -> list[str]:
    """Rows of at most `width` cells, broken at spaces where that is possible.

    At most so many of them as `most` says; the last ends in an ellipsis if something was cut off.
    """
    if most is not None:
        return _first(text, width, most)
    rows: list[str] = []
    row = ""
    for word in visible(text).split(" "):
        longer = f"{row} {word}" if row else word
        if cells.cell_len(longer) <= width:
            row = longer
            continue
        if row:
            rows.append(row)
        *full, row = chop_cells(word, max(width, 1)) or [""]
        rows.extend(full)
    return [*rows, row]


def _first(text: str, width: int, most: int) -> list[str]:
    beginning = text[: _LETTERS * most * max(width, 1)]
    rows = wrap(beginning, width)
    if len(rows) <= most and beginning == text:
        return rows
    *kept, last = rows[:most]
    more = "".join(f" {row}" for row in rows[most : most + 1])
    return [*kept, clip(f"{last}{more}…", max(width, 1))]


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """At most `width` cells of a text, ending in `ellipsis` if something was cut off."""
    most = _LETTERS * max(width, 0)
    beginning = visible(text[:most])
    if len(text) <= most and cells.cell_len(beginning) <= width:
        return beginning
    room = max(width - cells.cell_len(ellipsis), 0)
    return set_cell_size(beginning, room).rstrip() + ellipsis if width > 0 else ""


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """Exactly `width` cells: clipped or padded."""
    return set_cell_size(clip(text, width, ellipsis), max(width, 0))
