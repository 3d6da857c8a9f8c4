"""Which part of a picture is in sight where the whole is larger than its pane, and how that is moved."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widget import Widget

from microcrad.drawing.sight import within

__all__ = ["Pan", "Span"]

Span = tuple[int, int]
"""From a first cell to before another one, across or down."""

_MARGIN = (8, 1)
"""Columns and rows that stay in sight around what one looks at."""
_WHEEL = (6, 3)
"""Columns and rows that a turn of the wheel moves by."""


class Pan:
    """Where a pane looks at a picture of some size: keys, the wheel and dragging move it."""

    def __init__(self, pane: Widget, extent: Callable[[], tuple[int, int] | None]) -> None:
        """`extent` gives the columns and rows of the whole picture, if there is one."""
        self._pane, self._extent = pane, extent
        self.corner = (0, 0)
        """The cell of the picture in the left upper corner of the pane."""
        self._grabbed: tuple[int, int] | None = None
        self.dragged = False
        """Whether the picture was moved since the mouse took hold of it."""

    def look_at(self, x: int, y: int) -> None:
        """Put a cell into the corner, as far as the picture reaches; a small picture stands in the middle."""
        extent, size = self._extent(), self._pane.size
        if extent is not None:
            self.corner = within(x, extent[0], size.width), within(y, extent[1], size.height)
            self._pane.refresh()

    def bring(self, columns: Span, rows: Span, *, centred: bool = False) -> None:
        """Bring some cells into sight, moving as little as possible, or into the middle."""
        (x, y), (width, height) = self.corner, self._pane.size
        if centred:
            x, y = (sum(columns) - width) // 2, (sum(rows) - height) // 2
        self.look_at(_bring(x, *columns, width, _MARGIN[0]), _bring(y, *rows, height, _MARGIN[1]))

    def move(self, x: int, y: int) -> None:
        """Move the view."""
        self.look_at(self.corner[0] + x, self.corner[1] + y)

    def wheel(self, x: int, y: int) -> None:
        """Move the view by some turns of the wheel."""
        self.move(_WHEEL[0] * x, _WHEEL[1] * y)

    def grab(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        self._grabbed, self.dragged = (event.screen_x, event.screen_y), False
        self._pane.capture_mouse()

    def drag(self, event: events.MouseMove) -> None:
        """Drag it, if it is held."""
        if self._grabbed is not None and event.button:
            x, y = self._grabbed
            self._grabbed = (event.screen_x, event.screen_y)
            self.dragged = self.dragged or self._grabbed != (x, y)
            self.move(x - event.screen_x, y - event.screen_y)

    def let_go(self) -> None:
        """Let go of it."""
        self._grabbed = None
        self._pane.release_mouse()


def _bring(start: int, low: int, high: int, size: int, margin: int) -> int:
    """Where a view of some size has to start so that a stretch is in it, moved as little as possible."""
    margin = max(min(margin, (size - (high - low)) // 2), 0)
    return max(min(start, low - margin), min(high + margin - size, low - margin))
