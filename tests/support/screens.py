"""What a person reads on the app's screen, and waiting for what happens by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.command import CommandPalette
from textual.events import Paste
from textual.pilot import Pilot

from microcrad.examples import examples
from tui.app import PlaygroundApp

__all__ = [
    "EXAMPLES",
    "NEURON",
    "MakeApp",
    "choose_action",
    "last_rows",
    "paste",
    "screen_rows",
    "screen_text",
    "selected",
    "until",
]

EXAMPLES = {example.slug: example.text for example in examples()}
NEURON = EXAMPLES["neuron"]

MakeApp = Callable[..., PlaygroundApp]


def screen_rows(app: PlaygroundApp) -> list[str]:
    """What stands on the screen, row by row."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def screen_text(app: PlaygroundApp) -> str:
    """What stands on the screen."""
    return "\n".join(screen_rows(app))


def last_rows(app: PlaygroundApp) -> str:
    """The status line and the footer."""
    return "\n".join(row.strip() for row in screen_rows(app)[-2:])


def selected(app: PlaygroundApp) -> str:
    """The label of the selected node."""
    session = app.desks.own.session
    assert session.selected is not None
    return session.snapshot.label(session.selected)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for something that happens by itself.

    Each poll lets one slice of work pass, so the bound is in polls: a slow machine takes no more of them.
    """
    for _ in range(2_000):
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(0.005)
    assert isinstance(pilot.app, PlaygroundApp)
    raise AssertionError(f"it never happened; the screen shows\n{screen_text(pilot.app)}")


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste a text into the focused field."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def choose_action(pilot: Pilot[None], words: str) -> None:
    """Find an entry of the action list by typing, and take it."""
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
    await paste(pilot, words)
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    wanted = " ".join(words.lower().replace(":", " ").split())
    await until(pilot, lambda: wanted in " ".join("\n".join(screen_rows(app)[6:]).lower().split()))
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, CommandPalette))
