"""Rows of a program as they were drawn: a typed character changes its own line, and draws no other anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.cache import LRUCache
from textual.strip import Strip
from textual.widgets import TextArea

from microcrad.errors import ProgramError

__all__ = ["KeptRows"]

_MOST = 1_000
"""More rows than a screen has."""


class KeptRows:
    """The rows that were drawn last, by all that their look depends on."""

    def __init__(self, editor: TextArea) -> None:
        self._editor = editor
        self._rows: LRUCache[tuple[object, ...], Strip] = LRUCache(_MOST)

    def clear(self) -> None:
        """Forget them all, as they would look different now."""
        self._rows.clear()

    def row(self, y: int, errors: Iterable[ProgramError], draw: Callable[[int], Strip]) -> Strip:
        """A row as `draw` draws it; where the cursor or what is selected stands it is drawn each time."""
        editor = self._editor
        lines, row = editor.wrapped_document._offset_to_line_info, y + editor.scroll_offset.y
        if row >= len(lines):
            return draw(y)
        index, section = lines[row]
        first, last = sorted(editor.selection)
        bracket = editor.matching_bracket_location
        if first[0] <= index <= last[0] or (bracket is not None and bracket[0] == index):
            return draw(y)
        wrong = tuple((each.column, each.end_column) for each in errors if each.line == index + 1)
        # A scrollbar takes cells from a line, though the pane is as wide as before.
        broken = (section, *editor.wrapped_document.get_offsets(index), editor.wrap_width)
        key = (editor.document.get_line(index), broken, editor.size.width, editor.gutter_width, wrong)
        strip = self._rows.get(key)
        if strip is None:
            strip = self._rows[key] = draw(y)
        return strip
