"""What the tests of the app share: an app with nothing kept, and what a person reads on its screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from microcrad.examples import examples
from tui import playground
from tui.app import PlaygroundApp
from tui.keep import Keeper, Kept

NEURON = next(example.text for example in examples() if example.slug == "neuron")

MakeApp = Callable[..., PlaygroundApp]


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Makes an app that keeps its state in a directory of its own; called twice, it is opened twice."""

    def make(text: str = NEURON, name: str = "neuron.mc", **kept: str) -> PlaygroundApp:
        return PlaygroundApp(Kept(text, name, **kept), Keeper(tmp_path / "state.toml"))

    return make


@pytest.fixture
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are shown as soon as the app comes to itself."""
    monkeypatch.setattr(playground, "ERROR_SECONDS", 0.001)


def screen_rows(app: PlaygroundApp) -> list[str]:
    """What stands on the screen, row by row."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def screen_text(app: PlaygroundApp) -> str:
    """What a person reads."""
    return "\n".join(screen_rows(app))


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for something that happens by itself."""
    for _ in range(500):
        await pilot.pause()
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"it never happened; the screen shows\n{screen_text(pilot.app)}")  # type: ignore[arg-type]
