"""One sample of a run: what it is, what the network says of it, and which one stands next to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microcrad.text.numbers import short
from microcrad.train.trainer import Trainer
from microcrad.train.views import Bounds, Points

__all__ = ["Sample", "neighbour", "sample"]

_FEW = 4
"""The most inputs that are spelled out in a sentence."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as the network sees it."""

    index: int
    tested: bool
    """Whether it is one of those set aside to test with."""
    inputs: tuple[tuple[str, float], ...]
    """Name and number of each, in the network's own scale."""
    label: str
    """What it is labelled as; of those trained on, what is taught, be it right or wrong."""
    said: str
    """What the network says it is."""
    confidence: float | None
    """The share that speaks for that; None for a regression."""
    loss: float

    @property
    def wrong(self) -> bool:
        """Whether the network decides otherwise; never of a regression, which only comes near."""
        return self.confidence is not None and self.said != self.label

    @property
    def sentence(self) -> str:
        """The sample in a sentence."""
        part = "test sample" if self.tested else "sample"
        inputs = [f"{name} {x:.3g}" for name, x in self.inputs] if len(self.inputs) <= _FEW else []
        sure = "" if self.confidence is None else f" ({100 * self.confidence:.0f} %)"
        verdict = "Wrong" if self.wrong else "Predicted"
        return (
            f"{part} {self.index}: {', '.join([*inputs, self.label])}. {verdict}: {self.said}{sure}, "
            f"loss {self.loss:.3g}."
        )


def sample(trainer: Trainer, index: int, *, tested: bool = False) -> Sample:
    """A sample of those trained on, or of those tested with, as the network sees it now."""
    part = trainer.part(tested=tested)
    labels = trainer.labels if part is trainer.prepared.train else part.labels
    points = part.points[index : index + 1]
    outputs, label = trainer.outputs(points), labels[index]
    inputs = tuple(zip(part.inputs, points[0].tolist(), strict=True))
    loss = trainer.score(part.take([index]), labels[index : index + 1]).loss
    if not part.classes:
        said = short(float(outputs[0, 0]))
        return Sample(index, tested, inputs, short(float(label)), said, None, loss)
    decided = int(trainer.objective.decide(outputs)[0])
    share = float(trainer.objective.likelihoods(outputs)[0, decided])
    return Sample(index, tested, inputs, part.classes[int(label)], part.classes[decided], share, loss)


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
