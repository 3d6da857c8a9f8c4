"""How well a network does: scores of samples, the numbers of a step, and the best weights so far."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad.train.engines import Taught, TrainingState
from microcrad.train.objectives import Objective
from microcrad.train.taped import Taped

__all__ = ["Best", "Metrics", "Score", "ScoredPart", "StepColumns", "Stretch", "judge", "judged", "scoring"]

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
        """What stops are judged by, if there are scores."""
        return judge(self.scores) if self.scores else None


@dataclass(frozen=True, slots=True, eq=False)
class StepColumns:
    """Steps one after the other, in numbers: a column has an entry a step, as `Metrics` has it."""

    first: int
    """The number of the first."""
    losses: Sequence[float]
    gradient_norms: Sequence[float]
    live: int
    """Of all of them."""
    peak: int
    scores: Mapping[str, Sequence[Score]]
    """By the part of the data; no parts within an epoch."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Some steps that were taken in one call."""

    columns: StepColumns
    state: TrainingState
    """The state after them."""
    best: Best | None
    """The best weights of the run by then."""


def judge(scores: Mapping[str, Score]) -> Score:
    """What stops are judged by, of scores by the part of the data: never what is only to test with."""
    return scores.get("validation") or scores["train"]


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
    scores: Mapping[str, Score] | None = None
    """All scores of them; None where they are not known any more."""


def judged(best: Best | None, step: int, weights: Numbers, scores: Mapping[str, Score]) -> Best:
    """The best weights, once so many steps have led to these, which have such scores."""
    loss = judge(scores).loss
    if best is None or loss < best.loss:
        return Best(step, weights, loss, 0, scores)
    return Best(best.step, best.weights, best.loss, best.since + 1, best.scores)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPart:
    """Samples with what is asked of them, by which weights are scored."""

    taught: Taught
    labels: Numbers
    """What is asked for, shape (samples,), or of texts (samples, positions)."""
    objective: Objective
    deviation: float | None
    """What labels were divided by; None where they are classes."""

    def scores(self, losses: Numbers, outputs: Numbers) -> list[Score]:
        """Any number of scores, of losses, shape (any, samples), and outputs, shape (any, samples, ...), as
        objectives read them."""
        with np.errstate(all="ignore"):
            means = (np.add.reduce(losses, axis=1) / losses.shape[1]).tolist()
            if self.deviation is None:
                return [*map(Score, means, self._accuracies(outputs).tolist())]
            squared = ((outputs[..., 0] - self.labels) ** 2).mean(axis=1)
            variance = float(((self.labels - self.labels.mean()) ** 2).mean())
            explained = (1.0 - squared / variance).tolist() if variance > 0 else [None] * len(means)
            sizes = (squared**0.5 * self.deviation).tolist()
            return [Score(mean, None, *each) for mean, *each in zip(means, sizes, explained, strict=True)]

    def _accuracies(self, outputs: Numbers) -> Numbers:
        """The share of samples, or of a text's letters, whose outputs speak for what is right."""
        right = (self.objective.decide(outputs) == self.labels)[:, self.labels >= 0]
        return np.asarray(np.count_nonzero(right, axis=1) / right.shape[1])


def scoring(
    taped: Taped, part: ScoredPart, weights: Numbers, *, comes_next: bool = False
) -> Generator[None, None, Score]:
    """The score of weights on samples in the network's own scale, in slices of some milliseconds.

    `comes_next` says that the next step sees just these.
    """
    taught, step = part.taught, max(_SLICE_NODES // taped.nodes, 1)
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
    (score,) = part.scores(losses[None], outputs[None])
    return score
