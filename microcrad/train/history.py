"""The metrics of a run as columns: what curves are drawn from, growing by some numbers a step."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field, fields

from microcrad.train.scores import Metrics

__all__ = ["Curve", "History"]


MOST_SMOOTHED = 50
"""How many steps weigh in the smoothed loss at most."""


def _column() -> array[float]:
    return array("d")


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers that were measured at some steps, in order."""

    steps: array[float] = field(default_factory=_column)
    numbers: array[float] = field(default_factory=_column)

    def add(self, step: int, number: float) -> None:
        """One more measurement."""
        self.steps.append(step)
        self.numbers.append(number)

    def __len__(self) -> int:
        """How many measurements there are."""
        return len(self.numbers)

    def copy(self) -> Curve:
        """The same measurements, which stay when the run goes on."""
        return Curve(self.steps[:], self.numbers[:])

    def extent(self) -> tuple[float, float] | None:
        """The least and the largest finite number, if there is one."""
        finite = [number for number in self.numbers if math.isfinite(number)]
        return (min(finite), max(finite)) if finite else None


@dataclass(frozen=True, slots=True)
class History:
    """One run from its first step. It is only ever added to; a rewind starts another."""

    loss: Curve = field(default_factory=Curve)
    """The objective at every step."""
    gradient_norm: Curve = field(default_factory=Curve)
    live: Curve = field(default_factory=Curve)
    """Live nodes after every step."""
    peak: Curve = field(default_factory=Curve)
    """The most nodes that were live during every step."""
    train_loss: Curve = field(default_factory=Curve)
    """Of the whole train set, at the end of every epoch, as those below."""
    validation_loss: Curve = field(default_factory=Curve)
    test_loss: Curve = field(default_factory=Curve)
    train_accuracy: Curve = field(default_factory=Curve)
    validation_accuracy: Curve = field(default_factory=Curve)
    test_accuracy: Curve = field(default_factory=Curve)
    smoothed: Curve = field(default_factory=Curve)
    """The objective's running mean: as many steps weigh in it as an epoch has, and at most 50."""

    def copy(self) -> History:
        """The same measurements, which stay when the run goes on."""
        return History(**{each.name: getattr(self, each.name).copy() for each in fields(self)})

    def add(self, metrics: Metrics, epoch_steps: int = 1) -> None:
        """One more step, of an epoch that has so many."""
        step = metrics.step
        self.loss.add(step, metrics.loss)
        self.gradient_norm.add(step, metrics.gradient_norm)
        self.live.add(step, metrics.live)
        self.peak.add(step, metrics.peak)
        for name, score in metrics.scores.items():
            getattr(self, f"{name}_loss").add(step, score.loss)
            if score.accuracy is not None:
                getattr(self, f"{name}_accuracy").add(step, score.accuracy)
        weighing = min(len(self.loss), epoch_steps, MOST_SMOOTHED)
        smoothed = metrics.loss
        if weighing > 1:
            before = self.smoothed.numbers[-1]
            smoothed = before + (metrics.loss - before) / weighing
        self.smoothed.add(step, smoothed)
