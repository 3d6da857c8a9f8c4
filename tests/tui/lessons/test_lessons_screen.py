"""Lessons in the app, by keyboard alone: taken whole, left, gone on with; quick questions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import do, settled, start, to_field, to_panes, words
from screens import MakeApp, screen_rows, screen_text, until

from lessons.catalogue import catalogue
from lessons.format.plain_text import plain
from microcrad.session.file import SavedSession, to_json
from tui.train import going

SIZES = [(120, 36), (80, 24)]

sizes = pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)])


ALWAYS = (("accumulate", SIZES[1]),)
WHOLE = [
    pytest.param(id_, size, marks=[] if (id_, size) in ALWAYS else pytest.mark.slow)
    for id_ in ("accumulate", "dangling", "xor")
    for size in SIZES
]


@pytest.mark.slow
@pytest.mark.parametrize(("id_", "size"), WHOLE)
async def test_a_whole_lesson_with_keys(
    make_app: MakeApp, no_rest: None, monkeypatch: pytest.MonkeyPatch, id_: str, size: tuple[int, int]
) -> None:
    """Every task: its text is there, it is not passed before it is done, then it is, and only c goes on."""
    monkeypatch.setattr(going, "WATCH_SECONDS", 0.0)  # Nobody watches the runs.
    app = make_app()
    async with app.run_test(size=size) as pilot:
        lesson = await start(pilot, id_)
        for place, step in enumerate(lesson.steps):
            taking = app.place.taking
            assert taking is not None
            assert taking.step == step
            assert plain(step.title) in screen_text(app)
            assert f"task {place + 1} of {len(lesson.steps)}" in screen_rows(app)[0]
            assert not taking.view.passed
            await do(pilot, step.solution)
            await until(pilot, lambda taking=taking: taking.view.passed)
            assert taking.step == step  # It never goes on by itself.
            await to_field(pilot, "lesson")
            await until(pilot, lambda: "Passed." in screen_text(app))
            await pilot.press("T")
            await settled(pilot)
        assert app.place.taking is None
        assert app.stage.mode == "lessons"
        assert app.library.progress.progress.of(id_).finished is not None
        await until(pilot, lambda: f"1 of {len(catalogue().lessons)} done" in screen_text(app))
        assert (
            app.desks.own.session.text == app.desks.own.program.text
        )  # The person's own program was never touched.


async def test_what_to_press_first_is_named_by_keys_that_work_where_one_is(make_app: MakeApp) -> None:
    """In the lesson's field letters are typed; in the panes, which F4 goes to, they are keys."""
    app = make_app()
    async with app.run_test(size=SIZES[0]) as pilot:
        await start(pilot, "nudge")

        def told(key: str) -> bool:
            said = (f"Nothing has happened yet. Press {key}.", f"yet. {key} goes to the first event.")
            return all(each in screen_text(app) for each in said)

        await until(pilot, lambda: app.focused is not None and app.focused.id == "answer" and told("F8"))
        await pilot.press("f4")
        await until(pilot, lambda: told("n"))
        await pilot.press("f4")
        await until(pilot, lambda: told("F8"))


@sizes
async def test_the_number_asked_for_is_a_question_mark_until_it_is_answered(
    make_app: MakeApp, size: tuple[int, int]
) -> None:
    """In the tree, the diagram and the inspector; nothing runs on before; a wrong answer shows nothing."""
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await start(pilot, "accumulate")
        await to_panes(pilot)
        await do(pilot, ())
        position = app.playground.session.position
        for key in ("n", "greater_than_sign", "space", "full_stop", "N"):
            await pilot.press(key)
            await pilot.pause()
            assert app.playground.session.position == position
        assert "Predict first" in screen_text(app)
        for key in ("C", "w", "W"):
            await pilot.press(key)
            await pilot.pause()
            assert "Answer first" in screen_text(app)
            await pilot.press("v", "v", "v")  # Says something else.
        app.export()
        await until(pilot, lambda: "Answer first" in screen_text(app))
        await to_field(pilot, "answer")
        await pilot.press("6", "enter")
        await until(pilot, lambda: "6 is the road through y" in words(app))
        await to_panes(pilot)
        await pilot.press("greater_than_sign", "slash", "x", "enter")
        await until(pilot, lambda: "? until you answer" in screen_text(app))
        row = next(row for row in screen_rows(app) if " leaf " in row)
        assert row.split("leaf")[1].split()[:2] == ["3", "?"]
        await pilot.press("d")
        await until(pilot, lambda: "Diagram" in screen_text(app))
        assert "grad?" in screen_text(app).replace(" ", "")
        await pilot.press("C")
        await until(pilot, lambda: "Answer first" in screen_text(app))
        await to_field(pilot, "answer")
        await pilot.press("backspace", "7", "enter")
        await until(pilot, lambda: "You said 7, and so it is." in words(app))
        await settled(pilot)
        await pilot.press("enter")  # Once more, where one may expect to go on.
        await until(pilot, lambda: "This task is passed: T goes on." in words(app))
        await to_panes(pilot)
        assert "until you answer" not in screen_text(app)
        assert "Answer first" not in screen_text(app)  # What may be done now is not refused any longer.
        assert "grad7" in screen_text(app).replace(" ", "")


@pytest.mark.slow
async def test_hints_reset_skip_and_going_back(make_app: MakeApp) -> None:
    """Each has a key; skipping asks, and does what the next task stands on."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        lesson = await start(pilot, "accumulate")
        await to_field(pilot, "lesson")
        await pilot.press("T")
        await until(pilot, lambda: "Not before this task is passed" in screen_text(app))
        for count in (1, 2, 3, 3):
            await pilot.press("H")
            await until(pilot, lambda count=count: f"Hint {count} of 3" in screen_text(app))
        await pilot.press("L")
        await until(pilot, lambda: "This is the first task" in screen_text(app))
        await pilot.press("X", "escape")
        assert not app.place.taking.view.solution_seen  # type: ignore[union-attr]
        await pilot.press("X", "enter")  # See it.
        await until(pilot, lambda: "A solution:" in screen_text(app))
        assert "answer: 7" in screen_text(app)
        await pilot.press("X", "down", "enter")  # Have it done.
        await until(pilot, lambda: "Passed." in screen_text(app))
        await pilot.press("T")
        await until(pilot, lambda: "Switch on the fault" in screen_text(app))
        text = app.playground.session.text
        await do(pilot, lesson.steps[3].solution[:1])  # A program of another task.
        assert app.playground.session.text != text
        await to_field(pilot, "lesson")
        await pilot.press("R")
        await settled(pilot)
        assert app.playground.session.text == app.playground.editor.text == text
        await to_field(pilot, "lesson")
        await pilot.press("L")
        await until(pilot, lambda: "1 of 5" in screen_rows(app)[1])


@pytest.mark.slow
async def test_playing_on_takes_no_pass_back(make_app: MakeApp, no_rest: None) -> None:
    """Whatever is done in the panes afterwards, until one goes on."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        lesson = await start(pilot, "accumulate")
        await do(pilot, lesson.steps[0].solution)
        await to_field(pilot, "lesson")
        await pilot.press("T")
        await settled(pilot)
        await do(pilot, lesson.steps[1].solution)
        await until(pilot, lambda: "Passed." in words(app))
        await pilot.press("less_than_sign")
        await settled(pilot)
        assert app.playground.session.position == 0
        assert "Passed." in words(app)
        assert "Not yet" not in words(app)


@pytest.mark.slow
async def test_leaving_gives_the_own_program_back_and_the_place_is_kept(make_app: MakeApp) -> None:
    """esc, other modes, opening something else: nothing of the person's is lost, and enter goes on."""
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        await start(pilot, "accumulate")
        await to_field(pilot, "answer")
        await pilot.press("7", "enter")
        await until(pilot, lambda: "Passed." in screen_text(app))
        await pilot.press("T")
        await until(pilot, lambda: "Switch on the fault" in screen_text(app))
        await pilot.press("2")
        await until(pilot, lambda: "Decision boundary" in screen_text(app))
        assert "Switch on the fault" not in screen_text(app)
        await pilot.press("t")
        await until(pilot, lambda: "Switch on the fault" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.stage.mode == "lessons")
        assert "open" in screen_text(app)
        await pilot.press("x")
        await until(pilot, lambda: app.place.taking is None)
        await pilot.press("1")
        await until(pilot, lambda: app.playground.editor.text == "a = 2\n")
        await start(pilot, "accumulate")
        assert app.place.taking is not None
        assert app.place.taking.index == 1
        app.programs.bring_back(app.desks.own.program)
        await until(pilot, lambda: app.place.taking is None)
        assert app.playground.editor.text == "a = 2\n"


@pytest.mark.slow
async def test_typing_in_a_lesson_is_undone_and_outlives_the_app(make_app: MakeApp) -> None:
    """ctrl+z goes back over it, never behind where the task began; it is there again next time."""
    app = make_app("a = 2\n", "mine.mc")
    async with app.run_test(size=(120, 36)) as pilot:
        lesson = await start(pilot, "accumulate")
        for _ in range(3):
            await to_field(pilot, "lesson")
            await pilot.press("X", "down", "enter")
            await until(pilot, lambda: "Passed." in screen_text(app))
            await pilot.press("T")
            await settled(pilot)
        begun = app.playground.session.text
        await to_panes(pilot)
        await pilot.press("e", "pagedown", "end", "p")
        await pilot.press("space", "equals_sign", "space", "4")
        await until(pilot, lambda: app.playground.session.text.endswith("p = 4"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: app.playground.editor.text == begun)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Nothing to undo" in screen_text(app))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: app.playground.editor.text.endswith("p = 4"))
        app.keeping.now()
    current = app.keeper.state.current
    assert current is not None
    again = make_app(current.text, current.name, lesson=current.lesson)
    async with again.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: again.place.in_front)
        await until(pilot, lambda: again.playground.editor.text.endswith("p = 4"))
        assert again.place.taking is not None
        assert again.place.taking.step.slug == lesson.steps[3].slug
        assert again.desks.own.session.text == "a = 2\n"


@pytest.mark.slow
async def test_a_session_saved_in_a_lesson_opens_in_it(make_app: MakeApp) -> None:
    """The file names the lesson and its task."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await start(pilot, "refcount")
        await to_panes(pilot)
        await pilot.press("ctrl+s", *["backspace"] * 20, *"there.mcs", "enter")
        await until(pilot, lambda: Path("there.mcs").exists())
        await pilot.press("escape", "x")
        await until(pilot, lambda: app.place.taking is None)
        app.programs.open_path("there.mcs")
        await until(pilot, lambda: app.place.in_front)
        assert app.place.taking is not None
        assert app.place.taking.lesson.id == "refcount"


async def test_a_session_of_a_lesson_that_is_not_here_opens_all_the_same(make_app: MakeApp) -> None:
    """And says so."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        session = SavedSession("theirs", "a = 7\n", lesson="gone", task=2)
        Path("theirs.mcs").write_text(to_json(session), encoding="utf-8")
        app.programs.open_path("theirs.mcs")
        await until(pilot, lambda: "The lesson 'gone', which this was in, is not here." in screen_text(app))
        assert app.place.taking is None
        assert app.playground.editor.text == "a = 7\n"


@pytest.mark.slow
async def test_a_mystery_names_no_fault(make_app: MakeApp) -> None:
    """Neither in the banner nor in the gradient check, nor by what is right beside it."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await start(pilot, "mystery")
        fault = app.playground.session.fault
        assert fault is not None
        await to_panes(pilot)
        assert "FAULT unknown" in screen_rows(app)[1]
        assert "right" not in screen_rows(app)[2]
        await pilot.press("C")
        await until(pilot, lambda: "A fault is on" in screen_text(app))
        panes = "\n".join(row[:80] for row in screen_rows(app))
        assert fault not in panes


@pytest.mark.slow
async def test_panes_that_matter_are_marked(make_app: MakeApp) -> None:
    """As long as the task is not passed."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await start(pilot, "accumulate")
        assert "◆ Graph" in screen_text(app)
        await to_field(pilot, "answer")
        await pilot.press("7", "enter")
        await until(pilot, lambda: "◆ Graph" not in screen_text(app))


@pytest.mark.slow
async def test_resizing_moves_the_lesson_and_the_task_stays_in_sight(make_app: MakeApp) -> None:
    """Beside, over, and under the panes, and back."""
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        lesson = await start(pilot, "accumulate")
        task = plain(lesson.steps[0].task)
        for size, swap in (
            ((80, 24), False),
            ((80, 24), True),
            ((60, 20), False),
            ((120, 36), False),
        ):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            if swap:
                await pilot.press("f4")
                await pilot.pause()
            await until(pilot, lambda: task in words(app))
            assert {len(row) for row in screen_rows(app)} == {size[0]}
