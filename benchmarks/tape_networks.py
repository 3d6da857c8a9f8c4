"""Networks of three layers on a tape: a batch's gradient in several sizes, and an epoch of digits with Adam.

Beside NumPy by hand, which takes the same steps with matrix products, and PyTorch and JAX if they are
installed, all in doubles; PyTorch on one thread. All start from the same parameters and see the same batches,
and are checked to come to the same numbers. `benchmarks/tape.py` runs this.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import tape_tables
from numpy.typing import NDArray

from microcrad import Value
from microcrad.data import named, split
from microcrad.errors import NotCompiledError
from microcrad.loss import softmax_cross_entropy
from microcrad.nn import MLP
from microcrad.optim import Adam
from microcrad.tape import Tape, Turns

ROUNDS = 5
SECONDS = 0.2
"""How long each is called in a round."""
RATE = 0.001
SIZES = (((64, 32, 10), (32, 128)), ((784, 32, 10), (32, 64)), ((784, 128, 10), (64,)))
"""Layers, and how many samples a batch has."""
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


def recorded(sizes: Sequence[int], weights: Array) -> Tape:
    """One sample's loss; the logits are its outputs."""
    model = MLP(sizes[0], sizes[1:])
    for parameter, number in zip(model.parameters(), weights.tolist(), strict=True):
        parameter.data = number

    def build(inputs: list[Value]) -> tuple[Value, list[Value]]:
        logits = model(inputs[: sizes[0]])
        assert isinstance(logits, list)
        return softmax_cross_entropy(logits, inputs[sizes[0] :]), logits

    return Tape.record(build, [0.5] * (sizes[0] + sizes[-1]), model.parameters())


def tape_gradient(tape: Tape) -> Gradient:
    """A replay."""

    def gradient(weights: Array, pixels: Array, labels: Array) -> Array:
        tape.forward(np.hstack([pixels, labels]), weights)
        return tape.backward()

    return gradient


def layers(sizes: Sequence[int], weights: Array) -> list[Array]:
    """Views of each layer's parameters, a row a neuron: its weights and its bias."""
    made, place = [], 0
    for inputs, outputs in itertools.pairwise(sizes):
        made.append(weights[place : place + outputs * (inputs + 1)].reshape(outputs, inputs + 1))
        place += outputs * (inputs + 1)
    return made


def numpy_gradient(sizes: Sequence[int]) -> Gradient:
    """Forward and backward written by hand."""

    def gradient(weights: Array, pixels: Array, labels: Array) -> Array:
        first, second = layers(sizes, weights)
        hidden = np.maximum(pixels @ first[:, :-1].T + first[:, -1], 0)
        logits = hidden @ second[:, :-1].T + second[:, -1]
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        delta = (chances / chances.sum(axis=1, keepdims=True) - labels) / len(labels)
        back = (delta @ second[:, :-1]) * (hidden > 0)
        result = np.empty_like(weights)
        for into, outputs, inputs in zip(layers(sizes, result), (back, delta), (pixels, hidden), strict=True):
            into[:, :-1], into[:, -1] = outputs.T @ inputs, outputs.sum(axis=0)
        return result

    return gradient


def torch_gradient(sizes: Sequence[int]) -> Gradient | None:
    """PyTorch's own loss and `backward`; None if it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)

    def gradient(weights: Array, pixels: Array, labels: Array) -> Array:
        flat = torch.tensor(weights, requires_grad=True)
        (first, second), x = layers(sizes, flat), torch.from_numpy(pixels)
        hidden = torch.relu(torch.nn.functional.linear(x, first[:, :-1], first[:, -1]))
        logits = torch.nn.functional.linear(hidden, second[:, :-1], second[:, -1])
        torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).backward()
        found: Array = flat.grad.numpy()
        return found

    return gradient


def jax_loss(sizes: Sequence[int]) -> Any:
    """The mean loss of a batch in JAX."""
    import jax  # type: ignore[import-not-found, unused-ignore]

    def loss(weights: Any, pixels: Any, labels: Any) -> Any:
        first, second = layers(sizes, weights)
        hidden = jax.nn.relu(pixels @ first[:, :-1].T + first[:, -1])
        logits = hidden @ second[:, :-1].T + second[:, -1]
        return -(jax.nn.log_softmax(logits) * labels).sum(axis=1).mean()

    return loss


def jax_gradient(sizes: Sequence[int]) -> Gradient | None:
    """JAX's `jit` of `grad`, called once a batch; None if it is not installed."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    compiled = jax.jit(jax.grad(jax_loss(sizes)))
    return lambda *numbers: np.asarray(compiled(*numbers))


def one_call(tape: Tape) -> Epoch:
    """All steps of an epoch in one call of compiled code."""
    descent = tape.descent(Adam())

    def epoch(weights: Array, pixels: Array, labels: Array, size: int) -> Array:
        rows, sizes = np.hstack([pixels, labels]), np.full(len(pixels) // size, size)
        if len(pixels) % size:
            sizes = np.append(sizes, len(pixels) % size)
        turns = Turns.steps(rows, np.arange(len(rows)), sizes)
        nothing = np.zeros_like(weights)
        return descent.run(turns, weights, (nothing, nothing), itertools.repeat(RATE, len(sizes))).weights

    return epoch


def jax_loop(sizes: Sequence[int]) -> Epoch | None:
    """JAX's own loop over the batches, within `jit`, and the rest of an epoch after it; None without JAX."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    rule, slope = Adam(), jax.grad(jax_loss(sizes))

    def step(state: Any, batch: Any) -> tuple[Any, None]:
        weights, mean, square, done = state
        grad = slope(weights, *batch)
        mean = rule.beta1 * mean + (1 - rule.beta1) * grad
        square = rule.beta2 * square + (1 - rule.beta2) * grad * grad
        rates = 1 - rule.beta1 ** (done + 1), 1 - rule.beta2 ** (done + 1)
        moved = weights - RATE * (mean / rates[0]) / ((square / rates[1]) ** 0.5 + rule.epsilon)
        return (moved, mean, square, done + 1), None

    whole, one = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches)[0]), jax.jit(step)

    def epoch(weights: Array, pixels: Array, labels: Array, size: int) -> Array:
        count = len(pixels) // size
        batches = tuple(x[: count * size].reshape(count, size, -1) for x in (pixels, labels))
        state = whole((weights, np.zeros_like(weights), np.zeros_like(weights), 0.0), batches)
        if len(pixels) % size:
            state, _ = one(state, (pixels[count * size :], labels[count * size :]))
        return np.asarray(state[0])

    return epoch


def gradients(sizes: Sequence[int], weights: Array, batch: int) -> tuple[dict[str, Gradient], Tape, float]:
    """Every way there is here, by its name; the tape twice, with NumPy and compiled. And the tape, which is
    compiled if it can be, and how many seconds that took."""
    numpy, compiled = recorded(sizes, weights), recorded(sizes, weights)
    start = time.perf_counter()
    try:
        compiled.use(compiled.program(batch))
    except NotCompiledError as error:
        print(f"  not compiled: {error}")
    ready = time.perf_counter() - start
    kind = "-".join(map(str, sizes))
    print(f"{kind}, batches of {batch}: {numpy.nodes:,} nodes, compiled in {ready:.2f} s")
    candidates = {
        "tape, compiled": tape_gradient(compiled) if compiled.compiled else None,
        "tape, NumPy": tape_gradient(numpy),
        "NumPy by hand": numpy_gradient(sizes),
        "PyTorch, eager": torch_gradient(sizes),
        "JAX, jit, a call": jax_gradient(sizes),
    }
    return {name: each for name, each in candidates.items() if each is not None}, compiled, ready


def fastest(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The shortest time of each in seconds, taken in turns."""
    times = dict.fromkeys(calls, math.inf)
    for _ in range(ROUNDS):
        for name, call in calls.items():
            end = time.perf_counter() + SECONDS
            now = 0.0
            while now < end:
                start = time.perf_counter()
                call()
                now = time.perf_counter()
                times[name] = min(times[name], now - start)
    return times


def show(times: dict[str, float], same: Mapping[str, bool], what: str) -> None:
    """A line for each, with what it takes beside the compiled tape, or else the tape."""
    ours = next(iter(times.values()))
    for name, taken in times.items():
        wrong = "" if same[name] else "   BUT ITS NUMBERS ARE OTHERS"
        print(f"  {name:20} best {taken * 1e6:11.1f} us {what}  {taken / ours:7.2f} x{wrong}")


def main() -> None:
    """Print every measurement; nothing is asserted of them."""
    dice = np.random.default_rng(1)
    for sizes, batches in SIZES:
        count = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
        weights = dice.normal(size=count) / math.sqrt(sizes[0])
        for batch in batches:
            pixels, labels = dice.random((batch, sizes[0])), np.eye(10)[dice.integers(0, 10, batch)]
            ways, tape, ready = gradients(sizes, weights, batch)
            found = {name: way(weights, pixels, labels) for name, way in ways.items()}
            right = found["NumPy by hand"]
            same = {name: np.allclose(each, right, rtol=1e-9, atol=1e-12) for name, each in found.items()}
            calls = {name: partial(way, weights, pixels, labels) for name, way in ways.items()}
            times = fastest(calls)
            show(times, same, "a gradient")
            row = f"{'-'.join(map(str, sizes))}, batch {batch}"
            tape_tables.noted("gradients", row, times, f"{tape.nodes:,}|{ready:.2f} s")
    epochs()


def epochs() -> None:
    """The digits, with Adam."""
    train, test = split(named("digits"), test=0.2, seed=1)
    pixels, labels = train.points / 16, np.eye(10)[train.labels.astype(int)]
    model = MLP(64, [32, 10], initialisation="he", generator=random.Random(1))
    weights = np.array([parameter.data for parameter in model.parameters()])
    for size in (32, 128):
        print("An epoch of digits, 1,438 pictures, with Adam;", end=" ")
        called, tape, _ = gradients((64, 32, 10), weights, size)
        found = {
            "tape, one call": one_call(tape) if tape.compiled else None,
            **{name: with_adam(way) for name, way in called.items()},
            "JAX, its own loop": jax_loop((64, 32, 10)),
        }
        ways = {name: way for name, way in found.items() if way is not None}
        ends = {name: epoch(weights, pixels, labels, size) for name, epoch in ways.items()}
        right = ends["NumPy by hand"]
        same = {name: np.allclose(each, right, rtol=1e-6, atol=1e-9) for name, each in ends.items()}
        calls = {name: partial(epoch, weights, pixels, labels, size) for name, epoch in ways.items()}
        times = fastest(calls)
        show(times, same, "an epoch")
        tape_tables.noted("epochs", f"batches of {size}", times)
    pictures = np.hstack([test.points / 16, np.eye(10)[test.labels.astype(int)]])
    many = np.tile(pictures, (math.ceil(10_000 / len(pictures)), 1))[:10_000]
    tape = recorded((64, 32, 10), weights)
    tape.evaluate(many, weights)
    start = time.perf_counter()
    tape.evaluate(many, weights)
    print(f"  tape, NumPy: 10,000 pictures evaluated in {(time.perf_counter() - start) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
