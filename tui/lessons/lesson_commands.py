"""What a person can do in a lesson, outside text fields, and sentences with the keys for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui import app_commands
from tui.lessons.doings import DOES
from tui.widgets.command import Command, of_app

if TYPE_CHECKING:
    from tui.lessons.pane import LessonPane

__all__ = ["ANSWER", "LESSON", "with_keys"]

LESSON: tuple[Command[LessonPane], ...] = (
    Command("check", "K,enter", "Check", DOES["check"], lambda pane: pane.attempt.check(),
            ("answer", "test"), footer=True),
    Command("next", "T", "Next", DOES["next"],
            lambda pane: pane.walk.next(), ("continue", "go on"), footer=True),
    Command("hint", "H", "Hint", DOES["hint"], lambda pane: pane.attempt.hint(),
            ("help", "clue"), footer=True),
    Command("answer", "A", "Answer", DOES["answer"], lambda pane: pane.go_to_answer(),
            ("field", "choices")),
    Command("reset", "R", "Reset", DOES["reset"], lambda pane: pane.attempt.reset(),
            ("restart", "anew"), footer=True),
    Command("skip", "X", "Skip", DOES["skip"],
            lambda pane: pane.attempt.skip(), ("solution", "answer"), footer=True),
    Command("other", "O", "Other numbers", DOES["other"], lambda pane: pane.walk.other(),
            ("again", "like", "question")),
    Command("turn", "f4,t", "Panes", "Go to the panes beside", lambda pane: pane.walk.turn(), footer=True,
            listed=False),
    Command("back", "L", "Task back", DOES["back"], lambda pane: pane.walk.back(),
            ("previous", "before")),
    Command("leave", "", "Leave", "Leave the lesson; your place in it is kept",
            lambda pane: pane.walk.leave_for_list(), ("quit", "exit", "stop", "close")),
    Command("next_pane", "tab", "Pane", "Go to the next pane", lambda pane: pane.go_round(1),
            listed=False),
    Command("previous_pane", "shift+tab", "Previous pane", "Go to the previous pane",
            lambda pane: pane.go_round(-1), listed=False),
)  # fmt: skip


ANSWER: tuple[Command[Any], ...] = (
    Command("check", "enter", "Check", "Check the answer", lambda field: field.action_submit(), footer=True,
            listed=False),
    of_app("give_back", "escape", "Leave", "Leave the field: letters and digits are keys then", footer=True),
    of_app("lesson", "f4", "Panes", "Go to the panes, or back", footer=True),
)  # fmt: skip
"""The same in the field for a number."""


def with_keys(text: str) -> str:
    """A sentence with the keys of the commands whose ids stand in it in braces."""
    return app_commands.with_keys(text, LESSON, ANSWER)
