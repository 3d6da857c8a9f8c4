"""A field of one line: an emoji of parts goes whole, and what cannot be drawn has a sign in its place."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input
from textual.widgets.input import Selection

from microcrad.text.clusters import cluster_end, cluster_start
from microcrad.text.visible import in_place
from tui.widgets.safe_text import MOST
from tui.widgets.wrap import cell_len

__all__ = ["LineField"]


class LineField(Input):
    """Textual's field of one line; its cursor stands between whole letters."""

    @property
    def _value(self) -> Text:
        return Text(self._drawn(), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(self._drawn()[:position])

    def _drawn(self) -> str:
        """Of what is typed, what is drawn: letter for letter, as far as a screen may show it."""
        return in_place(self.value[:MOST])

    def action_cursor_left(self, select: bool = False) -> None:
        """Move to before the letter on the left."""
        super().action_cursor_left(select)
        self._move_to(_before(self.value, self.selection.end), select)

    def action_cursor_right(self, select: bool = False) -> None:
        """Move to behind the letter on the right."""
        super().action_cursor_right(select)
        self._move_to(_behind(self.value, self.selection.end), select)

    def action_delete_left(self) -> None:
        """Delete the letter on the left, or what is selected."""
        if self.selection.is_empty and self.cursor_position > 0:
            end = self.cursor_position
            self.selection = Selection(_before(self.value, end - 1), end)
        super().action_delete_left()

    def action_delete_right(self) -> None:
        """Delete the letter on the right, or what is selected."""
        if self.selection.is_empty and self.cursor_position < len(self.value):
            start = self.cursor_position
            self.selection = Selection(start, _behind(self.value, start + 1))
        super().action_delete_right()

    def _move_to(self, end: int, select: bool) -> None:
        self.selection = Selection(self.selection.start, end) if select else Selection.cursor(end)


def _before(text: str, index: int) -> int:
    """The index, or where the letter begins that it lies within."""
    return cluster_start(text, index + 1) if index < len(text) else index


def _behind(text: str, index: int) -> int:
    """The index, or where the letter ends that it lies within."""
    start = _before(text, index)
    return index if start == index else cluster_end(text, start)
