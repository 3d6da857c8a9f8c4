"""A lesson's ground, where it is training: moves on a run, and what checks may see of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import ScriptMove
from lessons.fields.training_settings import configured
from lessons.kinds.base import Here
from microcrad.train.configuration import Configuration
from microcrad.train.engines import TrainingState
from microcrad.train.history import History
from microcrad.train.scores import Metrics, Score
from microcrad.train.stop_reason import StopReason
from microcrad.train.training import Training

__all__ = ["TrainingGround"]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a run stood. Two are the same if its settings and its steps were."""

    configuration: Configuration
    step: int
    state: TrainingState = field(compare=False)
    before: TrainingState = field(compare=False)
    metrics: Metrics | None = field(compare=False)
    scores: dict[str, Score] = field(compare=False)
    stop: StopReason | None = field(compare=False)
    history: History = field(compare=False)


class TrainingGround:
    """A training that a lesson is taken in."""

    def __init__(self, training: Training) -> None:
        self.training = training

    def begin(self, ownership: str | None) -> None:
        """Micrograd's demo, before its first step."""
        self._configure(Configuration())

    def perform(self, move: ScriptMove) -> None:
        """Make one move. Raises `BrokenLessonError` if it cannot be made here."""
        _MOVES[move.name](self, move.value)

    def here(self, answer: float | None, choice: str | None, begun: object = None) -> Here:
        """What checks may see."""
        return Here(answer, choice, training=self.training.moment)

    def keep(self) -> _Kept:
        """Where training stands."""
        at = self.training
        history = deepcopy(at.history)
        return _Kept(
            at.configuration, at.step, at.trainer.state, at.before, at.metrics, at.scores, at.stop, history
        )

    def restore(self, kept: object) -> None:
        """Return to where training stood: the same weights, curves and settings."""
        assert isinstance(kept, _Kept)
        self._configure(kept.configuration)
        training = self.training
        training.trainer.state, training.before = kept.state, kept.before
        training.metrics, training.scores, training.stop = kept.metrics, kept.scores, kept.stop
        training.history = deepcopy(kept.history)
        training.notice = ""

    def _configure(self, configuration: Configuration) -> None:
        training = self.training
        training.pause()
        if not training.configure(configuration):
            raise BrokenLessonError(training.notice)
        training.rewind()
        training.notice = ""

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
