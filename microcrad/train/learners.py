"""What is trained, as the engines see it: numbers of a sample in, its graph out.

Rows of data become the leaves of a recording, which serves for all of them. A multi-layer perceptron reads
its inputs as they are. A GPT picks rows of its embeddings by token, and every word ends elsewhere: three
things that differ from sample to sample, and a recording may not. So its leaves are, for each position, a
number for every token that may be read, 1 for the one that is; the same of the token that comes next; and
1 where there is such a one, else 0. What is computed beyond a word's end weighs nothing.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from microcrad.engine import Value
from microcrad.gpt import GPT
from microcrad.loss import cross_entropy, mean
from microcrad.nn import MLP, softmax
from microcrad.slices import Slices
from microcrad.train.objectives import Objective

__all__ = ["Learner", "NetworkLearner", "TextLearner", "learner_of"]

Numbers = NDArray[np.float64]


class Learner(Protocol):
    """A model, and how samples are put to it."""

    @property
    def model(self) -> MLP | GPT:
        """Whose parameters are trained."""

    @property
    def keeps_rows(self) -> bool:
        """Whether `rows` take no more room than points and targets, so that they are made once."""

    def rows(self, points: Numbers, targets: Numbers) -> Numbers:
        """The leaves of a recording for some samples, shape (samples, leaves)."""

    def recorded(self, leaves: list[Value]) -> tuple[Value, list[Value]]:
        """One sample's loss and outputs, as a graph that serves for all samples."""

    def outputs(self, point: list[float]) -> Slices[list[Value]]:
        """One sample's outputs, as a graph of its own, in slices."""

    def loss(self, outputs: list[Value], targets: list[float]) -> Value:
        """The loss of such outputs."""

    def shaped(self, outputs: Numbers) -> Numbers:
        """Outputs, shape (samples, outputs), as objectives read them."""

    def weights(self) -> list[Value]:
        """The parameters that are no biases."""


class NetworkLearner:
    """A multi-layer perceptron that learns an objective of so many inputs."""

    keeps_rows = True

    def __init__(self, model: MLP, objective: Objective, inputs: int) -> None:
        self.model, self._objective, self._inputs = model, objective, inputs

    def rows(self, points: Numbers, targets: Numbers) -> Numbers:
        """The inputs and then the targets."""
        return np.hstack([points, targets])

    def recorded(self, leaves: list[Value]) -> tuple[Value, list[Value]]:
        """The loss and one output, or one a class."""
        outputs = self._applied(leaves[: self._inputs])
        return self._objective.loss(outputs, leaves[self._inputs :]), outputs

    def outputs(self, point: list[float]) -> Slices[list[Value]]:
        """The outputs for a sample's inputs, a neuron a slice."""
        values = [Value(x) for x in point]
        for layer in self.model.layers:
            read, values = values, []
            for neuron in layer.neurons:
                values.append(neuron(read))
                yield
        return values

    def loss(self, outputs: list[Value], targets: list[float]) -> Value:
        """The objective's loss."""
        return self._objective.loss(outputs, targets)

    def shaped(self, outputs: Numbers) -> Numbers:
        """As they are, shape (samples, outputs)."""
        return outputs

    def weights(self) -> list[Value]:
        """Every neuron's weights."""
        return [w for layer in self.model.layers for neuron in layer.neurons for w in neuron.w]

    def _applied(self, leaves: list[Value]) -> list[Value]:
        outputs = self.model(leaves)
        return outputs if isinstance(outputs, list) else [outputs]


class TextLearner:
    """A GPT that learns which token comes next at each of so many positions."""

    keeps_rows = False

    def __init__(self, model: GPT, positions: int) -> None:
        self.model, self.positions = model, positions
        self._tokens = model.end + 1

    def rows(self, points: Numbers, targets: Numbers) -> Numbers:
        """For each position the token read and then the next, one-hot; and whether there is a next one."""
        read, wanted = (
            (np.maximum(each, 0)[:, :, None] == np.arange(self._tokens)).reshape(len(points), -1)
            for each in (points, targets)
        )
        return np.hstack([read, wanted, targets >= 0]).astype(np.float64)

    def recorded(self, leaves: list[Value]) -> tuple[Value, list[Value]]:
        """The mean loss of the positions that have a next token; the logits of all of them, and then where
        every head looks at each position."""
        count, each = self.positions, self._tokens
        rows = [leaves[start : start + each] for start in range(0, 2 * count * each, each)]
        present = leaves[2 * count * each :]
        logits, attention = self.model.reading(rows[:count], present)
        total = _sum(
            [
                -_sum([share * wanted for share, wanted in zip(shares, row, strict=True)]).log() * there
                for shares, row, there in zip(
                    (softmax(each, recorded=True) for each in logits), rows[count:], present, strict=True
                )
            ]
        )
        looked = [share for layer in attention for heads in layer for head in heads for share in head]
        return total / _sum(present), [logit for row in logits for logit in row] + looked

    def outputs(self, point: list[float]) -> Slices[list[Value]]:
        """The logits at each position that is read, one after the other."""
        logits, _ = yield from self.model.in_slices([int(token) for token in point if token >= 0])
        return [logit for row in logits for logit in row]

    def loss(self, outputs: list[Value], targets: list[float]) -> Value:
        """The mean of the positions' losses."""
        each = self._tokens
        wanted = [int(token) for token in targets if token >= 0]
        return mean(
            [
                cross_entropy(outputs[each * place : each * (place + 1)], token)
                for place, token in enumerate(wanted)
            ]
        )

    def shaped(self, outputs: Numbers) -> Numbers:
        """The logits, shape (samples, positions, tokens)."""
        count = self.positions * self._tokens
        return outputs[:, :count].reshape(len(outputs), self.positions, self._tokens)

    def attention(self, outputs: Numbers, sample: int) -> list[list[Numbers]]:
        """Where each head of each layer looks: shape (positions, positions), 0 for what it does not see; no
        layers where there is no attention."""
        shares = iter(outputs[sample, self.positions * self._tokens :].tolist())
        found = []
        for layer in self.model.layers:
            if not layer.query:
                continue
            heads = [np.zeros((self.positions, self.positions)) for _ in range(layer.heads)]
            for place in range(self.positions):
                seen = self.positions if "mask" in self.model.without else place + 1
                for head in heads:
                    head[place, :seen] = [next(shares) for _ in range(seen)]
            found.append(heads)
        return found

    def weights(self) -> list[Value]:
        """All parameters: there are no biases."""
        return self.model.parameters()


def learner_of(model: MLP | GPT, objective: Objective, inputs: int) -> Learner:
    """How samples of so many inputs are put to a model; of a GPT they are positions."""
    if isinstance(model, GPT):
        return TextLearner(model, inputs)
    return NetworkLearner(model, objective, inputs)


def _sum(values: list[Value]) -> Value:
    return sum(values[1:], values[0])
