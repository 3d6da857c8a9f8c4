"""What esc leaves: the nearest thing, one at a time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tui.leaving import leave_nearest

NEAREST = {
    "playground": ["reading", "run", "zoom", "lesson", "visit", "nothing"],
    "train": ["reading", "work", "zoom", "lesson", "nothing"],
    "lessons": ["reading", "lesson", "nothing"],
}
"""What can be left in a mode, the nearest first."""


def left(mode: str, *there: str) -> list[str]:
    """What is left of what there is, by one press."""
    done: list[str] = []

    def leave(what: str) -> bool:
        if what in there:
            done.append(what)
        return what in there

    zooming = SimpleNamespace(unzoom=lambda: leave("zoom"))
    playground = SimpleNamespace(
        stop_run=lambda: leave("run"), panes=zooming, notice=lambda said: done.append("nothing")
    )
    stage: Any = SimpleNamespace(
        mode=mode,
        playground=playground,
        train=SimpleNamespace(going=SimpleNamespace(stop_work=lambda: leave("work")), panes=zooming),
        show_mode=lambda to: done.append(f"visit to {to}"),
        app=SimpleNamespace(clear_notifications=lambda: None, notify=lambda said: done.append("nothing")),
    )
    desks: Any = SimpleNamespace(visiting="visit" in there, top=SimpleNamespace(leaves_to="train"))
    programs: Any = SimpleNamespace(stop_reading=lambda: leave("reading"))
    place: Any = SimpleNamespace(give_back=lambda: leave("lesson"))
    leave_nearest(stage, desks, programs, place)
    return done


@pytest.mark.parametrize("mode", NEAREST)
def test_esc_leaves_one_thing_and_that_the_nearest(mode: str) -> None:
    """A run before the zoom that it is watched in; where nothing is left, that is said."""
    nearest = NEAREST[mode]
    for place, what in enumerate(nearest):
        wanted = "visit to train" if what == "visit" else what
        assert left(mode, *nearest[place:-1]) == [wanted]
