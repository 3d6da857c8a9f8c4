"""Styles of a widget that draws its own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.css.styles import RenderStyles
    from textual.widget import Widget

__all__ = ["Looks"]


class Looks:
    """The looks of a widget whose component classes are called `<prefix>--<name>`.

    A pane asks for them on every line. They are kept until the theme or a class changes, when Textual makes
    others; its `Widget.get_component_rich_style` works them out for each frame, with all that they lie upon.
    """

    def __init__(self, widget: Widget, prefix: str = "") -> None:
        self._widget, self._prefix = widget, prefix
        self._kept: dict[str, tuple[RenderStyles, Style]] = {}

    def __call__(self, name: str = "") -> Style:
        """The style of one component class on top of nothing, or the widget's own style without a name."""
        if not name:
            return self._widget.visual_style.rich_style
        styles = self._widget._component_styles[f"{self._prefix}--{name}"]
        kept = self._kept.get(name)
        if kept is None or kept[0] is not styles:
            kept = self._kept[name] = styles, styles.partial_rich_style
        return kept[1]
