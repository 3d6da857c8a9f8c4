"""The text of a lesson's step, which scrolls: what is explained, the task, and the hints asked for so far."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from lessons.format.lesson import names_letter
from lessons.format.plain_text import plain
from lessons.take.lesson_view import LessonView
from tui.lessons.lesson_commands import with_keys
from tui.lessons.marked import inline, page
from tui.widgets.looks import Looks
from tui.widgets.safe_text import SafeText, Said

__all__ = ["LessonText"]

_BOLD = Style(bold=True)
_FIRST = with_keys("in the field, {give_back} first")
"""Beside a hint that names a letter, where one may be typing."""


class LessonText(VerticalScroll):
    """One step's text."""

    BINDINGS = [
        Binding("down,j", "scroll_down", "Scroll", key_display="↑↓"),
        Binding("up,k", "scroll_up", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "text")
        self._shown: tuple[object, ...] = ()
        self.from_end = False
        """Whether the end, which says what to do, is what has to be in sight where not all of it can be."""

    def on_resize(self) -> None:
        """Keep what to do in sight, or what was said after it."""
        if self.from_end:
            self._show_end()

    def compose(self) -> ComposeResult:
        yield Said(id="lesson-text")
        yield Said(id="lesson-more")

    def show(self, view: LessonView, more: Sequence[str] = (), curve: Sequence[str] = ()) -> None:
        """Show a step as far as it has come; a new one from its top, a new hint at the end.

        A `curve` stands below the task, or above all where only the end is in sight: one scrolls up to it.
        """
        step = (view.lesson.id, view.index, view.step, view.lesson.intro)
        shown = (step, (len(view.hints), tuple(more)), self.from_end, tuple(curve))
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        self.query_one("#lesson-text", Said).update(self._text(view, curve))
        below = self.query_one("#lesson-more", Said)
        below.display = bool(more)
        below.update(self._lines(more, 1))
        if shown[:1] != before[:1] and not self.from_end:
            self.scroll_home(animate=False)
        elif self.from_end or shown[1:2] != before[1:2]:
            self._show_end()

    def _show_end(self) -> None:
        """Have the end in sight; of what was said below the task, its beginning."""
        below = self.query_one("#lesson-more", Said)
        if below.display:
            self.call_after_refresh(self.scroll_to_widget, below, top=True, animate=False)
        else:
            self.call_after_refresh(self.scroll_end, animate=False)

    def notify_style_update(self) -> None:
        """Draw the text in the new theme's colours."""
        super().notify_style_update()
        self._shown = ()

    def _text(self, view: LessonView, curve: Sequence[str]) -> SafeText:
        code, task = self.look("code"), self.look("task")
        step, text = view.step, SafeText()
        if self.from_end:
            for line in curve:
                text.append(f"{line}\n", code if line.startswith(" ") else "")
        if view.index == 0 and view.lesson.intro:
            text.append_text(page(view.lesson.intro, _BOLD, code))
        text.append(f"{plain(step.title)}\n", _BOLD)
        text.append_text(page(step.prose, _BOLD, code))
        text.append("Task: ", task)
        text.append_text(inline(step.task, _BOLD, code))
        for number, hint in enumerate(view.hints, 1):
            text.append(f"\n\nHint {number} of {len(step.hints)}: ", _BOLD)
            text.append_text(inline(hint, _BOLD, code))
            if step.answers and names_letter(hint):
                text.append(f" ({_FIRST})")
        if curve and not self.from_end:
            text.append("\n")
            text.append_text(self._lines(curve, 1))
        return text

    def _lines(self, lines: Sequence[str], above: int) -> SafeText:
        """Lines, with empty ones above: what stands further in is code, what ends in a colon a heading."""
        code, text = self.look("code"), SafeText()
        text.append("\n" * above)
        for place, line in enumerate(lines):
            style = code if line.startswith(" ") else _BOLD if line.endswith(":") else ""
            text.append(f"{line}{'' if place == len(lines) - 1 else chr(10)}", style)
        return text
