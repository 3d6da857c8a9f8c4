"""What the tests of the app share."""

from __future__ import annotations

from pathlib import Path

import pytest
from screens import NEURON, MakeApp

from tui import playground
from tui.app import PlaygroundApp
from tui.keep import Keeper, Kept


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Makes apps that keep what they keep in a directory of this test."""

    def make(text: str = NEURON, name: str = "neuron.mc", **kept: str) -> PlaygroundApp:
        return PlaygroundApp(Kept(text, name, **kept), Keeper(tmp_path / "state" / "state.toml"))

    return make


@pytest.fixture
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are shown as soon as the app comes to it."""
    monkeypatch.setattr(playground, "ERROR_SECONDS", 0.001)
