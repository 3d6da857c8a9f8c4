"""What is asked of samples: their labels, as a fault leaves them, and the targets made of these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataSet
from microcrad.train.engines import Taught
from microcrad.train.learners import Learner
from microcrad.train.objectives import Objective
from microcrad.train.scores import ScoredPart
from microcrad.train.source import Prepared

__all__ = ["Teaching"]

Numbers = NDArray[np.float64]


class Teaching:
    """The parts of the data with what a network is to say of their samples."""

    def __init__(self, prepared: Prepared, objective: Objective, learner: Learner, labels: Numbers) -> None:
        """`labels` are those that the training samples are taught with, which may be wrong on purpose."""
        self.objective = objective
        self._prepared, self._learner, self._labels = prepared, learner, labels
        self._parts: dict[int, Taught] = {}

    @property
    def targets_a_sample(self) -> int:
        """How many numbers are asked for of a sample."""
        return int(self.taught(self._prepared.train).targets.shape[1])

    def labels(self, part: DataSet) -> Numbers:
        """What is asked for of a part's samples, shape (samples,), or of texts (samples, positions)."""
        return self._labels if part is self._prepared.train else part.labels

    def sample(self, part: DataSet, place: int) -> tuple[Numbers, Numbers]:
        """A sample's inputs and targets, shapes (inputs,) and (targets,)."""
        return part.points[place], self._targets(self.labels(part)[place : place + 1])[0]

    def taught(self, part: DataSet) -> Taught:
        """A part of the data with what is asked of it, made once."""
        found = self._parts.get(id(part))
        if found is None:
            found = self._taught(part, self.labels(part))
            if any(part is each for each in self._prepared.parts.values()):  # They outlive what is kept here.
                self._parts[id(part)] = found
        return found

    def scored(self, part: DataSet, labels: Numbers | None = None) -> ScoredPart:
        """The same for scoring, of samples in the network's own scale; with other `labels`, if given."""
        taught = self.taught(part) if labels is None else self._taught(part, labels)
        deviation = None if part.classes else self._prepared.scale.label_deviation
        return ScoredPart(taught, self.labels(part) if labels is None else labels, self.objective, deviation)

    def _taught(self, part: DataSet, labels: Numbers) -> Taught:
        return Taught(self._learner, part.points, self._targets(labels))

    def _targets(self, labels: Numbers) -> Numbers:
        return self.objective.targets(labels, len(self._prepared.train.classes))
