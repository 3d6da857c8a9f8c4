"""A lesson file that is saved while it is open: the app takes it over, at the same task."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hands import settled, words
from screens import MakeApp, until

from lessons.format.loader import load
from lessons.format.template import new_lesson
from tui.lessons import rereading


async def test_a_saved_lesson_is_taken_over_and_a_broken_one_is_said(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, text = tmp_path / "mine.md", new_lesson("mine")
    stamps = iter(range(1, 100))

    def save(new: str) -> None:
        path.write_text(new, encoding="utf-8")
        os.utime(path, ns=(next(stamps) * 10**9,) * 2)

    save(text)
    app = make_app()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        app.walk.start(load(path))
        await until(pilot, lambda: app.place.in_front)
        app.rereading.look()
        taking = app.place.taking
        assert taking is not None
        taking.skip()
        app.walk.next()
        await settled(pilot)
        task = "Add a node z, twice as much as y."
        assert task in words(app)
        app.rereading.look()
        assert app.place.taking is taking  # Nothing was saved.
        save(text.replace("Add a node `z`, twice as much as `y`.", "Make `z`, which is `y` and `y`."))
        app.rereading.look()
        await until(pilot, lambda: "Make z, which is y and y." in words(app))
        assert app.place.taking is not None
        assert app.place.taking.step.slug == "do"
        now = app.place.taking
        for broken, said in (
            ("nothing", "Not taken over."),
            (text.replace('{ append = "z = 2*y" }', "{ append = 2 }"), "append is 2"),
            (
                text.replace("solution = [{ answer", 'solution = [{ go = "line 99" }, { answer'),
                "there is no line 99",
            ),
        ):
            await settled(pilot)
            save(broken)
            app.rereading.look()
            await until(pilot, lambda said=said: said in words(app))
            assert app.place.taking is now
        path.unlink()  # As an editor does that puts another file in its place.
        app.rereading.look()
        assert app.place.taking is now
        save(text.replace("## Do {#do}", "## Do {#done}"))
        app.rereading.look()
        await until(pilot, lambda: task in words(app))
        assert app.place.taking.step.slug == "done"
        heard: list[str] = []
        monkeypatch.setattr(app, "notify", lambda message, **_: heard.append(message))
        save(text.replace("Do {#do}", "Do {#done}").replace('append = "z = 2*y"', 'append = "z = 3*y"'))
        app.rereading.look()
        await until(pilot, lambda: len(heard) == 2)
        assert heard[0] == "Taken over: mine.md"
        assert "its own solution does not pass it" in heard[1]
    assert rereading.LOOK_SECONDS < 1
