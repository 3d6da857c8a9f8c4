"""Where the lesson that is open stands on screen, and which of its widgets or of the panes has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.events import DescendantFocus

from tui.desk import Desk
from tui.programs import Programs
from tui.widgets.bars import Rule
from tui.widgets.glyphs import Glyphs

if TYPE_CHECKING:  # The first frame does not wait for lessons.
    from lessons.take.taking import Taking
    from tui.lessons.pane import LessonPane
    from tui.train.mode import Train

__all__ = ["LessonRoom"]

BESIDE, VAST = 120, 172
"""The widths from which a lesson stands beside the panes, and has a wider column that leaves them 120."""


class LessonRoom(Programs):
    """The part of the app that gives a lesson its room."""

    glyphs: Glyphs
    mode: str
    taking: Taking | None = None
    """The lesson that is open, if one is."""
    lesson_desk: Desk | None = None
    """What it is taken on, if it is taken in the playground."""
    pane: LessonPane | None = None
    """What lessons are shown in, once the first one has begun."""
    alone = False
    """Whether the lesson's text has the whole screen, where there is no room beside the panes."""

    @property
    def train(self) -> Train | None:
        """The Train mode, once it was shown."""
        raise NotImplementedError

    def show_begun(self) -> None:
        """Show the lesson that has begun: its pane is there."""
        raise NotImplementedError

    # --- room ---

    @property
    def lesson_mode(self) -> str:
        """The mode that the lesson belongs to: `playground` or `train`; empty if none is open."""
        return "" if self.taking is None else self.taking.lesson.mode

    @property
    def at_lesson(self) -> bool:
        """Whether the lesson that is open is on screen."""
        if self.pane is None or not self.pane.is_attached:  # Not yet there, or no longer.
            return False
        if self.taking is None or self.mode != self.lesson_mode:
            return False
        return self.lesson_desk is None or self.desk is self.lesson_desk

    @property
    def lesson_place(self) -> str:
        """`beside` the panes, `below` them, `alone` on the screen, or `away`: the class of their box."""
        if not self.at_lesson:
            return "away"
        if self.size.width >= BESIDE:
            return "beside"
        return "alone" if self.alone else "below"

    def show_pane(self) -> None:
        """Show the lesson that has begun, in a pane that is made for the first one."""
        if self.pane is not None:
            self.call_after_refresh(self.show_begun)
        elif not self.query("#lesson-pane"):
            from tui.lessons.pane import LessonPane

            work = self.query_one("#work")
            work.mount(Rule(self.glyphs, id="lesson-rule"), LessonPane(self.glyphs, id="lesson-pane"))

    def on_lesson_pane_ready(self) -> None:
        """Show the lesson that waited for its pane."""
        from tui.lessons.pane import LessonPane

        self.pane = self.query_one(LessonPane)
        if self.taking is not None:
            self.show_begun()

    def arrange_lesson(self) -> None:
        """Give the lesson the place there is now."""
        place, pane = self.lesson_place, self.pane
        work = self.query_one("#work")
        classes = {place, "vast"} if self.size.width >= VAST else {place}
        if work.classes != classes:
            work.set_classes(classes)  # At once: every change has the styles of all panes worked out anew.
        if pane is not None:
            pane.put(place)
        focus = pane.focus_end if pane is not None and place in ("beside", "below") else None
        for panes in (self.playground, None if self.train is None else self.train.panes):
            if panes is not None:
                panes.beyond = _beyond(focus)

    def on_resize(self) -> None:
        """Give the lesson the place there is in the new size, which the app takes note of only after this."""
        if self.taking is not None:
            self.call_next(self._arrange_anew)

    def _arrange_anew(self) -> None:
        """Where lesson and panes no longer stand side by side, keep what has the focus in sight."""
        if self.query_one("#work").has_class("beside"):
            self.alone = self._in_lesson
        self.arrange_lesson()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the panes if one of them gets the focus behind the lesson's text, as from the action list."""
        alone = self.query_one("#work").has_class("alone")
        if alone and event.widget.has_focus and self.query_one("#modes") in event.widget.ancestors:
            self.alone = False
            self.arrange_lesson()

    @property
    def _in_lesson(self) -> bool:
        """Whether the lesson's pane has the focus, or will have it once a dialog over it is closed."""
        focused = self.screen_stack[0].focused
        return focused is not None and self.pane in focused.ancestors_with_self

    # --- focus ---

    def focus_task(self) -> None:
        """Give the focus to what the task wants: an answer, a choice, or something done in the panes."""
        if self.pane is None or self.taking is None or not self.at_lesson:
            return
        view = self.taking.view
        if self.lesson_place != "beside" or view.step.answers or view.step.choices or view.passed:
            self.pane.focus_task()
        else:
            self.focus_panes()

    def focus_panes(self) -> None:
        """Give the focus to the panes that the lesson is about."""
        if self.lesson_mode != "train":
            self.playground.focus_pane("graph")
        elif self.train is not None:
            self.train.return_to()

    def turn_page(self) -> None:
        """Go from the lesson's text to the panes, or back."""
        pane = self.pane
        if pane is None:
            return
        if self.lesson_place == "beside":
            if self._in_lesson:
                self.focus_panes()
            else:
                pane.focus_task()
        else:
            self.alone = not self.alone
            self.arrange_lesson()
            self.call_after_refresh(pane.focus_task if self.alone else self.focus_panes)

    def give_lesson_back(self) -> bool:
        """Leave a field of the lesson, its text, or its screen; False where it is not on screen."""
        pane, focused = self.pane, self.focused
        if pane is None or not self.at_lesson:
            return False
        if focused is None or not self._in_lesson:
            self.action_mode("lessons")
        elif focused.id != "lesson" and self.lesson_place != "below":
            pane.focus_text()
        elif self.lesson_place == "alone":
            self.action_mode("lessons")
        else:
            self.focus_panes()
        return True

    def return_to_lesson(self) -> None:
        """Show the lesson that is open, from wherever one is."""
        while self.visiting and self.lesson_desk is not None and self.desk is not self.lesson_desk:
            self.end_visit()
        self.action_mode(self.lesson_mode)
        self.alone = True
        self.arrange_lesson()
        self.call_after_refresh(self.focus_task)

    def on_lesson_pane_left(self, message: LessonPane.Left) -> None:
        """Go on to the panes beside."""
        train = self.train if self.lesson_mode == "train" else None
        if self.lesson_place in ("beside", "below"):
            (self.playground if train is None else train.panes).focus_end(message.by)
        elif self.pane is not None:
            self.pane.focus_end(message.by)


def _beyond(focus: Callable[[int], None] | None) -> Callable[[int], bool]:
    """What gives the focus to a neighbour, if there is one."""

    def beyond(by: int) -> bool:
        if focus is not None:
            focus(by)
        return focus is not None

    return beyond
