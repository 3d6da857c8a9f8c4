"""The Train mode as the tests drive it."""

from __future__ import annotations

from screens import until
from textual.pilot import Pilot

from microcrad.train.training import Training
from tui.app import PlaygroundApp
from tui.train.mode import Train

__all__ = ["SETUP_ROWS", "choose", "open_train", "step_to", "train_of", "training_of", "type_value"]

SETUP_ROWS = 30
"""More than there are settings."""


def train_of(app: PlaygroundApp) -> Train:
    """The mode, which must have been shown."""
    assert app.train is not None
    return app.train


def training_of(app: PlaygroundApp) -> Training:
    """Its model."""
    return train_of(app).training


async def open_train(pilot: Pilot[None]) -> Training:
    """Go to the mode."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.press("2")
    await until(pilot, lambda: app.train is not None and app.focused is train_of(app).setup)
    return training_of(app)


async def choose(pilot: Pilot[None], name: str) -> None:
    """Choose a setting with the arrows."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    setup = train_of(app).setup
    await pilot.press("g")
    for _ in range(SETUP_ROWS):
        if setup.setting is not None and setup.setting.name == name:
            return
        await pilot.press("down")
    raise AssertionError(f"no setting {name}")


async def type_value(pilot: Pilot[None], text: str) -> None:
    """Type a value for the chosen setting in place of the one it has, and press enter."""
    await pilot.press("enter")
    await pilot.pause()
    await pilot.press("home", "shift+end", *(("space" if c == " " else c) for c in text), "enter")
    await pilot.pause()


async def step_to(pilot: Pilot[None], step: int) -> None:
    """Train with space until a step, and pause."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    training = training_of(app)
    await pilot.press("space")
    await until(pilot, lambda: training.step >= step or not training.running)
    if training.running:
        await pilot.press("space")
