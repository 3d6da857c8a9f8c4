"""What can be done anywhere in the app, and sentences with the keys for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from microcrad.text.notices import in_words
from tui.widgets.command import Command, Keyed, key_in

if TYPE_CHECKING:
    from tui.app import PlaygroundApp

__all__ = ["APP", "STOPS", "with_keys"]

STOPS = "{give_back} stops"
_QUITS = "{quit} quits; your program is kept."


def _show_mode(app: PlaygroundApp, mode: str) -> None:
    """Show another mode; to who meant to answer a lesson with that digit, say where one does."""
    beside_a_lesson = app.place.in_front
    app.stage.show_mode(mode)
    if beside_a_lesson:
        app.place.say_where_to_answer()


APP: tuple[Command[PlaygroundApp], ...] = (
    # Anywhere, text fields included.
    Command("help", "f1", "Help", "Explain the focused pane and its keys", lambda app: app.show_help(),
            ("keys", "manual", "h", "?", "shortcuts", "hotkeys")),
    Command("command_palette", "f2,ctrl+p", "Actions", "List every action",
            lambda app: app.action_command_palette(), listed=False),
    Command("lesson", "f4", "Lesson", "Go to the lesson, or back to the playground",
            lambda app: app.walk.turn(), ("tutorial", "learn")),
    Command("undo", "ctrl+z", "Undo", "Go back over the last change of the text or its rules",
            lambda app: app.programs.undo(), ("back", "revert", "u", "undo step")),
    Command("redo", "ctrl+y,ctrl+shift+z", "Redo", "Go on again over a change that was undone",
            lambda app: app.programs.redo(), ("again", "repeat")),
    Command("save", "ctrl+s", "Save", "Save the program to its file, or in Train the network",
            lambda app: app.stage.files(app.programs).save(),
            ("w", "write", "store")),
    Command("quit", "ctrl+q", "Quit", "Leave; the program is kept and offered next time",
            lambda app: app.ending.leave(), ("q", "wq", "exit", "leave", "close", "app")),
    # Anywhere outside text fields.
    Command("how_to_quit", "q,ctrl+c", "How to quit", "Say how to quit",
            lambda app: app.notify(with_keys(_QUITS)), listed=False),
    Command("lesson_letter", "t", "Lesson", "Go to the lesson", lambda app: app.walk.turn(), listed=False),
    Command("quit_letter", "Q", "Quit", "Leave", lambda app: app.ending.leave(), footer=True, listed=False),
    Command("actions_letter", "colon", "Actions", "List every action",
            lambda app: app.action_command_palette(), footer=True, listed=False),
    Command("help_letter", "question_mark", "Help", "Explain the focused pane", lambda app: app.show_help(),
            footer=True, listed=False),
    Command("playground", "1", "Playground", "Show the playground",
            lambda app: _show_mode(app, "playground"), ("program", "graph", "main")),
    Command("train", "2", "Train", "Show training", lambda app: _show_mode(app, "train"),
            ("network", "learn", "mlp", "names", "gpt", "moons", "spirals", "iris", "digits")),
    Command("lessons", "3", "Lessons", "Show the lessons", lambda app: _show_mode(app, "lessons"),
            ("tutorial", "learn")),
    Command("practise", "", "Practise", "Practise: tasks without end, made as you go",
            lambda app: app.walk.practise(), ("exercise", "drill", "quiz", "learn")),
    # Where the playground lists them.
    Command("reference", "", "Reference", "Look up the language and the operations",
            lambda app: app.show_reference(), listed=False),
    Command("open", "", "Open", "Open a program or a whole session from a file",
            lambda app: app.programs.open(), listed=False),
    Command("save_as", "", "Save as", "Save the program under another name, or as a session",
            lambda app: app.programs.save_as(), listed=False),
    Command("export", "", "Export", "Export the graph or the program to a file or clipboard",
            lambda app: app.export(), listed=False),
    Command("new", "", "New", "Start an empty program", lambda app: app.programs.new(), listed=False),
    Command("give_back", "escape", "Back",
            "Leave what is nearest: a run, a zoomed pane, a field, a lesson, a sample that was opened",
            lambda app: app.give_back(), listed=False),
)  # fmt: skip


def with_keys(text: str, *tables: Iterable[Keyed]) -> str:
    """A sentence with the keys of the commands whose ids stand in it in braces: of tables, or the app."""
    return in_words(text, key_in(*tables, APP))
