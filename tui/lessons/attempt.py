"""What is done in the lesson that is open: it is looked at as one goes, answered, helped with, begun anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.keeping import Keeping
from tui.lessons.lesson_commands import with_keys
from tui.lessons.library import Library
from tui.lessons.place import LessonPlace
from tui.playground.what_to_say import KEPT_BACK
from tui.stage import Stage
from tui.state_file import Kept
from tui.widgets.asking import choose

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.lesson_view import LessonView
    from lessons.take.taking import Taking
    from microcrad.timeline.telling import Telling

__all__ = ["Attempt"]

LOOK_SECONDS = 0.1
"""How long after the last thing done a lesson looks where it stands."""
_TYPED = with_keys("In this field letters are typed: {give_back} leaves it.")
_PASSED = with_keys("This task is passed: {next} goes on.")
_HELD = "Predict first: the lesson asks for a number before this runs on."


class Attempt:
    """The task that one is at, and what was made of what was tried."""

    def __init__(self, stage: Stage, place: LessonPlace, library: Library, keeping: Keeping) -> None:
        self._stage, self._place, self._library, self._keeping = stage, place, library, keeping
        self._timer: Timer | None = None
        self._shown: Taking | None = None
        """The lesson that was shown last, which what follows is of."""
        self._kept: object = None
        """What of it was kept last."""
        self._told: Telling | None = None
        """What could be told when the panes were shown last."""
        self._solution: tuple[str, ...] = ()
        """The lines of the solution that is on screen, with why it is one."""

    # --- looking ---

    @property
    def waits(self) -> bool:
        """Whether the lesson will look where it stands before long."""
        return self._timer is not None

    def look_soon(self) -> None:
        """Look where the lesson stands, once what is being done is done."""
        if self._place.in_front:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._stage.app.set_timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Check quietly: nothing is said before something was tried."""
        self._timer = None
        taking = self._place.taking
        if taking is None or not self._place.in_front:
            return
        train = self._stage.train if self._place.mode == "train" else None
        if train is None and not self._stage.playground.rests:
            self.look_soon()
        elif train is None or not train.training.running:
            if not taking.view.passed:  # Playing on takes nothing back.
                taking.look()
            self.show()

    def show(self) -> None:
        """Show where the lesson stands, hide what it asks for, and keep what was done."""
        taking, pane = self._place.taking, self._place.pane
        if taking is None or pane is None:
            return
        if taking is not self._shown:  # Another one has begun: nothing of it was shown or kept yet.
            self._shown, self._kept, self._solution = taking, None, ()
            if not self._stage.playground.whereabouts.typed:
                self._edit_where_told()
        from lessons.take.owned import owned
        from tui.lessons.arrows import arrows
        from tui.lessons.curve import picture

        view = taking.view
        curve = picture(taking.plot, self._stage.glyphs) + arrows(
            owned(taking.step, taking.on), self._stage.glyphs
        )
        pane.show(view, (*self._solution, *self._ending(view)), curve)
        refusal = self._told.refusal if self._told else ""
        refused = {self._stage.playground.player.held, refusal, KEPT_BACK}
        self._hold(view)
        if view.telling != self._told:
            self._told = view.telling
            self._take_back(refused)
            self._stage.playground.show_panes()
        self._keep(view)

    def _ending(self, view: LessonView) -> tuple[str, ...]:
        """How the lesson ends, once its last task is done; of practice, what comes next."""
        if not view.done or self._place.taking is None:
            return ()
        if view.lesson.made:
            return (self._library.after_practice(view),)
        from lessons.words import ending

        after, kept = self._library.after(view.lesson), self._library.lists(view.lesson)
        return tuple(ending(view.lesson, self._place.taking.here, after, kept=kept))

    def _hold(self, view: LessonView) -> None:
        """Let the panes run on or not, and light those that matter for the task."""
        lit = view.step.panes if not view.passed else ()
        if self._place.mode == "playground":
            self._stage.playground.player.held = "" if view.may_run else _HELD
            self._stage.playground.panes.light(lit)
        elif self._stage.train is not None:
            self._stage.train.panes.light(lit)

    def _take_back(self, refused: set[str]) -> None:
        """Say no longer why something could not be done that can be done now."""
        playground = self._stage.playground
        if playground.session.notice in refused:
            playground.session.notice = ""
        if playground.words.hint in refused:
            playground.words.hint = ""

    def let_go(self) -> None:
        """Let the panes be as they are without a lesson."""
        self._stage.playground.player.held = ""
        self._stage.playground.panes.light(())
        if self._stage.train is not None:
            self._stage.train.panes.light(())

    def _keep(self, view: LessonView) -> None:
        step = (view.lesson.id, view.step.slug)
        kept = (*step, view.passed, view.solution_seen, view.tried, len(view.hints), view.done)
        if kept != self._kept:
            self._kept = kept
            self._keeping.soon()
            self._library.saw(view)

    # --- trying ---

    def answer(self, text: str) -> None:
        """Check an answer."""
        from lessons.fields.answers import is_number

        self._judge(lambda taking: taking.answer(text))
        pane = self._place.pane
        if pane is not None and text[:1].isalpha() and not is_number(text):
            pane.say(f"{pane.said} {_TYPED}")  # One may have meant a key.

    def choose(self, choice: str) -> None:
        """Check a choice."""
        self._judge(lambda taking: taking.choose(choice))

    def check(self) -> None:
        """Check where things stand, and say so: also that nothing was done yet."""
        self._judge(lambda taking: taking.check())
        taking, pane = self._place.taking, self._place.pane
        from lessons.take.verdicts import Standing

        if taking is not None and pane is not None and taking.view.judgement.verdict is Standing.NOT_TRIED:
            pane.say(taking.view.judgement.sentence)
        elif taking is not None and pane is not None and taking.view.passed:
            pane.say(_PASSED)

    def _judge(self, tried: Callable[[Taking], object]) -> None:
        taking, pane = self._place.taking, self._place.pane
        if taking is None or pane is None:
            return
        tried(taking)
        self.show()
        if taking.view.passed:
            # Out of the field, so that c goes on, and to where there is room for what was shown.
            self._place.arrange(alone=True)
            self._stage.app.call_after_refresh(pane.focus_task)
        elif taking.step.names_letters and taking.step.answers:  # Where those letters are keys.
            self._place.focus_text()
        else:
            pane.select_answer()

    # --- help ---

    def hint(self) -> None:
        """Give the next hint, where there is room to read it."""
        if self._place.taking is not None:
            self._place.taking.hint()
            self._place.arrange(alone=True)
            self.show()

    def reset(self) -> None:
        """Return to where the task began."""
        if self._place.taking is not None:
            self._place.taking.reset()
            self._anew()
            self.show()
            self._place.focus_task()

    def skip(self) -> None:
        """Ask whether to show the solution, or to do it."""
        if self._place.taking is not None:
            options = [
                ("see", "See the solution", "It counts as seen, and you can try it yourself or go on."),
                ("skip", "Have it done for you", "Everything then stands where the next task needs it."),
            ]
            hint = "{accept} chooses, {leave} goes on trying"
            self._stage.app.push_screen(choose("Skip this task?", options, hint=hint), self._skipped)

    def _skipped(self, way: str | None) -> None:
        taking = self._place.taking
        if taking is None or way is None:
            return
        if way == "see":
            from lessons.words import has_like_it, solved

            taking.solution()  # It counts as seen.
            more = (
                with_keys("{other} asks one like it, with other numbers.")
                if has_like_it(taking.lesson, taking.step)
                else ""
            )
            self._solution = tuple(line for line in (*solved(taking.step), more) if line)
        else:
            taking.skip()
            self._show_changed()
        self._place.arrange(alone=True)
        self.show()
        self._stage.app.call_after_refresh(self._place.focus_text)

    # --- going on ---

    def moved(self) -> None:
        """Another task is there."""
        self._anew()
        self._place.alone = True
        self.show()
        self._place.arrange()
        self._stage.show_header()
        self._stage.app.call_after_refresh(self._place.focus_task)

    def refuse(self, why: str) -> None:
        """Say why something cannot be done."""
        if self._place.pane is not None and self._place.in_front:
            self._place.pane.say(why)
        else:
            self._stage.app.notify(why)

    def _anew(self) -> None:
        self._solution = ()
        self._show_changed()
        self._edit_where_told()

    def _edit_where_told(self) -> None:
        """Have editing begin where the task says, as on line 4, or where it wants a new line."""
        taking, desk = self._place.taking, self._place.desk
        if taking is not None and desk is not None and self._place.mode == "playground":
            line = taking.step.line_to_edit(desk.session.text.count("\n") + 1)
            if line is not None:
                self._stage.playground.whereabouts.edit_at(line)

    def _show_changed(self) -> None:
        """Show what the lesson did to the playground or to training in the person's place."""
        desk = self._place.desk if self._place.mode == "playground" else None
        if desk is not None:
            desk.program = Kept(desk.session.text, desk.program.name)
            desk.forget()
            self._stage.playground.show_session(desk.session)
        elif self._stage.train is not None:
            self._stage.train.showing.show()
