"""What the help says: what the focused pane is for, and the keys of the tables that apply to it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from textual.widget import Widget

from tui.playground.screen import Playground
from tui.stage import Stage
from tui.widgets.command import Command, Commanded
from tui.widgets.dialogs import Help

__all__ = ["help_on", "mode_table"]

_MODES = {
    "playground": "In the playground, outside the editor",
    "train": "In training",
    "lessons": "In the list of lessons",
}


def help_on(focused: Widget | None, stage: Stage, app: Iterable[Command[Any]]) -> Help:
    """Help on the widget that has the focus, in its mode and in an app with such a table."""
    tables = [("In this pane", _own_table(focused, stage)), (_MODES[stage.mode], mode_table(stage))]
    taken: set[str] = set()
    keys = []
    for heading, table in (*tables, ("Anywhere", app)):
        rows = [left for row in table if (left := _without(row, taken)) is not None]
        taken.update(key for row in rows for key in row.keys.split(","))
        if rows:
            keys.append((heading, [(stage.glyphs.key(row.key), row.does) for row in rows]))
    title = focused.id.capitalize() if focused is not None and focused.id else "microcrad"
    title = getattr(focused, "called", "") or title  # Where a pane shows several things.
    prose = next((each.HELP for each in _around(focused) if each.HELP), None)
    return Help(title, prose or Playground.HELP, keys)


def _without(row: Command[Any], taken: Container[str]) -> Command[Any] | None:
    """A row with those of its keys that mean nothing else nearer to the focus; None if it has none left."""
    keys = ",".join(key for key in row.keys.split(",") if key and key not in taken)
    return row._replace(keys=keys) if keys else None


def mode_table(stage: Stage) -> Iterable[Command[Any]]:
    """The commands of the mode that is on screen."""
    shown = stage.shown
    return shown.TABLE if isinstance(shown, Commanded) else ()


def _own_table(focused: Widget | None, stage: Stage) -> Iterable[Command[Any]]:
    """The commands of the pane that has the focus, or that holds what has it."""
    for each in _around(focused):
        if each is stage.shown:
            break
        if isinstance(each, Commanded):
            return each.TABLE
    return ()


def _around(focused: Widget | None) -> Iterator[Widget]:
    """What has the focus, and what it stands in, from the inside out."""
    if focused is not None:
        yield from (each for each in focused.ancestors_with_self if isinstance(each, Widget))
