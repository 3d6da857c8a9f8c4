"""A GPT's loss and gradient for one name: every node of it eager, replayed with NumPy, and compiled.

Beside PyTorch, which computes it with matrices, all positions of the name at once, in doubles on one thread,
if it is installed. All start from the same parameters and are checked to come to the same gradient.
`benchmarks/tape.py` runs this.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tape_networks import fastest, show

from microcrad.errors import NotCompiledError
from microcrad.gpt import GPT
from microcrad.tape import Tape

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


def main() -> None:
    """Print every measurement; nothing is asserted of them."""
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
        show(fastest(calls), same, "a gradient")


if __name__ == "__main__":
    main()
