"""The status line of training: how long it still takes, where that is worth saying."""

from __future__ import annotations

import pytest

from microcrad.train.configuration import Configuration
from microcrad.train.training import Training
from tui.train.status import _facts


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-30.0, ""), (0.0, ""), (2.0, ""), (2.6, "3 s left"), (89.4, "89 s left"), (90.0, "2 min left"),
        (5399.0, "90 min left"), (5400.0, "2 h left"), (36000.0, "10 h left"),
    ],
)  # fmt: skip
def test_the_time_left_is_said_in_seconds_minutes_or_hours_and_never_negative(
    seconds: float, said: str
) -> None:
    training = Training(Configuration(points=12, hidden=(3,), steps=20))
    assert not any("left" in fact for fact in _facts(training.moment, seconds))  # It does not run.
    training.run()
    assert [fact for fact in _facts(training.moment, seconds) if "left" in fact] == ([said] if said else [])
