"""The task of the lesson that is open, in a row or two above panes that leave it no other room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.lines import Lines
from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import wrap

if TYPE_CHECKING:
    from lessons.take.lesson_view import LessonView

__all__ = ["TaskLine"]

_MOST = 2


class TaskLine(Lines):
    """What to do."""

    def __init__(self, *, id: str) -> None:
        super().__init__("task", id=id)
        self._text = ""
        self._laid_out_for = 0

    def show(self, view: LessonView) -> None:
        """Show a step's task."""
        from lessons.format.plain_text import plain

        self._text = plain(view.step.task)
        self._lay_out()

    def _lay_out(self) -> None:
        self._laid_out_for = width = self.app.size.width
        word = "Task: "
        rows = wrap(self._text, max(width - len(word) - 2, 10), _MOST)
        heads = [word, *[" " * len(word)] * (len(rows) - 1)]
        look = self.look("word")
        self.set_rows(
            [SafeText.assemble(" ", (head, look), row) for head, row in zip(heads, rows, strict=True)]
        )

    def on_resize(self) -> None:
        """Wrap anew for a new width."""
        if self._text and self.app.size.width != self._laid_out_for:
            self._lay_out()
