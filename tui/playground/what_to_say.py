"""What the playground says in the row above its status: one sentence of all that could be said."""

from __future__ import annotations

from collections.abc import Sequence

from microcrad.errors import ProgramError
from microcrad.session.moment import Moment
from microcrad.text.notices import in_words
from tui.playground.editor import told
from tui.playground.playground_commands import PLAYGROUND
from tui.widgets.command import key_in

__all__ = ["Words", "invitation"]


class Words:
    """Chooses the sentence; what it chooses from is the moment's, but for the hint."""

    def __init__(self) -> None:
        self.hint = ""
        """Said until the next move, where there is nothing more urgent."""

    def sentence(self, moment: Moment, errors: Sequence[ProgramError]) -> str:
        """What could not be done, what is wrong, a hint, what just happened, or what to press."""
        if moment.notice:
            return f"{moment.notice} {in_words(moment.advice, key_in(PLAYGROUND))}".strip()
        if errors:
            return f"line {errors[0].line}: {told(errors[0])}"
        return self.hint or moment.sentence or "Nothing has happened yet. Press n for the first event."


def invitation(moment: Moment) -> str:
    """What to press first."""
    at = moment.snapshot
    if at.backwards:
        return "Press n to send the gradient back one edge. Press e to change the program."
    leaked = len(at.leaks)
    if leaked:
        nodes = "node is" if leaked == 1 else "nodes are"
        return f"{leaked} {nodes} leaked. Choose one: the inspector says what is missing."
    if at.node_count:
        return "Press < and then n to see how it was computed. Press e to change the program."
    return "Press e to write a program, or : for examples."
