"""What is said of the last command: a fact, for everyone, and what keys help, where there is a screen."""

from __future__ import annotations

__all__ = ["Notices"]


class Notices:
    """Has a notice. It is set as a fact, or with `tell` together with keys, which only the screen says."""

    _notice = ""
    _keys = ""

    @property
    def notice(self) -> str:
        """What the last command did or could not do, in a sentence; empty if there is nothing to say."""
        return self._notice

    @notice.setter
    def notice(self, fact: str) -> None:
        self.tell(fact)

    @property
    def notice_on_screen(self) -> str:
        """The same, and what keys to press."""
        return f"{self._notice} {self._keys}".strip()

    def tell(self, fact: str, keys: str = "") -> None:
        """Set the notice, and what keys help."""
        self._notice, self._keys = fact, keys
