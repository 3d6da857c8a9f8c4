"""A pane that shows a part of something larger: which part, and how it is moved."""

from __future__ import annotations

from textual import events
from textual.widget import Widget

__all__ = ["Panning", "Span"]

Span = tuple[int, int]
"""From a first cell to before another one, across or down."""

_MARGIN = (8, 1)
"""Columns and rows that stay in sight around what one looks at."""
_WHEEL = (6, 3)


class Panning(Widget):
    """Mixed into a pane: keys, the wheel and dragging move what is in sight over a picture of some size."""

    corner = (0, 0)
    """The cell of the picture in the left upper corner of the pane."""
    _grabbed: tuple[int, int] | None = None
    _dragged = False

    @property
    def extent(self) -> tuple[int, int] | None:
        """The columns and rows of the whole picture, if there is one: the pane knows."""
        raise NotImplementedError

    def look_at(self, x: int, y: int) -> None:
        """Put a cell into the corner, as far as the picture reaches; a small picture stands in the middle."""
        if self.extent is not None:
            width, height = self.extent
            self.corner = _within(x, width, self.size.width), _within(y, height, self.size.height)
            self.refresh()

    def bring(self, columns: Span, rows: Span, *, centred: bool = False) -> None:
        """Bring some cells into sight, moving as little as possible, or into the middle."""
        (x, y), (width, height) = self.corner, self.size
        if centred:
            x, y = (sum(columns) - width) // 2, (sum(rows) - height) // 2
        self.look_at(_bring(x, *columns, width, _MARGIN[0]), _bring(y, *rows, height, _MARGIN[1]))

    def pan(self, x: int, y: int) -> None:
        """Move the view."""
        self.look_at(self.corner[0] + x, self.corner[1] + y)

    # --- mouse ---

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        self._grabbed, self._dragged = (event.screen_x, event.screen_y), False
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._grabbed is not None and event.button:
            x, y = self._grabbed
            self._grabbed = (event.screen_x, event.screen_y)
            self._dragged = self._dragged or self._grabbed != (x, y)
            self.pan(x - event.screen_x, y - event.screen_y)

    def on_mouse_up(self) -> None:
        """Let go of it."""
        self._grabbed = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """What ends a drag is no click."""
        if not self._dragged:
            self.clicked(event.x + self.corner[0], event.y + self.corner[1], again=event.chain > 1)

    def clicked(self, x: int, y: int, *, again: bool) -> None:
        """The person clicked on a cell of the picture, `again` right after another click: the pane acts."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the view."""
        self.pan(*((_WHEEL[0], 0) if event.shift else (0, _WHEEL[1])))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the view."""
        self.pan(*((-_WHEEL[0], 0) if event.shift else (0, -_WHEEL[1])))

    def on_mouse_scroll_right(self) -> None:
        """Move the view."""
        self.pan(_WHEEL[0], 0)

    def on_mouse_scroll_left(self) -> None:
        """Move the view."""
        self.pan(-_WHEEL[0], 0)


def _bring(start: int, low: int, high: int, size: int, margin: int) -> int:
    """Where a view of some size has to start so that a stretch is in it, moved as little as possible."""
    margin = max(min(margin, (size - (high - low)) // 2), 0)
    return max(min(start, low - margin), min(high + margin - size, low - margin))


def _within(start: int, whole: int, size: int) -> int:
    """A view's start, kept on the picture; what is smaller than the view is centred."""
    return (whole - size) // 2 if whole <= size else max(0, min(start, whole - size))
