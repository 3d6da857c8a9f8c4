"""A lesson file that somebody writes while it is open here: once it is saved, what stands on screen is it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from tui.lessons.attempt import Attempt
from tui.lessons.lesson_walk import LessonWalk
from tui.lessons.library import Library
from tui.lessons.place import LessonPlace
from tui.stage import Stage

if TYPE_CHECKING:
    from lessons.format.lesson import Lesson

__all__ = ["LOOK_SECONDS", "Rereading"]

LOOK_SECONDS = 0.5
"""How often it is looked whether the file was saved."""


class Rereading:
    """Takes a saved file over, at the task that one is at; what is wrong with it is said."""

    def __init__(
        self, stage: Stage, place: LessonPlace, attempt: Attempt, walk: LessonWalk, library: Library
    ) -> None:
        self._stage, self._place, self._attempt = stage, place, attempt
        self._walk, self._library = walk, library
        self._seen: tuple[Path, object] | None = None
        """The file that was read last, and what it was then."""

    def look(self) -> None:
        """Look whether the lesson on screen is another one by now."""
        taking = self._place.taking
        if taking is None or taking.lesson.made or not self._place.in_front:
            return
        path = taking.lesson.path
        now = _stamp(path)
        if self._seen is None or self._seen[0] != path:
            self._seen = path, now
        elif now is not None and now != self._seen[1]:
            self._seen = path, now
            self._take_over(path)

    def _take_over(self, path: Path) -> None:
        from lessons.fields.problems import BrokenLessonError, LessonError
        from lessons.format.translations import lesson_in

        try:
            lesson = lesson_in(path, self._library.language)
            self._walk.reread(lesson)
        except LessonError as error:
            self._attempt.refuse(f"Not taken over. {error.problems[0]}")
        except BrokenLessonError as error:
            self._attempt.refuse(f"Not taken over. {path.name}: {error}")
        else:
            self._stage.app.notify(f"Taken over: {path.name}")
            self._stage.app.run_worker(self._checked(lesson), group="reread", exclusive=True)

    async def _checked(self, lesson: Lesson) -> None:
        """Say if the lesson that was taken over would not pass the check: perhaps nobody can pass it."""
        from lessons.check.validate import validate_lesson

        problems = await asyncio.to_thread(validate_lesson, lesson)
        if problems:
            first, path = problems[0], lesson.path
            count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
            said = f"{count}, first line {first.line}: {first.message} See: microcrad lessons check {path}"
            self._stage.app.notify(said, title=path.name, severity="warning", markup=False)


def _stamp(path: Path) -> object:
    """What tells one state of a lesson's files from another; None while one is being put in place."""
    from lessons.format.translations import original_of

    try:
        found = [each.stat() for each in dict.fromkeys((path, original_of(path)))]
    except OSError:
        return None
    return [(each.st_mtime_ns, each.st_size, each.st_ino) for each in found]
