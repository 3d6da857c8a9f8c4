"""What lies before a person in the playground: a program, the session it runs in, and its undo."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from microcrad.session.file import SavedSession, saved
from microcrad.session.session import Session
from microcrad.session.undo import Undo
from tui.state_file import Kept

__all__ = ["Desk", "Situation"]

STRETCH_SECONDS = 1.0
"""Changes that follow each other faster than this are undone as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What undo goes back to."""

    program: Kept
    session: SavedSession

    def __eq__(self, other: object) -> bool:
        """Whether program and rules are the same; where one stands in the run does not count."""
        return isinstance(other, Situation) and self._essence == other._essence

    __hash__ = None  # type: ignore[assignment]

    def differs_by_text(self, other: Situation) -> bool:
        """Whether it is the same program by the same rules, written otherwise."""
        return self._essence[1:] == other._essence[1:]

    @property
    def _essence(self) -> tuple[object, ...]:
        session, program = self.session, self.program
        return session.program, program.path, program.name, session.ownership, session.fault


@dataclass(slots=True)
class Desk:
    """The person's own program, a sample of a training, or a lesson's: each has its session and undo."""

    program: Kept
    """The program as it was opened or saved last; the session has its text now."""
    session: Session
    leaves_to: str = ""
    """The mode that it was opened from, and that esc leads back to; the person's own has none."""
    brought_back: bool = True
    """Whether what was changed on it can be brought back once it is taken off."""
    under: Desk | None = None
    """What lay there before, and lies there again once this is taken off."""
    aside: Kept | None = None
    """What was made of it, as it was set aside last."""
    undo: Undo[Situation] = field(init=False)
    _changed: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.undo = Undo(Situation(self.program, saved(self.session, self.program.name)))

    @property
    def current(self) -> Kept:
        """The program as it is now."""
        return replace(self.program, text=self.session.text)

    @property
    def saved(self) -> bool:
        """Whether the file holds what is on screen."""
        return self.program.saved == self.session.text

    def record(self, situation: Situation) -> None:
        """Let what has changed be undone; typing without a pause in one piece."""
        now = time.monotonic()
        if now - self._changed > STRETCH_SECONDS:
            self.undo.end_stretch()
        self.undo.record(situation, stretch=situation.differs_by_text(self.undo.current))
        self._changed = now

    def rest(self) -> None:
        """What changes next is undone by itself."""
        self._changed = 0.0

    def forget(self) -> None:
        """Have nothing to undo: what is there now was not made by the person."""
        self.undo = Undo(Situation(self.current, saved(self.session, self.program.name)))
