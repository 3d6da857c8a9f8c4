"""A lesson of which some tasks are in the playground and some in training, on screen and in plain text."""

from __future__ import annotations

from pathlib import Path

from both_modes import BOTH
from conversations import taken
from screens import MakeApp, until

from lessons.format.loader import load


async def test_a_task_brings_its_own_mode(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "both.md").write_text(BOTH, encoding="utf-8")
    app = make_app("mine = 1\n")
    async with app.run_test(size=(120, 36)) as pilot:
        app.walk.start(load(tmp_path / "both.md"))
        await until(pilot, lambda: app.place.pane is not None and app.place.in_front)
        app.place.taking.skip()
        app.attempt.show()
        await pilot.press("T")
        await until(pilot, lambda: app.stage.mode == "train" and app.stage.train is not None)
        await until(pilot, lambda: app.stage.train.training is app.place.taking.on)
        assert app.place.in_front
        await pilot.press("s")
        await until(pilot, lambda: app.place.taking.view.passed)
        await pilot.press("T")
        await until(pilot, lambda: app.stage.mode == "playground" and app.place.in_front)
        assert app.playground.editor.text.endswith("z = x + y\n")
        await pilot.press("L")
        await until(pilot, lambda: app.stage.mode == "train" and app.place.in_front)
        assert app.stage.train.training.step == 0
        app.walk.leave_for_list()
        await until(pilot, lambda: app.stage.mode == "lessons")
        assert app.stage.train.training is app.stage.train.showing.own
        await pilot.press("1")
        assert app.playground.editor.text == "mine = 1\n"


def test_in_plain_text_each_task_has_the_words_of_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "both.md"
    path.write_text(BOTH, encoding="utf-8")
    said = taken(
        "z = x + y", "next", "z = 1", "s", "next", "w = z*2", "next", "step 3", "quit", lesson=str(path)
    )
    assert said.count("Passed.") == 4
    assert "'z' is nothing one can say here." in said
    assert "line 3: z = x + y" in said
