"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cheaper import make_textual_cheaper
from screens import NEURON, MakeApp

from tui.app import PlaygroundApp
from tui.playground import runner
from tui.state_file import Kept, StateKeeper


@pytest.fixture(autouse=True, scope="session")
def cheaper() -> Iterator[None]:
    """Driving apps takes less work."""
    with pytest.MonkeyPatch.context() as patch:
        make_textual_cheaper(patch)
        yield


@pytest.fixture
def make_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """Makes apps that keep, and save unless told otherwise, what they do in a directory of this test."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    # What is kept beside the state, such as a run that goes on, is no other test's, and progress nobody's.
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state" / "state.toml"))
    monkeypatch.setenv("MICROCRAD_PROGRESS", str(tmp_path / "progress.toml"))

    # However busy the machine is, two clicks of a test are a double click.
    monkeypatch.setattr(PlaygroundApp, "CLICK_CHAIN_TIME_THRESHOLD", 60.0)

    def make(text: str = NEURON, name: str = "neuron.mc", **kept: str) -> PlaygroundApp:
        return PlaygroundApp(Kept(text, name, **kept), StateKeeper(tmp_path / "state" / "state.toml"))

    return make


@pytest.fixture
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are shown as soon as the app comes to it."""
    monkeypatch.setattr(runner, "ERROR_SECONDS", 0.001)
