"""A GPT's loss and gradient for one name: every node of it eager, replayed with NumPy, and compiled.

Beside PyTorch, which computes it with matrices, all positions of the name at once, in doubles on one thread,
if it is installed. All start from the same parameters and are checked to come to the same gradient.
`benchmarks/tape.py` runs this. First the one recording of Train's names, which serves for all of them.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import tape_tables
from numpy.typing import NDArray
from tape_networks import fastest, show

from microcrad.errors import NotCompiledError
from microcrad.gpt import GPT
from microcrad.optim import Adam
from microcrad.tape import Tape, Turns
from microcrad.train.configuration import recipe
from microcrad.train.trainer import Trainer

NAMES = ("emma", "maximilianjames")
Array = NDArray[np.float64]


def eager(model: GPT, name: str) -> Array:
    """The graph built, differentiated and freed."""
    model.zero_grad()
    model.loss(name).backward()
    return np.array([parameter.grad for parameter in model.parameters()])


def replayed(tape: Tape, weights: Array) -> Array:
    """The recorded graph computed again."""
    tape.forward(weights=weights)
    return tape.backward()


def torch_gradient(model: GPT, name: str) -> Any:
    """The same with matrices, as a function without arguments; None if PyTorch is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    layer = model.layers[0]
    attention, network = [layer.query, layer.key, layer.value, layer.output], [layer.widen, layer.narrow]
    matrices = [
        torch.tensor([[value.data for value in row] for row in matrix], dtype=torch.float64).requires_grad_()
        for matrix in (model.letters, model.places, model.head, *attention, *network)
    ]
    letters, places, head, query, key, value, output, widen, narrow = matrices
    tokens = torch.tensor(model.tokens(name))
    count, heads = len(tokens) - 1, model.heads
    later = torch.triu(torch.ones(count, count, dtype=torch.bool), diagonal=1)

    def norm(x: Any) -> Any:
        return x * ((x * x).mean(dim=-1, keepdim=True) + 1e-5) ** -0.5

    def gradient() -> Array:
        for matrix in matrices:
            matrix.grad = None
        stream = norm(letters[tokens[:-1]] + places[:count])
        x = norm(stream)
        q, k, v = ((x @ m.T).reshape(count, heads, -1).transpose(0, 1) for m in (query, key, value))
        fits = (q @ k.transpose(1, 2) / q.shape[-1] ** 0.5).masked_fill(later, float("-inf"))
        gathered = (fits.softmax(dim=-1) @ v).transpose(0, 1).reshape(count, -1)
        stream = gathered @ output.T + stream
        stream = torch.relu(norm(stream) @ widen.T) @ narrow.T + stream
        torch.nn.functional.cross_entropy(stream @ head.T, tokens[1:]).backward()
        return np.concatenate([matrix.grad.numpy().ravel() for matrix in matrices])

    return gradient


def torch_step(model: GPT, points: Array, targets: Array) -> Any:
    """The gradient of a batch of words with matrices, padded to the longest; None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    names = [name.replace(".", "_") for name in model.matrices()]
    matrices = {
        name: torch.tensor(
            [[value.data for value in row] for row in rows], dtype=torch.float64
        ).requires_grad_()
        for name, rows in zip(names, model.matrices().values(), strict=True)
    }
    tokens, wanted = (torch.tensor(each.astype(int)) for each in (points, targets))
    (count, length), heads = tokens.shape, model.heads
    later = torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)

    def norm(x: Any) -> Any:
        return x * ((x * x).mean(dim=-1, keepdim=True) + 1e-5) ** -0.5

    def gradient() -> Array:
        for matrix in matrices.values():
            matrix.grad = None
        x = norm(matrices["letters"][tokens.clamp(min=0)] + matrices["places"][:length])
        read = norm(x)
        q, k, v = (
            (read @ matrices[f"layer0_{name}"].T).reshape(count, length, heads, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        fits = (q @ k.transpose(2, 3) / q.shape[-1] ** 0.5).masked_fill(later, float("-inf"))
        gathered = (fits.softmax(dim=-1) @ v).transpose(1, 2).reshape(count, length, -1)
        x = gathered @ matrices["layer0_output"].T + x
        x = torch.relu(norm(x) @ matrices["layer0_widen"].T) @ matrices["layer0_narrow"].T + x
        losses = torch.nn.functional.cross_entropy(
            (x @ matrices["head"].T).transpose(1, 2), wanted, ignore_index=-1, reduction="none"
        )
        (losses.sum(dim=1) / (wanted >= 0).sum(dim=1)).mean().backward()
        return np.concatenate([matrix.grad.numpy().ravel() for matrix in matrices.values()])

    return gradient


def batches() -> None:
    """One recording for all names of Train, replayed for one and for 32 of them."""
    trainer = Trainer(replace(recipe("names"), seed=42))
    assert isinstance(trainer.model, GPT)
    learner, data = trainer.network.learner, trainer.prepared.train
    weights = trainer.state.weights
    for count in (1, 32):
        points, targets = data.points[:count], data.labels[:count]
        rows = learner.rows(points, targets)
        tapes = [
            Tape.record(learner.recorded, rows[0].tolist(), trainer.model.parameters()) for _ in range(2)
        ]
        start = time.perf_counter()
        with contextlib.suppress(NotCompiledError):
            tapes[0].use(tapes[0].program(count))
        ready = time.perf_counter() - start
        print(f"GPT, {count} of Train's names: {tapes[0].nodes:,} nodes each, compiled in {ready:.2f} s")
        candidates = {
            "tape, compiled": partial(_gradient, tapes[0], rows, weights) if tapes[0].compiled else None,
            "tape, NumPy": partial(_gradient, tapes[1], rows, weights),
            "PyTorch, eager": torch_step(trainer.model, points, targets),
        }
        calls = {kind: call for kind, call in candidates.items() if call is not None}
        found = {kind: call() for kind, call in calls.items()}
        right = found["tape, NumPy"]
        same = {kind: np.allclose(each, right, rtol=1e-9, atol=1e-12) for kind, each in found.items()}
        times = fastest(calls)
        show(times, same, "a gradient")
        tape_tables.noted("names", f"{count} name{'s' if count > 1 else ''}", times, f"{ready:.2f} s")
        if tapes[0].compiled and count == 1:
            _a_thousand(tapes[0], learner.rows(data.points[:1000], data.labels[:1000]), weights)


def _a_thousand(tape: Tape, rows: Array, weights: Array) -> None:
    """A thousand steps of a name each, in one call."""
    nothing, count = np.zeros_like(weights), len(rows)
    turns = Turns.steps(rows, np.arange(count), np.ones(count, dtype=np.int64))
    run = partial(tape.descent(Adam()).run, turns, weights, (nothing, nothing), [0.001] * count)
    taken = fastest({"": run})[""]
    print(f"  {count:,} steps in one call, Adam included: {taken:.3f} s")


def _gradient(tape: Tape, rows: Array, weights: Array) -> Array:
    tape.forward(rows, weights)
    return tape.backward()


def main() -> None:
    """Print every measurement; nothing is asserted of them."""
    batches()
    model = GPT(seed=42)
    weights = np.array([parameter.data for parameter in model.parameters()])
    for name in NAMES:
        numpy = Tape.record(lambda _, name=name: model.loss(name), [], model.parameters())
        compiled = Tape.record(lambda _, name=name: model.loss(name), [], model.parameters())
        start = time.perf_counter()
        try:
            compiled.use(compiled.program(1))
        except NotCompiledError as error:
            print(f"  not compiled: {error}")
        ready = time.perf_counter() - start
        print(f"GPT, {name!r}: {numpy.nodes:,} nodes, compiled in {ready:.2f} s")
        candidates = {
            "tape, compiled": partial(replayed, compiled, weights) if compiled.compiled else None,
            "tape, NumPy": partial(replayed, numpy, weights),
            "microcrad, eager": partial(eager, model, name),
            "PyTorch, eager": torch_gradient(model, name),
        }
        calls = {kind: call for kind, call in candidates.items() if call is not None}
        found = {kind: call() for kind, call in calls.items()}
        right = found["microcrad, eager"]
        same = {kind: np.allclose(each, right, rtol=1e-9, atol=1e-12) for kind, each in found.items()}
        times = fastest(calls)
        show(times, same, "a gradient")
        tape_tables.noted("gradients", f'GPT, "{name}"', times, f"{numpy.nodes:,}|{ready:.2f} s")


if __name__ == "__main__":
    main()
