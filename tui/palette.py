"""The action list: what can be done now, found by its label, by other words people type, by what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Protocol, TypeVar

from textual.app import ComposeResult
from textual.command import (
    CommandInput,
    CommandList,
    CommandPalette,
    DiscoveryHit,
    Hit,
    Hits,
    Provider,
    SearchIcon,
)
from textual.containers import Horizontal, Vertical
from textual.content import Content  # noqa: TID251 - its type alone.
from textual.strip import Strip
from textual.widgets import LoadingIndicator

from microcrad.records import Record
from tui.widgets.command import Command
from tui.widgets.glyphs import Glyphs
from tui.widgets.marked_list import marked
from tui.widgets.safe_text import content, shown
from tui.widgets.wrap import cell_len, clip, fit

__all__ = ["ActionList", "ActionScreen", "ListEntry", "answers", "entries"]

Owner = TypeVar("Owner")

MAX_WORDS = 1_000
"""In how many characters of a row words are looked for: a name may hold a whole program."""
_SMALL = frozenset((
    "a", "an", "the", "i", "me", "my", "to", "of", "in", "on", "it", "is", "do", "does", "how", "what", "can",
    "and", "or", "this", "that", "with", "for",
    "make",
))  # fmt: skip
"""Words of a question that say nothing of what is asked for."""
_WORDED = 2
"""The score from which whole words were found."""
MAX_SCATTERED = 60
"""In how many characters of a row's name single letters are looked for: names of files may be long."""


_AROUND = 6
"""Cells of the list beside its rows: blanks, and a scroll bar."""
_LABEL = 13
"""Cells of what a row is called, so that what it does stands below what others do."""
_LEAST = 12
"""Cells that what a row does has at least, whatever stands on the right."""


class ListEntry(Record):
    """One row of the list."""

    label: str
    """What it is called, as in the footer."""
    does: str
    """What that does, or which it is."""
    run: Callable[[], object]
    words: tuple[str, ...] = ()
    """Other words people type for it."""
    key: str = ""
    more: str = ""
    """More about it; a key says enough."""

    @property
    def name(self) -> str:
        """It in one line: what it is called, a colon, and what that does, or which it is."""
        return f"{self.label}: {self.does}"

    def row(self, width: int, ellipsis: str) -> Content:
        """Its row in a list so wide: what it is called, what that does, and on the right its key, each below
        that of the others."""
        room = max(width - _AROUND - _LABEL, _LEAST)
        aside = clip(shown(self.key or self.more), max(room - _LEAST - 2, 0), ellipsis)
        left = room - cell_len(aside) - 2
        look = "bold" if self.key else "$quiet"
        said = fit(shown(self.does), left, ellipsis)
        return content((fit(shown(self.label), _LABEL, ellipsis), "bold"), said, "  ", (aside, look))

    def score(self, query: str) -> float:
        """How well it answers what was typed, from 0 to 6."""
        query = " ".join(query.casefold().split())
        if query in (self.label.casefold(), self.name.casefold()):
            return 6
        if query in self.words or (len(query) > 1 and query in self.key.casefold().split()):
            return 5
        if self.label.casefold().startswith(query):
            return 4
        said = _words(f"{self.name} {self.more} {' '.join(self.words)}".casefold())
        asked = _asked(query)
        if all(word in said for word in asked):
            return 3
        alike = sum(any(_alike(word, each) for each in said) for word in asked)
        if alike == len(asked):
            return 2
        if len(asked) > 1 and alike:  # Of a sentence, most is better than nothing, and its verb tells most.
            return 1 + 0.6 * alike / len(asked) + 0.3 * (self.label.casefold() in asked)
        return _scattered(query, self.name.casefold()[:MAX_SCATTERED])


def entries(
    table: Iterable[Command[Owner]], owner: Owner, about: str = "", written: Callable[[str], str] = str
) -> Iterator[ListEntry]:
    """The listed rows of a table of commands, each with its key as it is `written` here.

    `about` says where what they do is done.
    """
    for row in table:
        if row.listed:
            key = written(row.key) if row.keys else ""
            does = f"{about}{row.does[0].lower()}{row.does[1:]}"
            yield ListEntry(row.label, does, partial(row.run, owner), row.words, key)


def answers(listed: Iterable[ListEntry], query: str) -> list[tuple[float, ListEntry]]:
    """What answers a query, with its scores; what has only its letters if nothing has its words."""
    scored = [(entry.score(query), entry) for entry in listed]
    least = _WORDED if any(score >= _WORDED for score, _ in scored) else 0
    return [(score, entry) for score, entry in scored if score >= least and score > 0]


class Listing(Protocol):
    """An app that says what can be done now."""

    @property
    def glyphs(self) -> Glyphs:
        """Its signs."""

    def refresh_listed(self) -> None:
        """Learn what other copies of the app have set aside by now."""

    def listed(self) -> Iterator[ListEntry]:
        """Everything that can be done now."""


class ActionList(Provider):
    """What `:`, F2 and ctrl+p list."""

    @property
    def _listing(self) -> Listing:
        return self.app  # type: ignore[return-value]

    async def startup(self) -> None:
        """Bring the list up to date."""
        self._listing.refresh_listed()

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for entry in self._listing.listed():
            yield DiscoveryHit(self._row(entry), entry.run, text=entry.name)

    async def search(self, query: str) -> Hits:
        """What answers the typed text: whole words before scattered letters."""
        for score, entry in answers(self._listing.listed(), query):
            yield Hit(score, self._row(entry), entry.run, text=entry.name)

    def _row(self, entry: ListEntry) -> Content:
        return entry.row(self.app.size.width, self._listing.glyphs.ellipsis)


class _Rows(CommandList, can_focus=False):
    """The rows of the list, the chosen one with its sign."""

    def render_line(self, y: int) -> Strip:
        """One row on screen."""
        return marked(self, super().render_line, y)


class ActionScreen(CommandPalette):
    """Where actions are looked for: Textual's own, with our rows."""

    def compose(self) -> ComposeResult:
        with Vertical(id="--container"):
            with Horizontal(id="--input"):
                yield SearchIcon()
                yield CommandInput(placeholder=self._placeholder, select_on_focus=False)
            with Vertical(id="--results"):
                yield _Rows()
                yield LoadingIndicator()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text[:MAX_WORDS])


def _asked(query: str) -> list[str]:
    """The words of what was typed that say what is meant; all of them if none does."""
    words = _words(query) or query.split()
    return [word for word in words if word not in _SMALL] or words


def _alike(word: str, other: str) -> bool:
    """Whether a word begins another one, or is a form of it, such as its plural."""
    return other.startswith(word) or (
        len(other) > 3 and word.startswith(other) and len(word) - len(other) < 3
    )


def _scattered(query: str, text: str) -> float:
    """How close together the letters of a query stand in a text, in their order: from 0.5 to 1, or 0."""
    places: list[int] = []
    for letter in query.replace(" ", ""):
        place = text.find(letter, places[-1] + 1 if places else 0)
        if place < 0:
            return 0
        places.append(place)
    dense = len(places) / (places[-1] - places[0] + 1) if places else 0
    return dense if dense >= 0.5 else 0
