"""The metrics of a run as columns: what curves are drawn from, growing by some numbers a step.

A long curve is thinned, in memory and further in a file, so that what a run takes does not grow with its
steps: its ends and its extremes stay what they were, and those of each stretch of it.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from microcrad.files.saved_things import Fields
from microcrad.files.types import COUNT, FINITE, Type
from microcrad.train.scores import Metrics, StepColumns

__all__ = ["MOST_KEPT", "MOST_MEASURED", "Curve", "History"]

MOST_MEASURED = 100_000
"""How many measurements a curve holds at most; once there are more, it goes on with half as many."""

MOST_KEPT = 1000
"""How many of them a file holds at most."""

MOST_SMOOTHED = 50
"""How many steps weigh in the smoothed loss at most."""


_TEXTS = ("nan", "inf", "-inf")
_MEASURED = Type("a number", lambda value: FINITE.accepts(value) or value in _TEXTS)


def _are_steps(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(map(COUNT.accepts, value))
        and all(one < next_ for one, next_ in itertools.pairwise(value))
    )


_STEPS = Type("a list of steps in order", _are_steps)


def _column() -> array[float]:
    return array("d")


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers that were measured at some steps, in order."""

    steps: array[float] = field(default_factory=_column)
    numbers: array[float] = field(default_factory=_column)

    def extend(self, steps: Iterable[int], numbers: Iterable[float]) -> None:
        """More measurements, a number a step; thinned if they become too many."""
        self.steps.extend(steps)
        self.numbers.extend(numbers)
        if len(self) > MOST_MEASURED:
            thin = self.thinned(MOST_MEASURED // 2)
            self.steps[:], self.numbers[:] = thin.steps, thin.numbers

    def __len__(self) -> int:
        """How many measurements there are."""
        return len(self.numbers)

    def copy(self) -> Curve:
        """The same measurements, which stay when the run goes on."""
        return Curve(self.steps[:], self.numbers[:])

    def thinned(self, most: int) -> Curve:
        """The same curve with at most so many measurements.

        Its first and its last one are among them, and of each of many stretches of steps, equally long, the
        least and the largest finite number, and the first that is not finite.
        """
        if len(self) <= most:
            return self
        steps, numbers = np.array(self.steps), np.array(self.numbers)
        count = (most - 2) // 3
        past = (steps - steps[0]) / (steps[-1] - steps[0])
        stretch = np.minimum(past * count, count - 1).astype(np.intp)
        finite = np.isfinite(numbers)
        starts = np.flatnonzero(np.diff(stretch[finite], prepend=-1))
        chosen = [np.array([0, len(self) - 1]), _first_of_each(stretch, ~finite)]
        for extreme in (np.minimum, np.maximum) if len(starts) else ():
            reached = np.full(count, np.nan)
            reached[stretch[finite][starts]] = extreme.reduceat(numbers[finite], starts)
            chosen.append(_first_of_each(stretch, numbers == reached[stretch]))
        places = np.unique(np.concatenate(chosen))
        return Curve(array("d", steps[places].tobytes()), array("d", numbers[places].tobytes()))

    def written(self) -> dict[str, list[object]]:
        """As a file holds it; what JSON has no number for is written as a text."""
        thin = self.thinned(MOST_KEPT)
        return {
            "steps": [int(step) for step in thin.steps],
            "numbers": [x if math.isfinite(x) else str(x) for x in thin.numbers],
        }

    @classmethod
    def read(cls, fields: Fields) -> Curve:
        """What `written` wrote. Raises `ContentError` for anything else."""
        steps = fields.take("steps", _STEPS)
        numbers = fields.numbers("numbers", fields.found.get("numbers"), len(steps), _MEASURED)
        return cls(array("d", steps), array("d", numbers))

    def extent(self) -> tuple[float, float] | None:
        """The least and the largest finite number, if there is one."""
        finite = [number for number in self.numbers if math.isfinite(number)]
        return (min(finite), max(finite)) if finite else None


def _first_of_each(stretch: NDArray[np.intp], wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first of the wanted places in each stretch; stretches follow one another."""
    places = np.flatnonzero(wanted)
    return places[np.flatnonzero(np.diff(stretch[places], prepend=-1))]


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

    @property
    def with_batches(self) -> bool:
        """Whether steps saw a part of the samples each, whose losses differ by chance."""
        return not np.array_equal(self.smoothed.numbers, self.loss.numbers, equal_nan=True)

    def written(self) -> dict[str, object]:
        """The curves that there are, as a file holds them."""
        curves = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: curve.written() for name, curve in curves.items() if len(curve)}

    @classmethod
    def read(cls, found: Fields) -> History:
        """What `written` wrote. Raises `ContentError` for anything else."""
        names = [each.name for each in fields(cls) if each.name in found]
        return cls(**{name: Curve.read(found.inner(name)) for name in names})

    def copy(self) -> History:
        """The same measurements, which stay when the run goes on."""
        return History(**{each.name: getattr(self, each.name).copy() for each in fields(self)})

    def add(self, metrics: Metrics, epoch_steps: int = 1) -> None:
        """One more step, of an epoch that has so many."""
        scores = {name: [score] for name, score in metrics.scores.items()}
        step = StepColumns(
            metrics.step, [metrics.loss], [metrics.gradient_norm], metrics.live, metrics.peak, scores
        )
        self.extend(step, epoch_steps)

    def extend(self, columns: StepColumns, epoch_steps: int = 1) -> None:
        """More steps."""
        count = len(columns.losses)
        steps = range(columns.first, columns.first + count)
        self.loss.extend(steps, columns.losses)
        self.gradient_norm.extend(steps, columns.gradient_norms)
        self.live.extend(steps, [columns.live] * count)
        self.peak.extend(steps, [columns.peak] * count)
        for name, scores in columns.scores.items():
            getattr(self, f"{name}_loss").extend(steps, [score.loss for score in scores])
            right = [score.accuracy for score in scores if score.accuracy is not None]
            if right:
                getattr(self, f"{name}_accuracy").extend(steps, right)
        self.smoothed.extend(steps, self._smooth(columns.losses, epoch_steps))

    def _smooth(self, losses: Sequence[float], epoch_steps: int) -> list[float]:
        """The running mean at each of the last steps."""
        smoothed = list[float]()
        last = self.smoothed.numbers[-1] if len(self.smoothed) else 0.0
        for done, loss in enumerate(losses, len(self.smoothed) + 1):
            weighing = min(done, epoch_steps, MOST_SMOOTHED)
            last = last + (loss - last) / weighing if weighing > 1 else loss
            smoothed.append(last)
        return smoothed
