"""Nothing trained is lost: networks are saved, opened, exported, and kept when the app ends."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from screens import MakeApp, screen_text, until
from training import open_train, training_of

from microcrad.train import saved
from microcrad.train.configuration import Configuration
from microcrad.train.training import Training
from tui.train.kept_run import keep_run, take_up


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state" / "state.toml"))


async def test_a_network_is_saved_exported_and_opened_to_go_on(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await pilot.press("s", "s", "ctrl+s", "enter")
        assert "Saved the network as moons.json." in screen_text(app)
        assert saved.load("moons.json").reading.data == "moons"
        await pilot.press("s", "ctrl+s")  # To its file, without a question.
        assert json.loads(Path("moons.json").read_text())["training"]["step"] == 3
        await pilot.press("f2", *"export network", "enter")
        await pilot.press("enter", "enter")
        assert "Exported a script that needs only Python as moons.py." in screen_text(app)
        assert runpy.run_path("moons.py")["predict"]([0.0, 1.0]) in ("upper", "lower")
        weights = training.trainer.state.weights
        await pilot.press("r", "ctrl+o")
        await pilot.press(*"moons.json", "enter")
        await until(pilot, lambda: training_of(app).step == 3)
        assert training_of(app).trainer.state.weights.tolist() == weights.tolist()
        assert "Opened moons.json, after step 3." in screen_text(app)
        assert app.stage.train is not None
        app.stage.train.changes.turn("data", 1)
        await until(pilot, lambda: training_of(app).step == 0)
        await pilot.press("ctrl+s")  # Another network does not take that one's place unasked.
        await until(pilot, lambda: "Save the network and its run as" in screen_text(app))
        assert json.loads(Path("moons.json").read_text())["training"]["step"] == 3


@pytest.mark.slow
async def test_what_cannot_be_opened_stays_to_be_changed(make_app: MakeApp) -> None:
    Path("net.json").write_text(json.dumps({"format": "something else"}))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        await pilot.press("f2", *"open network", "enter")
        await pilot.press(*"net.json", "enter")
        await until(pilot, lambda: "net.json is not a saved network" in " ".join(screen_text(app).split()))
        assert training_of(app) is training


async def test_a_run_is_found_where_it_stood_when_the_app_ended(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        training = await open_train(pilot)
        assert "Press space to train." in screen_text(app)  # Keys in words, at the first visit too.
        await pilot.press("s", "s", "s", "ctrl+q")
    again = make_app(text="b = 1\n", name="b.mc")
    async with again.run_test(size=(100, 30)) as pilot:
        found = await open_train(pilot)
        assert "The run stands where you left it, after step 3." in screen_text(again)
        assert found.trainer.state.weights.tolist() == training.trainer.state.weights.tolist()
        await pilot.press("r", "ctrl+q")  # Rewound, there is nothing to keep.
    assert not list(Path("..").rglob("*.run.json"))


def test_a_run_on_a_table_is_taken_up_in_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that is not taken up stays where it is kept."""
    (tmp_path / "x.csv").write_text("a,t\n1,u\n2,v\n3,u\n4,v\n")
    (tmp_path / "state").mkdir()
    monkeypatch.chdir(tmp_path)
    at = Configuration(data="x.csv", hidden=(2,), loss="bce", steps=9)
    training = Training(at)
    training.take_step()
    assert keep_run(training) == ""
    assert keep_run(Training(Configuration(points=20))) == ""  # Another one, at its start.
    monkeypatch.chdir("/")
    again = Training(replace(at, data=str(tmp_path / "x.csv")))
    assert take_up(again)
    assert again.trainer.state.weights.tolist() == training.trainer.state.weights.tolist()
    again.rewind()
    assert keep_run(again) == ""
    assert not take_up(again)
