"""The rows of a widget that is painted as a whole, and anew only when what it shows or its size changes."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.looks import Looks

__all__ = ["Painting"]


class Painting:
    """Keeps rows between two changes: the screen asks for them more often than they change."""

    def __init__(self, widget: Widget, paint: Callable[[], list[Strip]]) -> None:
        """`paint` makes every row, from the top; those that are missing stay blank."""
        self._widget, self._paint, self._look = widget, paint, Looks(widget)
        self._strips: list[Strip] | None = None
        self._size = Size()

    def forget(self) -> None:
        """Something else is shown now, or in other colours."""
        self._strips = None
        self._widget.refresh()

    def row(self, y: int) -> Strip:
        """One row."""
        size = self._widget.size
        if self._strips is None or self._size != size:
            self._size = size
            self._strips = self._paint()
        return self._strips[y] if y < len(self._strips) else Strip.blank(size.width, self._look())
