"""The looks of what widgets draw on their own lines: one table, in the variables of the theme.

An idea looks the same in every pane; a pane's own words, and where it departs from that, stand by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color

from tui.widgets.drawn_rows import DrawnRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.color import Color as RichColor
    from textual.widget import Widget

__all__ = ["Looks"]

_EVERYWHERE = {
    "current": "bold $on-current on $current",
    "data": "$data",
    "error": "$error-text",
    "freed": "$freed",
    "grad": "$grad",
    "leaked": "$leaked",
    "live": "$owner",
    "owner": "$owner",
    "quiet": "$quiet",
    "refs": "$owner",
    "right": "$foreground",
    "selected": "bold underline on $select",
    "shared": "$shared",
    "wrong": "bold $on-block on $fault",
}
"""The ideas that colour and letters stand for."""

_CODE = {"comment": "italic $quiet", "keyword": "bold", "number": "$data"}
_GROUNDS = {
    "minus": "on $field-minus", "plus": "on $field-plus", "third": "on $field-third",
    "fourth": "on $field-fourth", "nothing": "on $field-zero", "sign": "$quiet",
}  # fmt: skip

_OF_PANES: dict[str, dict[str, str]] = {
    "boundary": {
        **_GROUNDS, "error": "bold $error-text", "ink": "on $foreground", "paper": "on $background",
        "point": "$field-point",
    },
    "c": {**_CODE, "gutter": "$quiet"},
    "diagram": {
        "flow": "bold $data", "flow-back": "bold $grad", "flow-wrong": "bold $on-block on $fault",
        "frame": "$rule", "group": "$rule", "label": "", "map": "$rule on $surface",
        "map-here": "bold $foreground on $panel", "more": "bold $foreground on $panel",
        "near": "bold $foreground", "selected": "bold $foreground", "wire": "$rule",
    },
    "drawing": {**_GROUNDS, "point": "$field-point"},
    "editor": {
        **_CODE, "bad": "underline $error-text", "error": "bold $on-block on $error-block",
        "message": "$error-text", "selected": "bold underline $foreground",
    },
    "events": {"ruler": "$rule"},
    "footer": {"hovered": "on $block-hover-background", "key": "bold $foreground"},
    "header": {"name": "bold $foreground", "tab": "bold"},
    "heap": {"current": "$on-current on $current"},
    "inspector": {"stop": "bold $error-text"},
    "loss": {
        "error": "$on-block on $error-block", "kept": "$quiet", "test": "$grad", "train": "$data",
        "validation": "$shared",
    },
    "network": {**_GROUNDS, "above": "$grad", "below": "$data"},
    "setup": {
        **_GROUNDS, "fault": "bold $on-block on $fault", "mark": "bold $foreground", "point": "$field-point",
        "star": "$quiet", "value": "$data",
    },
    "task": {"word": "bold $foreground"},
    "text": {"code": "$foreground on $select", "task": "bold $foreground"},
    "title": {"focused": "bold reverse $foreground", "lit": "bold $foreground", "name": "$foreground"},
    "tree": {"freed": "strike $freed"},
}  # fmt: skip
"""By pane: each word of its looks, as attributes, a colour, and `on` the colour of the ground."""


class Looks:
    """The looks of a pane, by its name in the table.

    A pane asks for them on every line, and its lines are kept as they are drawn. They are worked out when
    they are first asked for, and again in another theme. As component classes of Textual each would be
    matched with every rule of all styles, for every pane, each time that anything about the styles of the
    screen changes.
    """

    def __init__(self, widget: Widget, pane: str = "") -> None:
        self._widget, self._words = widget, {**_EVERYWHERE, **_OF_PANES.get(pane, {})}
        self._colours: Mapping[str, str] = {}
        self._kept: dict[str, Style] = {}
        widget._styles_cache = DrawnRows()

    def __call__(self, name: str = "") -> Style:
        """The style of one word on top of nothing, or the widget's own style without a word."""
        if not name:
            return self._widget.visual_style.rich_style
        colours = self._widget.app.theme_variables  # Those of another theme are another dictionary.
        if colours is not self._colours:
            self._colours, self._kept = colours, {}
        kept = self._kept.get(name)
        if kept is None:
            kept = self._kept[name] = _style(self._words[name], colours)
        return kept


def _style(words: str, colours: Mapping[str, str]) -> Style:
    """A style from its words, on top of nothing."""
    attributes, _, ground = words.partition("on $")
    flags, _, colour = attributes.partition("$")
    return Style(
        color=_colour(colour.strip(), colours),
        bgcolor=_colour(ground, colours),
        **dict.fromkeys(flags.split(), True),  # type: ignore[arg-type]
    )


def _colour(name: str, colours: Mapping[str, str]) -> RichColor | None:
    return Color.parse(colours[name]).rich_color if name else None
