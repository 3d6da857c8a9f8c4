"""Lessons as tests take them."""

from __future__ import annotations

from planted import lesson

from lessons.catalogue import catalogue
from lessons.format.lesson import Lesson
from lessons.take.taking import Taking
from microcrad.session.session import Session

__all__ = ["session_of", "shipped", "taking"]


def shipped(id_: str) -> Lesson:
    """A lesson that ships with microcrad."""
    found = catalogue().find(id_)
    assert found is not None
    return found


def taking(step: str | None = None) -> Taking:
    """The sound lesson, begun at a step in a session where something else stood."""
    return Taking(lesson(), Session("left = 1\n"), step=step)


def session_of(it: Taking) -> Session:
    """The session of a step that is done in the playground."""
    assert isinstance(it.on, Session)
    return it.on
