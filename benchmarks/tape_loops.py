"""A thousand steps of micrograd's demo in one call: loss, gradient, penalty and an update at a falling rate.

The compiled tape beside JAX's own loop, which is compiled whole, and C written by hand for this network. All
start from the same parameters and are checked to end at the same ones. `benchmarks/tape.py` runs this.
"""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microcrad.errors import NotCompiledError
from microcrad.optim import SGD, Linear
from microcrad.tape import Tape, Turns

__all__ = ["by_hand_run", "jax_run", "measured", "tape_run"]

Array = NDArray[np.float64]
Run = Callable[[], Array]
"""The parameters after all steps."""
STEPS = 1000
RATES = np.array([Linear(0.5, 0.05, STEPS)(step) for step in range(STEPS)])


def tape_run(tape: Tape, penalty: Tape, batch: Array, weights: Array) -> Run | None:
    """The recorded graph and its penalty, which run compiled; None if they do not."""
    try:
        descent = tape.descent(SGD(), penalty)
    except NotCompiledError:
        return None
    turns = Turns.steps(batch, np.tile(np.arange(len(batch)), STEPS), np.full(STEPS, len(batch)))
    return lambda: descent.run(turns, weights, (), RATES.tolist()).weights


def jax_run(loss: Callable[[Any], Any], layers: Any) -> Run | None:
    """`fori_loop` within `jit`; None if JAX is not installed."""
    try:
        import jax  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    slope, rates = jax.grad(loss), jax.numpy.array(RATES)

    def step(k: Any, every: Any) -> Any:
        return jax.tree.map(lambda p, g: p - rates[k] * g, every, slope(every))

    compiled = jax.jit(lambda every: jax.lax.fori_loop(0, STEPS, step, every))

    def run() -> Array:
        ends = compiled(layers)
        return np.concatenate([np.column_stack([w, b]).ravel() for w, b in ends])

    return run


def by_hand_run(library: ctypes.CDLL, weights: Array) -> Run:
    """The same loop in C."""
    function = library.descend
    function.restype = None
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]

    def run() -> Array:
        moved = weights.copy()
        function(moved.ctypes.data, RATES.ctypes.data, STEPS)
        return moved

    return run


def measured(runs: dict[str, Run | None], rounds: int = 15) -> dict[str, float]:
    """The seconds of a step of each, which are printed."""
    there = {name: run for name, run in runs.items() if run is not None}
    ends = {name: run() for name, run in there.items()}
    times = dict.fromkeys(there, math.inf)
    for _ in range(rounds):
        for name, run in there.items():
            start = time.perf_counter()
            run()
            times[name] = min(times[name], (time.perf_counter() - start) / STEPS)
    right = next(iter(ends.values()))
    print(f"{STEPS:,} steps of the demo in one call, SGD included")
    for name, taken in times.items():
        same = "" if np.allclose(ends[name], right, rtol=1e-7, atol=1e-9) else "   BUT IT ENDS ELSEWHERE"
        print(f"  {name:42} best {taken * 1e6:8.2f} us a step{same}")
    for name in (name for name, run in runs.items() if run is None):
        print(f"  {name:42} not here")
    return times
