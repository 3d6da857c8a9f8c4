"""What the app does with lessons: begins them, checks as one goes, keeps what was done, and leaves them.

One lesson is open at a time. It has a desk or a training of its own, so the person's program and settings
stay what they are; its pane stands beside them wherever there is room.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.timer import Timer

from microcrad.session import Session
from tui.bars import Rule
from tui.desk import Desk
from tui.dialogs import Choose
from tui.glyphs import Glyphs
from tui.keep import Kept
from tui.lessons.task_line import TaskLine
from tui.programs import Programs

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.catalogue import Catalogue
    from lessons.keeping import Keeper
    from lessons.lesson import Lesson
    from lessons.taking import Taking, View
    from microcrad.train.training import Training
    from tui.lessons.mode import LessonsMode
    from tui.lessons.pane import LessonPane
    from tui.train.mode import Train

__all__ = ["Lessons", "lesson_heading"]

LOOK_SECONDS = 0.1
"""How long after the last thing done a lesson looks where it stands."""
BESIDE = 120
"""The width from which a lesson stands beside the panes."""
_HELD = "Predict first: the lesson asks for a number before this runs on."


class Lessons(Programs):
    """The part of the app that knows of lessons."""

    glyphs: Glyphs
    mode: str
    taking: Taking | None = None
    """The lesson that is open, if one is."""
    lessons_folder: Path | None = None
    """A folder of the person's own lessons."""
    language = ""
    """The language that lessons are read in, where there is a translation; the original's without one."""
    _alone = False
    """Whether the lesson's text has the whole screen, where there is no room beside the panes."""
    _look_timer: Timer | None = None
    _lesson_desk: Desk | None = None
    _kept: object = None
    """What of the lesson was kept last."""
    _veil: object = None
    """What was hidden when the panes were shown last."""
    _solution: tuple[str, ...] = ()
    _catalogue: Catalogue | None = None
    _progress: Keeper | None = None

    # --- what there is ---

    @property
    def train(self) -> Train | None:
        """The Train mode, once it was shown."""
        raise NotImplementedError

    @property
    def catalogue(self) -> Catalogue:
        """All lessons, read when they are first asked for."""
        if self._catalogue is None:
            from lessons.catalogue import catalogue

            self._catalogue = catalogue(self.lessons_folder, self.language)
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
        problem = self.progress.problem
        if problem:
            self.notify(problem, severity="warning", markup=False)

    @property
    def lesson_pane(self) -> LessonPane:
        """The pane of the lesson that is open."""
        from tui.lessons.pane import LessonPane

        return self.query_one(LessonPane)

    @property
    def _lesson_mode(self) -> str:
        return "" if self.taking is None else self.taking.lesson.mode

    @property
    def at_lesson(self) -> bool:
        """Whether the lesson that is open is on screen."""
        if self.taking is None or self.mode != self._lesson_mode:
            return False
        return self._lesson_desk is None or self.desk is self._lesson_desk

    # --- beginning and leaving ---

    def begin_lesson(
        self, lesson: Lesson, step: str | None = None, at: Callable[[Session], None] | None = None
    ) -> bool:
        """Open a lesson, at a step of that slug; `at` puts its session where it was left.

        A lesson whose setup cannot be run is said to be broken, and False is returned.
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
        self.taking, self._alone, self._solution, self._kept = taking, True, (), None
        if isinstance(session, Session):
            if at is not None:
                at(session)
            self._lesson_desk = Desk(
                Kept(session.text, f"{lesson.id}.mc"), session, leaves_to="lessons", brought_back=False
            )
            self.visit(self._lesson_desk)
        else:
            self.action_mode("train")
            self.call_after_refresh(self._train_on, session)
        self._mount_pane()
        return True

    def start_lesson(self, lesson: Lesson, *, anew: bool = False) -> None:
        """Begin a lesson where it was left; one that is finished, or to be taken anew, at its first task."""
        done = self.progress.progress.of(lesson.id)
        place = None if anew or done.finished is not None else lesson.index(done.at)
        self.begin_lesson(lesson, lesson.steps[place].slug if place else None)

    def _train_on(self, training: Training) -> None:
        if self.train is not None and self.taking is not None:
            self.train.show_training(training)

    def _mount_pane(self) -> None:
        from tui.lessons.pane import LessonPane

        try:
            self.lesson_pane  # noqa: B018 - whether it is there.
        except NoMatches:
            work = self.query_one("#work")
            work.mount(Rule(self.glyphs, id="lesson-rule"), LessonPane(self.glyphs, id="lesson-pane"))
        self.call_after_refresh(self._show_begun)

    def _show_begun(self) -> None:
        self.show_lesson()
        self.arrange_lesson()
        self._focus_task()

    def leave_lesson(self) -> None:
        """Put the lesson away; what was done in it is kept."""
        if self.taking is None:
            return
        desk, self._lesson_desk, self.taking = self._lesson_desk, None, None
        if desk is not None:
            self.take_off(desk)
        elif self.train is not None:
            self.train.show_own()
        self.playground.held = ""
        self.playground.light(())
        if self.train is not None:
            self.train.light(())
        self.arrange_lesson()

    def end_visit(self) -> None:
        """Put what lies under it back; a lesson's desk takes the lesson with it."""
        if self.visiting and self.desk is self._lesson_desk:
            self.leave_lesson()
        else:
            super().end_visit()

    # --- looking ---

    def on_playground_shown(self) -> None:
        """Look where the lesson stands, once what is being done is done."""
        self._look_soon()

    def on_train_shown(self) -> None:
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
        if self._lesson_mode == "train":
            resting = self.train is not None and not self.train.training.running
        else:
            resting = self.playground.rests
        if resting:
            self.taking.look()
            self.show_lesson()

    def show_lesson(self) -> None:
        """Show where the lesson stands, hide what it asks for, and keep what was done."""
        taking = self.taking
        if taking is None:
            return
        view = taking.view
        self.lesson_pane.show(view, self._solution)
        self.query_one(TaskLine).show(view)
        self.playground.held = "" if view.may_run or self._lesson_mode == "train" else _HELD
        lit = view.step.panes if not view.passed else ()
        if self._lesson_mode == "playground":
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
            if view.lesson.path.parent.name:  # One that is only being written has no progress.
                self.progress.saw(view, datetime.now(UTC))
                self._say_problem()

    def _changed_by_lesson(self) -> None:
        """Show what the lesson did to the playground or to training in the person's place."""
        if self._lesson_desk is not None:
            self._lesson_desk.program = Kept(self._lesson_desk.session.text, self._lesson_desk.program.name)
            self._lesson_desk.forget()
            self.playground.show_session(self._lesson_desk.session)
        elif self.train is not None:
            self.train.return_to()

    # --- room and focus ---

    def arrange_lesson(self) -> None:
        """Give the lesson the place there is: beside the panes, below them, the whole screen, or none."""
        place = self._lesson_place()
        work = self.query_one("#work")
        for name in ("away", "beside", "below", "alone"):
            work.set_class(name == place, name)
        beside = self._focus_lesson if place in ("beside", "below") else None
        for group in (self.playground, self.train):
            if group is not None:
                group.beyond = _beyond(beside)

    def _focus_lesson(self, by: int) -> None:
        self.lesson_pane.focus_end(by)

    def _lesson_place(self) -> str:
        """`beside` the panes, `below` them, `alone` on the screen, or `away`: the class its box has."""
        if not self.at_lesson:
            return "away"
        if self.size.width >= BESIDE:
            return "beside"
        return "alone" if self._alone else "below"

    def on_resize(self) -> None:
        """Give the lesson the place there is now."""
        if self.taking is not None:
            self.arrange_lesson()

    def _focus_task(self) -> None:
        """Give the focus to what the task wants: an answer, or something done in the playground."""
        taking = self.taking
        if taking is None or not self.at_lesson:
            return
        step = taking.step
        if self._lesson_place() != "beside" or step.answers or step.choices or taking.view.passed:
            self.lesson_pane.focus_task()
        else:
            self._focus_panes()

    def _focus_panes(self) -> None:
        if self._lesson_mode == "train":
            if self.train is not None:
                self.train.return_to()
        else:
            self.playground.focus_pane("graph")

    def action_lesson(self) -> None:
        """Go to the lesson's text, or back to the panes; without a lesson, to the list of lessons."""
        if self.taking is None:
            self.action_mode("playground" if self.mode == "lessons" else "lessons")
            return
        if not self.at_lesson:
            self._alone = True
            self._return_to_lesson()
            return
        if self._lesson_place() == "beside":
            if self.focused is not None and self.lesson_pane in self.focused.ancestors_with_self:
                self._focus_panes()
            else:
                self.lesson_pane.focus_task()
            return
        self._alone = not self._alone
        self.arrange_lesson()
        self.call_after_refresh(self.lesson_pane.focus_task if self._alone else self._focus_panes)

    def give_lesson_back(self) -> bool:
        """Leave a field of the lesson, its text, or its screen; False where it is not on screen."""
        if not self.at_lesson:
            return False
        pane, focused = self.lesson_pane, self.focused
        if focused is None or pane not in focused.ancestors_with_self:
            self.action_mode("lessons")
        elif focused.id != "lesson" and self._lesson_place() != "below":
            pane.focus_text()
        elif self._lesson_place() == "alone":
            self.action_mode("lessons")
        else:
            self._focus_panes()
        return True

    def _return_to_lesson(self) -> None:
        while self.visiting and self._lesson_desk is not None and self.desk is not self._lesson_desk:
            self.end_visit()
        self.action_mode(self._lesson_mode)
        self.call_after_refresh(self._focus_task)

    # --- what the pane reports ---

    def on_lesson_pane_left(self, message: LessonPane.Left) -> None:
        """Go on to the panes beside."""
        group = self.train if self._lesson_mode == "train" else self.playground
        if group is not None and self._lesson_place() in ("beside", "below"):
            group.focus_end(message.by)
        else:
            self.lesson_pane.focus_end(message.by)

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
        if self.taking is not None and self.taking.view.passed:
            # Out of the field, so that c goes on, and to where there is room for what was shown.
            self._alone = True
            self.arrange_lesson()
            self.call_after_refresh(self.lesson_pane.focus_task)

    # --- actions ---

    def action_lesson_check(self) -> None:
        """Check where things stand, and say so."""
        if self.taking is not None:
            self.taking.check()
            self._judged()

    def action_lesson_hint(self) -> None:
        """Give the next hint."""
        if self.taking is not None:
            self.taking.hint()
            self.show_lesson()
            if self._lesson_place() == "below":
                self.action_lesson()

    def action_lesson_reset(self) -> None:
        """Return to where the task began."""
        if self.taking is not None:
            self.taking.reset()
            self._solution = ()
            self._changed_by_lesson()
            self.show_lesson()
            self._focus_task()

    def action_lesson_skip(self) -> None:
        """Ask whether to show the solution, or to do it."""
        if self.taking is not None:
            options = [
                ("see", "See the solution", "It counts as seen, and you can try it yourself or go on."),
                ("skip", "Have it done for you", "The playground then stands where the next task needs it."),
            ]
            self.push_screen(
                Choose("This task:", options, hint="enter chooses, esc goes on trying"), self._skipped
            )

    def _skipped(self, way: str | None) -> None:
        taking = self.taking
        if taking is None or way is None:
            return
        if way == "see":
            from tui.lesson_plain import script

            self._solution = tuple(script(taking.solution()))
            self._alone = self._alone or self._lesson_place() == "below"
            self.arrange_lesson()
        else:
            taking.skip()
            self._changed_by_lesson()
        self.show_lesson()
        self.lesson_pane.focus_task()

    def action_lesson_next(self) -> None:
        """Go on to the next task, or from the last one to the list."""
        taking = self.taking
        if taking is None:
            return
        if taking.view.done:
            after = self._after(taking.lesson)
            self.leave_lesson()
            self.action_mode("lessons")
            if after is not None:
                self.call_after_refresh(lambda: self.lessons_mode.choose(after.id))
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
        if self.taking is not None:
            if self.taking.back():
                self._moved()
            else:
                self._refuse("This is the first task.")

    def _refuse(self, why: str) -> None:
        self.notify(why, markup=False, timeout=3)

    def _moved(self) -> None:
        """Another task is there."""
        self._solution, self._alone = (), True
        self._changed_by_lesson()
        self.show_lesson()
        self.arrange_lesson()
        self.call_after_refresh(self._focus_task)

    def action_lesson_leave(self) -> None:
        """Leave the lesson for the list."""
        if self.taking is None:
            self._refuse("No lesson is open.")
            return
        left = self.taking.lesson.id
        self.leave_lesson()
        self.action_mode("lessons")
        self.call_after_refresh(lambda: self.lessons_mode.choose(left))

    # --- the list ---

    @property
    def lessons_mode(self) -> LessonsMode:
        """The list of lessons, once it was shown."""
        from tui.lessons.mode import LessonsMode

        return self.query_one(LessonsMode)

    def show_lessons(self) -> None:
        """Show the list of lessons as it is now."""
        from tui.lessons.mode import LessonsMode

        box = self.query_one("#lessons")
        found = box.query(LessonsMode)
        if found:
            found.first().refresh_list()
            found.first().focus_list()
        else:
            box.mount(LessonsMode(self.glyphs, id="lessons-mode"))

    def on_lessons_mode_started(self, message: LessonsMode.Started) -> None:
        """Begin a lesson where it was left, or go on with it if it is open."""
        lesson = message.lesson
        if not message.anew and self.taking is not None and self.taking.lesson.id == lesson.id:
            self._return_to_lesson()
            return
        self.start_lesson(lesson, anew=message.anew)


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


def _beyond(focus: Callable[[int], None] | None) -> Callable[[int], bool]:
    """What gives the focus to a neighbour, if there is one."""

    def beyond(by: int) -> bool:
        if focus is not None:
            focus(by)
        return focus is not None

    return beyond
