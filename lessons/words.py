"""What the screen and the commands both say of lessons: how far one was taken, and what a solution does."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.fields.scripts import Script
from lessons.format.lesson import Lesson, Step
from lessons.format.plain_text import plain
from lessons.format.questions import Asking
from lessons.progress.progress import LessonProgress
from microcrad.text.numbers import short

__all__ = ["answered", "script", "state_of"]


def state_of(lesson: Lesson, done: LessonProgress) -> str:
    """How far a lesson was taken, in a few words."""
    if done.finished is not None:
        return "done"
    place = lesson.index(done.at)
    return "new" if place is None else f"task {place + 1} of {len(lesson.steps)}"


def script(moves: Script, step: Step) -> Iterator[str]:
    """What a solution of a step does, move by move; a choice is told by its text."""
    texts = {choice.id: plain(choice.text) for choice in step.choices}
    for move in moves:
        if move.name == "choose":
            yield f"choose: {texts.get(move.value, move.value)}"
            continue
        if isinstance(move.value, str) and "\n" in move.value.strip("\n"):
            yield f"{move.name}:"
            yield from (f"    {line}" for line in move.value.strip("\n").split("\n"))
        elif isinstance(move.value, dict):
            yield f"{move.name}: {', '.join(f'{name} {value}' for name, value in move.value.items())}"
        else:
            yield f"{move.name}: {str(move.value).strip()}"


def answered(asking: Asking, answer: float) -> str:
    """What is said to an answer of a quick question: whether it is right, and to a wrong one, why."""
    if asking.right(answer):
        return f"Right: {short(asking.answer)}."
    why = plain(asking.about(answer))
    return f"Not this time: it is {short(asking.answer)}. {why} It will be asked again tomorrow."
