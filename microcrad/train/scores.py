"""How well a network does: scores of samples, the numbers of a step, and the best weights so far."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataSet
from microcrad.train.engines import Taped, TrainingState
from microcrad.train.objectives import Objective

__all__ = ["Best", "Metrics", "Score", "accuracy", "judged", "scoring"]

Numbers = NDArray[np.float64]
_SLICE_NODES = 40_000_000
"""Samples times nodes that are scored before others are let work: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a network does on some samples."""

    loss: float
    """The mean of the samples' losses, without the penalty."""
    accuracy: float | None
    """The share of samples that are decided right; None for a regression."""
    rmse: float | None = None
    """Of a regression, the root of the mean squared error, in the label's own unit."""
    r2: float | None = None
    """Of a regression, the share of the labels' variance that is explained; None where they do not vary."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """One step, in numbers."""

    step: int
    """The step's number, counted from 0."""
    epoch: float
    """How often every sample was seen, once the step is done."""
    loss: float
    """The objective on the step's batch before its update, penalty included."""
    rate: float
    gradient_norm: float
    """The length of the gradient, all parameters taken together."""
    live: int
    """How many nodes are live after the step; with the tape, the nodes of its recorded sample."""
    peak: int
    """How many were live at most during the step."""
    train: Score | None = None
    """After the update, on all that is trained on; at the end of an epoch and of the run only."""
    test: Score | None = None
    """After the update, on what was set aside; at the end of an epoch and of the run only."""
    validation: Score | None = None
    """After the update, on what is held out to judge by; at the end of an epoch and of the run only."""

    @property
    def finite(self) -> bool:
        """Whether the loss and the gradient are finite numbers."""
        return bool(np.isfinite(self.loss) and np.isfinite(self.gradient_norm))

    @property
    def scores(self) -> dict[str, Score]:
        """The scores there are, by the part of the data that they are of."""
        every = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: score for name, score in every.items() if score is not None}

    @property
    def judge(self) -> Score | None:
        """What stops are judged by: never what is only to test with."""
        return self.validation or self.train


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The weights with the least loss of what is judged by, among those at the ends of epochs."""

    step: int
    """How many steps were taken."""
    weights: Numbers
    """Shape (parameters,); never written to."""
    loss: float
    since: int = 0
    """How many epochs have ended since."""
    metrics: Metrics | None = None
    """The step that led there; None where that is not known any more."""


def judged(best: Best | None, after: TrainingState, metrics: Metrics) -> Best | None:
    """The best weights, once a step has led to the state `after`."""
    score = metrics.judge
    if score is None:
        return best
    if best is None or score.loss < best.loss:
        return Best(after.step, after.weights, score.loss, 0, metrics)
    return replace(best, since=best.since + 1)


def scoring(
    taped: Taped,
    objective: Objective,
    samples: DataSet,
    labels: Numbers,
    weights: Numbers,
    deviation: float = 1.0,
) -> Generator[None, None, Score]:
    """The score of weights on samples in the network's own scale, in slices of some milliseconds.

    `labels` are what is asked for, shape (samples,); `deviation` is what they were divided by.
    """
    targets = objective.targets(labels, len(samples.classes))
    step = max(_SLICE_NODES // taped.nodes, 1)
    found: list[tuple[Numbers, Numbers]] = []
    for start in range(0, len(labels), step):
        if start:
            yield
        part = slice(start, start + step)
        found.append(taped.evaluate(samples.points[part], targets[part], weights))
    losses, outputs = np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])
    with np.errstate(all="ignore"):
        mean = float(losses.mean())
        if samples.classes:
            return Score(mean, accuracy(objective, outputs, labels))
        squared = float(((outputs[:, 0] - labels) ** 2).mean())
        variance = float(((labels - labels.mean()) ** 2).mean())
        explained = 1.0 - squared / variance if variance > 0 else None
        return Score(mean, None, squared**0.5 * deviation, explained)


def accuracy(objective: Objective, outputs: Numbers, labels: Numbers) -> float:
    """The share of samples, or of a text's letters, whose outputs speak for what is right."""
    decided = objective.decide(outputs)
    return float((decided == labels)[labels >= 0].mean())
