"""Graphs to record, and what the eager engine says about them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from microcrad import Value
from microcrad.engine import topological_order
from microcrad.nn import MLP
from microcrad.tape import Tape

INF, NAN = math.inf, math.nan
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-320, 1e300, -1e300, 800.0, INF, -INF, NAN]

Build = Callable[[list[Value]], Value]
Samples = Sequence[Sequence[float]]


def eager(
    build: Build, samples: Samples, parameters: list[Value]
) -> tuple[list[float], list[float], list[float]]:
    """Losses, gradient of their mean, and how large the terms are that each gradient was added up from."""
    losses, totals = [], [0.0] * len(parameters)
    sizes = [0.0] * len(parameters)
    for sample in samples:
        for parameter in parameters:
            parameter.grad = 0.0
        root = build([Value(x) for x in sample])
        objective = root * (1.0 / len(samples))
        objective.backward()
        losses.append(root.data)
        size_of = term_sizes(objective)
        for i, parameter in enumerate(parameters):
            totals[i] += parameter.grad
            sizes[i] += size_of.get(parameter, 0.0)
    return losses, totals, sizes


def term_sizes(root: Value) -> dict[Value, float]:
    """The chain rule with every term's absolute value, so that nothing cancels."""
    sizes = {root: 1.0}
    for node in reversed(topological_order(root)):
        operands = [operand.data for operand in node.prev]
        slopes = node.op.differentiate(*(*operands, 0.0, 0.0)[:2], node.extra, node.data)
        for operand, slope in zip(node.prev, slopes, strict=True):
            sizes[operand] = sizes.get(operand, 0.0) + abs(slope) * sizes[node]
    return sizes


def assert_same_as_eager(
    tape: Tape, build: Build, samples: Samples, parameters: list[Value], slack: float = 1e-9
) -> None:
    losses, gradient, sizes = eager(build, samples, parameters)
    assert tape.forward(samples) == pytest.approx(losses, rel=slack, nan_ok=True)
    got = tape.backward().tolist()
    assert len(got) == len(gradient)
    for one, two, size in zip(got, gradient, sizes, strict=True):
        # Terms that cancel leave an error of the size of the terms.
        tolerance = slack * size if math.isfinite(size) else 0.0
        assert one == pytest.approx(two, rel=slack, abs=tolerance, nan_ok=True)


# --- random graphs -------------------------------------------------------------------------------------

STEPS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a * a,
    lambda a, b: a / b,
    lambda a, b: a**3,
    lambda a, b: a**2,
    lambda a, b: a**0,
    lambda a, b: a**0.5,
    lambda a, b: a**-1.5,
    lambda a, b: a**b,
    lambda a, b: a.exp(),
    lambda a, b: a.log(),
    lambda a, b: a.relu(),
    lambda a, b: a.leaky_relu(),
    lambda a, b: a.tanh(),
    lambda a, b: a.sin(),
    lambda a, b: a.cos(),
    lambda a, b: a.sigmoid(),
    lambda a, b: 1.5 - a,
    lambda a, b: a + -0.0,
]
plans = st.lists(
    st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=20
)
tame = st.floats(-2, 2).map(lambda x: round(x, 2))
wild = st.sampled_from(SPECIAL)


def builder(plan: list[tuple[int, int, int]], parameters: list[Value], leaf: Value) -> Build:
    """What `plan` makes of the inputs, the parameters and a constant. The root is its last result."""

    def build(inputs: list[Value]) -> Value:
        nodes = [*inputs, *parameters, leaf]
        for step, i, j in plan:
            # Half of the operands are recent ones, so that graphs get deep.
            a = nodes[-1 - i // 2 % min(3, len(nodes)) if i % 2 else i // 2 % len(nodes)]
            nodes.append(STEPS[step](a, nodes[j % len(nodes)]))
        return nodes[-1]

    return build


def ill_conditioned(build: Build, samples: Samples, parameters: list[Value]) -> bool:
    """Whether changing the numbers in their last bits changes the results by more than rounding does."""
    losses, gradient, _ = eager(build, samples, parameters)
    dice = random.Random(1)

    def shaken(x: float) -> float:
        return x * (1 + dice.choice([-1, 1]) * 1e-14)

    kept = [parameter.data for parameter in parameters]
    for parameter in parameters:
        parameter.data = shaken(parameter.data)
    others = eager(build, [[shaken(x) for x in sample] for sample in samples], parameters)
    for parameter, x in zip(parameters, kept, strict=True):
        parameter.data = x
    pairs = zip([*losses, *gradient], [*others[0], *others[1]], strict=True)
    return any(one != pytest.approx(two, rel=1e-11, nan_ok=True) for one, two in pairs)


# --- graphs made by loops ------------------------------------------------------------------------------

patterns = st.tuples(st.integers(0, 3), st.integers(1, 3))
vector_plans = st.lists(
    st.tuples(
        st.integers(0, len(STEPS) - 1),
        st.integers(1, 12),
        st.integers(0, 99),
        st.integers(0, 99),
        patterns,
        patterns,
    ),
    min_size=1,
    max_size=6,
)
EXACT = [0, 1, 2, 3, 13, 14]
"""The steps that are rounded in one way only."""


def loops(plan: list[Any], parameters: list[Value], steps: list[int]) -> Build:
    """Vectors made of vectors, each in regular steps (the same one over and over, every second, pairs of
    one), wrapped around their ends; the sum of all is the root.
    """

    def build(inputs: list[Value]) -> Value:
        vectors = [inputs, parameters]
        for step, count, i, j, (stride, repeat), (other_stride, other_repeat) in plan:
            # Half of the operands are recent vectors, so that there are parameters below most nodes.
            a, b = vectors[-1 - i % min(2, len(vectors))], vectors[j % len(vectors)]
            apply = STEPS[steps[step % len(steps)]]
            vectors.append(
                [
                    apply(a[k // repeat * stride % len(a)], b[k // other_repeat * other_stride % len(b)])
                    for k in range(count)
                ]
            )
        return sum((node for vector in vectors[2:] for node in vector), Value(0.0))

    return build


# --- networks ------------------------------------------------------------------------------------------


def network(activation: str) -> tuple[Build, list[Value]]:
    random.seed(7)
    model = MLP(2, [5, 4, 1])

    def build(inputs: list[Value]) -> Value:
        x: list[Value] = inputs[:2]
        for layer in model.layers:
            sums = [sum((w * v for w, v in zip(n.w, x, strict=True)), n.b) for n in layer.neurons]
            last = layer is model.layers[-1]
            x = sums if last else [s.relu() if activation == "relu" else s.tanh() for s in sums]
        return (1 + -inputs[2] * x[0]).relu()

    return build, model.parameters()


def points(count: int) -> list[list[float]]:
    dice = random.Random(3)
    return [[dice.gauss(0, 1), dice.gauss(0, 1), dice.choice([-1.0, 1.0])] for _ in range(count)]
