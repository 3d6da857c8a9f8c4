"""Commands: one row for each thing a person can do, which bindings, footer, action list and help all read.

A widget, a screen or the app has its rows as `TABLE`, and says `action_command = run_command`. A key of a row
then calls it, with that widget; nothing looks a method up by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from inspect import isawaitable
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from textual.binding import Binding, BindingType
from textual.widget import Widget

from microcrad.records import Record

__all__ = ["Command", "Commanded", "app_command", "bindings", "key_in", "of_app", "run_command"]

Owner = TypeVar("Owner")

_SIGNS = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "plus": "+", "minus": "-", "equals_sign": "=",
    "slash": "/", "colon": ":", "question_mark": "?", "full_stop": ".", "comma": ",", "less_than_sign": "<",
    "greater_than_sign": ">", "right_square_bracket": "]", "backslash": "\\", "escape": "esc",
    "left_parenthesis": "(", "right_parenthesis": ")",
    "pageup": "pgup", "pagedown": "pgdn",
}  # fmt: skip
"""How keys are written on screen that Textual spells out."""
_FUNCTION = re.compile(r"^f(?=\d)")


class Command(Record, Generic[Owner]):
    """One thing a person can do where its table applies."""

    id: str
    """What everything that is no screen calls it."""
    keys: str
    """Textual's key names, separated by commas; the first is shown. Empty: only the action list has it."""
    label: str
    """One or two words for the footer."""
    does: str
    """A sentence for the action list and the help, without a full stop."""
    run: Callable[[Owner], object]
    """Does it, for the widget in whose table it stands; what can be awaited is awaited."""
    words: tuple[str, ...] = ()
    """Other words people type for it."""
    footer: bool = False
    listed: bool = True
    """Whether the action list has it; moving a cursor is better left to its key."""

    @property
    def key(self) -> str:
        """The key as it is written on screen; beside an arrow or a plus the second one as well."""
        first, *others = map(_written, self.keys.split(","))
        return f"{first} {others[0]}" if others and first in "↑↓←→+" else first


def _written(key: str) -> str:
    """A key as it is written on screen, with what is held down before it."""
    held, plus, last = key.rpartition("+")
    return f"{held}{plus}{_SIGNS.get(last) or _FUNCTION.sub('F', last)}"


class Keyed(Protocol):
    """A row that has a key."""

    @property
    def id(self) -> str:
        """What the command is called."""

    @property
    def key(self) -> str:
        """The key as it is written on screen."""


@runtime_checkable
class Commanded(Protocol):
    """What has a table of commands."""

    @property
    def TABLE(self) -> Iterable[Command[Any]]:  # noqa: N802 - a constant of the class.
        """Its commands."""


def bindings(table: Iterable[Command[Any]], *, priority: bool = False) -> list[BindingType]:
    """Textual's bindings for a table."""
    return [
        Binding(
            row.keys, f"command({row.id!r})", row.label,
            show=row.footer, key_display=row.key, priority=priority,
        )
        for row in table
        if row.keys
    ]  # fmt: skip


def key_in(*tables: Iterable[Keyed]) -> Callable[[str], str]:
    """Tells by a command's id which key it is, by the first of some tables that has it.

    Raises `KeyError` if none has.
    """

    def key(id: str) -> str:
        for table in tables:
            for row in table:
                if row.id == id:
                    return row.key
        raise KeyError(id)

    return key


def of_app(id: str, keys: str, label: str, does: str, *, footer: bool = False) -> Command[Widget]:
    """A row of a widget that stands for one of the app: its footer shows it, and its key is its own."""
    return Command(id, keys, label, does, app_command(id), footer=footer, listed=False)


def app_command(id: str) -> Callable[[Widget], object]:
    """Does what a row of the app says."""
    return lambda widget: widget.app.run_action(f"command({id!r})")


async def run_command(self: Commanded, id: str) -> None:
    """Do what a row of one's own table says."""
    row = next(each for each in self.TABLE if each.id == id)
    done = row.run(self)
    if isawaitable(done):
        await done
