"""Which quick questions are due: at most two, from lessons finished some time ago."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lessons.format.lesson import Lesson
from lessons.format.questions import Asking, ask
from lessons.progress.progress import LessonProgress, Progress

__all__ = ["MOST", "Due", "count_due", "due", "is_due"]

MOST = 2
"""How many are asked at a start."""


@dataclass(frozen=True, slots=True)
class Due:
    """A question that is to be asked now."""

    lesson: Lesson
    asking: Asking


def is_due(lesson: Lesson, done: LessonProgress, today: date) -> bool:
    """Whether a question about a lesson may be asked now."""
    return bool(lesson.questions) and done.due is not None and done.due <= today


def count_due(progress: Progress, today: date) -> int:
    """How many questions may be asked now, as far as the progress alone can tell."""
    days = [each.due for each in progress.lessons.values()]
    return min(sum(day is not None and day <= today for day in days), MOST)


def due(lessons: Iterable[Lesson], progress: Progress, today: date, random_: random.Random) -> list[Due]:
    """The questions to ask, those that waited longest first, with new numbers each time."""
    waiting = [
        (progress.of(lesson.id).due or today, lesson.id, lesson)
        for lesson in lessons
        if is_due(lesson, progress.of(lesson.id), today)
    ]
    found = []
    for _, _, lesson in sorted(waiting, key=lambda each: each[:2])[:MOST]:
        try:
            found.append(Due(lesson, ask(random_.choice(lesson.questions), random_)))
        except ValueError:  # A teacher's question with no answer: `lessons check` tells.
            continue
    return found
