"""The action list: every action of the tables, the examples, the themes and the programs set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from microcrad.examples import examples
from tui.actions import APP, LESSON, LESSON_LIST, LETTERS, PLAYGROUND
from tui.widgets.command import run_command
from tui.widgets.themes import THEMES

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["ActionList"]


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    does: str
    run: Callable[[], object]


class ActionList(Provider):
    """What `:`, F2 and ctrl+p list."""

    @property
    def _app(self) -> PlaygroundApp:
        return self.app  # type: ignore[return-value]

    async def startup(self) -> None:
        """Learn what other copies of the app have set aside by now."""
        self._app.keeper.refresh()

    def _entries(self) -> Iterator[_Entry]:
        app = self._app
        for action in LESSON if app.at_lesson else ():
            if action.listed:
                yield _Entry(
                    f"Lesson: {action.does}  ({action.key})", "", partial(app.run_action, action.name)
                )
        listed = app.query("#lessons-mode") if app.mode == "lessons" else ()
        for mode in listed:
            for action in LESSON_LIST:
                yield _Entry(f"{action.does}  ({action.key})", "", partial(mode.run_action, action.name))
        playground = app.playground if app.mode == "playground" else None
        for action in PLAYGROUND:
            if playground is not None:
                key = f"  ({action.key})" if action.keys else ""
                yield _Entry(f"{action.does}{key}", "", partial(playground.run_action, action.name))
        train = app.train if app.mode == "train" else None
        for row in () if train is None else train.TABLE:
            if row.listed and train is not None:
                yield _Entry(f"{row.does}  ({row.key})", "", partial(run_command, train, row.id))
        for action in (*APP, *LETTERS):
            if action.listed:
                yield _Entry(f"{action.does}  ({action.key})", "", partial(app.run_action, action.name))
        for pane in ("timeline", "heap"):
            if playground is not None:
                yield _Entry(
                    f"Show the {pane} alone", "z gives the space back", partial(playground.show_alone, pane)
                )
        for example in examples():
            yield _Entry(
                f"Example: {example.title}", f"Opens {example.slug}.mc", partial(app.open_example, example)
            )
        for kept in app.keeper.left:
            first = next((line for line in kept.text.splitlines() if line.strip()), "")
            yield _Entry(f"Bring back {kept.name}", first, partial(app.bring_back, kept))
        for name, theme in THEMES.items():
            yield _Entry(f"Theme: {name}", "", partial(app.choose_theme, theme.name))

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for entry in self._entries():
            yield DiscoveryHit(
                _plain(entry.name), entry.run, text=entry.name, help=escape(entry.does) or None
            )

    async def search(self, query: str) -> Hits:
        """What matches the typed text."""
        matcher = self.matcher(query)
        for entry in self._entries():
            score = matcher.match(f"{entry.name} {entry.does}")
            if score > 0:
                yield Hit(
                    score, _plain(entry.name), entry.run, text=entry.name, help=escape(entry.does) or None
                )


def _plain(text: str) -> Content:
    """A text that is never read as markup."""
    return Content(Text(text).plain)
