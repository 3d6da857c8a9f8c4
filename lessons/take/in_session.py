"""A lesson's ground, where it is the playground: moves on a session, and what checks may see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import NO_FAULT, ScriptMove
from lessons.kinds.base import LESSON_LIMITS, Absent, Here
from lessons.kinds.event_checks import EventPattern
from lessons.take.program_moves import WRITING
from microcrad.records import Record
from microcrad.session.moves import PLACES, make_move
from microcrad.session.session import Session
from microcrad.timeline.log import View
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.telling import EVERYTHING

__all__ = ["SessionGround"]


class _Kept(Record):
    """Where a session stood."""

    text: str
    ownership: str | None
    fault: str | None
    position: int
    view: View
    selected: int | None


class SessionGround:
    """A session that a lesson is taken in."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def begin(self, ownership: str | None) -> None:
        """An empty playground, running right, by a lesson's ownership."""
        self.session.veil(EVERYTHING)
        self.session.fault = None
        self.session.open("", ownership=ownership)

    def perform(self, move: ScriptMove) -> None:
        """Make one move. Raises `BrokenLessonError` if it cannot be made here."""
        _MOVES[move.name](self.session, move.value)

    def here(self, answer: float | None, choice: str | None, begun: object = None) -> Here:
        """What checks may see, which is everything; `begun` is where the step began."""
        text = begun.text if isinstance(begun, _Kept) else ""
        return Here(answer, choice, moment=self.session.whole.moment, begun=text)

    def keep(self) -> _Kept:
        """Where the session stands, to be compared and to be returned to."""
        at = self.session
        return _Kept(at.text, at.ownership, at.fault, at.position, at.view, at.selected)

    def restore(self, kept: object) -> None:
        """Return to where the session stood."""
        assert isinstance(kept, _Kept)
        session = self.session
        session.veil(EVERYTHING)  # One may have stood where nothing may be told of now.
        there = (session.text, session.ownership, session.fault) == (kept.text, kept.ownership, kept.fault)
        if there and session.up_to_date and not session.run.errors:  # Nothing is to be run anew.
            session.notice = ""
        else:
            session.fault = kept.fault
            session.open(kept.text, ownership=kept.ownership, limits=LESSON_LIMITS)
        session.go(kept.position)
        session.view = kept.view
        session.selected = kept.selected if kept.selected in session.snapshot.nodes else None


def _open(session: Session, text: str) -> None:
    session.open(WRITING["program"]("", text), ownership=session.ownership, limits=LESSON_LIMITS)


def _writing(name: str) -> Callable[[Session, str], None]:
    def write(session: Session, value: str) -> None:
        session.set_text(WRITING[name](session.text, value), limits=LESSON_LIMITS)
        make_move(session, "last")

    return write


def _go(session: Session, place: str) -> None:
    word, _, number = place.partition(" ")
    if word in PLACES:
        PLACES[word].go(session)
        return
    at = session.snapshot
    if word == "line":
        stops = at.starts_of(int(number))
    elif word == "event" and not number.strip().isdigit():
        stops = _after(at, number)
    elif word == "event":
        stops = [int(number)] if int(number) <= at.event_count else []
    else:
        stops = list(at.backwards[int(number or 1) - 1 :])
    if not stops:
        raise BrokenLessonError(f"there is no {place} to go to: the run has {at.event_count} events.")
    session.go(stops[0])


def _after(at: Snapshot, event: str) -> list[int]:
    """The positions after each event of the run that is written like this."""
    try:
        pattern = EventPattern(at.end, event)
    except Absent as absent:
        raise BrokenLessonError(f"event {event}: {absent}") from None
    return [each.index + 1 for each in at.end.events(pattern.kind) if pattern.fits(each)]


def _select(session: Session, name: str) -> None:
    node = session.snapshot.node_called(name)
    if node is None:
        raise BrokenLessonError(f"no node is called {name!r} here, so it cannot be selected.")
    session.select(node)


def _fault(session: Session, name: str) -> None:
    session.switch_fault(None if name == NO_FAULT else name, limits=LESSON_LIMITS)


def _ownership(session: Session, rules: str) -> None:
    session.open(session.text, ownership=rules, limits=LESSON_LIMITS)


def _view(session: Session, view: str) -> None:
    session.view = View(view)


_MOVES: Mapping[str, Callable[[Session, Any], None]] = {
    "program": _open, "append": _writing("append"), "line": _writing("line"), "insert": _writing("insert"),
    "go": _go, "select": _select, "fault": _fault,
    "ownership": _ownership, "view": _view,
}  # fmt: skip
