"""What a pane says when what was asked of it changes nothing."""

from __future__ import annotations

from textual.message import Message

__all__ = ["NoEffect"]


class NoEffect(Message):
    """What was asked for cannot be done, or is done already; why, in a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why
