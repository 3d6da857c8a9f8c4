"""The action list: what can be done now, found by its label, by other words people type, by what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content  # noqa: TID251 - its type alone.
from textual.markup import escape

from tui.widgets.command import Command
from tui.widgets.safe_text import content, shown

__all__ = ["ActionList", "ListEntry", "entries"]

Owner = TypeVar("Owner")

MAX_WORDS = 1_000
"""In how many characters of a row words are looked for: a name may hold a whole program."""
_SMALL = frozenset((
    "a", "an", "the", "i", "me", "my", "to", "of", "in", "on", "it", "is", "do", "does", "how", "what", "can",
    "and", "or", "this", "that", "with", "for",
    "make",
))  # fmt: skip
"""Words of a question that say nothing of what is asked for."""
MAX_SCATTERED = 60
"""In how many characters of a row's name single letters are looked for: names of files may be long."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of the list."""

    name: str
    does: str
    run: Callable[[], object]
    label: str = ""
    """What the footer calls it, with which its name begins."""
    words: tuple[str, ...] = ()
    """Other words people type for it."""

    @property
    def row(self) -> Content:
        """Its row: what the footer calls it stands out."""
        label = self.label if self.name.startswith(self.label) else ""
        return content((label, "bold"), self.name[len(label) :])

    def score(self, query: str) -> float:
        """How well it answers what was typed, from 0 to 6."""
        query = " ".join(query.casefold().split())
        if query in (self.label.casefold(), self.name.casefold()):
            return 6
        if query in self.words or (len(query) > 1 and self.name.casefold().endswith(f"({query})")):
            return 5
        if self.label.casefold().startswith(query):
            return 4
        said = _words(f"{self.name} {self.does} {' '.join(self.words)}".casefold())
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
            key = f"  ({written(row.key)})" if row.keys else ""
            name = f"{row.label}: {about}{row.does[0].lower()}{row.does[1:]}{key}"
            yield ListEntry(name, "", partial(row.run, owner), row.label, row.words)


class Listing(Protocol):
    """An app that says what can be done now."""

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
            yield DiscoveryHit(entry.row, entry.run, text=entry.name, help=_help(entry))

    async def search(self, query: str) -> Hits:
        """What answers the typed text: whole words before scattered letters."""
        for entry in self._listing.listed():
            score = entry.score(query)
            if score > 0:
                yield Hit(score, entry.row, entry.run, text=entry.name, help=_help(entry))


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


def _help(entry: ListEntry) -> str | None:
    """What stands below an entry, which Textual reads as markup."""
    return escape(shown(entry.does)) or None
