"""A lesson's ground, where it is training: everything here that touches `microcrad.train`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lessons.kinds.base import Here
from lessons.problems import BrokenLessonError
from lessons.scripts import Move
from microcrad.errors import MicrocradError
from microcrad.train.configuration import Configuration
from microcrad.train.settings import changed
from microcrad.train.training import Training

__all__ = ["TrainingGround", "settings_problem"]


def settings_problem(values: Mapping[str, Any]) -> str:
    """What is wrong with a table of settings, in a sentence; empty if nothing is."""
    try:
        configured(values)
    except MicrocradError as error:
        return str(error)
    return ""


def configured(values: Mapping[str, Any], start: Configuration | None = None) -> Configuration:
    """A configuration with settings changed in the order in which they are written."""
    configuration = start or Configuration()
    for name, value in values.items():
        configuration = changed(configuration, name, str(value))
    return configuration


class _Kept(NamedTuple):
    """A run that can be taken again: the same configuration gives the same steps."""

    configuration: Configuration
    step: int


class TrainingGround:
    """A training that a lesson is taken in."""

    def __init__(self, training: Training) -> None:
        self.training = training

    def begin(self, ownership: str | None) -> None:
        """Micrograd's demo, before its first step."""
        self._configure(Configuration())

    def perform(self, move: Move) -> None:
        """Make one move. Raises `BrokenLessonError` if it cannot be made here."""
        _MOVES[move.name](self, move.value)

    def here(self, answer: float | None, choice: str | None) -> Here:
        """What checks may see."""
        return Here(answer, choice, training=self.training.moment)

    def keep(self) -> _Kept:
        """Where training stands."""
        return _Kept(self.training.configuration, self.training.step)

    def restore(self, kept: object) -> None:
        """Take the same run again, up to the same step.

        What was changed while it ran counts from its beginning then, which is as near as a configuration and
        a step can say.
        """
        assert isinstance(kept, _Kept)
        self._configure(kept.configuration)
        self._steps(kept.step)

    def _configure(self, configuration: Configuration) -> None:
        training = self.training
        training.pause()
        if not training.configure(configuration):
            raise BrokenLessonError(training.notice)
        training.rewind()

    def _set(self, values: dict[str, Any]) -> None:
        if not self.training.configure(configured(values, self.training.configuration)):
            raise BrokenLessonError(self.training.notice)

    def _steps(self, count: int) -> None:
        for _ in range(count):
            before = self.training.step
            self.training.take_step()
            if self.training.step == before:
                break

    def _epoch(self, count: int) -> None:
        for _ in range(count):
            self.training.take_epoch()

    def _rewind(self, wanted: bool) -> None:
        if wanted:
            self.training.rewind()


_MOVES: Mapping[str, Callable[[TrainingGround, Any], None]] = {
    "train": lambda ground, values: ground._configure(configured(values)),
    "set": TrainingGround._set,
    "fault": lambda ground, name: ground._set({"fault": name}),
    "steps": TrainingGround._steps,
    "epoch": TrainingGround._epoch,
    "rewind": TrainingGround._rewind,
}
