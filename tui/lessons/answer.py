"""The widgets that a task is answered in: a field for a number, and choices."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import OptionList

from tui.widgets.command import Command, bindings, of_app, run_command
from tui.widgets.line_field import LineField

__all__ = ["AnswerField", "Choices", "cursor_rows"]


_IN_ANSWERS = "EIN"
"""The capital letters that answers have: `1E5`, `Inf`, `NaN`."""
_KEYS = "<>:?,;!=[]{}|\\&#@~'\"$"
"""Signs that no number has."""
_NO_BEGINNING = "bdfghjkmopquvwxyz/ "
"""What no answer begins with, though it may stand further on."""
_BEGINNING = "n"
"""What walks, and begins `nan` as well."""


def cursor_rows() -> tuple[Command[OptionList], ...]:
    """The rows of a list whose cursor moves by letters as well."""
    return (
        Command("up", "up,k", "Up", "Go up", OptionList.action_cursor_up, listed=False),
        Command("down", "down,j", "Down", "Go down", OptionList.action_cursor_down, listed=False),
    )


class AnswerField(LineField):
    """A number, or what stands for one, such as 2/3 and 1e-3.

    What no answer has in it is no text here: the lesson's letters, and the keys that walk, do what they do
    everywhere. So does a letter that no answer begins with, where nothing is typed yet.
    """

    may_walk = False
    """Whether the task lets one walk on, so that `n` in an empty field does."""

    def is_key(self, character: str) -> bool:
        """Whether a character is a key here, and no part of an answer."""
        if character.isupper() and character not in _IN_ANSWERS:
            return True
        if character in _KEYS:
            return True
        fresh = not self.value or len(self.selected_text) == len(self.value)
        return fresh and (character in _NO_BEGINNING or (character in _BEGINNING and self.may_walk))

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What is a key here is none that is typed."""
        return super().check_consume_key(key, character) and not self.is_key(character or "")

    def on_blur(self) -> None:
        """Keep nothing that was typed by mistake and is no number."""
        from lessons.fields.answers import AnswerError, parse_number  # The first frame does not wait for it.

        try:
            parse_number(self.value)
        except AnswerError:
            self.clear()

    async def _on_key(self, event: Key) -> None:
        if event.character is not None and self.is_key(event.character):
            event.prevent_default()  # The pane around it has it then.

    TABLE = (
        Command(
            "check", "enter", "Check", "Check the answer", LineField.action_submit, footer=True, listed=False
        ),
        of_app("give_back", "escape", "Leave", "Leave the field", footer=True),
        of_app("lesson", "f4", "Panes", "Go to the panes, or back", footer=True),
    )
    BINDINGS = bindings(TABLE)
    HELP = (
        "A number: 7, -1.5, 2/3, 1e-3, 2**-20, tanh(1), 75 %, inf or nan. enter checks it, esc leaves. Keys "
        "that no number has, such as > and the lesson's capital letters, do here what they do elsewhere."
    )
    action_command = run_command


class Choices(OptionList):
    """The choices of a step."""

    TABLE = (
        Command("choose", "enter", "Choose", "Take the choice", OptionList.action_select, footer=True,
            listed=False),
        *cursor_rows(),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    HELP = "What to choose from: arrows choose, enter takes it. A wrong choice says what it would mean."
    action_command = run_command
