"""The keys of a lesson that work wherever one is while it is on screen, where they mean nothing else.

Its capital letters do the same in its text, in its field and in the panes; a digit begins the answer that it
waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.app_commands import APP
from tui.lessons.lesson_commands import LESSON
from tui.widgets.command import Command

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["LESSON_KEYS", "MODES"]


def _letter(id: str, key: str, label: str, does: str) -> Command[PlaygroundApp]:
    return Command(f"lesson_{id}", key, label, does, lambda app: app.place.do(id), listed=False)


def _digit(digit: str) -> Command[PlaygroundApp]:
    def begin(app: PlaygroundApp) -> None:
        if not app.place.begins_answer(digit) and digit in MODES:
            app.stage.show_mode(MODES[digit])

    return Command(f"digit_{digit}", digit, digit, "Begin the answer of a lesson", begin, listed=False)


MODES = {row.keys: row.id for row in APP if row.keys.isdigit()}
"""The modes that a digit shows where no answer is waited for."""
LESSON_KEYS: tuple[Command[PlaygroundApp], ...] = (
    *(_letter(row.id, row.keys[0], row.label, row.does) for row in LESSON if row.keys[:1].isupper()),
    *map(_digit, "0123456789"),
)
"""Rows of the app."""
