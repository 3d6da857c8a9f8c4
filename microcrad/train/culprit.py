"""Where training stopped being finite: which sample, which node, which parameter, and why.

The step is taken again from the state it started from. The tape says which samples are concerned, and the
first one's graph is built to name the node. If every sample alone is finite, what was not is their sum, the
penalty or the update.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microcrad.text.numbers import short
from microcrad.train.engines import Taken, TrainingState
from microcrad.train.opened import first_non_finite_of
from microcrad.train.trainer import Trainer

__all__ = ["Culprit", "find_culprit"]


@dataclass(frozen=True, slots=True)
class Culprit:
    """The first number of a step that is not finite."""

    step: int
    sample: int | None
    """The training sample in whose graph it is; None if it is in none alone."""
    said: str
    """Which it is and what to do, in sentences."""

    @property
    def sentence(self) -> str:
        """Where it is, and what was said of it."""
        where = f"step {self.step}" + ("" if self.sample is None else f", sample {self.sample}")
        return f"{where}: {self.said}"


def find_culprit(trainer: Trainer, before: TrainingState, taken: Taken) -> Culprit | None:
    """What was the first number not to be finite in the step that went from `before` to `taken`, if any."""
    step, finite = before.step, trainer.taped.finite_samples(before, trainer.batch(before))
    for row in trainer.batches.rows(before.seen)[~finite]:
        found = first_non_finite_of(trainer, before, int(row))
        if found is not None:
            return Culprit(step, int(row), f"{found.sentence} {found.repair}")
    names, weights = trainer.names, before.weights
    if not np.isfinite(taken.loss):
        largest = int(np.abs(weights).argmax())
        said = (
            f"the loss is {_number(taken.loss)} though each sample's is finite: {names[largest]} is "
            f"{_number(weights[largest])}, and sums or the penalty's squares overflow."
        )
        return Culprit(step, None, said)
    for place in np.flatnonzero(~np.isfinite(taken.gradient)):
        said = f"the grad of {names[place]} is {_number(taken.gradient[place])}: the samples' sum."
        return Culprit(step, None, said)
    for place in np.flatnonzero(~np.isfinite(taken.state.weights)):
        said = (
            f"{names[place]} becomes {_number(taken.state.weights[place])} in the update: it was "
            f"{_number(weights[place])}, and its grad {_number(taken.gradient[place])}."
        )
        return Culprit(step, None, said)
    return None


def _number(x: float) -> str:
    return short(float(x))
