"""Where a person stands in the panes, beyond what the session knows: it is saved, and gone back to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from microcrad.run.interpreter import TYPING
from microcrad.session.file import SavedSession, restore, saved
from tui.playground.inspector import Inspector
from tui.playground.line_editing import changed_place

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Whereabouts"]


class Whereabouts:
    """The cursor, the folds, and which panes are in front, large, or in focus."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.typed = False
        """Whether the person was in the program: then that is where the cursor stands."""
        self.chosen = False
        """Whether they have chosen a node since."""
        self.in_text = False
        """Whether they were in the program last, and have neither chosen nor walked since."""

    def saved(self, name: str) -> SavedSession:
        """The session as it stands, with what only the panes know."""
        playground = self._playground
        folded = tuple(sorted(playground.graph.folded))
        cursor = playground.editor.cursor_location
        return saved(playground.session, name, folded=folded, cursor=cursor, panes=self._panes)

    @property
    def _panes(self) -> tuple[str, ...]:
        """What is otherwise than at first: what is in front or alone, the focus, the speed of play."""
        fronts, ring = self._playground.fronts, self._playground.panes
        shown = {
            "c": fronts.in_c,
            "diagram": fronts.in_diagram,
            "output": fronts.in_output,
            "full": self._playground.query_one(Inspector).in_full,
            "alone": ring.zoomed,
        }
        speed = self._playground.player.speed
        rest = {"at": ring.active if ring.active != "graph" else "", "speed": speed or ""}
        told = (f"{name} {what}" for name, what in rest.items() if what)
        return *(name for name, is_so in shown.items() if is_so), *told

    def restore(self, place: SavedSession, *, keep_run: bool = False) -> None:
        """Be in the session, and at the place in its text, where one was."""
        playground = self._playground
        restore(playground.session, place, limits=TYPING, keep_run=keep_run)
        playground.editor.load_text(playground.session.text)
        self.take(place)

    def come_back(self, place: SavedSession) -> None:
        """Stand where one stood at the end of the last session, in the panes too."""
        self.take(place)
        self._playground.show_panes()
        self.arrange(place)

    def take(self, place: SavedSession) -> None:
        """Have the cursor and the folds of a place; the session is there already."""
        playground = self._playground
        playground.editor.move_cursor(place.cursor)
        self.typed, self.chosen = place.cursor != (0, 0), False
        playground.graph.fold(playground.session.moment, place.folded)

    def arrange(self, place: SavedSession) -> None:
        """Have the panes that were in front, the focus where it was, and play as fast as it was."""
        playground, panes = self._playground, place.panes
        self.bring_forward(panes)
        told = dict(name.partition(" ")[::2] for name in panes)
        if re.fullmatch("-?[0-9]", told.get("speed", "")):
            playground.player.take_speed(int(told["speed"]))
        at = told.get("at") or "graph"
        typing = at == "program"  # Who comes back and presses a key means it as one: e goes on typing.
        if "alone" not in panes and (typing or at not in playground.fronts.round):
            at = "graph"
        if "alone" in panes:
            playground.panes.show_alone(playground.fronts.pane(at))
        else:
            playground.focus_pane(at)

    def bring_forward(self, panes: tuple[str, ...] = ()) -> None:
        """Have the panes in front that were, or those that are at first; the focus is left to others."""
        playground = self._playground
        fronts, ring = playground.fronts, playground.panes
        if fronts.in_c is not ("c" in panes):
            fronts.turn_to_c()
        if fronts.in_output is not ("output" in panes):
            fronts.turn_to_output()
        fronts.bring_forward(diagram="diagram" in panes)
        if playground.query_one(Inspector).in_full is not ("full" in panes):
            playground.turn_inspector()
        if ring.zoomed is not ("alone" in panes):
            ring.zoom()

    def go_back(self, place: SavedSession) -> None:
        """Stand where one stood before something else was shown; the session is there already."""
        self.take(place)
        self.bring_forward(place.panes)
        self._playground.show_panes()

    def changed(self, before: str) -> None:
        """The text was changed from without: be where it was."""
        editor = self._playground.editor
        if before != editor.text:
            editor.move_cursor(changed_place(before, editor.text))
            self.typed, self.chosen = True, False

    def edit_at(self, line: int) -> None:
        """Have editing begin at the end of a line, from 1, until a node is chosen."""
        editor = self._playground.editor
        row = min(line, editor.document.line_count) - 1
        editor.move_cursor((row, len(editor.document.get_line(row))))
        self.typed, self.chosen = True, False

    def went_on(self, *, chosen: bool) -> None:
        """Take note that a node was chosen, or that the person was in the program."""
        self.chosen, self.in_text = chosen, not chosen
        self.typed = self.typed or not chosen

    def to_edit(self) -> None:
        """Put the cursor on an error, where one typed, or on the line of what was chosen since."""
        playground, editor = self._playground, self._playground.editor
        errors, moment, row = playground.runner.errors, playground.session.moment, editor.cursor_location[0]
        if errors and not (self.typed and any(error.line == row + 1 for error in errors)):
            editor.move_cursor((errors[0].line - 1, errors[0].column - 1))
        elif errors or (self.typed and not self.chosen):
            return
        elif moment.up_to_date and moment.selected is not None:
            row = moment.selected_line - 1
            editor.move_cursor((row, len(editor.document.get_line(row))))
