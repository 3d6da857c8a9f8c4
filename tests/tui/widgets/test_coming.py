"""A mode that is shown for the first time is no empty screen while it is made."""

from __future__ import annotations

import pytest
from screens import MakeApp, screen_text, until

from tui.lessons.lesson_list import LessonsMode
from tui.train.mode import Train
from tui.widgets.coming import Coming

MODES = pytest.mark.parametrize(("key", "mode"), [("2", Train), ("3", LessonsMode)])


@MODES
async def test_a_mode_that_is_being_made_says_what_it_does(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, key: str, mode: type[Coming]
) -> None:
    monkeypatch.setattr(mode, "compose", lambda self: iter(()))
    monkeypatch.setattr(mode, "on_mount", lambda self: None)
    monkeypatch.setattr(mode, "_fill", lambda self: None, raising=False)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(key)
        await until(pilot, lambda: mode.COMING in screen_text(app))


@MODES
@pytest.mark.parametrize("size", [(120, 36), (60, 20), (30, 8)])
async def test_panes_cover_what_was_said(
    make_app: MakeApp, key: str, mode: type[Coming], size: tuple[int, int]
) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: bool(app.query(mode)) and app.query_one(mode).children)
        await pilot.pause()
        assert mode.COMING
        assert mode.COMING not in screen_text(app)
