"""The Train mode as the tests drive it."""

from __future__ import annotations

from screens import until
from textual.pilot import Pilot

from microcrad.train.training import Training
from tui.app import PlaygroundApp
from tui.train.boundary import Boundary
from tui.train.mode import Train
from tui.train.setup import Setup

__all__ = [
    "boundary_of", "choose", "open_train", "setup_of", "step_to", "train_of", "training_of",
    "type_value",
]  # fmt: skip


def train_of(app: PlaygroundApp) -> Train:
    """The mode, which must have been shown."""
    assert app.stage.train is not None
    return app.stage.train


def training_of(app: PlaygroundApp) -> Training:
    """Its model."""
    return train_of(app).training


def setup_of(app: PlaygroundApp) -> Setup:
    """The pane of its settings."""
    return train_of(app).query_one(Setup)


def boundary_of(app: PlaygroundApp) -> Boundary:
    """The large pane."""
    return train_of(app).query_one(Boundary)


async def open_train(pilot: Pilot[None]) -> Training:
    """Go to the mode."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.press("2")
    await until(pilot, lambda: app.stage.train is not None and app.focused is setup_of(app))
    return training_of(app)


async def choose(pilot: Pilot[None], name: str) -> None:
    """Choose a setting with the arrows."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    setup = setup_of(app)
    await pilot.press("g", *["down"] * [row.name for row in setup.rows].index(name))
    await until(pilot, lambda: setup.setting is not None and setup.setting.name == name)


async def type_value(pilot: Pilot[None], text: str, *, wait: bool = True) -> None:
    """Type a value for the chosen setting in place of the one it has, and press enter.

    Data is read by then, unless one does not `wait` for it.
    """
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.press("enter")
    await pilot.pause()
    await pilot.press("home", "shift+end", *(("space" if c == " " else c) for c in text), "enter")
    await pilot.pause()
    if wait:
        await until(pilot, lambda: not train_of(app).showing.working)


async def step_to(pilot: Pilot[None], step: int) -> None:
    """Train with space until a step, and pause."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    training = training_of(app)
    await pilot.press("space")
    await until(pilot, lambda: training.step >= step or not training.running)
    if training.running:
        await pilot.press("space")
