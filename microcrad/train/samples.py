"""One sample of a run: what it is, what the network says of it, and which one stands next to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.text.numbers import short
from microcrad.train.trainer import Trainer
from microcrad.train.views import Bounds, Points

__all__ = ["Sample", "decision", "neighbour", "probe", "sample"]

_FEW = 4
"""The most inputs that are spelled out in a sentence."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as the network sees it."""

    index: int
    tested: bool
    """Whether it is one of those set aside to test with."""
    inputs: tuple[tuple[str, float], ...]
    """Name and number of each, in the data's own units."""
    label: str
    """What it is labelled as; of those trained on, what is taught, be it right or wrong."""
    said: str
    """What the network says it is."""
    sure: str
    """How sure it is: a probability or, where the outputs are none, a margin; empty for a regression."""
    loss: float

    @property
    def wrong(self) -> bool:
        """Whether the network decides otherwise; never of a regression, which only comes near."""
        return bool(self.sure) and self.said != self.label

    @property
    def sentence(self) -> str:
        """The sample in a sentence."""
        part = "test sample" if self.tested else "sample"
        inputs = [f"{name} {x:.3g}" for name, x in self.inputs] if len(self.inputs) <= _FEW else []
        sure = f" ({self.sure})" if self.sure else ""
        verdict = "Wrong" if self.wrong else "Predicted"
        return (
            f"{part} {self.index}: {', '.join([*inputs, self.label])}. {verdict}: {self.said}{sure}, "
            f"loss {self.loss:.3g}."
        )


def sample(trainer: Trainer, index: int, *, tested: bool = False) -> Sample:
    """A sample of those trained on, or of those tested with, as the network sees it now."""
    part = trainer.prepared.part(tested=tested)
    labels = trainer.teaching.labels(part)
    points = part.points[index : index + 1]
    outputs, label = trainer.outputs(points), labels[index]
    scale = trainer.prepared.scale
    inputs = tuple(zip(trainer.samples.inputs, part.own[index].tolist(), strict=True))
    loss = trainer.score(part.take([index]), labels[index : index + 1]).loss
    if not part.classes:
        said, true = scale.own_label(np.array([outputs[0, 0], label])).tolist()
        return Sample(index, tested, inputs, short(true), short(said), "", loss)
    said, sure = decision(trainer, outputs)
    return Sample(index, tested, inputs, part.classes[int(label)], said, sure, loss)


def decision(trainer: Trainer, outputs: NDArray[np.float64]) -> tuple[str, str]:
    """The class that one row of outputs, shape (1, outputs), speaks for, and how sure it is."""
    decided = int(trainer.teaching.objective.decide(outputs)[0])
    return trainer.prepared.train.classes[decided], trainer.teaching.objective.sureness(outputs[0])


def probe(trainer: Trainer, x: float, y: float) -> str:
    """What the network says at a place of the plane, in a sentence; in the data's own units."""
    outputs = trainer.outputs(trainer.prepared.scale.seen(np.array([[x, y]])))
    said, sure = decision(trainer, outputs)
    numbers = ", ".join(f"{output:.4g}" for output in outputs[0])
    names = trainer.samples.inputs
    several = "outputs" if outputs.shape[1] > 1 else "output"
    return f"{names[0]} {x:.4g}, {names[1]} {y:.4g}. Said: {said} ({sure}), {several} {numbers}."


def neighbour(points: Points, bounds: Bounds, index: int, right: int, up: int) -> int:
    """The nearest sample in a direction, `right` and `up` being -1, 0 or 1; the same one if there is none.

    Samples count as nearer the more they lie in the direction rather than aside, and only those that are
    more in it than aside.
    """
    across = (points.x - points.x[index]) / (bounds.right - bounds.left)
    upward = (points.y - points.y[index]) / (bounds.top - bounds.bottom)
    ahead = right * across + up * upward
    aside = np.abs(up * across + right * upward)
    distance = np.where((ahead > 0) & (aside <= ahead), ahead + aside, np.inf)
    nearest = int(distance.argmin())
    return nearest if np.isfinite(distance[nearest]) else index
