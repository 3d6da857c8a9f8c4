"""Styles of a widget that draws its own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget

__all__ = ["Looks"]


class Looks:
    """The looks of a widget whose component classes are called `<prefix>--<name>`.

    A pane asks for them on every line. Textual keeps these styles until the theme or a class changes; its
    `Widget.rich_style` is worked out anew at each access.
    """

    def __init__(self, widget: Widget, prefix: str = "") -> None:
        self._widget, self._prefix = widget, prefix

    def __call__(self, name: str = "") -> Style:
        """The style of one component class on top of nothing, or the widget's own style without a name."""
        if not name:
            return self._widget.visual_style.rich_style
        return self._widget.get_component_rich_style(f"{self._prefix}--{name}", partial=True)
