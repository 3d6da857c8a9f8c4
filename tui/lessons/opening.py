"""Lessons are opened, kept and left: one at a time, with a desk or a training of its own.

So the person's program and settings stay what they are. What is done in a lesson is `tui.lessons.app`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from microcrad.errors import ContentError
from microcrad.session.file import SavedSession, from_json, saved, to_json
from microcrad.session.session import Session
from tui.desk import Desk
from tui.lessons.room import LessonRoom
from tui.state_file import Kept
from tui.widgets.bars import Header

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.catalogue import Catalogue
    from lessons.format.lesson import Lesson
    from lessons.progress.progress_file import ProgressKeeper
    from lessons.take.taking import Taking
    from microcrad.train.training import Training

__all__ = ["OpenedLessons", "left_in"]


class OpenedLessons(LessonRoom):
    """The part of the app that opens lessons and knows what was done in them."""

    lessons_folder: Path | None = None
    """A folder of the person's own lessons."""
    language = ""
    """The language that lessons are read in, where there is a translation; the original's without one."""
    _catalogue: Catalogue | None = None
    _progress: ProgressKeeper | None = None

    def show_lesson(self) -> None:
        """Show where the lesson stands."""
        raise NotImplementedError

    def forget_shown(self) -> None:
        """Another lesson has begun: nothing of it was shown or kept yet."""
        raise NotImplementedError

    # --- what there is ---

    @property
    def catalogue(self) -> Catalogue:
        """All lessons, read when they are first asked for."""
        if self._catalogue is None:
            from lessons.catalogue import catalogue

            self._catalogue = catalogue(self.lessons_folder, self.language)
            for problem in self._catalogue.problems:
                self.notify(f"A lesson is left out: {problem}", severity="warning", markup=False)
        return self._catalogue

    @property
    def progress(self) -> ProgressKeeper:
        """What was done in lessons."""
        if self._progress is None:
            from lessons.progress.progress_file import ProgressKeeper, progress_file

            self._progress = ProgressKeeper(progress_file())
            self.say_problem()
        return self._progress

    def say_problem(self) -> None:
        """Say what went wrong with keeping progress, if anything did."""
        if self._progress is not None and self._progress.problem:
            self.notify(self._progress.problem, severity="warning", markup=False)

    # --- quick questions ---

    def mention_questions(self) -> None:
        """Say at the start, if nothing else is said, that quick questions are due; none is a duty."""
        from lessons.progress.progress_file import progress_file

        if not progress_file().exists():
            return
        self.count_questions()
        waiting = self.query_one(Header).waiting
        if waiting and self.taking is None and self.mode == "playground":
            questions = "1 quick question waits" if waiting == 1 else f"{waiting} quick questions wait"
            self.playground.add_to_hint(f"{questions}, from lessons you finished: 3, then q.")

    def count_questions(self) -> None:
        """Show in the lessons' tab how many quick questions are due."""
        from lessons.progress.recall import count_due

        today = datetime.now().date()
        self.query_one(Header).waiting = count_due(self.progress.progress, today)

    # --- beginning and leaving ---

    def start_lesson(self, lesson: Lesson, *, anew: bool = False) -> None:
        """Begin a lesson where it was left; one that is finished, or to be taken anew, at its first task."""
        done = self.progress.progress.of(lesson.id)
        fresh = anew or done.finished is not None or not self.is_listed(lesson)
        place = None if fresh else lesson.index(done.at)
        self.begin_lesson(lesson, lesson.steps[place].slug if place else None)

    def is_listed(self, lesson: Lesson) -> bool:
        """Whether it is one of the list, so that progress is kept; not a file that is being tried out."""
        listed = self.catalogue.find(lesson.id)
        return listed is not None and listed.path.resolve() == lesson.path.resolve()

    def resume_lesson(self, place: SavedSession) -> None:
        """Go on with the lesson that a saved session was in, or say that there is none of that name."""
        lesson = self.catalogue.find(place.lesson)
        if lesson is None:
            self.playground.say(f"The lesson {place.lesson!r}, which this was in, is not here.")
            return
        step = lesson.steps[min(place.task, len(lesson.steps) - 1)]
        if self.begin_lesson(lesson, step.slug) and self.lesson_desk is not None and self.taking is not None:
            self.playground.go_back_to(place)

    def lesson_kept(self) -> str:
        """The session of the lesson that is open, as it is kept; empty without one."""
        if self.taking is None:
            return ""
        id_, task, desk = self.taking.lesson.id, self.taking.index, self.lesson_desk
        if desk is None:
            return to_json(SavedSession(id_, "", lesson=id_, task=task))
        cursor = self.playground.editor.cursor_location if self.at_lesson else (0, 0)
        return to_json(saved(desk.session, desk.program.name, cursor=cursor, lesson=id_, task=task))

    def place(self) -> SavedSession:
        """The session on screen, and where one stands in it and in a lesson."""
        place = super().place()
        if self.taking is None or self.desk is not self.lesson_desk:
            return place
        return replace(place, lesson=self.taking.lesson.id, task=self.taking.index)

    def begin_lesson(self, lesson: Lesson, step: str | None = None) -> bool:
        """Open a lesson, at a step of that slug.

        One whose setup cannot be run is said to be broken, and False is returned.
        """
        from lessons.fields.problems import BrokenLessonError
        from lessons.take.taking import Taking

        self.leave_lesson()
        session = _ground(lesson)
        try:
            taking = Taking(lesson, session, step=step)
        except BrokenLessonError as error:
            self.notify(f"The lesson {lesson.id} cannot begin: {error}", severity="error", markup=False)
            return False
        self.taking = taking
        self.forget_shown()
        if isinstance(session, Session):
            program = Kept(session.text, f"{lesson.id}.mc")
            self.lesson_desk = Desk(program, session, leaves_to="lessons", brought_back=False)
            self.visit(self.lesson_desk)
        else:
            self.action_mode("train")
            self.call_after_refresh(self._train_on, taking, session)
        self.alone = True
        self.show_pane()
        return True

    def _train_on(self, taking: Taking, training: Training) -> None:
        if self.train is not None and self.taking is taking:
            self.train.put(training)

    def show_begun(self) -> None:
        """Show the lesson that has begun: its pane is there."""
        self.arrange_lesson()
        self.show_lesson()
        self.show_header()
        self.call_after_refresh(self.focus_task)

    def leave_lesson(self) -> None:
        """Put the lesson away; what was done in it is kept."""
        if self.taking is None:
            return
        desk, self.lesson_desk, self.taking = self.lesson_desk, None, None
        if desk is not None:
            self.take_off(desk)
        elif self.train is not None:
            self.train.put(None)
        self.playground.held = ""
        self.playground.light(())
        if self.train is not None:
            self.train.panes.light(())
        self.arrange_lesson()
        self.keep_soon()

    def end_visit(self) -> None:
        """Put what lies under it back; a lesson's desk takes the lesson with it."""
        if self.visiting and self.desk is self.lesson_desk:
            self.leave_lesson()
        else:
            super().end_visit()


def left_in(program: Kept) -> SavedSession | None:
    """The session of the lesson that was open when a program was left; None without one."""
    try:
        return from_json(program.lesson) if program.lesson else None
    except ContentError:  # By a newer version, perhaps: progress knows the place too.
        return None


def _ground(lesson: Lesson) -> Session | Training:
    """What a lesson is taken in."""
    if lesson.mode == "playground":
        return Session()
    from microcrad.train.training import Training

    return Training()
