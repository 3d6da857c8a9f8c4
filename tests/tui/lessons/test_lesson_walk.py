"""Keys at random among lessons: nothing gets stuck, and a lesson can still be taken."""

from __future__ import annotations

import random

import pytest
from hands import do
from screens import MakeApp, until
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input
from walks import agrees, keys_of

from lessons.catalogue import catalogue
from lessons.take.taking import Taking
from microcrad.timeline.telling import EVERYTHING
from tui.app import PlaygroundApp
from tui.lessons.answer import Choices
from tui.lessons.lesson_list import LessonRows, LessonsMode
from tui.lessons.pane import LessonPane
from tui.playground.screen import Playground
from tui.playground.tree import NodeTree
from tui.train.train_commands import COMMANDS

LESSONS = catalogue().lessons
BURST = 16
TABLES = (
    PlaygroundApp.TABLE, Playground.TABLE, NodeTree.TABLE, LessonPane.TABLE,
    LessonsMode.TABLE, LessonRows.TABLE, Choices.TABLE, COMMANDS,
)  # fmt: skip
KEYS = [key for key in keys_of(*TABLES) if key != "ctrl+s"]
LESSON_KEYS = ["f4", "enter", "T", "H", "X", "R", "L", "A", "K", "t", "tab", "escape"]
TYPED = [*"0123456789.-/e", "enter", "backspace", "f4", "escape"]
SIZES = [(120, 36), (80, 24), (60, 20), (150, 50)]
OWN = "# mine\na = 2\nb = a*a\nbackward(b)\n"


def check(app: PlaygroundApp) -> None:
    """What must hold of lessons between any two keys."""
    taking = app.place.taking
    assert app.desks.own.session.telling == EVERYTHING  # Nothing is ever hidden in the person's own program.
    assert (app.place.desk is None) or taking is not None
    if taking is None:
        assert not app.playground.player.held
        return
    view = taking.view
    assert 0 <= view.index < len(view.lesson.steps)
    if app.place.desk is not None:
        assert app.place.desk.session.telling == view.telling
    if app.place.in_front and not isinstance(app.screen, ModalScreen):
        assert app.focused is not None
        assert app.focused.display
        assert all(each.display for each in app.focused.ancestors)


def next_key(app: PlaygroundApp, chance: random.Random) -> str:
    """A key that does something where the focus is, more often than not."""
    if isinstance(app.screen, ModalScreen):
        return chance.choice(["escape", "enter", "enter", "down", "n", "x"])
    if isinstance(app.focused, Input):
        return chance.choice(TYPED)
    if app.focused is app.playground.editor:
        return chance.choice([*"ab=+*2 ", "enter", "backspace", "escape", "f4", "tab"])
    return chance.choice(LESSON_KEYS if chance.random() < 0.4 else KEYS)


async def finish(pilot: Pilot[None], app: PlaygroundApp, taking: Taking) -> None:
    """Take the rest of a lesson by its solutions."""
    while app.place.taking is taking:
        if not taking.view.passed:
            await do(pilot, taking.step.solution)
            await until(pilot, lambda: taking.view.passed)
        app.walk.next()
        await pilot.pause()


WALKS = [
    pytest.param(1, 50, marks=pytest.mark.slow),
    *(pytest.param(seed, 250, marks=pytest.mark.slow) for seed in range(2, 10)),
]
"""Where chance starts, and how many keys it presses at least: two thousand in all where there is the time."""


@pytest.mark.parametrize(("seed", "steps"), WALKS)
async def test_keys_at_random_among_lessons(
    make_app: MakeApp, no_rest: None, monkeypatch: pytest.MonkeyPatch, seed: int, steps: int
) -> None:
    """Lessons begun, left, reset, skipped, taken in any order; then one is taken to its end."""
    chance = random.Random(seed)
    app = make_app(OWN, "mine.mc")
    monkeypatch.setattr(app, "exit", lambda *_: None)  # Who finds the way out stays all the same.
    pressed: list[str] = []
    async with app.run_test(size=(120, 36)) as pilot:
        while len(pressed) < steps:
            if app.place.taking is None and chance.random() < 0.1 and not isinstance(app.screen, ModalScreen):
                app.walk.start(chance.choice(LESSONS), anew=chance.random() < 0.3)
            if len(pressed) % 50 < BURST:
                await pilot.resize_terminal(*chance.choice(SIZES))
            keys = [next_key(app, chance) for _ in range(chance.randint(1, BURST))]  # As fast as a cat would.
            pressed += keys
            await pilot.press(*keys)
            try:
                await agrees(pilot, app, check)
            except AssertionError as error:
                raise AssertionError(f"after {' '.join(pressed[-12:])}: {error}") from error
        await pilot.resize_terminal(120, 36)
        for _ in range(20):
            if isinstance(app.screen, ModalScreen):
                await pilot.press("escape")
                await pilot.pause()
        app.walk.begin(next(lesson for lesson in LESSONS if lesson.id == "accumulate"))
        await until(pilot, lambda: app.place.in_front)
        assert app.place.taking is not None
        await finish(pilot, app, app.place.taking)
        assert app.library.progress.progress.of("accumulate").finished is not None
    assert len(set(pressed)) > min(steps // 5, 30)
