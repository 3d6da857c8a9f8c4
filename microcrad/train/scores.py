"""How well a network does: scores of samples, the numbers of a step, and the best weights so far."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.train.engines import Taped, Taught, TrainingState
from microcrad.train.objectives import Objective

__all__ = ["Best", "Metrics", "Score", "accuracy", "judged", "scoring"]

Numbers = NDArray[np.float64]
_SLICE_NODES = 12_000_000
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
        return math.isfinite(self.loss) and math.isfinite(self.gradient_norm)

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
    return Best(best.step, best.weights, best.loss, best.since + 1, best.metrics)


def scoring(
    taped: Taped,
    objective: Objective,
    taught: Taught,
    labels: Numbers,
    weights: Numbers,
    deviation: float | None,
    *,
    comes_next: bool = False,
) -> Generator[None, None, Score]:
    """The score of weights on samples in the network's own scale, in slices of some milliseconds.

    `labels` are what is asked for, shape (samples,); `deviation` is what they were divided by, or None where
    they are classes. `comes_next` says that the next step sees just these.
    """
    step = max(_SLICE_NODES // taped.nodes, 1)
    if len(taught) <= step:
        evaluate = taped.evaluate_next if comes_next else taped.evaluate
        losses, outputs = evaluate(taught.rows(None), weights)
    else:
        found: list[tuple[Numbers, Numbers]] = []
        for start in range(0, len(taught), step):
            if start:
                yield
            found.append(taped.evaluate(taught.rows(slice(start, start + step)), weights))
        losses, outputs = (np.concatenate(each) for each in zip(*found, strict=True))
    with np.errstate(all="ignore"):
        mean = float(np.add.reduce(losses)) / len(losses)
        if deviation is None:
            return Score(mean, accuracy(objective, outputs, labels))
        squared = float(((outputs[:, 0] - labels) ** 2).mean())
        variance = float(((labels - labels.mean()) ** 2).mean())
        explained = 1.0 - squared / variance if variance > 0 else None
        return Score(mean, None, squared**0.5 * deviation, explained)


def accuracy(objective: Objective, outputs: Numbers, labels: Numbers) -> float:
    """The share of samples, or of a text's letters, whose outputs speak for what is right."""
    decided = objective.decide(outputs)
    right = (decided == labels)[labels >= 0]
    return float(np.count_nonzero(right) / right.size)
