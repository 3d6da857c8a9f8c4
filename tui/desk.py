"""What lies before a person in the playground: a program, the session it runs in, and its undo.

Something else can lie on top of it for a while: a sample of a training, or a lesson.
"""

from __future__ import annotations

import time
from typing import Protocol

from microcrad.examples import examples
from microcrad.session.file import SavedSession, saved, to_json
from microcrad.session.session import Session
from microcrad.session.undo import Undo
from tui.stage import Stage
from tui.state_file import Kept, StateKeeper

__all__ = ["Desk", "Desks", "Situation"]

STRETCH_SECONDS = 1.0
"""Changes that follow each other faster than this are undone as one."""


class Situation:
    """What undo goes back to."""

    def __init__(self, program: Kept, session: SavedSession) -> None:
        self.program, self.session = program, session

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


class Guest(Protocol):
    """What is done on a desk and goes with it, such as a lesson."""

    def leave(self) -> None:
        """End it, and take its desk off."""

    def marked(self, place: SavedSession) -> SavedSession:
        """A place on the desk, with where one is in what is done there."""


class Desk:
    """The person's own program, a sample of a training, or a lesson's: each has its session and undo."""

    def __init__(
        self, program: Kept, session: Session, *, leaves_to: str = "", holder: Guest | None = None
    ) -> None:
        self.session = session
        self.leaves_to = leaves_to
        """The mode that it was opened from, and that esc leads back to; the person's own has none."""
        self.holder = holder
        """What is done on it, if it is not there for itself: what was changed on it is not brought back."""
        self.under: Desk | None = None
        """What lay there before, and lies there again once this is taken off."""
        self.left: SavedSession | None = None
        """Where one stood on it as something else was laid on top."""
        self.aside: Kept | None = None
        """What was made of it, as it was set aside last."""
        self.program = program
        """The program as it was opened or saved last; the session has its text now."""
        self.take(program)
        self.undo = Undo(Situation(program, saved(session, program.name)))
        self._changed = 0.0

    def take(self, program: Kept) -> None:
        """Have another program, or the same in another file; the session is told where that is."""
        self.program, self.session.files = program, self.session.files.of_folder(program.folder)

    @property
    def current(self) -> Kept:
        """The program as it is now."""
        return self.program._replace(text=self.session.text)

    @property
    def saved(self) -> bool:
        """Whether the file holds what is on screen."""
        return self.program.saved == self.session.text

    @property
    def is_example(self) -> bool:
        """Whether it is an example as it came."""
        return any(example.text == self.session.text for example in examples())

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


class Desks:
    """The person's own desk, and what lies on top of it for a while."""

    def __init__(self, own: Desk, stage: Stage, keeper: StateKeeper) -> None:
        self.own = own
        """The person's own program."""
        self.top = own
        """What the playground shows: that, or what is visited meanwhile."""
        self._stage, self._keeper = stage, keeper

    @property
    def visiting(self) -> bool:
        """Whether the playground shows something else than the person's own program."""
        return self.top.under is not None

    def place(self) -> SavedSession:
        """The session on screen, and where one stands in it and in a lesson."""
        place = self._stage.playground.whereabouts.saved(self.top.program.name)
        return place if self.top.holder is None else self.top.holder.marked(place)

    def own_place(self) -> str:
        """Where the person stands in their own program, without its text, as it is kept."""
        own = self.own
        panes = not self.visiting and self._stage.has_panes
        covered = own.left if self.visiting else None
        place = self.place() if panes else covered or saved(own.session, own.program.name)
        return to_json(place._replace(program=""))

    def visit(self, desk: Desk, saying: str = "") -> None:
        """Show something else, on top of what is there; another from the same place goes first.

        A lesson has the panes in front that its text tells of: those that are there at first.
        """
        if self.top.leaves_to == desk.leaves_to:
            self.end_visit()
        playground = self._stage.playground
        self.top.left = playground.whereabouts.saved(self.top.program.name)
        desk.under, self.top = self.top, desk
        self._stage.show_mode("playground")
        playground.show_session(desk.session, saying)
        if desk.holder is not None:
            playground.whereabouts.bring_forward()
        self._stage.show_header()

    def end_visit(self) -> None:
        """Put what lies under it back; a lesson's desk takes the lesson with it."""
        if self.visiting and self.top.holder is not None:
            self.top.holder.leave()
        else:
            self.take_off(self.top)

    def take_off(self, desk: Desk) -> None:
        """Take a desk off, and all that lies on it; not the person's own."""
        if desk.under is None:
            return
        while self.top is not desk.under and self.top.under is not None:
            self.set_visit_aside()
            self.top = self.top.under
        self._stage.playground.show_session(self.top.session)
        if self.top.left is not None:
            self._stage.playground.whereabouts.go_back(self.top.left)
        self._stage.show_header()

    def set_visit_aside(self) -> None:
        """Where what is visited was changed, let it be brought back from the action list."""
        desk = self.top
        if desk.under is not None and desk.holder is None and desk.program.text != desk.session.text:
            earlier, desk.aside = desk.aside, desk.current
            self._keeper.set_aside(desk.aside, earlier)
