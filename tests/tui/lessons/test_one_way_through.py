"""A lesson's printed keys work from wherever its reader is: tasks are begun from field, text and panes."""

from __future__ import annotations

import re

import pytest
from hands import do, settled, words
from screens import MakeApp, screen_text, until
from textual.pilot import Pilot

from lessons.catalogue import catalogue
from lessons.fields.scripts import ScriptMove
from lessons.format.lesson import Lesson
from lessons.format.plain_text import plain
from tui.app import PlaygroundApp
from tui.lessons.lesson_commands import LESSON
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.playground_commands import PLAYGROUND
from tui.playground.tree import NodeTree
from tui.train.train_commands import COMMANDS

LESSONS = {lesson.id: lesson for lesson in catalogue().lessons if lesson.mode == "playground"}
SIZES = [(120, 36), (80, 24)]
FROM = ("field", "text", "panes")
WALKS = [("panes", "field"), ("text", "panes")]
"""From where tasks are begun by turns: in one of two walks each of them from the panes, in the other from the
lesson, where every second one that has a field is begun in it."""
_KEY = re.compile(r"\*\*(\S+?)\*\*")


async def stand(pilot: Pilot[None], app: PlaygroundApp, place: str) -> None:
    """Go to the field, the text or the panes, by the keys that the footer names."""
    pane = app.place.pane
    assert pane is not None
    if place == "panes":
        if pane.has_focus_within:
            await pilot.press("f4")
    elif not pane.has_focus_within:
        await pilot.press("f4")
    await settled(pilot)
    if place == "text" and app.focused is not None and app.focused.id != "lesson":
        await pilot.press("escape")
    await settled(pilot)


async def press_what_it_says(pilot: Pilot[None], app: PlaygroundApp, lesson: Lesson) -> None:
    """Each key that a task's text names for walking does something in the playground, from where one is."""
    taking = app.place.taking
    assert taking is not None
    for key in _KEY.findall(f"{taking.step.prose}\n{taking.step.task}"):
        if key in "<>" and taking.view.may_run:
            await pilot.press({"<": "less_than_sign", ">": "greater_than_sign"}[key])
            await settled(pilot)
            at = app.playground.session.snapshot
            assert at.position == (0 if key == "<" else at.event_count), (lesson.id, taking.step.slug, key)


async def solve(pilot: Pilot[None], app: PlaygroundApp, lesson: Lesson, move: ScriptMove) -> None:
    """Make one move of a solution by keys; what is answered is answered from wherever one is.

    In the lesson's text a digit begins the answer; from elsewhere the field is gone to first.
    """
    step = next(step for step in lesson.steps if move in step.solution)
    if move.name == "answer":
        begins = app.focused is not None and app.focused.id == "lesson" and move.value[0].isdecimal()
        await pilot.press(*([] if begins else ["A"]), *move.value.replace("nan", "NaN"), "enter")
    elif move.name == "choose":
        place = [choice.id for choice in step.choices].index(move.value)
        await pilot.press("A", *["up"] * len(step.choices), *["down"] * place, "enter")
    else:
        await do(pilot, (move,))
    await settled(pilot)


async def take(
    pilot: Pilot[None], app: PlaygroundApp, lesson: Lesson, places: tuple[str, ...], tasks: int | None = None
) -> None:
    """Take a lesson to its end, or so many tasks of it, beginning them from some places by turns."""
    app.walk.begin(lesson)
    await until(pilot, lambda: app.place.in_front and app.place.taking is not None)
    await settled(pilot)
    for index, step in enumerate(lesson.steps[:tasks]):
        taking, place = app.place.taking, places[index % len(places)]
        assert taking is not None
        assert (taking.index, taking.step.slug) == (index, step.slug)
        assert plain(step.task) in words(app), "it does not open with its text"
        await stand(pilot, app, place)
        await press_what_it_says(pilot, app, lesson)
        tries = taking.view.tries
        await pilot.press("H")
        await until(pilot, lambda taking=taking: len(taking.view.hints) == 1)
        await settled(pilot)
        assert app.focused is not None, "no key would do anything"
        await pilot.press("T")
        await until(pilot, lambda: "Not before this task is passed" in words(app))
        assert taking.view.tries <= tries + 1
        await pilot.press("R")
        await settled(pilot)
        for move in step.solution:
            await solve(pilot, app, lesson, move)
        if not taking.view.passed:
            await pilot.press("K")
        await until(pilot, lambda taking=taking: taking.view.passed)
        await until(pilot, lambda: "T goes on" in words(app) or "T leaves" in words(app))
        await stand(pilot, app, "text" if place == "field" else place)
        await pilot.press("T")
        await settled(pilot)
    if tasks is not None:
        return
    assert app.stage.mode == "lessons"
    await until(pilot, lambda: "Teaches:" in screen_text(app))


async def test_a_task_is_taken_from_each_place(make_app: MakeApp, no_rest: None) -> None:
    app = make_app()
    async with app.run_test(size=SIZES[1]) as pilot:
        for id_, place in zip(("nudge", "accumulate", "decompose"), FROM, strict=True):
            await take(pilot, app, LESSONS[id_], (place,), tasks=1)


@pytest.mark.slow
@pytest.mark.parametrize("walk", range(len(WALKS)))
@pytest.mark.parametrize("id_", LESSONS)
async def test_every_task_is_taken_from_the_panes_and_from_the_lesson(
    make_app: MakeApp, no_rest: None, id_: str, walk: int
) -> None:
    """Each lesson at both sizes."""
    size = SIZES[(list(LESSONS).index(id_) + walk) % 2]
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await take(pilot, app, LESSONS[id_], WALKS[walk])


def test_a_lessons_letters_mean_nothing_else_in_the_panes() -> None:
    letters = {key for row in LESSON for key in row.keys.split(",") if key.isupper()}
    assert letters >= {"A", "H", "K", "R", "T", "X"}
    tables = (PLAYGROUND, NodeTree.TABLE, Events.TABLE, HeapPane.TABLE, COMMANDS)
    for table in tables:
        assert not letters & {key for row in table for key in row.keys.split(",")}  # type: ignore[attr-defined]
