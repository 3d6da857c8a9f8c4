"""The keys of a lesson that work wherever one is while it is on screen, where they mean nothing else.

Its capital letters do the same in its text, in its field and in the panes. In its text a digit begins the
answer that is waited for; in the panes it is a key, as everywhere in the app, or says how to get there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app_commands import APP
from tui.lessons.lesson_commands import LESSON
from tui.widgets.command import Command

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["LESSON_KEYS"]


def _letter(id: str, key: str, label: str, does: str) -> Command[PlaygroundApp]:
    return Command(f"lesson_{id}", key, label, does, lambda app: app.place.do(id), listed=False)


def _digit(digit: str) -> Command[PlaygroundApp]:
    return Command(f"digit_{digit}", digit, digit, "Say where a lesson is answered",
        lambda app: app.place.say_where_to_answer(), listed=False)  # fmt: skip


_MODES = {row.keys for row in APP if row.keys.isdigit()}
LESSON_KEYS: tuple[Command[PlaygroundApp], ...] = (
    *(_letter(row.id, row.keys[0], row.label, row.does) for row in LESSON if row.keys[:1].isupper()),
    *(_digit(digit) for digit in "0123456789" if digit not in _MODES),
)
"""Rows of the app."""
