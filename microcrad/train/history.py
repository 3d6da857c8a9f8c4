"""The metrics of a run as columns: what curves are drawn from, growing by some numbers a step."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from microcrad.train.trainer import Metrics

__all__ = ["Curve", "Ghost", "History"]


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
    test_loss: Curve = field(default_factory=Curve)
    """At the end of every epoch."""
    train_accuracy: Curve = field(default_factory=Curve)
    test_accuracy: Curve = field(default_factory=Curve)

    def add(self, metrics: Metrics) -> None:
        """One more step."""
        step = metrics.step
        self.loss.add(step, metrics.loss)
        self.gradient_norm.add(step, metrics.gradient_norm)
        self.live.add(step, metrics.live)
        self.peak.add(step, metrics.peak)
        if metrics.train is not None and metrics.train.accuracy is not None:
            self.train_accuracy.add(step, metrics.train.accuracy)
        if metrics.test is not None:
            self.test_loss.add(step, metrics.test.loss)
            if metrics.test.accuracy is not None:
                self.test_accuracy.add(step, metrics.test.accuracy)


@dataclass(frozen=True, slots=True)
class Ghost:
    """An earlier run's curve, kept to compare with."""

    label: str
    """What was different in it, such as `rate 0.1`."""
    loss: Curve
