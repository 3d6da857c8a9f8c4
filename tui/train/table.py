"""The confusion table: how often each class was taken for each."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.train.views import Confusion
from tui.train.train_commands import with_keys
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, clip, fit, wrap

__all__ = ["paint_table"]

_SENTENCE = (
    "A boundary can be drawn for two inputs only; this is the confusion table. {middle} turns to the network."
)
_WIDEST = 12


def paint_table(
    table: Confusion, cell: tuple[int, int], size: tuple[int, int], look: Looks, glyphs: Glyphs
) -> list[Strip]:
    """The table in cells, `cell` (row, column) standing out."""
    width, height = size
    base = look()
    quiet, data = base + look("quiet"), base + look("data")
    error, current = base + look("error"), base + look("current")
    names = table.classes
    label = min(max(cell_len(name) for name in (*names, "label")), _WIDEST, max(width // 4, 5))
    digits = len(str(int(table.counts.max()))) + 3
    fits = max((width - label - 2) // digits, 1)
    shown = min(len(names), fits)
    wide = min(
        max([digits, *(cell_len(name) + 2 for name in names)]), max((width - label - 2) // shown, digits)
    )
    part = "test samples" if table.tested else "samples"
    strips = [Strip([Segment(f" {row}", quiet)]) for row in wrap(with_keys(_SENTENCE), width - 2)]
    strips.append(Strip.blank(width, base))
    head = f" {fit('', label)}{fit('  the network says', width - label - 2, glyphs.ellipsis)}"
    strips.append(Strip([Segment(head, quiet)]))
    heads = "".join(clip(name, wide - 1, glyphs.ellipsis).rjust(wide) for name in names[:shown])
    strips.append(Strip([Segment(f" {fit('label', label, glyphs.ellipsis)}{heads}", quiet)]))
    for row, name in enumerate(names):
        segments = [Segment(f" {fit(name, label, glyphs.ellipsis)}", base)]
        for column in range(shown):
            count = int(table.counts[row, column])
            style = data + Style(bold=True) if row == column else error if count else quiet
            text = f"{glyphs.error} {count}" if count and row != column else str(count)
            segments.append(Segment(" " * (wide - len(text)), base))
            segments.append(Segment(text, current if (row, column) == cell else style))
        strips.append(Strip(segments))
    if shown < len(names):
        more = with_keys(f" and {len(names) - shown} more columns; {{zoom}} gives more room")
        strips.append(Strip([Segment(more, quiet)]))
    right, whole = int(table.counts.trace()), int(table.counts.sum())
    strips += [Strip.blank(width, base), Strip([Segment(f" {right} of {whole} {part} right.", base)])]
    return [strip.adjust_cell_length(width, base) for strip in strips[:height]]
