"""What keys and the action list do in the playground: one row for each command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import app_commands
from tui.playground.move_rows import move_rows
from tui.widgets.command import Command, app_command

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["FUNCTION_KEYS", "PLAYGROUND", "with_keys"]


def _walk(playground: Playground, id: str) -> None:
    playground.player.walk(id)


_move = move_rows(_walk)

PLAYGROUND: tuple[Command[Playground], ...] = (
    _move("next", "n", "Next", footer=True),
    _move("previous", "p", "Back", footer=True),
    Command("play", "space", "Play", "Play the events one after another, or pause",
            lambda playground: playground.player.play(),
            ("pause", "animate", "watch"), footer=True),
    Command("edit", "e", "Edit", "Edit the program where you typed, or at the chosen node",
            lambda playground: playground.edit(),
            ("i", "write", "type", "change"), footer=True),
    Command("nudge_up", "plus,equals_sign", "Nudge up",
            "Make the number of the leaf, or at the cursor, larger",
            lambda playground: playground.nudger.nudge(1), ("increase", "more", "number", "tweak")),
    Command("nudge_down", "minus", "Nudge down",
            "Make the number of the leaf, or at the cursor, smaller",
            lambda playground: playground.nudger.nudge(-1), ("decrease", "less", "number", "tweak")),
    _move("next_touching", "N", "Next here"),
    _move("previous_touching", "P", "Back here"),
    _move("next_line", "full_stop", "Next line"),
    _move("previous_line", "comma", "Line back"),
    _move("first", "less_than_sign", "First"),
    _move("last", "greater_than_sign", "Last"),
    _move("start_of_backward", "b", "Backward"),
    Command("breakpoint", "B", "Stop at", "Have play stop at a line, a node, or where a grad changes",
            lambda playground: playground.stops.ask(),
            ("breakpoint", "stop", "break", "watch", "until")),
    _move("next_stop", "u", "Next stop"),
    _move("previous_stop", "U", "Stop back"),
    _move("view", "v", "View"),
    Command("go_to", "g", "Go to", "Go to the event of a number; elsewhere g is the first row",
            lambda playground: playground.player.ask_for_event(),
            ("event", "jump", "goto", "number")),
    Command("faster", "right_parenthesis", "Faster", "Play the events twice as fast",
            lambda playground: playground.player.change_speed(1), ("speed", "quick")),
    Command("slower", "left_parenthesis", "Slower", "Play the events half as fast",
            lambda playground: playground.player.change_speed(-1), ("speed", "slow")),
    Command("diagram", "d", "Diagram", "Show the graph as a diagram, or a tree; beside it, go over",
            lambda playground: playground.fronts.turn_to_diagram(),
            ("picture", "draw", "boxes", "tree"), footer=True),
    Command("lesson", "t", "Lesson", "Go to the lesson's text", app_command("lesson"), footer=True,
            listed=False),
    Command("c", "c", "C", "Show the program as C, or as it was written",
            lambda playground: playground.fronts.turn_to_c(),
            ("source", "code", "compile")),
    Command("output", "o", "Output", "Show what was printed, and its curve, or the heap again",
            lambda playground: playground.fronts.turn_to_output(),
            ("print", "printed", "log", "console", "plot")),
    Command("faults", "f", "Faults", "Switch the engine to a wrong algorithm on purpose, or back",
            lambda playground: playground.rules.ask_for_fault(),
            ("fault", "wrong", "bug", "break", "grads", "gradients")),
    Command("inspector", "i", "Inspect", "Show the inspector in one line or in full",
            lambda playground: playground.turn_inspector(),
            ("details", "formula", "explain")),
    Command("next_place", "s", "Places", "Go to the next place of a shared node",
            lambda playground: playground.next_place(),
            ("shared", "place", "occurrence")),
    Command("largest", "a", "Largest",
            "Go down to what contributed most: a term, or an operand",
            lambda playground: playground.contributors.down(),
            ("why", "contribution", "term", "most")),
    Command("next_largest", "S", "Next largest",
            "After that, go to what contributed next, and around",
            lambda playground: playground.contributors.beside(),
            ("contribution", "term", "second")),
    Command("diagnose", "w", "Diagnose",
            "Go to where a nan comes from, or a gradient is lost",
            lambda playground: playground.checker.diagnose(),
            ("nan", "inf", "debug", "leak", "problem", "infinity", "first nan")),
    Command("findings", "W", "Findings", "List all that is wrong in the program, and what to do",
            lambda playground: playground.checker.list_findings(),
            ("problems", "warnings", "errors")),
    Command("check", "C", "Check grads", "Check every leaf's grad against its finite difference",
            lambda playground: playground.checker.check(),
            ("gradcheck", "test", "numeric", "gradients", "verify")),
    Command("run", "r", "Run", "Run the program to its end, however long it takes",
            lambda playground: playground.runner.run_to_end(),
            ("execute", "whole", "run all", "all")),
    Command("ownership", "m", "Ownership", "Switch between auto and manual ownership, and run again",
            lambda playground: playground.rules.switch_ownership(),
            ("manual", "auto", "refcount", "free", "memory")),
    Command("find", "slash", "Find", "Find a node by name or expression",
            lambda playground: playground.finder.ask(),
            ("search", "grep", "locate", "look")),
    Command("zoom", "z", "Zoom", "Give the focused pane the whole screen, or give it back",
            lambda playground: playground.panes.zoom(),
            ("maximise", "maximize", "fullscreen", "larger", "bigger", "enlarge")),
    Command("reference", "", "Reference", "Look up the language and the operations",
            app_command("reference"),
            ("docs", "functions", "syntax")),
    Command("open", "ctrl+o", "Open", "Open a program or a whole session from a file", app_command("open"),
            ("o", "load", "file", "import")),
    Command("save_as", "", "Save as", "Save the program under another name, or as a session",
            app_command("save_as"),
            ("saveas", "rename", "session")),
    Command("export", "", "Export", "Export the graph or the program to a file or clipboard",
            app_command("export"),
            ("svg", "json", "dot", "python", "copy", "clipboard", "png", "picture", "image", "save")),
    Command("new", "", "New", "Start an empty program", app_command("new"),
            ("clear", "empty", "blank")),
)  # fmt: skip
"""Outside text fields."""

FUNCTION_KEYS: tuple[Command[Playground], ...] = (
    _move("next", "f8", "Next", listed=False),
    Command("run", "f9", "Run", "Run the program to its end",
            lambda playground: playground.runner.run_to_end(), listed=False),
    Command("next_pane", "tab", "Next pane", "Go to the next pane",
            lambda playground: playground.panes.go_round(1), listed=False),
    Command("previous_pane", "shift+tab", "Previous pane", "Go to the previous pane",
            lambda playground: playground.panes.go_round(-1), listed=False),
)  # fmt: skip
"""Text fields included."""


def with_keys(text: str) -> str:
    """A sentence with the keys of the commands whose ids stand in it in braces."""
    return app_commands.with_keys(text, PLAYGROUND, FUNCTION_KEYS)
