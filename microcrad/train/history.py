"""The metrics of a run as columns: what curves are drawn from, growing by some numbers a step.

In a file a curve is thinned where it is long, so that what a run takes there does not grow with its steps.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from microcrad.files.saved_things import Fields
from microcrad.files.types import COUNT, FINITE, Type
from microcrad.train.scores import Metrics, StepColumns

__all__ = ["MOST_KEPT", "Curve", "History"]

MOST_KEPT = 1000
"""How many measurements of a curve a file holds at most; of more, the ends and each stretch's extremes."""

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
        """More measurements, a number a step."""
        self.steps.extend(steps)
        self.numbers.extend(numbers)

    def __len__(self) -> int:
        """How many measurements there are."""
        return len(self.numbers)

    def copy(self) -> Curve:
        """The same measurements, which stay when the run goes on."""
        return Curve(self.steps[:], self.numbers[:])

    def thinned(self) -> Curve:
        """The same curve with at most `MOST_KEPT` measurements, its extremes and its last one among them."""
        if len(self) <= MOST_KEPT:
            return self
        numbers = np.array(self.numbers)
        ends = np.linspace(0, len(self) - 1, MOST_KEPT // 2).astype(int)
        kept = {0, len(self) - 1}
        for start, end in itertools.pairwise(ends.tolist()):
            stretch = numbers[start:end]
            broken = np.flatnonzero(~np.isfinite(stretch))
            kept |= {start + int(broken[0] if len(broken) else stretch.argmin())}
            kept |= {start + int(stretch.argmax())}
        places = sorted(kept)
        return Curve(array("d", np.array(self.steps)[places].tolist()), array("d", numbers[places].tolist()))

    def written(self) -> dict[str, list[object]]:
        """As a file holds it; what JSON has no number for is written as a text."""
        thin = self.thinned()
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
        return len(self.train_loss) < len(self.loss)

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
