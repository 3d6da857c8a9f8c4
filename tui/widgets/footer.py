"""The last row: the keys of what has the focus, of the mode and of the app.

Textual's own is a widget for each key, and makes all of them anew whenever the focus moves.
"""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len

__all__ = ["Footer"]

_CLOSEST, _WIDEST = 1, 3


class Footer(Widget):
    """One row of keys, which can be clicked; those that have no room are cut off."""

    ALLOW_SELECT = False

    hovered: reactive[str] = reactive("")
    """The key under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.look = Looks(self, "footer")
        self._shown: list[Binding] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Show the first binding of each command that is to be shown, while the terminal has the focus."""
        if self.app.app_focus and screen is self.screen:
            shown: dict[str, Binding] = {}
            for _, binding, _, _ in screen.active_bindings.values():
                if binding.show:
                    shown.setdefault(binding.action, binding)
            self._shown = list(shown.values())
            self.refresh()

    @property
    def _gap(self) -> int:
        """The cells between two keys: as many as there is room for, so that a key stands by its own word."""
        words = sum(cell_len(f"{self.app.get_key_display(each)} {each.description}") for each in self._shown)
        room = (self.size.width - words) // max(len(self._shown) - 1, 1)
        return max(_CLOSEST, min(room, _WIDEST))

    def render_line(self, y: int) -> Strip:
        base, segments = self.look(), []
        for binding in self._shown:
            look = base + self.look("hovered") if binding.key == self.hovered else base
            key = Segment(self.app.get_key_display(binding), look + self.look("key"))
            segments += [key, Segment(f" {binding.description}", look), Segment(" " * self._gap, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _key_at(self, x: int) -> str:
        """The key at a cell of the row; nothing between two and after the last."""
        at = self.gutter.left
        for binding in self._shown:
            size = cell_len(f"{self.app.get_key_display(binding)} {binding.description}")
            if at <= x < at + size:
                return binding.key
            at += size + self._gap
        return ""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up the key under the mouse."""
        self.hovered = self._key_at(event.x)

    def on_leave(self) -> None:
        """The mouse is elsewhere."""
        self.hovered = ""

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        key = self._key_at(event.x)
        if key:
            self.app.simulate_key(key)
