"""Breaking plain text into rows of a given width in cells."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size

__all__ = ["clip", "fit", "wrap"]


def wrap(text: str, width: int) -> list[str]:
    """Rows of at most `width` cells, broken at spaces where that is possible."""
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if cell_len(longer) <= width:
            row = longer
            continue
        if row:
            rows.append(row)
        *full, row = chop_cells(word, max(width, 1)) or [""]
        rows.extend(full)
    return [*rows, row]


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """At most `width` cells of a text, ending in `ellipsis` if something was cut off."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - cell_len(ellipsis), 0)).rstrip() + ellipsis if width > 0 else ""


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """Exactly `width` cells: clipped or padded."""
    return set_cell_size(clip(text, width, ellipsis), max(width, 0))
