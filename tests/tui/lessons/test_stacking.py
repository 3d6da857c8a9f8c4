"""A task's text stands under the panes where there is room: what is in sight, and what is typed where."""

from __future__ import annotations

from collections.abc import Iterator

from hands import settled, start, words
from samples import share
from screens import MakeApp, screen_text, until
from textual.widgets import Input

from lessons.catalogue import catalogue
from lessons.format.lesson import Lesson
from lessons.format.plain_text import plain
from lessons.take.taking import Taking
from microcrad.session.session import Session
from tui.lessons.stacking import answer_rows, pane_rows, rows_with, text_rows

LESSONS = [lesson for lesson in catalogue().lessons if lesson.mode == "playground"]


def tasks(lessons: list[Lesson]) -> Iterator[Taking]:
    """Every task, at its beginning."""
    for lesson in lessons:
        taking = Taking(lesson, Session())
        for step in lesson.steps:
            yield taking
            taking.attempted(step.solution)
            taking.next()


def test_most_tasks_have_room_at_80x24_and_all_at_100x30() -> None:
    small, middle, count = 0, 0, 0
    for taking in tasks(LESSONS[:: 1 if share(100) == 100 else 3]):
        count += 1
        small += pane_rows(taking, 80, 24, intro=False) > 0
        middle += pane_rows(taking, 100, 30, intro=False) > 0
    assert small >= 0.75 * count
    assert middle == count


def test_what_is_given_has_room_for_the_whole_text_and_leaves_rows_to_the_panes() -> None:
    """For every height: as long as there is room the text is whole, and the panes have four rows."""
    for taking in tasks(LESSONS[:4]):
        for intro in (True, False):
            text = text_rows(taking, 80, intro=intro)
            for height in range(10, 50):
                rows = pane_rows(taking, 80, height, intro=intro)
                assert rows == 0 or (rows >= text + 3 and height - 2 - rows >= 5 + 4)
            assert pane_rows(taking, 80, 60, intro=intro) > 0
        assert pane_rows(taking, 79, 60, intro=False) == 0


def test_what_is_left_over_goes_to_the_panes_but_for_a_row() -> None:
    """That one is for longer feedback; below the rows that all need there is no room for both."""
    taking = next(tasks(LESSONS[:1]))
    needed = 3 + text_rows(taking, 80, intro=False) + answer_rows(taking.step, 80)
    heights = [pane_rows(taking, 80, height, intro=False) for height in range(10, 60)]
    tight = next(place for place, rows in enumerate(heights) if rows)
    assert heights[tight:] == [needed, *[needed + 1] * (len(heights) - tight - 1)]


def test_long_feedback_takes_the_rows_of_the_text_but_for_two_and_then_the_panes() -> None:
    step = next(tasks(LESSONS[:1])).step
    answer, line = answer_rows(step, 80), "So it is."
    assert rows_with(12, line, step, 80) == 12
    for said in range(6, 15):
        rows = rows_with(12, "\n".join([line] * said), step, 80)
        assert rows == max(12, 2 + 2 + answer + said), "two titles, two rows of text"


async def test_text_and_program_are_in_sight_and_each_key_means_one_thing(make_app: MakeApp) -> None:
    """Letters are typed in the field alone, digits from the text too; in the panes they are keys."""
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        lesson = await start(pilot, "accumulate")
        task = plain(lesson.steps[0].task)
        assert "multiplied along it" in words(app)  # Its first page has the screen.
        await pilot.press("f4")
        await until(pilot, lambda: app.place.name == "stacked")
        await settled(pilot)
        assert "y = x*x" in screen_text(app)
        assert task in words(app)
        field = app.query_one("#answer", Input)
        await pilot.press("7")
        await until(pilot, lambda: "A goes to the field for your answer." in words(app))
        assert not field.value
        await pilot.press("1")
        assert app.place.in_front
        await pilot.press("A", *"nbp7", "space")
        assert field.has_focus
        assert field.value == "nbp7 "
        await pilot.press("greater_than_sign")  # What no number has does what it does everywhere.
        await until(pilot, lambda: "Predict first" in screen_text(app))
        assert field.has_focus
        assert field.value == "nbp7 "
        await pilot.press("comma")  # Numbers have it.
        assert field.value == "nbp7 ,"
        await pilot.press("backspace", "H")
        await until(pilot, lambda: "(in the field, esc first)" in words(app))
        await pilot.press("escape", "s")
        await settled(pilot)
        assert field.value == "nbp7 "
        await pilot.press("2")  # In the text of a task that waits for a number it begins the answer.
        await until(pilot, lambda: field.has_focus)
        assert field.value == "2"
        await pilot.press("f4", "2")
        await until(pilot, lambda: app.stage.mode == "train")
        await until(pilot, lambda: "The lesson waits for a number" in screen_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: app.place.in_front)
        assert task in words(app)
        await pilot.press("A", "7", "enter")  # In the place of what stood there.
        await until(pilot, lambda: "Passed." in words(app))
        assert "y = x*x" in screen_text(app)
        assert app.place.taking is not None


async def test_a_task_that_names_a_letter_begins_where_it_is_a_key(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await start(pilot, "graph")
        await settled(pilot)
        at = app.playground.session.position
        await pilot.press("n", "n")
        await settled(pilot)
        assert app.playground.session.position > at
        await pilot.press("A", "5", "enter")
        await until(pilot, lambda: "Passed." in words(app))
