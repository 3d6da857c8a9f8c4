"""A widget that is painted as a whole, and anew only when what it shows, its size or its colours change."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.looks import Looks

__all__ = ["Painted"]


class Painted(Looks, Widget, can_focus=True):
    """Keeps its rows between two changes: the screen asks for them more often than they change."""

    _strips: list[Strip] | None = None
    _painted_for = Size()

    def paint(self) -> list[Strip]:
        """Every row, from the top; those that are missing stay blank."""
        raise NotImplementedError

    def paint_anew(self) -> None:
        """Say that something else is shown now."""
        self._strips = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._strips = None

    def render_line(self, y: int) -> Strip:
        if self._strips is None or self._painted_for != self.size:
            self._painted_for = self.size
            self._strips = self.paint()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.look())
