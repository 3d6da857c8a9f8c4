"""A pane of a few styled rows that is only laid out anew when their number changes."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.looks import Looks
from tui.widgets.safe_text import SafeText

__all__ = ["Lines"]


class Lines(ScrollView, can_focus=False):
    """Rows of text, one cell high each. Its height is theirs, as far as its style's maximum allows.

    A `Said` asks for a new layout of the whole screen whenever its text changes, which costs more than
    everything else that a key press does.
    """

    def __init__(self, looks: str = "", *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, looks)
        self.rows: list[SafeText] = []

    @property
    def room(self) -> int:
        """The cells of a row; until it is laid out for the first time, those of the whole screen."""
        return self.size.width or self.app.size.width

    def set_rows(self, rows: list[SafeText]) -> None:
        """Show these rows, from the top."""
        if len(rows) != len(self.rows):
            self.styles.height = max(len(rows), 1)
            self.virtual_size = Size(0, len(rows))
            self.scroll_to(y=0, animate=False)
        if rows != self.rows:
            self.rows = rows
            self.refresh()

    def render_line(self, y: int) -> Strip:
        index, width, base = y + self.scroll_offset.y, self.scrollable_content_region.width, self.look()
        if index >= len(self.rows):
            return Strip.blank(width, base)
        text = self.rows[index]
        return (
            Strip(text.render(self.app.console, end=""), text.cell_len)
            .apply_style(base)
            .adjust_cell_length(width, base)
        )
