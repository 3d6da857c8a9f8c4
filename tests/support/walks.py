"""Keys at random: which there are, and waiting for what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from screens import until
from textual.pilot import Pilot

from tui.app import PlaygroundApp
from tui.widgets.command import Command

LEAVES = {"quit", "quit_letter"}
"""Commands that a walk cannot come back from."""


def keys_of(*tables: Iterable[Command[Any]]) -> list[str]:
    """The keys of tables of commands, each once."""
    rows = [row for table in tables for row in table if row.id not in LEAVES]
    return sorted({key for row in rows for key in row.keys.split(",") if key})


async def press(pilot: Pilot[None], app: PlaygroundApp, key: str) -> None:
    """One key, and the work that comes of it."""
    await pilot.press(key)
    if works(app):
        await until(pilot, lambda: not works(app))


def works(app: PlaygroundApp) -> bool:
    """Whether a program is being run or a picture laid out."""
    return any(worker.group in ("run", "layout") and not worker.is_finished for worker in app.workers)


async def agrees(pilot: Pilot[None], app: PlaygroundApp, check: Callable[[PlaygroundApp], None]) -> None:
    """Check, once what is on its way between the widgets has arrived, however long that takes."""
    wrong: list[AssertionError] = []

    def holds() -> bool:
        try:
            check(app)
        except AssertionError as error:
            wrong.append(error)
            return False
        return True

    if not holds():
        try:
            await until(pilot, holds)
        except AssertionError as never:
            raise wrong[-1] from never
