"""What the app does with lessons: begins them, checks as one goes, keeps what was done, and leaves them.

One lesson is open at a time. It has a desk or a training of its own, so the person's program and settings
stay what they are. Where it stands on screen is `tui.lessons.room`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from microcrad.errors import StateError
from microcrad.session import Session
from microcrad.session_file import SavedSession, from_json, saved, to_json
from tui.bars import Header
from tui.desk import Desk
from tui.dialogs import Choose
from tui.keep import Kept
from tui.lessons.room import LessonRoom
from tui.lessons.task_line import TaskLine

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.catalogue import Catalogue
    from lessons.keeping import Keeper
    from lessons.lesson import Lesson
    from lessons.taking import View
    from microcrad.train.training import Training
    from tui.lessons.mode import LessonsMode
    from tui.lessons.pane import LessonPane

__all__ = ["Lessons", "left_in", "lesson_heading"]

LOOK_SECONDS = 0.1
"""How long after the last thing done a lesson looks where it stands."""
_HELD = "Predict first: the lesson asks for a number before this runs on."


class Lessons(LessonRoom):
    """The part of the app that knows of lessons."""

    lessons_folder: Path | None = None
    """A folder of the person's own lessons."""
    language = ""
    """The language that lessons are read in, where there is a translation; the original's without one."""
    _look_timer: Timer | None = None
    _kept: object = None
    """What of the lesson was kept last."""
    _veil: object = None
    """What was hidden when the panes were shown last."""
    _solution: tuple[str, ...] = ()
    """The lines of the solution that is on screen."""
    _catalogue: Catalogue | None = None
    _progress: Keeper | None = None

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
    def progress(self) -> Keeper:
        """What was done in lessons."""
        if self._progress is None:
            from lessons.keeping import Keeper, progress_file

            self._progress = Keeper(progress_file())
            self._say_problem()
        return self._progress

    def _say_problem(self) -> None:
        if self._progress is not None and self._progress.problem:
            self.notify(self._progress.problem, severity="warning", markup=False)

    # --- quick questions ---

    def mention_questions(self) -> None:
        """Say at the start, if nothing else is said, that quick questions are due; none is a duty."""
        from lessons.keeping import progress_file

        if not progress_file().exists():
            return
        self.count_questions()
        waiting = self.query_one(Header).waiting
        if waiting and self.taking is None and self.mode == "playground":
            questions = "1 quick question waits" if waiting == 1 else f"{waiting} quick questions wait"
            self.playground.add_to_hint(f"{questions}, from lessons you finished: 3, then q.")

    def count_questions(self) -> None:
        """Show in the lessons' tab how many quick questions are due."""
        from lessons.recall import count_due

        today = datetime.now().date()
        self.query_one(Header).waiting = count_due(self.progress.progress, today)

    # --- beginning and leaving ---

    def start_lesson(self, lesson: Lesson, *, anew: bool = False) -> None:
        """Begin a lesson where it was left; one that is finished, or to be taken anew, at its first task."""
        done = self.progress.progress.of(lesson.id)
        place = None if anew or done.finished is not None else lesson.index(done.at)
        self.begin_lesson(lesson, lesson.steps[place].slug if place else None)

    def resume_lesson(self, place: SavedSession) -> bool:
        """Go on with the lesson that a saved session was in; False if there is none of that name."""
        lesson = self.catalogue.find(place.lesson)
        if lesson is None:
            return False
        step = lesson.steps[min(place.task, len(lesson.steps) - 1)]
        if self.begin_lesson(lesson, step.slug) and self.lesson_desk is not None and self.taking is not None:
            self.playground.go_back_to(place)
        return True

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
        from lessons.problems import BrokenLessonError
        from lessons.taking import Taking

        self.leave_lesson()
        session = _ground(lesson)
        try:
            taking = Taking(lesson, session, step=step)
        except BrokenLessonError as error:
            self.notify(f"The lesson {lesson.id} cannot begin: {error}", severity="error", markup=False)
            return False
        self.taking, self._solution, self._kept = taking, (), None
        if isinstance(session, Session):
            program = Kept(session.text, f"{lesson.id}.mc")
            self.lesson_desk = Desk(program, session, leaves_to="lessons", brought_back=False)
            self.visit(self.lesson_desk)
        else:
            self.action_mode("train")
            self.call_after_refresh(self._train_on, session)
        self.alone = True
        self.show_pane()
        return True

    def _train_on(self, training: Training) -> None:
        if self.train is not None and self.taking is not None:
            self.train.show_training(training)

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
            self.train.show_own()
        self.playground.held = ""
        self.playground.light(())
        if self.train is not None:
            self.train.light(())
        self.arrange_lesson()
        self.keep_soon()

    def end_visit(self) -> None:
        """Put what lies under it back; a lesson's desk takes the lesson with it."""
        if self.visiting and self.desk is self.lesson_desk:
            self.leave_lesson()
        else:
            super().end_visit()

    # --- looking ---

    def on_playground_shown(self) -> None:
        """Look where the lesson stands, once what is being done is done."""
        self._look_soon()

    def on_shown_training_shown(self) -> None:
        """Look where the lesson stands, once what is being done is done."""
        self._look_soon()

    def _look_soon(self) -> None:
        if self.at_lesson:
            if self._look_timer is not None:
                self._look_timer.stop()
            self._look_timer = self.set_timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Check quietly: nothing is said before something was tried."""
        self._look_timer = None
        if self.taking is None or not self.at_lesson:
            return
        train = self.train if self.lesson_mode == "train" else None
        if self.playground.rests if train is None else not train.training.running:
            self.taking.look()
            self.show_lesson()

    def show_lesson(self) -> None:
        """Show where the lesson stands, hide what it asks for, and keep what was done."""
        if self.taking is None or self.pane is None:
            return
        view = self.taking.view
        self.pane.show(view, self._solution)
        self.query_one(TaskLine).show(view)
        lit = view.step.panes if not view.passed else ()
        if self.lesson_mode == "playground":
            self.playground.held = "" if view.may_run else _HELD
            self.playground.light(lit)
        elif self.train is not None:
            self.train.light(lit)
        veil = (view.asked, view.mystery)
        if veil != self._veil:
            self._veil = veil
            self.playground.show_panes()
        self._keep_lesson(view)

    def _keep_lesson(self, view: View) -> None:
        kept = (view.lesson.id, view.step.slug, view.passed, view.solution_seen, view.tries, view.done)
        if kept != self._kept:
            self._kept = kept
            self.keep_soon()
            self.progress.saw(view, datetime.now(UTC))
            self._say_problem()

    def _show_changed(self) -> None:
        """Show what the lesson did to the playground or to training in the person's place."""
        desk = self.lesson_desk
        if desk is not None:
            desk.program = Kept(desk.session.text, desk.program.name)
            desk.forget()
            self.playground.show_session(desk.session)
        elif self.train is not None:
            self.train.show_panes()

    # --- what the pane reports ---

    async def on_lesson_pane_pressed(self, message: LessonPane.Pressed) -> None:
        """Do what a button stands for."""
        await self.run_action(f"lesson_{message.action}")

    def on_lesson_pane_answered(self, message: LessonPane.Answered) -> None:
        """Check an answer."""
        if self.taking is not None:
            self.taking.answer(message.text)
            self._judged()

    def on_lesson_pane_chosen(self, message: LessonPane.Chosen) -> None:
        """Check a choice."""
        if self.taking is not None:
            self.taking.choose(message.choice)
            self._judged()

    def _judged(self) -> None:
        self.show_lesson()
        if self.taking is not None and self.taking.view.passed and self.pane is not None:
            # Out of the field, so that c goes on, and to where there is room for what was shown.
            self.alone = True
            self.arrange_lesson()
            self.call_after_refresh(self.pane.focus_task)

    # --- actions ---

    def action_lesson(self) -> None:
        """Go to the lesson's text, or back to the panes; without a lesson, to the list of lessons."""
        if self.taking is None:
            self.action_mode("playground" if self.mode == "lessons" else "lessons")
        elif self.at_lesson:
            self.turn_page()
        else:
            self.return_to_lesson()

    def action_lesson_check(self) -> None:
        """Check where things stand, and say so."""
        if self.taking is not None:
            self.taking.check()
            self._judged()

    def action_lesson_hint(self) -> None:
        """Give the next hint, where there is room to read it."""
        if self.taking is not None:
            self.taking.hint()
            self.alone = True
            self.arrange_lesson()
            self.show_lesson()

    def action_lesson_reset(self) -> None:
        """Return to where the task began."""
        if self.taking is not None:
            self.taking.reset()
            self._solution = ()
            self._show_changed()
            self.show_lesson()
            self.focus_task()

    def action_lesson_skip(self) -> None:
        """Ask whether to show the solution, or to do it."""
        if self.taking is not None:
            options = [
                ("see", "See the solution", "It counts as seen, and you can try it yourself or go on."),
                ("skip", "Have it done for you", "Everything then stands where the next task needs it."),
            ]
            hint = "enter chooses, esc goes on trying"
            self.push_screen(Choose("Skip this task?", options, hint=hint), self._skipped)

    def _skipped(self, way: str | None) -> None:
        taking = self.taking
        if taking is None or way is None:
            return
        if way == "see":
            from tui.lesson_plain import script

            self._solution = tuple(script(taking.solution()))
        else:
            taking.skip()
            self._show_changed()
        self.alone = True
        self.arrange_lesson()
        self.show_lesson()
        if self.pane is not None:
            self.call_after_refresh(self.pane.focus_text)

    def action_lesson_next(self) -> None:
        """Go on to the next task, or from the last one to the list."""
        taking = self.taking
        if taking is None:
            return
        if taking.view.done:
            after = self._after(taking.lesson)
            self._leave_for_list(taking.lesson if after is None else after)
        elif taking.next():
            self._moved()
        else:
            self._refuse("Not before this task is passed: h is a hint, s skips it.")

    def _after(self, lesson: Lesson) -> Lesson | None:
        """The lesson after one."""
        lessons = self.catalogue.lessons
        place = next((place for place, each in enumerate(lessons) if each.id == lesson.id), None)
        return lessons[place + 1] if place is not None and place + 1 < len(lessons) else None

    def action_lesson_back(self) -> None:
        """Go back to the task before."""
        if self.taking is None:
            return
        if self.taking.back():
            self._moved()
        else:
            self._refuse("This is the first task.")

    def _refuse(self, why: str) -> None:
        if self.pane is not None and self.at_lesson:
            self.pane.say(why)
        else:
            self.notify(why, markup=False)

    def _moved(self) -> None:
        """Another task is there."""
        self._solution, self.alone = (), True
        self._show_changed()
        self.show_lesson()
        self.arrange_lesson()
        self.show_header()
        self.call_after_refresh(self.focus_task)

    def action_lesson_leave(self) -> None:
        """Leave the lesson for the list."""
        if self.taking is None:
            self._refuse("No lesson is open.")
        else:
            self._leave_for_list(self.taking.lesson)

    # --- the list ---

    def _leave_for_list(self, chosen: Lesson) -> None:
        self.leave_lesson()
        self.action_mode("lessons")
        self.call_after_refresh(lambda: self._list().choose(chosen.id))

    def _list(self) -> LessonsMode:
        from tui.lessons.mode import LessonsMode

        return self.query_one(LessonsMode)

    def show_lessons(self) -> None:
        """Show the list of lessons as it is now."""
        from tui.lessons.mode import LessonsMode

        box = self.query_one("#lessons")
        if box.query(LessonsMode):
            self._list().return_to()
        else:
            box.mount(LessonsMode(self.glyphs, id="lessons-mode"))

    def on_lessons_mode_started(self, message: LessonsMode.Started) -> None:
        """Begin a lesson where it was left, or go on with it if it is open."""
        lesson = message.lesson
        if not message.anew and self.taking is not None and self.taking.lesson.id == lesson.id:
            self.return_to_lesson()
        else:
            self.start_lesson(lesson, anew=message.anew)


def left_in(program: Kept) -> SavedSession | None:
    """The session of the lesson that was open when a program was left; None without one."""
    try:
        return from_json(program.lesson) if program.lesson else None
    except StateError:  # By a newer version, perhaps: progress knows the place too.
        return None


def lesson_heading(view: View) -> str:
    """Which lesson is open and which of its tasks, for the header."""
    name = f"lesson {view.lesson.number.lstrip('0')}".strip()
    return f"{name}, task {view.index + 1} of {len(view.lesson.steps)}"


def _ground(lesson: Lesson) -> Session | Training:
    """What a lesson is taken in."""
    if lesson.mode == "playground":
        return Session()
    from microcrad.train.training import Training

    return Training()
