"""Where the lesson that is open stands on screen, and which of its widgets or of the panes has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from textual.widget import Widget

from tui.desk import Desk, Desks
from tui.lessons.lesson_commands import with_keys
from tui.lessons.stacking import pane_rows
from tui.stage import Stage
from tui.widgets.bars import Divider
from tui.widgets.command import Commanded, run_command

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.lesson_view import LessonView
    from lessons.take.taking import Taking
    from microcrad.train.training import Training

__all__ = ["LessonPlace"]

BESIDE, VAST = 120, 172
"""The widths from which a lesson stands beside the panes, and has a wider column that leaves them 120."""


_BOTH = ("beside", "stacked")
"""Where text and panes are in sight at once."""
_WITH_PANES = (*_BOTH, "below")


class LessonFace(Commanded, Protocol):
    """What a lesson is shown in, for those who only have it shown."""

    view: LessonView | None
    """What is shown, once something is."""

    @property
    def is_attached(self) -> bool:
        """Whether it is on screen, in sight or not."""

    @property
    def waits_for_a_number(self) -> bool:
        """Whether a number is to be typed that was not yet right."""

    @property
    def said(self) -> str:
        """What is said in the place of what was made of the last attempt."""

    def show(self, view: LessonView, more: Sequence[str] = (), curve: Sequence[str] = ()) -> None:
        """Show where the lesson stands, with lines below: a solution, how it ends; and a curve."""

    def say(self, text: str) -> None:
        """Say something in the place of what was made of the last attempt."""

    def put(self, place: str, rows: int) -> None:
        """Take note of where it is now, and of the rows that it has under the panes."""

    def select_answer(self) -> None:
        """Let the next answer take the place of the last one."""

    def focus_task(self) -> None:
        """Give the focus to what the task wants."""

    def focus_text(self) -> None:
        """Give the focus to the text, out of a field."""

    def focus_end(self, by: int) -> None:
        """Give the focus to the first widget, or to the last one for a step back."""


class LessonPlace:
    """The lesson that is open, its pane, and the room that this has."""

    def __init__(self, stage: Stage, desks: Desks) -> None:
        self._stage, self._desks = stage, desks
        self.taking: Taking | None = None
        """The lesson that is open, if one is."""
        self.desk: Desk | None = None
        """What it is taken on, if it is taken in the playground."""
        self.pane: LessonFace | None = None
        """What lessons are shown in, once the first one has begun."""
        self._aside = False
        """Whether the person's own program and training are back meanwhile."""
        self.alone = False
        """Whether the lesson's text has the whole screen, where there is no room for both."""
        self._opened = False
        """Whether its first page was shown."""
        self._turned: tuple[str, int] | None = None
        """The task whose first page was left for the panes: what stands above it has been read."""
        self._rows: tuple[object, int] = (None, 0)
        """The rows of the lesson's pane under the panes, and for which task in which room."""

    def take(self, taking: Taking) -> None:
        """Have another lesson open, which begins with its first page."""
        self.taking, self.alone, self._turned, self._opened = taking, True, None, False
        self._aside = False

    # --- room ---

    @property
    def mode(self) -> str:
        """The mode that its task is done in: `playground` or `train`; empty if none is open."""
        return "" if self.taking is None else self.taking.step.mode

    @property
    def in_front(self) -> bool:
        """Whether the lesson that is open is on screen."""
        if self.pane is None or not self.pane.is_attached:  # Not yet there, or no longer.
            return False
        if self.taking is None or self._aside or self._stage.mode != self.mode:
            return False
        return self.mode == "train" or self.desk is None or self._desks.top is self.desk

    @property
    def name(self) -> str:
        """Where the lesson is: the class of its box and the panes'.

        `beside` the panes; `stacked` under them, both in sight; `alone` on the screen; `below` the panes
        with no more than its answer; or `away`.
        """
        if not self.in_front:
            return "away"
        if self._stage.app.size.width >= BESIDE:
            return "beside"
        if self._stacked_rows:
            return "stacked"
        return "alone" if self.alone else "below"

    @property
    def _stacked_rows(self) -> int:
        """The rows that the lesson has under the panes; 0 if there is no room for its text."""
        taking, size = self.taking, self._stage.app.size
        assert taking is not None
        task = (taking.lesson.id, taking.index)
        what = (task, taking.step, size, self._turned == task)
        if self._rows[0] != what:
            self._rows = what, pane_rows(taking, *size, intro=self._turned != task)
        return self._rows[1]

    def arrange(self, *, alone: bool | None = None) -> None:
        """Give the lesson the place there is now; its text the whole screen, if need be and wished so."""
        self.alone = self.alone if alone is None else alone
        if self._opened and self.taking is not None and not self.alone and self.in_front:
            self._turned = (self.taking.lesson.id, self.taking.index)
        place, pane = self.name, self.pane
        covers = place == "alone" and pane is not None and not self._has_focus
        work = self._work
        classes = {place, "vast"} if self._stage.app.size.width >= VAST else {place}
        if work.classes != classes:
            work.set_classes(classes)  # At once: every change has the styles of all panes worked out anew.
        if pane is not None:
            pane.put(place, self._stacked_rows if place == "stacked" else 0)
            if covers:  # The pane that had the focus is behind the text now, and can keep no key.
                pane.focus_text()
        focus = pane.focus_end if pane is not None and place in _WITH_PANES else None
        train = self._stage.train
        for mode in (self._stage.playground, train):
            if mode is not None:
                mode.panes.beyond = _beyond(focus)

    def room_changed(self) -> None:
        """Give the lesson the place there is in a new size, which the app takes note of only after this."""
        if self.taking is not None:
            self._stage.app.call_next(self._arrange_anew)

    def _arrange_anew(self) -> None:
        """Where lesson and panes no longer stand side by side, keep what has the focus in sight."""
        both = self._work.has_class("beside") or self._work.has_class("stacked")
        self.arrange(alone=self._has_focus if both else None)

    def got_focus(self, widget: Widget) -> None:
        """Show the panes if one of them gets the focus behind the lesson's text, as from the action list."""
        modes = self._stage.app.query_one("#modes")
        focused = self._stage.app.focused  # The widget itself may not yet know that it no longer is.
        if self._work.has_class("alone") and widget is focused and modes in widget.ancestors:
            self.arrange(alone=False)

    @property
    def _work(self) -> Widget:
        return self._stage.app.query_one("#work")

    @property
    def _has_focus(self) -> bool:
        """Whether the lesson's pane has the focus, or will have it once a dialog over it is closed."""
        focused, pane = self._stage.app.screen_stack[0].focused, cast("Widget | None", self.pane)
        return focused is not None and pane in focused.ancestors_with_self

    # --- the pane ---

    def show_pane(self, new: Callable[[], tuple[Widget, Widget]], then: Callable[[], None]) -> None:
        """Have a row for the task and a pane to show the lesson in: new ones for the first, which says itself
        when it is ready."""
        if self.pane is not None:
            self._stage.app.call_after_refresh(then)
        elif not self._stage.app.query("#lesson-pane"):
            task, pane = new()
            self._work.mount(task, before=0)
            self._work.mount(Divider(self._stage.glyphs, id="lesson-rule"), pane)

    def pane_left(self, by: int) -> None:
        """Go on to the panes beside, or round in the pane where there are none."""
        train = self._stage.train if self.mode == "train" else None
        if self.name in _WITH_PANES:
            (self._stage.playground if train is None else train).panes.focus_end(by)
        elif self.pane is not None:
            self.pane.focus_end(by)

    # --- keys from outside ---

    async def do(self, id: str) -> None:
        """Do what one of a lesson's letters says, from the panes beside it."""
        if self.in_front and self.pane is not None:
            await run_command(self.pane, id)
        elif self._stage.mode != "lessons":
            self._stage.app.notify(with_keys("That is a key of lessons. {lessons} lists them."))

    def say_where_to_answer(self) -> None:
        """Say how one gets to the field, to who types a number elsewhere; nothing where none is asked for."""
        if self.pane is not None and self.taking is not None and self.pane.waits_for_a_number:
            here = "{answer} goes to the field for your answer."
            away = "The lesson waits for a number: {lesson} goes back to it."
            if self.in_front:
                self.pane.say(with_keys(here))
            else:
                self._stage.app.notify(with_keys(away))

    # --- focus ---

    def open(self) -> None:
        """Show the text, whichever pane got the focus as the lesson came to the front, and what it wants.

        What was said of how one gets here has done its work.
        """
        self._stage.app.clear_notifications()
        self._opened = True
        self.arrange(alone=True)
        self.focus_task()

    def focus_task(self) -> None:
        """Give the focus to what the task wants: an answer, a choice, or something done in the panes."""
        if self.pane is None or self.taking is None or not self.in_front:
            return
        view = self.taking.view
        if self.name not in _BOTH or view.step.answers or view.step.choices or view.passed:
            self.pane.focus_task()
        else:
            self.focus_panes()

    def focus_text(self) -> None:
        """Give the focus to the lesson's text, or to the panes where it is not there to go to."""
        if self.name == "below":
            self.focus_panes()
        elif self.pane is not None:
            self.pane.focus_text()

    def focus_panes(self) -> None:
        """Give the focus to the panes that the lesson is about."""
        if self.mode != "train":
            self._stage.playground.focus_pane("graph")
        elif self._stage.train is not None:
            self._stage.train.return_to()

    def show_panes(self, *, keep: bool) -> None:
        """Show the panes, where the text has the screen to itself: something is done in them.

        `keep` is whether the focus stays where it is, in the field.
        """
        if self.name == "alone":
            self.arrange(alone=False)
            if not keep:
                self.focus_panes()

    def turn_page(self) -> None:
        """Go from the lesson's text to the panes, or back."""
        pane = self.pane
        if pane is None:
            return
        if self.name in _BOTH:
            if self._has_focus:
                self.focus_panes()
            else:
                pane.focus_task()
        else:
            self.arrange(alone=not self.alone)
            self._stage.app.call_after_refresh(pane.focus_task if self.alone else self.focus_panes)

    def give_back(self) -> bool:
        """Leave a field of the lesson, or the lesson for the list; False where it is not on screen."""
        pane, focused = self.pane, self._stage.app.focused
        if pane is None or not self.in_front:
            return False
        in_field = self._has_focus and focused is not None and focused.id != "lesson"
        if in_field:
            self.focus_text()
        else:
            self._stage.show_mode("lessons")
        return True

    def lay_aside(self) -> None:
        """Have the person's own program and training back; the lesson stays open, to be returned to."""
        if self.taking is None or self._aside:
            return
        self._aside = True
        if self.desk is not None:
            self._desks.take_off(self.desk)
        if self.taking.trains and self._stage.train is not None:
            self._stage.train.put(None)

    def return_to(self) -> None:
        """Show the lesson that is open, from wherever one is."""
        assert self.taking is not None
        if self._aside:
            self._aside = False
            if self.desk is not None:
                self._desks.visit(self.desk)
            if self.mode == "train" and self._stage.train is not None:
                self._stage.train.put(cast("Training", self.taking.on))
        while self.desk is not None and self._desks.visiting and self._desks.top is not self.desk:
            self._desks.end_visit()
        self._stage.show_mode(self.mode)
        self.arrange(alone=True)
        self._stage.app.call_after_refresh(self.open)


def _beyond(focus: Callable[[int], None] | None) -> Callable[[int], bool]:
    """What gives the focus to a neighbour, if there is one."""

    def beyond(by: int) -> bool:
        if focus is not None:
            focus(by)
        return focus is not None

    return beyond
