"""What the timeline and the output share: a window on many rows, which is read without moving the present."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.message import Message
from textual.widget import Widget

from tui.playground.move_rows import move_rows
from tui.widgets.command import Command

__all__ = ["ReadPane", "walk_row"]

_WHEEL = 3
"""The rows that a turn of the mouse's wheel moves."""


class ReadPane(Widget, can_focus=True):
    """A window on rows: it is about the present, unless one reads elsewhere, which moves nothing else."""

    class Moved(Message):
        """The person asked to go somewhere: one of the session's moves."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    class Picked(Message):
        """The person pointed at something that happened: the position just after it."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(
        self,
        window: Callable[[], tuple[int, int, int]],
        says: Callable[[], str],
        aside: Callable[[str], None],
        *,
        id: str,
    ) -> None:
        """`window` tells the first row that is about the present, and how many rows there are, and have room.

        What `says` has to say of the rows that are not in sight is handed to `aside`.
        """
        super().__init__(id=id)
        self._window, self._says, self._aside = window, says, aside
        self.reads_from: int | None = None
        """The first row, while one reads elsewhere."""

    @property
    def first_row(self) -> int:
        """The first row in sight."""
        home, rows, room = self._window()
        return max(0, min(home if self.reads_from is None else self.reads_from, rows - room))

    def read(self, rows: int) -> None:
        """Move the window so many rows, and nothing else."""
        _, total, room = self._window()
        if total > room:
            self.reads_from = max(0, min(self.first_row + rows, total - room))
            self.tell()
            self.refresh()

    def end_reading(self) -> bool:
        """Have the window about the present again; False if it is."""
        if self.reads_from is None:
            return False
        self.reads_from = None
        self.tell()
        self.refresh()
        return True

    def tell(self) -> None:
        """Say what is not in sight."""
        self._aside(self._says())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Read on."""
        event.stop()
        self.read(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Read back."""
        event.stop()
        self.read(-_WHEEL)


def _walk(pane: ReadPane, id: str) -> None:
    pane.post_message(pane.Moved(id))


walk_row: Callable[..., Command[Any]] = move_rows(_walk)
"""Makes a row of commands for one of the session's moves, as `move_rows` says."""
