"""One change, one moment: made once, and handed to every pane in one pass."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from screens import MakeApp
from training import choose, open_train, train_of

from microcrad.train.training import Training
from microcrad.train.training_moment import TrainingMoment
from tui.train import going
from tui.train.boundary import Boundary
from tui.train.loss_curve import Loss
from tui.train.meters import Meter
from tui.train.setup import Setup

ONCE = dict.fromkeys(["moment", "Setup", "Boundary", "Loss", "accuracy", "weights", "memory", "step"], 1)
"""What a change comes to: a moment, and each pane shown once."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a moment was made, and each pane was shown one; panes that lay out anew are no matter."""
    counts: Counter[str] = Counter()
    make = Training.moment.fget  # type: ignore[attr-defined]

    def moment(training: Training) -> TrainingMoment:
        counts["moment"] += 1
        made: TrainingMoment = make(training)
        return made

    monkeypatch.setattr(Training, "moment", property(moment))
    for pane in (Setup, Boundary, Loss, Meter):

        def show(self: Any, *shown: Any, _show: Any = pane.show) -> None:
            counts[self.id if isinstance(self, Meter) else type(self).__name__] += 1
            _show(self, *shown)

        monkeypatch.setattr(pane, "show", show)
    return counts


async def test_a_key_makes_one_moment_and_one_pass(make_app: MakeApp, counted: Counter[str]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await open_train(pilot)
        await pilot.press("s", "n")
        await choose(pilot, "rate")
        for key in ("n", "p", "s", "S", "left", "right", "w", "c", "r"):
            await app.workers.wait_for_complete()
            await pilot.pause()
            counted.clear()
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert counted == ONCE, key


@pytest.mark.slow
async def test_a_pause_too_and_a_walk_over_the_settings_none(
    make_app: MakeApp, counted: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only says something about where one is asks for nothing anew."""
    monkeypatch.setattr(going, "FRAME_SECONDS", 0.0)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        training = await open_train(pilot)
        training.run()
        train_of(app).showing.show()
        await pilot.pause()
        counted.clear()
        await pilot.press("space")
        await pilot.pause()
        assert not training.running
        assert counted == ONCE
        counted.clear()
        await pilot.press("down", "down", "up")
        await pilot.pause()
        assert not counted
        await pilot.press("tab", "right")
        await pilot.pause()
        assert counted == {"Boundary": 1}


async def test_the_first_look_at_the_mode_is_one_pass(make_app: MakeApp, counted: Counter[str]) -> None:
    """What the layout asks for is no second one; only the large pane is looked at again in its size."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await open_train(pilot)
        await pilot.pause()
        assert counted["Loss"] == 1
        assert counted["Boundary"] == 1
