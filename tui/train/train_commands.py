"""What a person can do in training, outside text fields, and sentences with the keys for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui import app_commands
from tui.widgets.command import Command, Keyed

if TYPE_CHECKING:
    from tui.train.mode import Train

__all__ = ["COMMANDS", "with_keys"]

COMMANDS: tuple[Command[Train], ...] = (
    Command("run", "space", "Run", "Train on, or pause", lambda train: train.going.run(),
            ("train", "start", "play", "pause"), footer=True),
    Command("take_step", "s", "Step", "Take one step", lambda train: train.going.take_step(),
            ("next", "single", "one"), footer=True),
    Command("take_epoch", "S", "Epoch", "Take steps until every sample was seen once more",
            lambda train: train.going.take_epoch(),
            ("pass", "round")),
    Command("faster", "plus,equals_sign", "Faster", "Train faster, up to as fast as it can",
            lambda train: train.going.change_speed(1),
            ("speed", "quick", "full")),
    Command("slower", "minus", "Slower", "Train slower, down to a step a second",
            lambda train: train.going.change_speed(-1),
            ("speed", "watch", "slow")),
    Command("rewind", "r", "Rewind", "Go back to the same initial weights",
            lambda train: train.going.rewind(),
            ("reset", "restart", "back"), footer=True),
    Command("open_marked", "o", "Open", "Open the marked sample as a graph in the playground",
            lambda train: train.marked.open(),
            ("graph", "sample", "point"), footer=True),
    Command("keep_run", "c", "Keep", "Keep this run and its curve, to compare and to go back to",
            lambda train: train.going.keep_run(),
            ("compare", "curve", "remember", "log")),
    Command("kept_runs", "C", "Kept runs", "Compare the runs that were kept, and go back to one",
            lambda train: train.changes.choose_kept(),
            ("compare", "log", "history", "restore")),
    Command("faults", "f", "Faults", "Train wrong on purpose, or right again",
            lambda train: train.changes.ask_fault(),
            ("fault", "wrong", "bug", "break"), footer=True),
    Command("next_phase", "n", "Phase", "Look at the next phase of the last step",
            lambda train: train.going.next_phase(),
            ("forward", "phases", "opened")),
    Command("previous_phase", "p", "Phase back", "Look at the phase before",
            lambda train: train.going.previous_phase(),
            ("back", "previous")),
    Command("non_finite", "w", "First NaN", "Open the sample where a number first was not finite",
            lambda train: train.marked.open_non_finite(),
            ("nan", "inf", "debug")),
    Command("middle", "m", "View", "Show the network, the boundary, both, or a drawing",
            lambda train: train.turn_middle(),
            ("network", "neurons", "layers", "boundary", "picture"), footer=True),
    Command("open_data", "", "Open data", "Learn from a table or pictures of your own, file or folder",
            lambda train: train.changes.ask("data"),
            ("csv", "table", "data", "file", "dataset", "load")),
    Command("draw_data", "", "Draw data", "Draw points of several classes, and learn from them",
            lambda train: train.draw_data(),
            ("drawing", "data", "points", "own", "hand")),
    Command("save_network_as", "", "Save as", "Save the network and its run under another name",
            lambda train: train.files.save_as(),
            ("write", "model", "weights", "checkpoint")),
    Command("open_network", "ctrl+o", "Open network", "Open a saved network, and go on with its run",
            lambda train: train.files.open(),
            ("load", "model", "weights", "resume", "checkpoint")),
    Command("export_network", "", "Export", "Export the network as Python, PyTorch or C",
            lambda train: train.files.export(),
            ("script", "torch", "model", "c code")),
    Command("zoom", "z", "Zoom", "Give the focused pane the whole screen, or give it back",
            lambda train: train.panes.zoom(),
            ("maximise", "maximize", "fullscreen", "larger")),
    Command("next_pane", "tab", "Pane", "Go to the next pane", lambda train: train.panes.go_round(1),
            footer=True, listed=False),
    Command("previous_pane", "shift+tab", "Previous pane", "Go to the previous pane",
            lambda train: train.panes.go_round(-1), listed=False),
)  # fmt: skip


def with_keys(text: str, *panes: Iterable[Keyed]) -> str:
    """A sentence with the keys of the commands whose ids stand in it in braces: of training, or of panes."""
    return app_commands.with_keys(text, *panes, COMMANDS)
