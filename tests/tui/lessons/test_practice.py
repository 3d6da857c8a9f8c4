"""Practice on screen: from the list, on from task to task, kept, and gone on with another time."""

from __future__ import annotations

import pytest
from hands import settled
from screens import MakeApp, screen_text, until

from lessons.practice.made import Practice, make, remade


async def test_practice_goes_on_and_is_kept(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made task is open beside the panes; a wrong answer, the right one, and T makes another."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        monkeypatch.setattr(
            app.library, "practice", lambda before, same: make("gradient", 2, 11 if before is None else 12)
        )
        await pilot.press("3")
        await until(pilot, lambda: app.stage.mode == "lessons")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: "practice, level 2" in screen_text(app))
        task = app.place.taking.lesson if app.place.taking is not None else None
        assert isinstance(task, Practice)
        right = next(move.value for move in task.steps[0].solution if move.name == "answer")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "answer")
        await pilot.press(*"123", "enter")
        await until(pilot, lambda: "Not yet" in screen_text(app))
        await pilot.press(*["backspace"] * 3, *right, "enter")
        await until(pilot, lambda: "T goes on" in screen_text(app))
        assert app.library.progress.progress.of_practice("gradient").missed == 1
        await pilot.press("T")
        await until(pilot, lambda: app.place.taking is not None and app.place.taking.lesson != task)
        assert app.library.find(task.id) == remade(task.id) == task
