"""The lessons there are, what was done in them, and the questions that are due: read when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.app_commands import with_keys
from tui.stage import Stage
from tui.widgets.bars import Header

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.catalogue import Catalogue
    from lessons.format.lesson import Lesson
    from lessons.progress.progress_file import ProgressKeeper
    from lessons.take.lesson_view import LessonView
    from lessons.take.tried import Tried

__all__ = ["Library", "Questions"]


class Library:
    """The list of lessons, with the person's progress."""

    def __init__(self, folder: Path | None, language: str, warn: Callable[[str], None]) -> None:
        """`folder` is one of the person's own lessons; `warn` is told what cannot be read or kept.

        Lessons are read in `language` where there is a translation, and as they were written without one.
        """
        self.folder = folder
        self.language, self._warn = language, warn
        self._catalogue: Catalogue | None = None
        self._progress: ProgressKeeper | None = None
        self._practised = ""
        """The made task that was recorded last."""

    @property
    def catalogue(self) -> Catalogue:
        """All lessons."""
        if self._catalogue is None:
            from lessons.catalogue import catalogue

            self._catalogue = catalogue(self.folder, self.language)
            for problem in self._catalogue.problems:
                self._warn(f"A lesson is left out: {problem}")
        return self._catalogue

    @property
    def progress(self) -> ProgressKeeper:
        """What was done in lessons."""
        if self._progress is None:
            from lessons.progress.progress_file import ProgressKeeper, progress_file

            self._progress = ProgressKeeper(progress_file())
            self._say_problem()
        return self._progress

    def _say_problem(self) -> None:
        if self._progress is not None and self._progress.problem:
            self._warn(self._progress.problem)

    def lists(self, lesson: Lesson) -> bool:
        """Whether it is one of the list, so that progress is kept; not a file that is being tried out."""
        listed = self.catalogue.find(lesson.id)
        return listed is not None and listed.path.resolve() == lesson.path.resolve()

    def saw(self, view: LessonView) -> None:
        """Keep what was done in a lesson, if it is one of the list."""
        if view.lesson.made and view.done and view.lesson.id != self._practised:
            from lessons.practice.choosing import recorded

            self._practised = view.lesson.id  # Once: what is played with afterwards does not count.
            self.progress.change(lambda progress: recorded(progress, view, datetime.now(UTC)))
        elif self.lists(view.lesson):
            self.progress.saw(view, datetime.now(UTC))
        self._say_problem()

    def after_practice(self, view: LessonView) -> str:
        """What comes after a made task that is done, which is recorded by that."""
        from lessons.practice.choosing import stands
        from lessons.practice.made import Practice

        assert isinstance(view.lesson, Practice)
        self.saw(view)
        return stands(self.progress.progress, view.lesson)

    def practice(self, before: Lesson | None, *, same: bool = False) -> Lesson:
        """The next made task, unlike the one before; with `same` of the same sort, with other numbers."""
        from random import Random

        from lessons.practice.choosing import next_task
        from lessons.practice.made import Practice

        made = before if isinstance(before, Practice) else None
        sort = made.sort if same and made is not None else None
        return next_task(self.progress.progress, Random(), made, sort=sort)

    def find(self, id_: str) -> Lesson | None:
        """The lesson of an id, or the task of practice that has it."""
        from lessons.practice.made import remade

        return self.catalogue.find(id_) or remade(id_)

    def left_at(self, lesson: Lesson) -> str | None:
        """The step at which a lesson was left, by its slug; None if it is finished or was never begun."""
        done = self.progress.progress.of(lesson.id)
        fresh = done.finished is not None or not self.lists(lesson)
        place = None if fresh else lesson.index(done.at)
        return lesson.steps[place].slug if place else None

    def open_tries(self, lesson: Lesson) -> dict[str, Tried]:
        """What was tried another day at steps of a lesson that were not passed then."""
        return self.progress.progress.of(lesson.id).open_tries if self.lists(lesson) else {}

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that comes after one."""
        return self.catalogue.after(lesson)

    @property
    def questions_due(self) -> int:
        """How many quick questions are due today."""
        from lessons.progress.recall import count_due

        return count_due(self.progress.progress, datetime.now().date())


class Questions:
    """Counts the quick questions that are due; none is a duty."""

    def __init__(self, stage: Stage, library: Library) -> None:
        self._stage, self._library = stage, library

    def count(self) -> int:
        """Show in the lessons' tab how many are due."""
        header = self._stage.app.query_one(Header)
        header.waiting = self._library.questions_due
        return header.waiting

    def mention(self) -> None:
        """Say at the start that some are due, if nothing else is said; without progress there are none."""
        from lessons.progress.progress_file import progress_file

        if not progress_file().exists():
            return
        waiting = self.count()
        if waiting and self._stage.mode == "playground":
            questions = "1 quick question waits" if waiting == 1 else f"{waiting} quick questions wait"
            self._stage.playground.add_to_hint(f"{questions}: {with_keys('{lessons}')}, then q.")
