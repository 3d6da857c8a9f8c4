"""The action list: what can be done now, found by what it says it does, then by other words people type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape

from tui.widgets.command import Command
from tui.widgets.safe_text import content, shown

__all__ = ["ActionList", "ListEntry", "entries"]

Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of the list."""

    name: str
    does: str
    run: Callable[[], object]
    words: tuple[str, ...] = ()
    """Other words people type for it."""


def entries(table: Iterable[Command[Owner]], owner: Owner, about: str = "") -> Iterator[ListEntry]:
    """The listed rows of a table of commands, each with its key; `about` says of what they are."""
    for row in table:
        if row.listed:
            key = f"  ({row.key})" if row.keys else ""
            yield ListEntry(f"{about}{row.does}{key}", "", partial(row.run, owner), row.words)


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
            yield DiscoveryHit(content(entry.name), entry.run, text=entry.name, help=_help(entry))

    async def search(self, query: str) -> Hits:
        """What matches the typed text: by what it does, or else by its other words."""
        matcher = self.matcher(query)
        for entry in self._listing.listed():
            by_name = matcher.match(f"{entry.name} {entry.does}")
            score = max(by_name, *(matcher.match(word) / 2 for word in entry.words), 0)
            if score > 0:
                yield Hit(score, content(entry.name), entry.run, text=entry.name, help=_help(entry))


def _help(entry: ListEntry) -> str | None:
    """What stands below an entry, which Textual reads as markup."""
    return escape(shown(entry.does)) or None
