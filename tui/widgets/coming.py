"""What stands in a place that is being made, as that may take a while."""

from __future__ import annotations

from textual.containers import Container

from tui.widgets.safe_text import SafeText

__all__ = ["Coming"]


class Coming(Container):
    """A container that says what it is doing until what it is made of is there, and covers the words."""

    COMING = ""
    """What is said."""

    def render(self) -> SafeText:
        """The words; Textual asks for them only where nothing stands before them."""
        return SafeText(f" {self.COMING}")
