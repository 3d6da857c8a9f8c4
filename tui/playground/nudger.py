"""Nudging a number of the program from outside the editor: what is drawn follows as it changes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from microcrad.language.nudge import NudgeTrail, NumberChange
    from tui.playground.screen import Playground

__all__ = ["Nudger"]


class Nudger:
    """Finds the number that is meant, and writes another one in its place, as if it had been typed."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    @cached_property
    def _trail(self) -> NudgeTrail:
        from microcrad.language.nudge import NudgeTrail  # With the first number.

        return NudgeTrail()

    def nudge(self, steps: int) -> None:
        """Make the selected leaf's number larger by so many steps, or the one that the cursor is on."""
        editor = self._playground.editor
        for row, column in self._places():
            if not editor.read_only and row < editor.document.line_count:
                line = editor.document.get_line(row)
                change = self._trail.nudged(row, line, column, steps)
                if change is not None and change.text == line[change.start : change.end]:
                    self._playground.notice(f"{change.text} stays: there is no number beyond it.")
                    return
                if change is not None:
                    self._write(row, change)
                    return
        self._playground.notice(
            "No number to nudge: choose a leaf that is written as a number, or leave the cursor on one."
        )

    def _places(self) -> list[tuple[int, int]]:
        """Where the number may be that is meant, what was pointed at last first: node or cursor."""
        playground, moment = self._playground, self._playground.session.moment
        cursor = playground.editor.cursor_location
        if not moment.up_to_date or moment.selected is None:
            return [cursor]
        at = moment.snapshot
        span = at.span(moment.selected)
        leaf = [] if at.operands(moment.selected) else [(span.line - 1, span.column - 1)]
        return [cursor, *leaf] if playground.whereabouts.in_text else [*leaf, cursor]

    def _write(self, row: int, change: NumberChange) -> None:
        editor = self._playground.editor
        editor.replace(change.text, (row, change.start), (row, change.end), maintain_selection_offset=False)
        editor.move_cursor((row, change.start + len(change.text)))
