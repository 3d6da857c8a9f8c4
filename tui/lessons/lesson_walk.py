"""Lessons are begun, gone through, kept and left: one at a time, with a desk or a training of its own.

So the person's program and settings stay what they are. What is done in a task is `tui.lessons.attempt`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from microcrad.errors import ContentError
from microcrad.session.file import SavedSession, from_json, saved, to_json
from microcrad.session.session import Session
from tui.desk import Desk, Desks
from tui.keeping import Keeping
from tui.lessons.attempt import Attempt
from tui.lessons.lesson_commands import with_keys
from tui.lessons.library import Library
from tui.lessons.place import LessonFace, LessonPlace
from tui.stage import Stage
from tui.state_file import Kept
from tui.widgets.command import Commanded

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.format.lesson import Lesson
    from lessons.format.questions import Asking
    from lessons.take.taking import Taking
    from microcrad.train.training import Training

__all__ = ["LessonWalk", "left_in"]


class LessonWalk:
    """Which lesson is open, and the way from task to task and from lesson to lesson."""

    def __init__(
        self,
        stage: Stage,
        desks: Desks,
        place: LessonPlace,
        attempt: Attempt,
        library: Library,
        keeping: Keeping,
        new_pane: Callable[[], tuple[Widget, Widget]],
    ) -> None:
        self._stage, self._desks, self._place, self._attempt = stage, desks, place, attempt
        self._library, self._keeping, self._new_pane = library, keeping, new_pane

    # --- beginning ---

    def start(self, lesson: Lesson, *, anew: bool = False) -> None:
        """Begin a lesson where it was left; one that is finished, or to be taken anew, at its first task."""
        self.begin(lesson, None if anew else self._library.left_at(lesson))

    def choose(self, lesson: Lesson, *, anew: bool = False) -> None:
        """Begin a lesson, or go on with it if it is the one that is open."""
        taking = self._place.taking
        if not anew and taking is not None and taking.lesson.id == lesson.id:
            self._return()
        else:
            self.start(lesson, anew=anew)

    def _return(self) -> None:
        """Show the lesson that is open, from wherever one is, and what it hides and holds."""
        self._place.return_to()
        self._attempt.show()

    def practise(self) -> None:
        """Begin the next task of practice: another one than the one that is open."""
        taking = self._place.taking
        same = taking is not None and taking.view.solution_seen
        self.begin(self._library.practice(None if taking is None else taking.lesson, same=same))

    def resume(self, place: SavedSession) -> None:
        """Go on with the lesson that a saved session was in, or say that there is none of that name."""
        lesson = self._library.find(place.lesson)
        if lesson is None:
            self._stage.playground.say(f"The lesson {place.lesson!r}, which this was in, is not here.")
            return
        step = lesson.steps[min(place.task, len(lesson.steps) - 1)]
        if self.begin(lesson, step.slug):
            if self._place.desk is not None:
                self._stage.playground.go_back_to(place)
            if place.said and self._place.taking is not None:
                self._place.taking.said_before(place.said)

    def begin(self, lesson: Lesson, step: str | None = None) -> bool:
        """Open a lesson, at a step of that slug.

        One whose setup cannot be run is said to be broken, and False is returned.
        """
        from lessons.fields.problems import BrokenLessonError
        from lessons.take.taking import Taking

        self.leave()
        session = _ground(lesson)
        try:
            taking = Taking(lesson, session, step=step, earlier=self._library.open_tries(lesson))
        except BrokenLessonError as error:
            problem = f"The lesson {lesson.id} cannot begin: {error}"
            self._stage.app.notify(problem, severity="error")
            return False
        self._place.take(taking)
        self._lay_out(taking)
        self._place.show_pane(self._new_pane, self.show_begun)
        return True

    def _lay_out(self, taking: Taking) -> None:
        """Have on screen what the task is done on: the lesson's desk in the playground, or its training."""
        place, on = self._place, taking.on
        if not isinstance(on, Session):
            self._stage.show_mode("train")
            self._stage.app.call_after_refresh(self._train_on, taking, on)
        elif place.desk is None:
            program = Kept(on.text, f"{taking.lesson.id}.mc")
            place.desk = Desk(program, on, leaves_to="lessons", holder=self)
            self._desks.visit(place.desk)
        else:
            self._stage.show_mode("playground")

    def _moved(self, taking: Taking, before: str) -> None:
        """Show the task that one has come to, and what it is done on if its mode is not that of `before`."""
        if taking.step.mode != before:
            self._attempt.let_go()
            self._lay_out(taking)
        self._attempt.moved()

    def reread(self, lesson: Lesson) -> None:
        """Go on with the lesson that is open as its file has it now, at the same task or where that was.

        Raises `BrokenLessonError`, and leaves everything as it is, if it cannot begin.
        """
        from lessons.take.taking import Taking

        taking = self._place.taking
        assert taking is not None
        last = lesson.steps[min(taking.index, len(lesson.steps) - 1)].slug
        slug = taking.step.slug if lesson.index(taking.step.slug) is not None else last
        Taking(lesson, _ground(lesson), step=slug)
        self.begin(lesson, slug)

    def _train_on(self, taking: Taking, training: Training) -> None:
        if self._stage.train is not None and self._place.taking is taking:
            self._stage.train.put(training)

    def pane_ready(self, pane: LessonFace) -> None:
        """Show the lesson that waited for its pane."""
        self._place.pane = pane
        if self._place.taking is not None:
            self.show_begun()

    def show_begun(self) -> None:
        """Show the lesson that has begun: its pane is there."""
        self._place.arrange()
        self._attempt.show()
        self._stage.show_header()
        self._stage.app.call_after_refresh(self._place.open)

    # --- keeping ---

    def kept(self) -> str:
        """The session of the lesson that is open, as it is kept; empty without one."""
        taking, desk = self._place.taking, self._place.desk
        if taking is None:
            return ""
        id_, task, said = taking.lesson.id, taking.index, _said(taking)
        if desk is None or self._place.mode == "train":
            return to_json(SavedSession(id_, "", lesson=id_, task=task, said=said))
        cursor = self._stage.playground.editor.cursor_location if self._place.in_front else (0, 0)
        where = {"cursor": cursor, "lesson": id_, "task": task, "said": said}
        return to_json(saved(desk.session, desk.program.name, **where))

    def marked(self, place: SavedSession) -> SavedSession:
        """A place on the lesson's desk, with the lesson and its task."""
        taking = self._place.taking
        if taking is None:
            return place
        return place._replace(lesson=taking.lesson.id, task=taking.index, said=_said(taking))

    # --- from task to task ---

    def turn(self) -> None:
        """Go to the lesson's text, or back to the panes; without a lesson, to the list of lessons."""
        if self._place.taking is None:
            self._stage.show_mode("playground" if self._stage.mode == "lessons" else "lessons")
        elif self._place.in_front:
            self._place.turn_page()
        else:
            self._return()

    @property
    def shown(self) -> Commanded | None:
        """The mode that the lesson is taken in, whose keys go on meaning what they mean there."""
        return self._stage.train if self._place.mode == "train" else self._stage.playground

    def next(self) -> None:
        """Go on to the next task, or from the last one to the list."""
        taking = self._place.taking
        if taking is None:
            return
        mode = taking.step.mode
        if taking.view.done and taking.lesson.made:
            self.practise()
        elif taking.view.done:
            self._leave_for_list(self._library.after(taking.lesson) or taking.lesson)
        elif taking.next():
            self._moved(taking, mode)
        else:
            self._attempt.refuse(
                with_keys("Not before this task is passed: {hint} is a hint, {skip} skips it.")
            )

    def back(self) -> None:
        """Go back to the task before."""
        taking = self._place.taking
        if taking is None:
            return
        mode = taking.step.mode
        if taking.back():
            self._moved(taking, mode)
        else:
            self._attempt.refuse("This is the first task.")

    def other(self) -> None:
        """Ask a question like the task, with other numbers; nothing of it is kept."""
        taking = self._place.taking
        if taking is None:
            return
        if taking.lesson.made:
            self._attempt.refuse(with_keys("{next} makes another one, once this one is done."))
            return
        from random import Random

        from lessons.progress.recall import Due
        from lessons.words import like_it
        from tui.lessons.quick import QuickQuestions

        asking = like_it(taking.lesson, taking.step, Random())
        if asking is None:
            self._attempt.refuse("There is no question like this task. Those about its lesson come tomorrow.")
            return
        questions = QuickQuestions([Due(taking.lesson, asking)], None, self._stage.glyphs)
        self._stage.app.push_screen(questions, self._answered)

    def _answered(self, opened: Asking | None) -> None:
        if opened is not None:
            self.open_question(opened)

    def open_question(self, asking: Asking) -> None:
        """Lay a quick question's program before the person, as it was asked; what they had comes back."""
        session = Session()
        session.open(asking.program)
        if asking.question.fault is not None:
            session.switch_fault(asking.question.fault)
        saying = with_keys("The program of the question. {give_back} goes back.")
        to = "playground" if self._place.taking is not None else "lessons"
        self._attempt.let_go()  # What a lesson asks first is no matter of this program.
        self._desks.visit(Desk(Kept(session.text, f"{asking.question.id}.mc"), session, leaves_to=to), saying)

    # --- leaving ---

    def leave(self) -> None:
        """Put the lesson away; what was done in it is kept."""
        place = self._place
        if place.taking is None:
            return
        trained = place.taking.trains
        desk, place.desk, place.taking = place.desk, None, None
        if desk is not None:
            self._desks.take_off(desk)
        if trained and self._stage.train is not None:
            self._stage.train.put(None)
        self._attempt.let_go()
        place.arrange()
        self._keeping.soon()

    def leave_for_list(self) -> None:
        """Leave the lesson for the list."""
        if self._place.taking is None:
            self._attempt.refuse("No lesson is open.")
        else:
            self._leave_for_list(self._place.taking.lesson)

    def _leave_for_list(self, chosen: Lesson) -> None:
        self.leave()
        self._stage.show_mode("lessons")
        self._stage.app.call_after_refresh(self._choose_in_list, chosen.id)

    def _choose_in_list(self, id: str) -> None:
        if self._stage.lessons is not None:
            self._stage.lessons.choose(id)


def _said(taking: Taking) -> str:
    """What was answered in the task that one is at, or the id of what was chosen."""
    return taking.view.choice or taking.view.answer


def left_in(program: Kept) -> SavedSession | None:
    """The session of the lesson that was open when a program was left; None without one."""
    return _read(program.lesson)  # Of a newer version, perhaps: progress knows the place too.


def left_at(program: Kept) -> SavedSession | None:
    """Where the person stood in a program as they left it; None if that is not known."""
    place = _read(program.place)
    return None if place is None else place._replace(program=program.text)


def _read(text: str) -> SavedSession | None:
    try:
        return from_json(text) if text else None
    except ContentError:
        return None


def _ground(lesson: Lesson) -> Session | Training:
    """What a lesson is taken in."""
    if lesson.mode == "playground":
        return Session()
    from microcrad.train.training import Training

    return Training()
