"""Styles of a widget that draws its own lines, looked up once and kept until they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget as _Widget
else:
    _Widget = (
        object  # Mixed into widgets, it must not be one: it would answer for whether they can be focused.
    )

__all__ = ["Looks"]


class Looks(_Widget):
    """Mixed into a widget whose component classes are called `<prefix>--<name>`, `prefix` being its `LOOKS`.

    Textual works `rich_style` out anew at each access; a pane asks for it on every line.
    """

    LOOKS = ""

    def look(self, name: str = "") -> Style:
        """The style of one component class on top of nothing, or the widget's own style without a name."""
        looks = self.__dict__.setdefault("_looks", {})
        style = looks.get(name)
        if style is None:
            style = (
                self.get_component_rich_style(f"{self.LOOKS}--{name}", partial=True)
                if name
                else self.rich_style
            )
            looks[name] = style
        return style  # type: ignore[no-any-return]

    def notify_style_update(self) -> None:
        """Forget the styles: the theme or a class has changed."""
        self.__dict__.pop("_looks", None)
        super().notify_style_update()
