"""Where a lesson is taken: the playground, training, or both, each going on from where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessons.take.in_session import SessionGround
from microcrad.session.session import Session

if TYPE_CHECKING:  # Training needs numpy, which most lessons do without.
    from lessons.take.in_training import TrainingGround
    from microcrad.train.training import Training

__all__ = ["Grounds"]


class Grounds:
    """The grounds of one lesson, each made when a step is first done on it."""

    def __init__(self, mode: str, on: Session | Training, ownership: str | None) -> None:
        """Begin with what the lesson's own mode is taken on."""
        self._ownership = ownership
        self._made: dict[str, SessionGround | TrainingGround] = {}
        self._add(mode, on)

    def of(self, mode: str) -> SessionGround | TrainingGround:
        """Where steps of a mode are done; an empty playground or a new training if none was before."""
        return self._made[mode] if mode in self._made else self._add(mode, _fresh(mode))

    def __contains__(self, mode: object) -> bool:
        """Whether a step of a mode was begun."""
        return mode in self._made

    def _add(self, mode: str, on: Session | Training) -> SessionGround | TrainingGround:
        ground = self._made[mode] = _ground(on)
        ground.begin(self._ownership)
        return ground


def _fresh(mode: str) -> Session | Training:
    if mode == "playground":
        return Session()
    from microcrad.train.training import Training

    return Training()


def _ground(on: Session | Training) -> SessionGround | TrainingGround:
    if isinstance(on, Session):
        return SessionGround(on)
    from lessons.take.in_training import TrainingGround

    return TrainingGround(on)
