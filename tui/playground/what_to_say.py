"""What the playground says in the row above its status: one sentence of all that could be said."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from microcrad.errors import ProgramError
from microcrad.language.statements import Program
from microcrad.session.moment import Moment
from tui.playground.editor import told
from tui.playground.typed_keys import is_typed_in, keys_from

__all__ = ["KEPT_BACK", "Words", "invitation"]

KEPT_BACK = "What comes next is shown after the task."
"""Said where a lesson keeps back what happens next."""
_TYPING = keys_from("Typing in the program. {give_back} or {next_pane} leaves it.", typing=False)


class Words:
    """Chooses the sentence; what it chooses from is the moment's, but for the hint."""

    def __init__(self) -> None:
        self.hint = ""
        """Said until the next move, where there is nothing more urgent."""
        self.typing = False
        """Whether letters are typed where one is: then nothing says with which letter to go to the editor."""
        self._before = ""
        """The hint before one went there."""

    def go_typing(self) -> None:
        """Say how to leave the editor, until one has typed; once it is left, say what was said before."""
        if self.hint != _TYPING:
            self._before, self.hint = self.hint, _TYPING

    def typed(self, program: Program) -> None:
        """Say what is no error but hardly meant in a text that was typed, for as long as it stands there."""
        if program.made_anew:
            self.hint = program.made_anew[0].fact

    def turn(self, moment: Moment, focused: Widget) -> bool:
        """Have what to press first said as it is where letters are typed, in the program or in a field
        beside it, or where they are keys; whether there is something else to say."""
        before, typing = (self.typing, self.hint), is_typed_in(focused)
        if focused.id != "program" and self.hint == _TYPING:
            self.hint = self._before
        if self.hint in [invitation(moment, typing=each) for each in (False, True)]:
            self.hint = invitation(moment, typing=typing)
        self.typing = typing
        return before != (self.typing, self.hint)

    def sentence(
        self, moment: Moment, errors: Sequence[ProgramError], noted: ProgramError | None = None
    ) -> str:
        """What could not be done, what is wrong, a hint, what just happened, or what to press.

        Of several errors it is the one that has its note below its line.
        """
        if moment.notice:
            return f"{moment.notice} {keys_from(moment.advice, typing=self.typing)}".strip()
        if errors:
            error = noted or errors[0]
            return f"line {error.line}: {told(error)}"
        return self.hint or moment.sentence or _unmoved(moment, self.typing)


def _unmoved(moment: Moment, typing: bool) -> str:
    """What to press where nothing of the view has happened."""
    if moment.next is not None:
        return keys_from("Nothing has happened yet. {next} goes to the first event.", typing=typing)
    return invitation(moment, typing=typing)


def invitation(moment: Moment, *, typing: bool = False) -> str:
    """What to press first, or to type where one is in the editor."""
    at = moment.snapshot
    if not at.telling.later:
        return KEPT_BACK
    if at.backwards:
        edits = "" if typing else " {edit} edits."
        return keys_from(
            f"{{next}} starts the gradient at the result, then sends it back edge by edge.{edits}",
            typing=typing,
        )
    leaked = len(at.leaks)
    if leaked:
        nodes = "node is" if leaked == 1 else "nodes are"
        return keys_from(
            f"{leaked} {nodes} leaked. {{diagnose}} says which, and what is missing.", typing=typing
        )
    if moment.progress[1]:
        edit = "" if typing else ": {edit}"
        return keys_from(
            f"{{first}} and then {{next}} show how it was computed. Add backward(name) for gradients{edit}.",
            typing=typing,
        )
    if at.node_count:
        name = next(iter(at.names), "x")
        add = "Add" if typing else "Press {edit} and add"
        return keys_from(
            f"Nothing is computed yet. {add} a line, such as y = {name}*{name} + 1.", typing=typing
        )
    if typing:
        return keys_from("Type a line, such as a = 2, or {command_palette} for examples.", typing=True)
    return keys_from(
        "Press {edit} and write a line, such as a = 2, or {actions_letter} for examples.", typing=False
    )
