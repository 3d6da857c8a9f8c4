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
from tui.train.showing import Showing
from tui.widgets.glyphs import Glyphs
from tui.widgets.work import Work


@pytest.mark.parametrize(("steps", "frames"), always(2, [(1000, 112), (50, 50), (100, 100), (230, 77)]))
def test_a_run_is_shown_in_about_a_hundred_frames(steps: int, frames: int) -> None:
    """28 in a second, for about four seconds; behind another mode in none."""
    for in_sight in (True, False):
        training = Training(Configuration(points=4, hidden=(), steps=steps))
        showing: Any = SimpleNamespace(training=training, in_sight=in_sight)
        training.run()
        going = Going(Widget(), showing)
        going._pace()  # As before every slice.
        yielded = list(going._running())
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
    going._pace()
    assert next(running) is None
    going.change_speed(-1)
    going._pace()
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
    going._pace()
    assert list(running).count(Work.FRAME) == 0
    assert (said[0], said[-1]) == ("Speed: 25 steps a second.", "Speed: as fast as it can.")


def test_a_frame_of_a_run_draws_one_thing_each_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(Showing, "_show_status", lambda self: drawn.append("status"))
    monkeypatch.setattr(Showing, "look", lambda self, *, moving: drawn.append("view"))
    monkeypatch.setattr(Showing, "_show_curves", lambda self: drawn.append("curves"))
    room: Any = None
    training = Training(Configuration(points=4, hidden=()))
    showing = Showing(Widget(), room, training, Glyphs(), "")
    for begun in (100.0, 0.0):  # Of a second run, time begins anew.
        drawn.clear()
        for frame in range(60):
            showing.show_frame(begun + frame / 30)
        assert len(drawn) == 60
        assert 32 <= drawn.count("status") <= 36  # In two seconds, as far as there are frames.
        assert 16 <= drawn.count("view") <= 18
        assert 8 <= drawn.count("curves") <= 10
