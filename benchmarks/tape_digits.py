"""An epoch of digits on a tape: a 64-32-10 network, softmax cross-entropy, Adam, batches of 32 and 128.

Beside NumPy by hand, which takes the same steps with matrix products, and PyTorch if it is installed. All
start from the same parameters and see the same batches, and are checked to end at the same ones.
`benchmarks/tape.py` runs this.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microcrad import Value
from microcrad.data import named, split
from microcrad.loss import softmax_cross_entropy
from microcrad.nn import MLP
from microcrad.optim import Adam
from microcrad.tape import Tape

ROUNDS = 5
RATE = 0.001
SIZES = (64, 32, 10)
Array = NDArray[np.float64]
Gradient = Callable[[Array, Array, Array], Array]
"""Parameters, pixels and one-hot labels of a batch -> the gradient of the mean loss."""
Epoch = Callable[[Array, Array, Array, int], Array]
"""Parameters, all pixels, all one-hot labels and the size of a batch -> the parameters after an epoch."""


def with_adam(gradient: Gradient) -> Epoch:
    """An epoch of Adam's steps on arrays."""

    def epoch(weights: Array, pixels: Array, labels: Array, size: int) -> Array:
        rule, memory = Adam(), (np.zeros_like(weights), np.zeros_like(weights))
        for step, start in enumerate(range(0, len(pixels), size)):
            batch = slice(start, start + size)
            grad = gradient(weights, pixels[batch], labels[batch])
            weights, memory = rule.update(weights, grad, memory, RATE, step)
        return weights

    return epoch


def record(model: MLP) -> Tape:
    """One sample's loss; the logits are its outputs."""

    def build(inputs: list[Value]) -> tuple[Value, list[Value]]:
        logits = model(inputs[:64])
        assert isinstance(logits, list)
        return softmax_cross_entropy(logits, inputs[64:]), logits

    return Tape.record(build, [0.5] * 74, model.parameters())


def tape_epoch(tape: Tape) -> Epoch:
    """Replays."""

    def gradient(weights: Array, pixels: Array, labels: Array) -> Array:
        tape.forward(np.hstack([pixels, labels]), weights)
        return tape.backward()

    return with_adam(gradient)


def layers(weights: Array) -> list[Array]:
    """Views of each layer's parameters, a row a neuron: its weights and its bias."""
    made, place = [], 0
    for inputs, outputs in itertools.pairwise(SIZES):
        made.append(weights[place : place + outputs * (inputs + 1)].reshape(outputs, inputs + 1))
        place += made[-1].size
    return made


def numpy_epoch() -> Epoch:
    """Forward and backward written by hand."""

    def gradient(weights: Array, pixels: Array, labels: Array) -> Array:
        first, second = layers(weights)
        hidden = np.maximum(pixels @ first[:, :-1].T + first[:, -1], 0)
        logits = hidden @ second[:, :-1].T + second[:, -1]
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        delta = (chances / chances.sum(axis=1, keepdims=True) - labels) / len(labels)
        back = (delta @ second[:, :-1]) * (hidden > 0)
        result = np.empty_like(weights)
        for into, outputs, inputs in zip(layers(result), (back, delta), (pixels, hidden), strict=True):
            into[:, :-1], into[:, -1] = outputs.T @ inputs, outputs.sum(axis=0)
        return result

    return with_adam(gradient)


def torch_epoch() -> Epoch | None:
    """PyTorch's own network, loss and optimiser, in doubles on one thread; None if it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)

    def epoch(weights: Array, pixels: Array, labels: Array, size: int) -> Array:
        hidden, last = (torch.nn.Linear(a, b).double() for a, b in itertools.pairwise(SIZES))
        for layer, rows in zip((hidden, last), layers(weights), strict=True):
            layer.weight.data, layer.bias.data = torch.tensor(rows[:, :-1]), torch.tensor(rows[:, -1])
        optimizer = torch.optim.Adam([*hidden.parameters(), *last.parameters()], lr=RATE)
        x, y = torch.tensor(pixels), torch.tensor(labels.argmax(axis=1))
        for start in range(0, len(x), size):
            logits = last(torch.relu(hidden(x[start : start + size])))
            loss = torch.nn.functional.cross_entropy(logits, y[start : start + size])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        ended: list[Any] = [torch.hstack([n.weight, n.bias[:, None]]).flatten() for n in (hidden, last)]
        after: Array = torch.cat(ended).detach().numpy()
        return after

    return epoch


def main() -> None:
    """Print every measurement; nothing is asserted of them."""
    train, test = split(named("digits"), test=0.2, seed=1)
    pixels, labels = train.points / 16, np.eye(10)[train.labels.astype(int)]
    model = MLP(64, [32, 10], initialisation="he", generator=random.Random(1))
    weights = np.array([parameter.data for parameter in model.parameters()])

    start = time.perf_counter()
    tape = record(model)
    recording = time.perf_counter() - start
    print(f"Digits, 64-32-10, {len(train)} samples: {tape.nodes} nodes recorded in {recording * 1e3:.0f} ms")
    candidates = {"tape": tape_epoch(tape), "NumPy by hand": numpy_epoch(), "PyTorch": torch_epoch()}
    epochs = {name: epoch for name, epoch in candidates.items() if epoch is not None}
    for size in (32, 128):
        ends = {name: epoch(weights, pixels, labels, size) for name, epoch in epochs.items()}
        times = dict.fromkeys(epochs, math.inf)
        for _ in range(ROUNDS):
            for name, epoch in epochs.items():
                start = time.perf_counter()
                epoch(weights, pixels, labels, size)
                times[name] = min(times[name], time.perf_counter() - start)
        for name, taken in times.items():
            same = np.allclose(ends[name], ends["NumPy by hand"], rtol=1e-6, atol=1e-9)
            print(
                f"  {name:20} best {taken * 1e3:9.1f} ms an epoch, batches of {size:3}"
                f"   {taken / times['NumPy by hand']:6.1f} x NumPy by hand"
                + ("" if same else "   BUT IT ENDS ELSEWHERE")
            )
    pictures = np.hstack([test.points / 16, np.eye(10)[test.labels.astype(int)]])
    many = np.tile(pictures, (math.ceil(10_000 / len(pictures)), 1))[:10_000]
    tape.evaluate(many, weights)
    start = time.perf_counter()
    tape.evaluate(many, weights)
    print(f"  tape, 10,000 pictures evaluated: {(time.perf_counter() - start) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
