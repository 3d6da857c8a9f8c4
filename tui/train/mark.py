"""What a pane that shows a picture with a mark on it reports: one name for each act, whatever is marked.

The boundary's mark is on a sample, the network's on a neuron. Whose mark it is, the pane says that sent it.
"""

from __future__ import annotations

from typing import Any, Protocol

from textual.message import Message
from textual.widget import Widget

__all__ = ["MarkMoved", "MarkOpened", "MarkPicked", "Markable", "PictureSized"]


class Markable(Protocol):
    """What has a mark: the samples, or the neurons."""

    def move(self, right: int, up: int) -> None:
        """Mark what is next in a direction."""

    def pick(self, place: Any) -> None:
        """Mark what was pointed at; open it if it was marked already."""

    def open(self) -> None:
        """Open what is marked."""


class _OfPane(Message):
    def __init__(self, pane: Widget) -> None:
        super().__init__()
        self.pane = pane


class MarkMoved(_OfPane):
    """The person asked for what is next in a direction."""

    def __init__(self, pane: Widget, right: int, up: int) -> None:
        super().__init__(pane)
        self.right, self.up = right, up


class MarkPicked(_OfPane):
    """The person pointed at a place, which only the pane's own mark can read."""

    def __init__(self, pane: Widget, place: object) -> None:
        super().__init__(pane)
        self.place = place


class MarkOpened(_OfPane):
    """The person asked to open what is marked."""


class PictureSized(_OfPane):
    """The pane has another size, and what it shows has to be looked at anew."""
