"""Lists to choose from in which a sign stands before the chosen row: no colour is needed to find it."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList

__all__ = ["SIGN", "MarkedList", "marked"]

SIGN = ">"
"""What stands before the chosen row."""


class MarkedList(OptionList):
    """Textual's list of options. Its style leaves two cells before each of them; the sign takes the first."""

    def render_line(self, y: int) -> Strip:
        """One row on screen."""
        return marked(self, super().render_line, y)


def marked(list_: OptionList, drawn: Callable[[int], Strip], y: int) -> Strip:
    """One row of a list as it is `drawn`, with the sign in its first cell where the chosen option begins."""
    strip = drawn(y)
    chosen = list_.highlighted
    if chosen is None or _option_of(strip) != chosen:
        return strip
    if list_.scroll_offset.y + y and _option_of(drawn(y - 1)) == chosen:
        return strip
    return Strip.join([Strip([Segment(SIGN, next(iter(strip)).style)]), strip.crop(1)])


def _option_of(strip: Strip) -> int | None:
    """The place of the option that a row is of; None of an empty one."""
    first = next(iter(strip), None)
    style = None if first is None else first.style
    return None if style is None else style.meta.get("option")
