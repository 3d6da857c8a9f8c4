"""The tape's speed: micrograd's demo step beside micrograd, PyTorch, a C engine and NumPy by hand.

The step is the loss and the gradient of MLP 2-16-16-1 on 100 two-moons points, hinge loss and L2. Everything
is measured in one run, in turns, so that what the machine does meanwhile hits all; the best of the rounds
counts. PyTorch is measured if it is installed, on one thread; the C engine, which allocates a node at a time
and is the runtime of the C export, if there is a `cc`. Then an epoch of digits: see `tape_digits.py`.

Run: python benchmarks/tape.py
"""

from __future__ import annotations

import math
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
import tape_digits
from eager import demo_loss, moons

import microcrad.engine
import microcrad.nn
from microcrad import Value
from microcrad.export.c_source import runtime
from microcrad.loss import l2
from microcrad.tape import Tape

ROUNDS = 5
STRENGTH = 1e-4
Step = Callable[[], tuple[float, float]]
"""One step: the loss and the sum of the gradient, by which all are checked to do the same."""


def eager_step(library: Any, points: list[list[float]], labels: list[int], weights: list[float]) -> Step:
    """The graph built, differentiated and freed."""
    model = library.nn.MLP(2, [16, 16, 1])
    for parameter, weight in zip(model.parameters(), weights, strict=True):
        parameter.data = weight

    def step() -> tuple[float, float]:
        loss = demo_loss(library, model, points, labels)
        model.zero_grad()
        loss.backward()
        return loss.data, sum(p.grad for p in model.parameters())

    return step


def tape_step(model: microcrad.nn.MLP, points: list[list[float]], labels: list[int]) -> Step:
    """Two tapes replayed: the samples' losses, and the penalty."""
    parameters = model.parameters()

    def loss(inputs: list[Value]) -> Value:
        score = model(inputs[:2])
        assert isinstance(score, Value)
        return (1 + -inputs[2] * score).relu()

    batch = np.column_stack([points, labels])
    tape = Tape.record(loss, batch[0].tolist(), parameters)
    penalty = Tape.record(lambda _: l2(parameters, STRENGTH), [], parameters)

    def step() -> tuple[float, float]:
        weights = np.array([parameter.data for parameter in parameters])
        total = tape.forward(batch, weights).mean() + penalty.forward(weights=weights)[0]
        return total, (tape.backward() + penalty.backward()).sum()

    return step


def layers(weights: list[float]) -> list[tuple[Any, Any]]:
    """The parameters as matrices, a row a neuron, and biases."""
    made, place = [], 0
    for inputs, outputs in ((2, 16), (16, 16), (16, 1)):
        rows = np.array(weights[place : place + outputs * (inputs + 1)]).reshape(outputs, inputs + 1)
        made.append((rows[:, :-1].copy(), rows[:, -1].copy()))
        place += rows.size
    return made


def numpy_step(points: list[list[float]], labels: list[int], weights: list[float]) -> Step:
    """Forward and backward written by hand, with matrix products."""
    x, y = np.array(points), np.array(labels, dtype=float)
    (w1, b1), (w2, b2), (w3, b3) = layers(weights)
    every = (w1, b1, w2, b2, w3, b3)

    def step() -> tuple[float, float]:
        h1 = np.maximum(x @ w1.T + b1, 0)
        h2 = np.maximum(h1 @ w2.T + b2, 0)
        margin = 1 - y * (h2 @ w3.T + b3)[:, 0]
        loss = np.maximum(margin, 0).mean() + STRENGTH * sum((p * p).sum() for p in every)
        d3 = (np.where(margin > 0, -y, 0) / len(y))[:, None]
        d2 = (d3 @ w3) * (h2 > 0)
        d1 = (d2 @ w2) * (h1 > 0)
        grads = (d1.T @ x, d1.sum(0), d2.T @ h1, d2.sum(0), d3.T @ h2, d3.sum(0))
        return loss, sum((g + 2 * STRENGTH * p).sum() for g, p in zip(grads, every, strict=True))

    return step


def torch_step(points: list[list[float]], labels: list[int], weights: list[float]) -> Step | None:
    """PyTorch, eager and vectorised, in doubles on one thread; None if it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    x, y = torch.tensor(points, dtype=torch.float64), torch.tensor(labels, dtype=torch.float64)
    every = [torch.tensor(array, requires_grad=True) for layer in layers(weights) for array in layer]

    def step() -> tuple[float, float]:
        w1, b1, w2, b2, w3, b3 = every
        h = torch.relu(torch.nn.functional.linear(x, w1, b1))
        h = torch.relu(torch.nn.functional.linear(h, w2, b2))
        score = torch.nn.functional.linear(h, w3, b3)[:, 0]
        loss = torch.relu(1 - y * score).mean() + STRENGTH * sum((p * p).sum() for p in every)
        for p in every:
            p.grad = None
        loss.backward()
        return loss.item(), sum(p.grad.sum().item() for p in every)

    return step


def build_c(folder: Path, points: list[list[float]], labels: list[int], weights: list[float]) -> Path | None:
    """The C engine's program, or None without a compiler."""
    cc = shutil.which("cc")
    if cc is None:
        return None
    arrays = (
        f"#define SAMPLES {len(points)}\n#define PARAMETERS {len(weights)}\n"
        f"static const double points[][2] = {{{', '.join(f'{{{x!r}, {y!r}}}' for x, y in points)}}};\n"
        f"static const double labels[] = {{{', '.join(f'{label}.0' for label in labels)}}};\n"
        f"static const double weights[] = {{{', '.join(map(repr, map(float, weights)))}}};\n"
    )
    step = Path(__file__).with_name("tape_step.c").read_text(encoding="utf-8")
    source, program = folder / "step.c", folder / "step"
    # clock_gettime is POSIX, not C99, so it has to be asked for first.
    source.write_text(f"#define _POSIX_C_SOURCE 199309L\n{runtime()}\n{arrays}\n{step}", encoding="utf-8")
    # Nodes are really freed: the quarantine, which finds faults in programs, would only slow it down.
    options = ["-std=c99", "-O3", "-DREAL_FREE", "-o", str(program)]
    subprocess.run([cc, *options, str(source), "-lm"], check=True)
    return program


def best_of(step: Step, seconds: float = 0.3) -> float:
    """The shortest of the steps that fit in a moment, at least one, in milliseconds."""
    best, end = math.inf, time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        step()
        now = time.perf_counter()
        best = min(best, (now - start) * 1e3)
        if now > end:
            return best


def main() -> None:
    """Print every measurement and the ratios with their targets; nothing is asserted of them."""
    random.seed(1337)
    points, labels = moons(100, 0.1)
    model = microcrad.nn.MLP(2, [16, 16, 1])
    weights = [p.data for p in model.parameters()]
    steps: dict[str, Step | None] = {
        "micrograd": eager_step(micrograd, points, labels, weights),
        "microcrad, eager": eager_step(microcrad, points, labels, weights),
        "tape": tape_step(model, points, labels),
        "NumPy by hand": numpy_step(points, labels, weights),
        "PyTorch": torch_step(points, labels, weights),
    }
    running = {name: step for name, step in steps.items() if step is not None}
    results = {name: step() for name, step in running.items()}
    times = dict.fromkeys(running, math.inf)
    with tempfile.TemporaryDirectory() as folder:
        program = build_c(Path(folder), points, labels, weights)
        for _ in range(ROUNDS):
            for name, step in running.items():
                times[name] = min(times[name], best_of(step))
            if program is not None:
                out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
                best, loss, slope = map(float, out.split())
                times["C, a node at a time"] = min(times.get("C, a node at a time", math.inf), best)
                results["C, a node at a time"] = loss, slope
    print("One step of micrograd's demo: loss and gradient, 100 samples, 337 parameters")
    for name, taken in times.items():
        same = np.allclose(results[name], results["micrograd"], rtol=1e-9)
        print(
            f"  {name:20} best {taken:9.3f} ms   {times['micrograd'] / taken:8.1f} x micrograd"
            + ("" if same else f"   BUT ITS RESULTS ARE OTHERS: {results[name]}")
        )
    print("The tape against its targets")
    for peer, target in (("micrograd", 500), ("PyTorch", 1), ("C, a node at a time", 15)):
        ratio = f"{times[peer] / times['tape']:8.1f} x" if peer in times else "not here"
        print(f"  {peer:20} {ratio:>10}   target: at least {target} x")
    tape_digits.main()


if __name__ == "__main__":
    main()
