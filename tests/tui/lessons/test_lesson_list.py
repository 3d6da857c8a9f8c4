"""The list of lessons, its quick questions, and the other ways to a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import LESSONS, do, settled, start, to_field, to_panes
from screens import MakeApp, last_rows, screen_rows, screen_text, until
from textual.command import CommandPalette
from textual.pilot import Pilot

from lessons.format.lesson import Lesson
from lessons.format.loader import load
from lessons.format.plain_text import plain
from tui.app import PlaygroundApp
from tui.lessons.lesson_list import LessonsMode
from tui.widgets.bars import Title


@pytest.mark.slow
async def test_a_quick_question_is_offered_and_answered(make_app: MakeApp, tmp_path: Path) -> None:
    """The tab counts them, the first sentence mentions them, q asks; an answer is kept."""
    (tmp_path / "progress.toml").write_text(
        'version = 1\n[lessons.accumulate]\nat = "make"\nleft = 2020-01-01T10:00:00Z\n'
        "finished = 2020-01-01T10:00:00Z\n"
        "[lessons.accumulate.steps.make]\nseen = false\ntries = 1\npassed = 2020-01-01T10:00:00Z\n",
        encoding="utf-8",
    )
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "1 quick question waits" in screen_text(app))
        assert "3 Lessons 1?" in screen_rows(app)[0]
        assert "n starts the gradient" in screen_text(app)  # What else there was to say is still said.
        await pilot.press("3")
        await until(pilot, lambda: "1 quick question due" in screen_text(app))
        following = chosen(app)
        assert following is not None
        assert following.id == "order"  # Not the first that is not done.
        await pilot.press("q")
        await until(pilot, lambda: "Question 1 of 1" in screen_text(app))
        await pilot.press(*"seven", "enter")
        await until(pilot, lambda: "number" in screen_text(app))
        assert app.library.progress.progress.of("accumulate").recall is None
        await pilot.press(*["backspace"] * 5, "1", "enter")
        await until(pilot, lambda: "Not this time" in screen_text(app) or "Right" in screen_text(app))
        await pilot.press("o")
        await until(pilot, lambda: app.stage.mode == "playground" and "backward(" in screen_text(app))
        assert "The program of the question" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.stage.mode == "lessons")
        await until(pilot, lambda: "quick question due" not in screen_text(app))
        assert app.library.progress.progress.of("accumulate").recall is not None
        assert "1?" not in screen_rows(app)[0]


def chosen(app: PlaygroundApp) -> Lesson | None:
    """The lesson that is chosen in the list."""
    return app.query_one(LessonsMode).chosen


async def test_the_list_finds_tells_and_starts_anew(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await start(pilot, "accumulate")
        await do(pilot, LESSONS["accumulate"].steps[0].solution[:1])
        await until(pilot, lambda: app.place.taking is not None and app.place.taking.view.passed)
        await to_field(pilot, "lesson")
        await pilot.press("T")
        await until(pilot, lambda: app.place.taking is not None and app.place.taking.index == 1)
        app.walk.leave_for_list()
        await until(pilot, lambda: app.stage.mode == "lessons" and "task 2 of 5" in screen_text(app))
        await pilot.press("slash", *"nonsense", "enter")
        await until(pilot, lambda: "No lesson has" in screen_text(app))
        await pilot.press("slash", *["backspace"] * 8, *"hidden layer", "enter")
        await until(pilot, lambda: "beside training" in screen_text(app))
        assert "not yet done" in screen_text(app)
        await pilot.press("slash", *["backspace"] * 12, *"two roads", "enter")
        await until(pilot, lambda: "What many believe: A node's grad" in screen_text(app))
        await pilot.press(*"away")  # Typed by mistake: it asks, and nothing is begun.
        await until(pilot, lambda: "take it from the beginning?" in screen_text(app))
        assert app.place.taking is None
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.place.in_front)
        assert app.place.taking is not None
        assert app.place.taking.index == 0
        assert "esc Leave" in last_rows(app)
        while not app.place.taking.view.done:
            app.place.taking.skip()
            app.place.taking.next()
        app.walk.next()
        following = app.library.after(LESSONS["accumulate"])
        await until(pilot, lambda: app.stage.lessons is not None and chosen(app) == following)
        assert following is not None
        assert following.id == "order"
        await pilot.press("a")  # Nothing of it was done, so there is nothing to ask.
        await until(pilot, lambda: app.place.taking is not None and app.place.taking.lesson.id == "order")


async def test_a_folder_without_lessons_and_a_broken_lesson(make_app: MakeApp, tmp_path: Path) -> None:
    """What is wrong with a teacher's lesson is said, and ours are there all the same."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.md").write_text("no header", encoding="utf-8")
    app = make_app()
    app.library.folder = tmp_path / "own"
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "A lesson is left out" in screen_text(app))
        assert "Two roads to x" in screen_text(app)


@pytest.mark.slow
async def test_a_file_that_is_tried_out_leaves_no_progress(make_app: MakeApp, tmp_path: Path) -> None:
    """Though it has the id of a lesson that is there."""
    path = tmp_path / "accumulate.md"
    path.write_text(LESSONS["accumulate"].path.read_text(encoding="utf-8"), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        app.walk.start(load(path))
        await until(pilot, lambda: app.place.in_front)
        await do(pilot, LESSONS["accumulate"].steps[0].solution[:1])
        await until(pilot, lambda: app.place.taking is not None and app.place.taking.view.passed)
        await settled(pilot)
        assert app.library.progress.progress.lessons == {}


async def ask_for(pilot: Pilot[None], words: str, entry: str) -> None:
    """Choose an entry of the action list by some of its words."""
    app = pilot.app
    assert isinstance(app, PlaygroundApp)
    await pilot.press("f2")
    await until(pilot, lambda: isinstance(app.screen, CommandPalette))
    await pilot.press(*("space" if letter == " " else letter for letter in words))
    await until(pilot, lambda: entry.replace(":", "") in " ".join(screen_text(app).split()))
    await pilot.press("enter")  # What fits best is chosen already.


@pytest.mark.slow
async def test_the_actions_of_lessons_are_in_the_action_list(make_app: MakeApp) -> None:
    """For keyboards that have none of the letters."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await start(pilot, "accumulate")
        await to_panes(pilot)
        await ask_for(pilot, "next hint", "Hint: in the lesson, ask for the next hint")
        await until(pilot, lambda: "Hint 1 of 3" in screen_text(app))
        await ask_for(pilot, "leave lesson", "Leave: in the lesson, leave the lesson")
        await until(pilot, lambda: app.place.taking is None and app.stage.mode == "lessons")
        await ask_for(pilot, "chosen lesson", "Anew: take the chosen lesson again")
        await until(pilot, lambda: "Take it again" in screen_text(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.place.in_front)


async def test_a_sign_stands_before_what_is_chosen(make_app: MakeApp) -> None:
    """Of lessons and of choices, at the first of its rows, and nowhere else."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "lesson-list")
        await settled(pilot)
        (row,) = [row for row in screen_rows(app) if row.startswith(">")]
        assert LESSONS["nudge"].title in row
        await pilot.press("down")
        await settled(pilot)
        (row,) = [row for row in screen_rows(app) if row.startswith(">")]
        assert LESSONS["graph"].title in row
        app.walk.begin(LESSONS["gpt"], "absent")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "choices")
        await settled(pilot)
        first, second = (plain(choice.text) for choice in LESSONS["gpt"].steps[1].choices[:2])
        assert [row for row in screen_rows(app) if "> " in row and first[:20] in row]
        await pilot.press("down")
        await settled(pilot)
        assert [row for row in screen_rows(app) if "> " in row and second[:20] in row]


async def test_the_playground_is_ones_own_once_a_lesson_was_left_for_the_list(make_app: MakeApp) -> None:
    """esc leads to the list, 1 to one's own program; the lesson is open all the same, as one left it."""
    app = make_app("mine = 1\n")
    async with app.run_test(size=(120, 36)) as pilot:
        lesson = await start(pilot, "accumulate")
        await to_panes(pilot)
        await pilot.press("e", *"k = 5", "escape")
        await settled(pilot)
        typed = app.playground.session.text
        assert "k = 5" in typed
        await to_field(pilot, "lesson")
        await pilot.press("escape")
        await until(pilot, lambda: app.stage.mode == "lessons")
        await pilot.press("1")
        await until(pilot, lambda: app.playground.editor.text == "mine = 1\n")
        assert not app.place.in_front
        assert app.place.taking is not None
        await pilot.press("less_than_sign", "greater_than_sign")  # It waits for no prediction.
        assert app.playground.session.snapshot.ended
        assert not [title for title in app.playground.query(Title) if title.lit]
        await pilot.press("f4")
        await until(pilot, lambda: app.place.in_front)
        assert app.playground.editor.text == typed
        await to_field(pilot, "lesson")
        await pilot.press("escape")
        await until(pilot, lambda: app.stage.mode == "lessons")
        await pilot.press("enter")
        await until(pilot, lambda: app.place.in_front)
        assert app.playground.editor.text == typed
        assert app.place.taking.lesson.id == lesson.id
        assert app.playground.player.held  # Here it does.
