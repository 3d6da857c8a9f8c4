"""The widgets that a task is answered in: a field for a number, and choices."""

from __future__ import annotations

from textual.widgets import OptionList

from tui.widgets.command import Command, bindings, of_app, run_command
from tui.widgets.line_field import LineField

__all__ = ["AnswerField", "Choices", "cursor_rows"]


def cursor_rows() -> tuple[Command[OptionList], ...]:
    """The rows of a list whose cursor moves by letters as well."""
    return (
        Command("up", "up,k", "Up", "Go up", OptionList.action_cursor_up, listed=False),
        Command("down", "down,j", "Down", "Go down", OptionList.action_cursor_down, listed=False),
    )


class AnswerField(LineField):
    """A number, or what stands for one, such as 2/3 and 1e-3."""

    TABLE = (
        Command(
            "check", "enter", "Check", "Check the answer", LineField.action_submit, footer=True, listed=False
        ),
        of_app("give_back", "escape", "Leave field", "Leave the field", footer=True),
        of_app("lesson", "f4", "Text/panes", "Go to the panes, or back", footer=True),
        of_app("command_palette", "f2", "Actions", "List every action", footer=True),
        of_app("help", "f1", "Help", "Explain this pane", footer=True),
    )
    BINDINGS = bindings(TABLE)
    HELP = "A number: 7, -1.5, 2/3 or 1e-3. enter checks it, esc leaves the field."
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
