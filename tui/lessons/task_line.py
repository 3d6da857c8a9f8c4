"""The task of the lesson that is open, in a row or two above panes that leave it no other room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.lines import Lines
from tui.widgets.safe_text import SafeText
from tui.widgets.wrap import wrap

if TYPE_CHECKING:
    from lessons.take.lesson_view import LessonView

__all__ = ["TaskLine", "task_rows"]

_MOST = 2
_WORD = "Task: "


def task_rows(task: str, width: int) -> list[tuple[str, str]]:
    """The rows of a task on a screen of a width: what stands before each, and its text, cut if need be."""
    rows = wrap(task, max(width - len(_WORD) - 2, 10), _MOST)
    return list(zip([_WORD, *[" " * len(_WORD)] * (len(rows) - 1)], rows, strict=True))


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
        look = self.look("word")
        self.set_rows(
            [SafeText.assemble(" ", (head, look), row) for head, row in task_rows(self._text, width)]
        )

    def on_resize(self) -> None:
        """Wrap anew for a new width."""
        if self._text and self.app.size.width != self._laid_out_for:
            self._lay_out()
