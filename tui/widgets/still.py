"""Widgets that are as large as they are told to be, and for which being told is no reason to lay out anew."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import ContentSwitcher

__all__ = ["HStack", "OneOf", "Still", "VStack"]


class Still(Widget):
    """A widget that does not scroll.

    Textual lays the whole screen out a second time after each layout that has given any other widget a new
    size: it might need a scrollbar now. That takes longer than all else that a key does.
    """

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        return super()._size_updated(size, virtual_size, container_size, layout=False)


class VStack(Vertical, Still):
    """Widgets below each other."""


class HStack(Horizontal, Still):
    """Widgets beside each other."""


class OneOf(ContentSwitcher, Still):
    """Widgets one of which is shown."""
