"""The screen of the three modes: laid out and drawn no more often than there is something new to see."""

from __future__ import annotations

from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.widgets.front_compositor import FrontCompositor

__all__ = ["WorkScreen"]


class WorkScreen(Screen[None]):
    """What dialogs lie upon. Their styles alone ask how high the window is."""

    VERTICAL_BREAKPOINTS = []

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._compositor = FrontCompositor()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """The first time, widgets have just been given their styles."""
        event.refresh_styles = event.refresh_styles and self.stack_updates > 0

    def _screen_resized(self, size: Size) -> None:
        """Lay out for a new size; at the start the same one is told several times."""
        if size != self._compositor.size or self._layout_widgets:
            super()._screen_resized(size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lay out once: what a widget has inside is told to it with its size, which asks for no second time.

        As each change of it does for Textual, at the cost of more than all else that a key does. A scrollbar
        that comes or goes with the size still has the screen laid out.
        """
        told = Widget.virtual_size
        told._layout = False
        try:
            super()._refresh_layout(size, scroll)
        finally:
            told._layout = True

    def _compositor_refresh(self) -> None:
        """Draw, unless all of it is about to be drawn: for the first time once panes know their sizes."""
        if not (self._repaint_required and self.is_current):
            super()._compositor_refresh()
