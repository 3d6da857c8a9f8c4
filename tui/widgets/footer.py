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
"""Cells between two keys."""
_LAST = 2
"""The keys that stay: the list of all actions, and help."""
_SPARE, _AIR = "quit_letter", 2
"""The command whose key is there only while keys keep so many cells between them: the list says it too."""


class Footer(Widget):
    """One row of keys, which can be clicked. Where there is no room for all, those before the last go: with
    these one finds the others."""

    ALLOW_SELECT = False

    hovered: reactive[str] = reactive("")
    """The key under the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.look = Looks(self, "footer")
        self._all: list[Binding] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Show the first binding of each command that is to be shown, while the terminal has the focus."""
        if self.app.app_focus and screen is self.screen:
            shown: dict[str, Binding] = {}
            for _, binding, _, _ in screen.active_bindings.values():
                if binding.show:
                    shown.setdefault(binding.action, binding)
            self._all = list(shown.values())
            self.refresh()

    def _cells(self, binding: Binding) -> int:
        return cell_len(f"{self.app.get_key_display(binding)} {binding.description}")

    def _fitting(self) -> tuple[list[Binding], int]:
        """The keys that there is room for, and the cells between two of them: as many as there are, so that a
        key stands by its own word."""
        first, last = self._all[:-_LAST], self._all[-_LAST:]
        if self._gap([*first, *last]) < _AIR:
            first = [each for each in first if _SPARE not in each.action]
        while first and self._gap([*first, *last]) < _CLOSEST:
            first.pop()
        while len(last) > 1 and self._gap([*first, *last]) < _CLOSEST:
            last.pop(0)
        return [*first, *last], max(_CLOSEST, min(self._gap([*first, *last]), _WIDEST))

    def _gap(self, keys: list[Binding]) -> int:
        return (self.size.width - sum(map(self._cells, keys))) // max(len(keys) - 1, 1)

    def render_line(self, y: int) -> Strip:
        base, segments = self.look(), []
        shown, gap = self._fitting()
        for binding in shown:
            look = base + self.look("hovered") if binding.key == self.hovered else base
            key = Segment(self.app.get_key_display(binding), look + self.look("key"))
            segments += [key, Segment(f" {binding.description}", look), Segment(" " * gap, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _key_at(self, x: int) -> str:
        """The key at a cell of the row; nothing between two and after the last."""
        at, (shown, gap) = self.gutter.left, self._fitting()
        for binding in shown:
            if at <= x < at + self._cells(binding):
                return binding.key
            at += self._cells(binding) + gap
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
