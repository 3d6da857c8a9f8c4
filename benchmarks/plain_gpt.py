"""A GPT trained with a scalar class of the plainest kind, as a peer: what one writes to see it work.

Each operation keeps its operands and its slopes to them; the backward pass sorts the graph by recursion. The
model, its sizes, its draws and its optimiser are those of `microcrad.gpt` and of Train's `names`, so that its
losses can be compared.

Run: python benchmarks/plain_gpt.py STEPS
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

from microcrad.train.configuration import recipe
from microcrad.train.trainer import Trainer

TOKENS, POSITIONS, SIZE, HEADS = 27, 16, 16, 4
SEED = 1337


class Plain:
    """A number that knows what it was made of."""

    __slots__ = ("data", "grad", "operands", "slopes")

    def __init__(self, data: float, operands: tuple[Plain, ...] = (), slopes: tuple[float, ...] = ()) -> None:
        self.data, self.grad, self.operands, self.slopes = data, 0.0, operands, slopes

    def __add__(self, other: Plain | float) -> Plain:
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Plain | float) -> Plain:
        other = other if isinstance(other, Plain) else Plain(other)
        return Plain(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power: float) -> Plain:
        return Plain(self.data**power, (self,), (power * self.data ** (power - 1),))

    def exp(self) -> Plain:
        made = math.exp(self.data)
        return Plain(made, (self,), (made,))

    def log(self) -> Plain:
        return Plain(math.log(self.data), (self,), (1 / self.data,))

    def relu(self) -> Plain:
        return Plain(max(0.0, self.data), (self,), (float(self.data > 0),))

    def backward(self) -> None:
        order: list[Plain] = []
        seen: set[Plain] = set()

        def visit(node: Plain) -> None:
            if node not in seen:
                seen.add(node)
                for operand in node.operands:
                    visit(operand)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for operand, slope in zip(node.operands, node.slopes, strict=True):
                operand.grad += slope * node.grad


Row = list[Plain]


def total(values: Sequence[Plain]) -> Plain:
    """Their sum, from the first on."""
    made = values[0]
    for value in values[1:]:
        made = made + value
    return made


def product(matrix: Sequence[Row], x: Sequence[Plain]) -> Row:
    """A matrix times a column."""
    return [total([a * b for a, b in zip(row, x, strict=True)]) for row in matrix]


def norm(x: Row) -> Row:
    """Brought to a mean square of 1."""
    scale = (total([each * each for each in x]) * (1 / len(x)) + 1e-5) ** -0.5
    return [each * scale for each in x]


def softmax(values: Row) -> Row:
    """Shares that sum to 1."""
    largest = max(value.data for value in values)
    raised = [(value + -largest).exp() for value in values]
    whole = total(raised) ** -1.0
    return [each * whole for each in raised]


def model() -> dict[str, list[Row]]:
    """The matrices, drawn in their order."""
    gauss = random.Random(SEED).gauss
    shapes = {
        "letters": (TOKENS, SIZE), "places": (POSITIONS, SIZE), "head": (TOKENS, SIZE), "query": (SIZE, SIZE),
        "key": (SIZE, SIZE), "value": (SIZE, SIZE), "output": (SIZE, SIZE), "widen": (4 * SIZE, SIZE),
        "narrow": (SIZE, 4 * SIZE),
    }  # fmt: skip
    return {
        name: [[Plain(gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in shapes.items()
    }


def loss(at: dict[str, list[Row]], tokens: Sequence[int]) -> Plain:
    """The mean surprise at each next token of one word."""
    keys: list[Row] = []
    values: list[Row] = []
    losses = []
    for place, (token, wanted) in enumerate(pairwise(tokens)):
        x = norm([a + b for a, b in zip(at["letters"][token], at["places"][place], strict=True)])
        read = norm(x)
        query = product(at["query"], read)
        keys.append(product(at["key"], read))
        values.append(product(at["value"], read))
        gathered: Row = []
        for start in range(0, SIZE, SIZE // HEADS):
            part = slice(start, start + SIZE // HEADS)
            fits = [total([a * b for a, b in zip(query[part], key[part], strict=True)]) * 0.5 for key in keys]
            shares = softmax(fits)
            for column in zip(*(value[part] for value in values), strict=True):
                gathered.append(total([a * b for a, b in zip(shares, column, strict=True)]))
        x = [a + b for a, b in zip(product(at["output"], gathered), x, strict=True)]
        wide = [each.relu() for each in product(at["widen"], norm(x))]
        x = [a + b for a, b in zip(product(at["narrow"], wide), x, strict=True)]
        losses.append(softmax(product(at["head"], x))[wanted].log() * -1.0)
    return total(losses) * (1 / len(losses))


def training(words: Sequence[Sequence[int]], steps: int, planned: int = 1000) -> Iterator[float]:
    """The loss of each of some steps of a run of so many as are `planned`, a word each, with Adam."""
    at = model()
    parameters = [number for matrix in at.values() for row in matrix for number in row]
    first, second = [0.0] * len(parameters), [0.0] * len(parameters)
    for step in range(steps):
        made = loss(at, words[step % len(words)])
        for parameter in parameters:
            parameter.grad = 0.0
        made.backward()
        rate = 0.01 + (1e-5 - 0.01) * step / planned
        for i, parameter in enumerate(parameters):
            first[i] = 0.85 * first[i] + 0.15 * parameter.grad
            second[i] = 0.99 * second[i] + 0.01 * parameter.grad**2
            mean = first[i] / (1 - 0.85 ** (step + 1))
            size = second[i] / (1 - 0.99 ** (step + 1))
            parameter.data -= rate * mean / (size**0.5 + 1e-8)
        yield made.data


def main() -> None:
    """Train so many steps on the words that Train sees, in its order; then let the command do all of it."""
    sys.setrecursionlimit(1_000_000)
    steps, planned = int(sys.argv[1]), recipe("names").steps
    trainer = Trainer(recipe("names"))
    words = []
    for step in range(steps):
        row = int(trainer.batches.rows(step)[0])
        points = trainer.prepared.train.points[row].astype(int).tolist()
        words.append([token for token in points if token >= 0] + [TOKENS - 1])
    del trainer
    start = time.perf_counter()
    losses = list(training(words, steps, planned))
    plain = (time.perf_counter() - start) * planned / steps
    start = time.perf_counter()
    command = [sys.executable, "-m", "microcrad", "train", "names", "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    ours = time.perf_counter() - start
    curve = report["curves"]["loss"]["numbers"]
    worst = max(abs(a - b) for a, b in zip(losses, curve, strict=False))
    print(f"{planned} steps of one name: {plain:.1f} s with a plain class (measured: {steps} steps)")
    print(f"  microcrad train names, process start to finish: {ours:.2f} s, {plain / ours:.0f} times as fast")
    taken = report["seconds"]
    print(f"  its steps alone, compiling included: {taken:.2f} s, {plain / taken:.0f} times as fast")
    print(
        f"  losses differ by at most {worst:.1e} in the {steps} steps; test loss {report['test']['loss']:.3f}"
    )


if __name__ == "__main__":
    main()
