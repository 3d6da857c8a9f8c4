"""Whether a lesson's text fits beside the playground on a terminal of 80 columns and 24 rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lessons.format.lesson import Lesson, Step
from lessons.format.plain_text import paragraphs

__all__ = ["cells", "misfits", "rows"]

PAGE = (76, 17)
"""Columns and rows of the page that a step's text has to itself at 80x24."""
DOCK = (34, 28)
"""Columns and rows of the text beside the playground, from 120x36."""
TASK = (74, 2)
"""Columns and rows of the task above the playground at 80x24."""
SENTENCE = (74, 2)
"""Columns and rows of one piece of feedback, one hint, one choice."""
EXPLANATION = (74, 3)
ENDING = (74, 1)
"""Columns and rows of a line of what a lesson has shown."""


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) - sum(map(bool, map(unicodedata.combining, text))) + wide


def rows(text: str, width: int) -> int:
    """How many rows a text of paragraphs takes, with an empty one between them."""
    found = [
        paragraph.text.count("\n") + 1 if paragraph.code else _wrapped(paragraph.text, width)
        for paragraph in paragraphs(text, inline=str)
    ]
    return sum(found) + max(len(found) - 1, 0)


def _wrapped(text: str, width: int) -> int:
    count, used = 1, 0
    for length in map(cells, text.split()):
        if used and used + 1 + length > width:
            count, used = count + 1, 0
        used += length + (1 if used else 0)
    return count


def misfits(lesson: Lesson) -> Iterator[tuple[int, str]]:
    """What does not fit: the line it belongs to, and what is wrong."""
    if wide := _too_wide(f"{lesson.ordinal} {lesson.title}".strip()):
        yield lesson.line.get("title", 1), f"the title {wide}"
    if (found := rows(lesson.intro, PAGE[0])) > PAGE[1]:
        yield 1, f"the text above the first step takes {found} rows; there is room for {PAGE[1]}."
    for line in lesson.shown:
        if (found := rows(line, ENDING[0])) > ENDING[1]:
            yield (
                lesson.line.get("shown", 1),
                f"shown: {line!r} takes {found} rows; there is room for {ENDING[1]}.",
            )
    for step in lesson.steps:
        yield from ((step.line, f"step {step.slug}: {said}") for said in _step(step))


def _too_wide(title: str) -> str:
    """What to say of a title that does not stand whole beside the playground."""
    width, room = cells(title), DOCK[0]
    return f"has {width} columns; there is room for {room}." if width > room else ""


def _step(step: Step) -> Iterator[str]:
    if wide := _too_wide(step.title):
        yield f"the title {wide}"
    text = f"{step.prose}\n\n{step.task}" if step.prose else step.task
    for columns, room in (PAGE, DOCK):
        if (found := rows(text, columns)) > room:
            yield f"the text takes {found} rows of {columns} columns; there is room for {room}. Split it."
    pieces = [("the task", step.task, TASK), ("explain", step.explain, EXPLANATION)]
    pieces += [(f"why {i}", why.say, SENTENCE) for i, why in enumerate(step.whys, 1)]
    pieces += [(f"hint {i}", hint, SENTENCE) for i, hint in enumerate(step.hints, 1)]
    pieces += [(f"choice {choice.id}", choice.text, SENTENCE) for choice in step.choices]
    pieces += [(f"why of choice {choice.id}", choice.why, SENTENCE) for choice in step.choices]
    pieces += [(f"say of check {i}", check.say, SENTENCE) for i, check in enumerate(step.checks, 1)]
    for what, piece, (columns, room) in pieces:
        if (found := rows(piece, columns)) > room:
            yield f"{what} takes {found} rows of {columns} columns; there is room for {room}. Say it shorter."
    for word in text.split():
        if cells(word) > DOCK[0]:
            yield f"{word!r} has {cells(word)} columns; beside the playground there is room for {DOCK[0]}."
