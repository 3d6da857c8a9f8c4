"""How many quick questions wait, from lessons that were finished: in the header, and once at the start."""

from __future__ import annotations

from tui.lessons.library import Library
from tui.stage import Stage
from tui.widgets.bars import Header

__all__ = ["Questions"]


class Questions:
    """Counts the quick questions that are due; none is a duty."""

    def __init__(self, stage: Stage, library: Library) -> None:
        self._stage, self._library = stage, library

    def count(self) -> int:
        """Show in the lessons' tab how many are due."""
        header = self._stage.app.query_one(Header)
        header.waiting = self._library.questions_due
        return header.waiting

    def mention(self) -> None:
        """Say at the start that some are due, if nothing else is said; without progress there are none."""
        from lessons.progress.progress_file import progress_file

        if not progress_file().exists():
            return
        waiting = self.count()
        if waiting and self._stage.mode == "playground":
            questions = "1 quick question waits" if waiting == 1 else f"{waiting} quick questions wait"
            self._stage.playground.add_to_hint(f"{questions}, from lessons you finished: 3, then q.")
