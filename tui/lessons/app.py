"""What the app does in the lesson that is open: looks where it stands as one goes, answers, and moves on.

How lessons are opened and kept is `tui.lessons.opening`; where one stands on screen is `tui.lessons.room`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.lessons.opening import OpenedLessons
from tui.lessons.task_line import TaskLine
from tui.state_file import Kept
from tui.widgets.dialogs import Choose

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.format.lesson import Lesson
    from lessons.take.taking import LessonView
    from tui.lessons.mode import LessonsMode
    from tui.lessons.pane import LessonPane

__all__ = ["Lessons", "lesson_heading"]

LOOK_SECONDS = 0.1
"""How long after the last thing done a lesson looks where it stands."""
_HELD = "Predict first: the lesson asks for a number before this runs on."


class Lessons(OpenedLessons):
    """The part of the app that lessons are taken with."""

    _look_timer: Timer | None = None
    _kept: object = None
    """What of the lesson was kept last."""
    _told: object = None
    """What could be told when the panes were shown last."""
    _solution: tuple[str, ...] = ()
    """The lines of the solution that is on screen."""

    def forget_shown(self) -> None:
        """Another lesson has begun: nothing of it was shown or kept yet."""
        self._kept, self._solution = None, ()

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
        train = self.train if self.lesson_mode == "train" else None
        if self.playground.rests if train is None else not train.training.running:
            if not self.taking.view.passed:  # Playing on takes nothing back.
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
            self.train.panes.light(lit)
        if view.telling != self._told:
            self._told = view.telling
            self.playground.show_panes()
        self._keep_lesson(view)

    def _keep_lesson(self, view: LessonView) -> None:
        kept = (view.lesson.id, view.step.slug, view.passed, view.solution_seen, view.tries, view.done)
        if kept != self._kept:
            self._kept = kept
            self.keep_soon()
            if self.is_listed(view.lesson):
                self.progress.saw(view, datetime.now(UTC))
                self.say_problem()

    def _show_changed(self) -> None:
        """Show what the lesson did to the playground or to training in the person's place."""
        desk = self.lesson_desk
        if desk is not None:
            desk.program = Kept(desk.session.text, desk.program.name)
            desk.forget()
            self.playground.show_session(desk.session)
        elif self.train is not None:
            self.train.showing.show()

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
        if self.taking is None or self.pane is None:
            return
        if not self.taking.view.passed:
            self.pane.select_answer()
        else:
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
            from lessons.words import script

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


def lesson_heading(view: LessonView) -> str:
    """Which lesson is open and which of its tasks, for the header."""
    name = f"lesson {view.lesson.ordinal}".strip()
    return f"{name}, task {view.index + 1} of {len(view.lesson.steps)}"
