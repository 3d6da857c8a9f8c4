"""The tape's speed: micrograd's demo step beside micrograd, PyTorch, a C engine and NumPy by hand.

The step is the loss and the gradient of MLP 2-16-16-1 on 100 two-moons points, hinge loss and L2. Everything
is measured in one run, in turns, so that what the machine does meanwhile hits all; the best of the rounds
counts. PyTorch and JAX are measured if they are installed, PyTorch on one thread; if there is a `cc`, so are
the C engine, which allocates a node at a time and is the runtime of the C export, and C written by hand for
this one network, which is the limit. Then larger networks and a GPT: see `tape_networks.py`, `tape_gpt.py`.

Run: python benchmarks/tape.py; with --write the tables of docs/speed.md are those of the run.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import micrograd.engine
import micrograd.nn
import numpy as np
import tape_gpt
import tape_loops
import tape_networks
import tape_tables
from eager import demo_loss, moons
from numpy.typing import NDArray

import microcrad.engine
import microcrad.nn
from microcrad import Value
from microcrad.errors import NotCompiledError
from microcrad.export.c_source import runtime
from microcrad.loss import l2
from microcrad.tape import Tape

ROUNDS = 5
STRENGTH = 1e-4
Array = NDArray[np.float64]
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


def tapes(
    model: microcrad.nn.MLP, points: list[list[float]], labels: list[int], *, compiled: bool
) -> tuple[Tape, Tape, Array]:
    """Two tapes, of the samples' losses and of the penalty, and the samples; with NumPy if need be."""
    parameters = model.parameters()

    def loss(inputs: list[Value]) -> Value:
        score = model(inputs[:2])
        assert isinstance(score, Value)
        return (1 + -inputs[2] * score).relu()

    batch = np.column_stack([points, labels])
    tape = Tape.record(loss, batch[0].tolist(), parameters)
    penalty = Tape.record(lambda _: l2(parameters, STRENGTH), [], parameters)
    if compiled:
        with contextlib.suppress(NotCompiledError):
            tape.use(tape.program(len(batch)))
            penalty.use(penalty.program(1))
    return tape, penalty, batch


def tape_step(tape: Tape, penalty: Tape, batch: Array, weights: Array) -> Step:
    """Both replayed."""

    def step() -> tuple[float, float]:
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


def jax_loss(points: list[list[float]], labels: list[int]) -> Callable[[Any], Any] | None:
    """The loss of the layers' parameters in JAX, in doubles; None if it is not installed."""
    try:
        import jax  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    x, y = np.array(points), np.array(labels, dtype=float)

    def loss(every: Any) -> Any:
        (w1, b1), (w2, b2), (w3, b3) = every
        h = jax.nn.relu(jax.nn.relu(x @ w1.T + b1) @ w2.T + b2)
        margin = jax.nn.relu(1 - y * (h @ w3.T + b3)[:, 0])
        return margin.mean() + STRENGTH * sum((p * p).sum() for layer in every for p in layer)

    return loss


def jax_step(loss: Callable[[Any], Any] | None, weights: list[float]) -> Step | None:
    """JAX's `jit` of `value_and_grad`."""
    if loss is None:
        return None
    import jax

    compiled, every = jax.jit(jax.value_and_grad(loss)), layers(weights)

    def step() -> tuple[float, float]:
        found, gradients = compiled(every)
        return float(found), sum(np.asarray(g).sum() for layer in gradients for g in layer)

    return step


def by_hand(
    folder: Path, points: list[list[float]], labels: list[int], weights: list[float]
) -> ctypes.CDLL | None:
    """C for this network alone; None without a compiler."""
    cc = shutil.which("cc")
    if cc is None:
        return None
    source, library = folder / "by_hand.c", folder / "by_hand.so"
    code = Path(__file__).with_name("tape_by_hand.c").read_text(encoding="utf-8")
    source.write_text(f"{c_arrays(points, labels, weights)}\n{code}", encoding="utf-8")
    options = ["-O3", "-march=native", "-shared", "-fPIC", "-Wno-unused-variable", "-o", str(library)]
    subprocess.run([cc, *options, str(source)], check=True)
    return ctypes.CDLL(str(library))


def by_hand_step(library: ctypes.CDLL | None, weights: list[float]) -> Step | None:
    """It called through ctypes."""
    if library is None:
        return None
    function = library.demo_step
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_void_p, ctypes.c_void_p]
    numbers, gradient = np.array(weights), np.empty(len(weights))

    def step() -> tuple[float, float]:
        return function(numbers.ctypes.data, gradient.ctypes.data), gradient.sum()

    return step


def c_arrays(points: list[list[float]], labels: list[int], weights: list[float]) -> str:
    """The data as C."""
    return (
        f"#define SAMPLES {len(points)}\n#define PARAMETERS {len(weights)}\n"
        f"static const double points[][2] = {{{', '.join(f'{{{x!r}, {y!r}}}' for x, y in points)}}};\n"
        f"static const double labels[] = {{{', '.join(f'{label}.0' for label in labels)}}};\n"
        f"static const double weights[] = {{{', '.join(map(repr, map(float, weights)))}}};\n"
    )


def build_c(folder: Path, points: list[list[float]], labels: list[int], weights: list[float]) -> Path | None:
    """The C engine's program, or None without a compiler."""
    cc = shutil.which("cc")
    if cc is None:
        return None
    arrays = c_arrays(points, labels, weights)
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
    numbers, jax = np.array(weights), jax_loss(points, labels)
    with tempfile.TemporaryDirectory() as folder:
        library = by_hand(Path(folder), points, labels, weights)
        compiled = tapes(model, points, labels, compiled=True)
        steps: dict[str, Step | None] = {
            "micrograd": eager_step(micrograd, points, labels, weights),
            "microcrad, eager": eager_step(microcrad, points, labels, weights),
            "tape, NumPy": tape_step(*tapes(model, points, labels, compiled=False), numbers),
            "tape, compiled": tape_step(*compiled, numbers) if compiled[0].compiled else None,
            "NumPy by hand": numpy_step(points, labels, weights),
            "PyTorch, eager": torch_step(points, labels, weights),
            "JAX, jit, a call": jax_step(jax, weights),
            "C, by hand": by_hand_step(library, weights),
        }
        running = {name: step for name, step in steps.items() if step is not None}
        results = {name: step() for name, step in running.items()}
        times = dict.fromkeys(running, math.inf)
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
    best = "tape, compiled" if "tape, compiled" in times else "tape, NumPy"
    print(f"{best}: how many times as fast as others")
    for peer, target in (("PyTorch, eager", 1.0), ("JAX, jit, a call", 2.0), ("C, by hand", 1 / 1.3)):
        ratio = f"{times[peer] / times[best]:8.2f} x" if peer in times else "not here"
        print(f"  {peer:20} {ratio:>10}   target: at least {target:.2f} x")
    a_step = {f"{name}, a call" if name == "tape, compiled" else name: ms / 1e3 for name, ms in times.items()}
    runs = {
        "tape, compiled, a thousand steps in one call": tape_loops.tape_run(*compiled, numbers),
        "JAX, a thousand steps in its own loop": jax and tape_loops.jax_run(jax, layers(weights)),
        "C, by hand, a thousand steps": library and tape_loops.by_hand_run(library, numbers),
    }
    for name, seconds in (a_step | tape_loops.measured(runs)).items():
        tape_tables.noted("demo", name.replace("jit, ", ""), {"": seconds})
    tape_networks.main()
    tape_gpt.main()
    if "--write" in sys.argv:
        tape_tables.write()


if __name__ == "__main__":
    main()
