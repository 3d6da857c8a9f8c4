"""Objectives: what a network's outputs mean for a kind of data, and which loss makes them mean it.

One row an objective: how many outputs the network ends in, how a label becomes the loss's targets, the loss
of one sample, and how outputs are read back as a class or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microcrad import loss
from microcrad.data.dataset import DataSet, Kind
from microcrad.engine import Value
from microcrad.real_numbers import Number

__all__ = ["OBJECTIVES", "Objective", "objective_for"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Objective:
    """One way to learn labels."""

    name: str
    does: str
    """What it asks of the outputs, as the rest of a sentence that starts with its name."""
    kinds: tuple[Kind, ...]
    """The kinds of data it can learn."""
    one_output_a_class: bool
    """Whether the network ends in a neuron for each class; else in one."""
    loss: Callable[[Sequence[Value], Sequence[Value | Number]], Value]
    """One sample's loss, from its outputs and its targets."""
    targets: Callable[[Numbers, int], Numbers]
    """Labels, shape (samples,), and the number of classes -> targets, shape (samples, targets)."""
    likelihoods: Callable[[Numbers], Numbers]
    """Outputs, shape (samples, outputs) -> how much speaks for each class, shape (samples, classes), in
    shares that add up to 1. For a margin or a distance they are a matter of display, not probabilities."""
    program: str
    """The lines of a program that build `loss`, node for node, of `out` and `y`: lists where there are
    several outputs, else nodes."""
    single: str = ""
    """The same where there is one output, if that is written otherwise."""
    probable: bool = True
    """Whether `likelihoods` are probabilities."""

    def outputs(self, data: DataSet) -> int:
        """How many neurons the last layer has."""
        return len(data.classes) if self.one_output_a_class and data.classes else 1

    def sureness(self, outputs: Numbers) -> str:
        """How sure one row of outputs is: a probability, or what there is in its place, in a few letters."""
        if self.probable:
            return f"{100 * self.likelihoods(outputs[None, :]).max():.0f} %"
        if len(outputs) == 1 and self.name == "hinge":
            return f"margin {abs(outputs[0]):.3g}"
        return f"output {outputs[outputs.argmax()]:.3g}"

    def decide(self, outputs: Numbers) -> NDArray[np.intp]:
        """The class that each row of outputs, shape (samples, outputs), speaks for; or of a text the token
        that comes next at each position, shape (samples, positions)."""
        if outputs.shape[-1] == 1:
            return (outputs[..., 0] > 0).astype(np.intp)
        return np.asarray(outputs.argmax(axis=-1), dtype=np.intp)


def _signs(labels: Numbers, classes: int) -> Numbers:
    return 2.0 * labels[:, None] - 1.0


def _bits(labels: Numbers, classes: int) -> Numbers:
    return labels[:, None]


def _one_hot(labels: Numbers, classes: int) -> Numbers:
    return np.asarray(labels[:, None] == np.arange(classes), dtype=np.float64)


def _squared_targets(labels: Numbers, classes: int) -> Numbers:
    return _one_hot(labels, classes) if classes else labels[:, None]


def _sigmoid(outputs: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        one = 1.0 / (1.0 + np.exp(-outputs[:, 0]))
    return np.column_stack([1.0 - one, one])


def _softmax(outputs: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        raised = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _closeness(outputs: Numbers) -> Numbers:
    positive = np.maximum(outputs, 0.0) + 1e-12  # No output above 0: nothing speaks for any class.
    return np.asarray(positive / positive.sum(axis=1, keepdims=True))


OBJECTIVES: dict[str, Objective] = {
    row.name: row
    for row in (
        Objective(
            "hinge",
            "asks that the output have the label's sign and a size of at least 1.",
            ("binary",),
            False,
            lambda outputs, targets: loss.hinge(outputs[0], targets[0]),
            _signs,
            _sigmoid,
            "loss = relu(1 + -y*out)",
            probable=False,
        ),
        Objective(
            "bce",
            "reads the output as the logit of class 1: binary cross-entropy, in nats.",
            ("binary",),
            False,
            lambda outputs, targets: loss.binary_cross_entropy(outputs[0], targets[0]),
            _bits,
            _sigmoid,
            "m = relu(-out)\nloss = (1 - y)*out + m + log(exp(-m) + exp(-out - m))",
        ),
        Objective(
            "softmax",
            "reads the outputs as one logit for each class: cross-entropy, in nats.",
            ("classes", "binary"),
            True,
            loss.softmax_cross_entropy,
            _one_hot,
            _softmax,
            "down = -max(out)\nz = [o + down for o in out]\n"
            "likelihood = sum([t*a for t, a in zip(y, z)])\n"
            "loss = log(sum([exp(a) for a in z])) - likelihood",
            "z = out + -out\nlikelihood = y*z\nloss = log(exp(z)) - likelihood",
        ),
        Objective(
            "mse",
            "asks that each output equal its target: the mean squared error.",
            ("regression", "binary", "classes"),
            True,
            loss.mean_squared_error,
            _squared_targets,
            _closeness,
            "loss = sum([(o - t)**2 for o, t in zip(out, y)]) * (1/len(y))",
            "loss = (out - y)**2 * 1",
            probable=False,
        ),
        Objective(
            "letters",
            "reads the outputs at each position as logits of the letter that comes next: cross-entropy, in "
            "nats, the mean over a word.",
            ("text",),
            True,
            loss.softmax_cross_entropy,
            lambda labels, classes: labels,
            _softmax,
            "loss = net.loss(word)",
        ),
    )
}
"""Every objective by its name."""


def objective_for(kind: Kind) -> Objective:
    """The first objective of the table that can learn such data."""
    return next(row for row in OBJECTIVES.values() if kind in row.kinds)
