"""The status line of training: how long it still takes, where that is worth saying."""

from __future__ import annotations

import pytest

from microcrad.train.configuration import Configuration
from microcrad.train.training import Training
from tui.train.status import _facts, _line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, ""), (2.0, ""), (2.6, "3 s left"), (89.4, "89 s left"), (90.0, "2 min left"),
        (5399.0, "90 min left"), (5400.0, "2 h left"), (36000.0, "10 h left"),
    ],
)  # fmt: skip
def test_the_time_left_is_said_in_seconds_minutes_or_hours(seconds: float, said: str) -> None:
    training = Training(Configuration(points=12, hidden=(3,), steps=20))
    speed = 20 / seconds
    assert not any("left" in fact or "/s" in fact for fact in _facts(training.moment, speed))  # Not running.
    training.run()
    facts = _facts(training.moment, speed)
    assert [fact for fact in facts if "left" in fact] == ([said] if said else [])
    assert f"{speed:.3g} steps/s" in facts
    assert not any("/s" in fact for fact in _facts(training.moment, 0.0))
    assert "12,346 steps/s" in _facts(training.moment, 12345.6)


def test_no_fact_of_the_status_is_cut_where_there_is_little_room() -> None:
    facts = ["running, step 12 of 100", "25 steps/s", "4 s left", "all finite", "986 live  0 leaked", "tape"]
    assert _line(facts, 100) == "   ".join(facts)
    assert _line(facts, 79) == "  ".join(facts[:-1])
    assert _line(facts, 40) == "   ".join(facts[:2])
    assert _line(facts, 10) == facts[0]


@pytest.mark.parametrize("engine", ["compiled", "tape", "eager"])
def test_what_takes_the_steps_is_said(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training(Configuration(points=12, hidden=(3,), steps=20, engine=engine))
    training.take_step()
    assert engine in _facts(training.moment, 0.0)
    if engine == "compiled":
        monkeypatch.setattr(type(training.trainer), "not_compiled", "there is no compiler")
        assert "compiled, for there is no compiler" in _facts(training.moment, 0.0)
