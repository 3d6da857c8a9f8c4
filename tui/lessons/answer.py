"""The widgets that a task is answered in: a field for a number, and choices."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import OptionList

from tui.lessons.lesson_commands import ANSWER
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.line_field import LineField
from tui.widgets.marked_list import MarkedList

__all__ = ["AnswerField", "Choices", "cursor_rows"]


_IN_ANSWERS = "EIN"
"""The capital letters that answers have: `1E5`, `Inf`, `NaN`."""
_KEYS = "<>:?;!=[]{}|\\&#@~'\"$"
"""Signs that no number has."""


def cursor_rows() -> tuple[Command[OptionList], ...]:
    """The rows of a list whose cursor moves by letters as well."""
    return (
        Command("up", "up,k", "Up", "Go up", OptionList.action_cursor_up, listed=False),
        Command("down", "down,j", "Down", "Go down", OptionList.action_cursor_down, listed=False),
    )


class AnswerField(LineField):
    """A number, or what stands for one, such as 2/3 and 1e-3.

    It takes what is typed. Only what no number has in it is no text here: the lesson's capital letters, and
    signs such as those that walk, do what they do everywhere.
    """

    @staticmethod
    def is_key(character: str) -> bool:
        """Whether a character is a key here, as no number has it."""
        return (character.isupper() and character not in _IN_ANSWERS) or character in _KEYS

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What is a key here is none that is typed."""
        return super().check_consume_key(key, character) and not self.is_key(character or "")

    async def _on_key(self, event: Key) -> None:
        if event.character is not None and self.is_key(event.character):
            event.prevent_default()  # The pane around it has it then.

    TABLE = ANSWER
    BINDINGS = bindings(TABLE)
    HELP = (
        "A number: 7, -1.5 or -1,5, 2/3, 1e-3, 2**-20, tanh(1), 75 %, inf or nan. enter checks it. Small "
        "letters and digits are typed here; esc leaves the field, and they are keys again. What no number "
        "has, such as > and the lesson's capital letters, does here what it does elsewhere."
    )
    action_command = run_command


class Choices(MarkedList):
    """The choices of a step."""

    TABLE = (
        Command("choose", "enter", "Choose", "Take the choice", OptionList.action_select, footer=True,
            listed=False),
        *cursor_rows(),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    HELP = "What to choose from: arrows choose, enter takes it. A wrong choice says what it would mean."
    action_command = run_command
