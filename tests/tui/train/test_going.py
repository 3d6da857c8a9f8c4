"""The pace of a run on screen: as many steps between two frames as leave it four seconds long."""

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


@pytest.mark.parametrize(("steps", "frames"), always(2, [(1000, 100), (50, 50), (100, 100), (230, 77)]))
def test_a_run_is_shown_in_at_most_a_hundred_frames(steps: int, frames: int) -> None:
    """25 in a second, for about four seconds; behind another mode in none."""
    for in_sight in (True, False):
        training = Training(Configuration(points=4, hidden=(), steps=steps))
        showing: Any = SimpleNamespace(training=training, in_sight=in_sight)
        training.run()
        yielded = list(Going(Widget(), showing)._running())
        assert training.step == steps
        # The last one is shown because the run has ended.
        assert yielded.count(Work.FRAME) + 1 == (frames if in_sight else 1)
