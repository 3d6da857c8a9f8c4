"""The eager engine's speed: micrograd's demo step beside micrograd, then the cost of a node.

The step is that of micrograd's demo: MLP 2-16-16-1, 100 two-moons points, hinge loss and L2. It is built,
differentiated and freed. The two libraries take turns in one run, so that what the machine does meanwhile
hits both. Everything is measured with Python's cyclic garbage collector on, as it is by default, and off.

Run: python benchmarks/eager.py
"""

from __future__ import annotations

import contextlib
import gc
import math
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import micrograd.engine
import micrograd.nn

import microcrad.engine
import microcrad.nn
from microcrad import Heap, Value, scope
from microcrad.collector import resting
from microcrad.engine import topological_order

ROUNDS = 7
LIBRARIES = {"micrograd": micrograd, "microcrad": microcrad}


def moons(count: int, noise: float) -> tuple[list[list[float]], list[int]]:
    """Two interleaved half circles, labelled 1 and -1."""
    points, labels = [], []
    for index in range(count):
        angle, label = math.pi * random.random(), 1 - 2 * (index % 2)
        x, y = math.cos(angle), math.sin(angle)
        if label < 0:
            x, y = 1 - x, 0.5 - y
        points.append([random.gauss(x, noise), random.gauss(y, noise)])
        labels.append(label)
    return points, labels


def demo_loss(library: Any, model: Any, points: list[list[float]], labels: list[int]) -> Any:
    """micrograd's demo objective, written as in its notebook."""
    inputs = [list(map(library.engine.Value, point)) for point in points]
    scores = list(map(model, inputs))
    losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    return data_loss + 1e-4 * sum(p * p for p in model.parameters())


def milliseconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return (time.perf_counter() - start) * 1e3


@contextlib.contextmanager
def collector(on: bool) -> Iterator[None]:
    """The cyclic collector as asked for, and on again afterwards."""
    gc.collect()
    if not on:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def compare_steps(on: bool) -> None:
    """Print one training step of each library, and their ratio."""
    random.seed(1337)
    points, labels = moons(100, 0.1)
    jobs: dict[str, Callable[[], None]] = {}
    for name, library in LIBRARIES.items():
        model = library.nn.MLP(2, [16, 16, 1])

        def step(library: Any = library, model: Any = model) -> None:
            loss = demo_loss(library, model, points, labels)
            model.zero_grad()
            loss.backward()
            # The graph goes with `loss`: at once in microcrad, with the collector in micrograd.
            del loss
            if not gc.isenabled() and library is micrograd:
                gc.collect()

        jobs[name] = step
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            with collector(on):
                times[name].append(milliseconds(job))
    for name, taken in times.items():
        print(f"  {name:10} best {min(taken):8.1f} ms   median {statistics.median(taken):8.1f} ms")
    theirs, ours = times["micrograd"], times["microcrad"]
    median = statistics.median(theirs) / statistics.median(ours)
    print(f"  ratio      best {min(theirs) / min(ours):8.1f}      median {median:8.1f}")


def graph(size: int) -> Value:
    """A graph of `size` nodes, mostly products and sums over a thousand shared leaves."""
    leaves = [Value(0.5 + index / 1000) for index in range(min(1000, size // 4))]
    node, made = leaves[0], len(leaves)
    while made < size - 1:
        node = node * leaves[made % len(leaves)] + leaves[made % 7]
        made += 2
    return node


@contextlib.contextmanager
def counting_collections() -> Iterator[list[int]]:
    """How many collections of each generation there are within a block."""
    counts = [0, 0, 0]

    def count(phase: str, info: dict[str, int]) -> None:
        counts[info["generation"]] += phase == "start"

    gc.callbacks.append(count)
    try:
        yield counts
    finally:
        gc.callbacks.remove(count)


def time_a_node(on: bool, region: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
    """Print what a node costs to build, differentiate and free, and how that grows with the graph.

    In seconds of the processor. In a region the graph is freed as that ends.
    """
    first = 0.0
    for size, repeats in ((10_000, 20), (100_000, 5), (1_000_000, 2)):
        best = [math.inf] * 3
        for _ in range(repeats):
            with collector(on), counting_collections() as collections:
                start = time.process_time()
                with region():
                    root = graph(size)
                    built = time.process_time()
                    root.backward()
                    differentiated = time.process_time()
                    del root
                freed = time.process_time()
            parts = (built - start, differentiated - built, freed - differentiated)
            best = [min(pair) for pair in zip(best, parts, strict=True)]
        build, backward, free = (seconds / size * 1e9 for seconds in best)
        total = build + backward + free
        first = first or total
        print(
            f"  {size:9,} nodes: build {build:5.0f} + backward {backward:5.0f} + free {free:4.0f} "
            f"= {total:5.0f} ns a node, {total / first:.2f} x that of 10,000; "
            f"collections {'/'.join(map(str, collections))}"
        )


def bytes_a_node() -> float:
    """What a node takes in memory, its numbers included."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    root = graph(100_000)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / len(topological_order(root))


def main() -> None:
    """Print every measurement; nothing is asserted."""
    random.seed(1337)
    model = microcrad.nn.MLP(2, [16, 16, 1])
    size = len(topological_order(demo_loss(microcrad, model, *moons(100, 0.1))))
    print(f"One step of micrograd's demo, {size:,} scalar nodes: build + backward + free")
    for on in (True, False):
        print(
            f" collector {'on' if on else 'off'}"
            + ("" if on else " (micrograd's cycles collected once a step)")
        )
        compare_steps(on)
    print("The cost of a node")
    for on in (True, False):
        print(f" collector {'on' if on else 'off'}")
        time_a_node(on)
    for region in (resting, Heap, scope):
        print(f" in {region.__name__}(), where the collector rests")
        time_a_node(True, region)
    print(f"Memory: {bytes_a_node():.0f} bytes a node")


if __name__ == "__main__":
    main()
