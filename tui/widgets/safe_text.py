"""Text as it gets onto a screen: nothing in it is markup, and nothing in it is the terminal's to obey.

`SafeText` is what a widget of Textual's is given; `Said` and `LineField` stand for its `Static` and `Input`.
Rows that a pane draws cell by cell are cut to size by `wrap.py`, which makes them visible before it measures
them. Under all of these is the `LastNet`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App
from textual.color import Color
from textual.content import Content
from textual.driver import Driver
from textual.filter import LineFilter
from textual.visual import VisualType
from textual.widgets import Static

from microcrad.text.visible import in_place, visible_lines

__all__ = ["MOST", "LastNet", "SafeApp", "SafeText", "Said", "content", "shown"]

MOST = 20_000
"""Characters of one text that are shown: to lay out a megabyte of them takes seconds, at every key."""

_LEAST_SECONDS = 0.1
"""How long what is said in a corner has to be there for, to be worth the drawing."""


def shown(text: str) -> str:
    """A text as a screen shows it: every character in it can be seen, and it ends somewhere."""
    return visible_lines(text if len(text) <= MOST else f"{text[:MOST]}…")


class SafeText(Text):
    """Styled text in which every character can be seen."""

    def __init__(self, text: str = "", style: str | Style = "", **options: Any) -> None:
        super().__init__(shown(text), style, **options)

    @classmethod
    def assemble(cls, *parts: Any, **options: Any) -> Self:
        """One of texts, and of texts with a style each."""
        words = cls(**options)
        for part in parts:
            words.append(*((part,) if isinstance(part, str) else part))
        return words

    def append(self, text: Text | str, style: str | Style | None = None) -> Self:
        """Add a text at the end."""
        super().append(shown(text) if isinstance(text, str) else text, style)
        return self


def content(*parts: str | tuple[str, str]) -> Content:
    """The same for lists of Textual's: texts in the theme's colours (`$quiet`), which Rich does not know."""
    pairs = ((part, "") if isinstance(part, str) else part for part in parts)
    return Content.assemble(*((shown(text), style) for text, style in pairs))


class Said(Static):
    """A text among widgets."""

    def __init__(self, words: str | SafeText = "", *, id: str | None = None) -> None:
        super().__init__(_words(words), id=id)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Say something else."""
        super().update(_words(content), layout=layout)


def _words(said: VisualType) -> VisualType:
    return SafeText(said) if isinstance(said, str) else said


class LastNet(LineFilter):
    """The last thing before the terminal: every row of every widget, with nothing in it that is obeyed.

    It comes after all measuring, so that each cell stays where it is.
    Some signs can have others in their place.
    """

    def __init__(self, instead: Mapping[int, str] | None = None) -> None:
        super().__init__()
        self._instead = instead or {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same row, with what took no cells left out and a sign for what took one."""
        if self._instead:
            segments = [Segment(text.translate(self._instead), style, ctl) for text, style, ctl in segments]
        if all(text.isprintable() for text, _, _ in segments):
            return segments
        return [Segment(_caught(text), style, control) for text, style, control in segments]


def _caught(text: str) -> str:
    return "".join(in_place(c, "�" if get_character_cell_size(c) else "") for c in text)


class SafeApp(App[None]):
    """An app whose every row goes through the net."""

    def __init__(
        self, driver_class: type[Driver] | None = None, instead: Mapping[int, str] | None = None
    ) -> None:
        """`instead` has what is drawn for signs that the terminal has not."""
        super().__init__(driver_class=driver_class)
        self._net = LastNet(instead)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every row of every widget goes through before the terminal gets it."""
        return [*super().get_line_filters(), self._net]

    def _refresh_notifications(self) -> None:
        """Show what was said, where there is a while left for it: a timer of less than nothing never ends."""
        for each in list(self._notifications):
            if each.time_left < _LEAST_SECONDS:
                self._unnotify(each, refresh=False)
        super()._refresh_notifications()

    def notify(self, message: str, **options: Any) -> None:
        """Say something in a corner of the screen, once however often it is said; nothing in it is markup."""
        said = shown(message)
        for each in list(self._notifications):
            if each.message == said:
                self._unnotify(each, refresh=False)
        super().notify(said, **{**options, "markup": False})
