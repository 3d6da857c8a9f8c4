"""Undo and redo: a line of situations, one after another, and where one stands in it."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Undo"]

Situation = TypeVar("Situation")


class Undo(Generic[Situation]):
    """Situations in the order they came about. Going back and then elsewhere forgets what was ahead."""

    def __init__(self, first: Situation, most: int = 200) -> None:
        """`most` is how many are kept; older ones are forgotten."""
        self._situations = [first]
        self._place = 0
        self._most = most
        self._open = False
        """Whether the last situation may still be replaced by the next one of the same stretch."""

    @property
    def current(self) -> Situation:
        """The situation one stands in."""
        return self._situations[self._place]

    def record(self, situation: Situation, *, stretch: bool = False) -> None:
        """A new situation. In a `stretch`, such as typing without a pause, only the last one is kept."""
        if situation == self.current:
            return
        del self._situations[self._place + 1 :]
        if stretch and self._open:
            self._situations[-1] = situation
        else:
            self._situations.append(situation)
            del self._situations[: -self._most]
        self._place = len(self._situations) - 1
        self._open = stretch

    def end_stretch(self) -> None:
        """What is recorded next is a situation of its own."""
        self._open = False

    def undo(self) -> Situation | None:
        """Go back one situation; None at the first."""
        return self._move(-1)

    def redo(self) -> Situation | None:
        """Go on to the situation that was left by `undo`; None at the last."""
        return self._move(1)

    def _move(self, by: int) -> Situation | None:
        self._open = False
        if not 0 <= self._place + by < len(self._situations):
            return None
        self._place += by
        return self.current
