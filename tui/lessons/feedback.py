"""What was made of the last attempt at a task, in a sentence or two."""

from __future__ import annotations

from lessons.format.plain_text import plain
from lessons.take.lesson_view import LessonView
from lessons.take.verdicts import Standing
from microcrad.text.numbers import full
from tui.lessons.lesson_commands import with_keys
from tui.widgets.glyphs import Glyphs

__all__ = ["feedback"]


def feedback(view: LessonView, glyphs: Glyphs) -> str:
    """What was made of the last attempt, in a sentence or two."""
    said = plain(view.judgement.sentence)
    match view.judgement.verdict:
        case Standing.NOT_TRIED:
            return said if view.tries else ""
        case Standing.NOT_YET:
            return f"{glyphs.error} Not yet. {said}"
        case Standing.BROKEN:
            past = with_keys("{skip} goes past it.")
            return f"{glyphs.error} This lesson is broken, which is not your doing: {said} {past}"
    beside = ""
    if view.result is not None and view.answer:
        has = full(view.result)
        same = view.answer == has
        beside = f"You said {has}, and so it is." if same else f"You said {view.answer}, the run has {has}."
    way = with_keys("{next}")
    on = (
        with_keys("That was the last task: {lesson} reads how it ends, {next} leaves.")
        if view.last
        else f"{way} goes on."
    )
    passed = f"{glyphs.passed} Passed. {beside}".rstrip()
    return "\n".join(part for part in (passed, said, on) if part)
