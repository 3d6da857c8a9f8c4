"""The pace of a run on screen: as many steps between two frames as leave it four seconds long, or as set."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from samples import always
from textual.widget import Widget

from microcrad.train.configuration import Configuration
from microcrad.train.training import Training
from tui.train.going import Going
from tui.widgets.work import Work


@pytest.mark.parametrize(("steps", "frames"), always(2, [(1000, 112), (50, 50), (100, 100), (230, 77)]))
def test_a_run_is_shown_in_about_a_hundred_frames(steps: int, frames: int) -> None:
    """28 in a second, for about four seconds; behind another mode in none."""
    for in_sight in (True, False):
        training = Training(Configuration(points=4, hidden=(), steps=steps))
        showing: Any = SimpleNamespace(training=training, in_sight=in_sight)
        training.run()
        yielded = list(Going(Widget(), showing)._running())
        assert training.step == steps
        # The last one is shown because the run has ended.
        assert yielded.count(Work.FRAME) + 1 == (frames if in_sight else 1)


def test_speed_is_set_from_a_step_a_second_to_as_fast_as_it_can() -> None:
    training = Training(Configuration(points=4, hidden=(), steps=400))
    said: list[str] = []
    showing: Any = SimpleNamespace(training=training, in_sight=True, hint=said.append)
    going = Going(Widget(), showing)
    training.run()
    running = going._running()
    assert next(running) is None
    going.change_speed(-1)
    assert [next(running) for _ in range(3)] == [Work.FRAME] * 3
    assert going._pace().frame == pytest.approx(1 / 25)
    for _ in range(5):
        going.change_speed(-1)
    assert going._pace().frame == 1.0
    showing.in_sight = False
    assert going._pace().frame == 0.0  # There is nothing to watch.
    showing.in_sight = True
    for _ in range(9):
        going.change_speed(1)
    assert list(running).count(Work.FRAME) == 0
    assert (said[0], said[-1]) == ("Speed: 25 steps a second.", "Speed: as fast as it can.")
