"""Rows of commands for a session's moves: what they do comes from the moves, the keys from the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from microcrad.session.moves import MOVES
from tui.widgets.command import Command

__all__ = ["move_rows"]

Owner = TypeVar("Owner")


def move_rows(walk: Callable[[Owner, str], object]) -> Callable[..., Command[Owner]]:
    """Makes a row from a move's id, keys, label and looks; `walk` makes the move for the row's widget."""

    def row(id: str, keys: str, label: str, **looks: bool | str) -> Command[Owner]:
        move = MOVES[id]
        return Command(id, keys, label, move.does, lambda owner: walk(owner, id), move.words, **looks)  # type: ignore[arg-type]

    return row
