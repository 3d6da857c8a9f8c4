"""Gradients of random graphs, computed by `backward` and in ways that share nothing with it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from micrograd.engine import Value as TheirValue

from microcrad import Heap, Value, gradcheck
from microcrad.engine import topological_order


@dataclass(frozen=True)
class Dual:
    """Forward mode: a number and its slope along one input, by the rules of a calculus book."""

    x: float
    d: float


Rule = Callable[[Dual, Dual], Dual]
Build = Callable[[Value, Value], Value]

# What a graph may do next: how the engine writes it, its forward-mode rule, and where that is tame.
STEPS: list[tuple[Build, Rule, Callable[[float, float], bool]]] = [
    (lambda a, b: a + b, lambda a, b: Dual(a.x + b.x, a.d + b.d), lambda a, b: True),
    (lambda a, b: a - b, lambda a, b: Dual(a.x - b.x, a.d - b.d), lambda a, b: True),
    (lambda a, b: a * b, lambda a, b: Dual(a.x * b.x, a.d * b.x + a.x * b.d), lambda a, b: True),
    (
        lambda a, b: a / b,
        lambda a, b: Dual(a.x / b.x, (a.d * b.x - a.x * b.d) / b.x**2),
        lambda a, b: abs(b) > 0.1,
    ),
    (lambda a, b: -a, lambda a, b: Dual(-a.x, -a.d), lambda a, b: True),
    (lambda a, b: 3 * a, lambda a, b: Dual(3 * a.x, 3 * a.d), lambda a, b: True),
    (lambda a, b: 1 - a, lambda a, b: Dual(1 - a.x, -a.d), lambda a, b: True),
    (lambda a, b: a**3, lambda a, b: Dual(a.x**3, 3 * a.x**2 * a.d), lambda a, b: True),
    (lambda a, b: a**0, lambda a, b: Dual(1, 0), lambda a, b: True),
    (
        lambda a, b: a**-2,
        lambda a, b: Dual(1 / a.x**2, -2 / a.x**3 * a.d),
        lambda a, b: abs(a) > 0.1,
    ),
    (
        lambda a, b: a.sqrt(),
        lambda a, b: Dual(math.sqrt(a.x), a.d / (2 * math.sqrt(a.x))),
        lambda a, b: a > 0.1,
    ),
    (
        lambda a, b: a**b,
        lambda a, b: Dual(a.x**b.x, a.x**b.x * (b.d * math.log(a.x) + b.x * a.d / a.x)),
        lambda a, b: a > 0.1 and abs(b) < 3,
    ),
    (lambda a, b: a.exp(), lambda a, b: Dual(math.exp(a.x), math.exp(a.x) * a.d), lambda a, b: a < 5),
    (lambda a, b: a.log(), lambda a, b: Dual(math.log(a.x), a.d / a.x), lambda a, b: a > 0.1),
    (lambda a, b: a.relu(), lambda a, b: a if a.x > 0 else Dual(0, 0), lambda a, b: abs(a) > 1e-3),
    (
        lambda a, b: a.leaky_relu(),
        lambda a, b: a if a.x > 0 else Dual(a.x / 100, a.d / 100),
        lambda a, b: abs(a) > 1e-3,
    ),
    (
        lambda a, b: a.tanh(),
        lambda a, b: Dual(math.tanh(a.x), a.d / math.cosh(a.x) ** 2),
        lambda a, b: abs(a) < 20,
    ),
    (lambda a, b: a.sin(), lambda a, b: Dual(math.sin(a.x), math.cos(a.x) * a.d), lambda a, b: True),
    (lambda a, b: a.cos(), lambda a, b: Dual(math.cos(a.x), -math.sin(a.x) * a.d), lambda a, b: True),
    (
        lambda a, b: a.sigmoid(),
        lambda a, b: Dual(1 / (1 + math.exp(-a.x)), a.d / (2 + math.exp(a.x) + math.exp(-a.x))),
        lambda a, b: abs(a) < 20,
    ),
]

leaves = st.lists(st.floats(-3, 3).map(lambda x: round(x, 3)), min_size=1, max_size=4)
plans = st.lists(
    st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=25
)


def tame(numbers: list[float], plan: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The steps of `plan` whose operands are in their domain and whose results stay moderate."""
    numbers, kept = list(numbers), []
    for step, i, j in plan:
        i, j = i % len(numbers), j % len(numbers)
        a, b = numbers[i], numbers[j]
        _, rule, fits = STEPS[step]
        if fits(a, b) and abs(result := rule(Dual(a, 0), Dual(b, 0)).x) < 100:
            numbers.append(result)
            kept.append((step, i, j))
    return kept


def build(inputs: list[Value], plan: list[tuple[int, int, int]]) -> Value:
    """The graph of a tame plan. Its root adds up whatever no step used."""
    nodes, unused = list(inputs), dict.fromkeys(range(len(inputs)))
    for step, i, j in plan:
        unused.pop(i, None)
        nodes.append(STEPS[step][0](nodes[i], nodes[j]))
        unused[len(nodes) - 1] = None
    root, *others = (nodes[index] for index in unused)
    for node in others:
        root = root + node
    return root


def slope(numbers: list[float], plan: list[tuple[int, int, int]], along: int) -> float:
    """The same graph in forward mode."""
    duals = [Dual(x, float(index == along)) for index, x in enumerate(numbers)]
    unused = dict.fromkeys(range(len(duals)))
    for step, i, j in plan:
        unused.pop(i, None)
        duals.append(STEPS[step][1](duals[i], duals[j]))
        unused[len(duals) - 1] = None
    return math.fsum(duals[index].d for index in unused)


@given(leaves, plans)
def test_backward_agrees_with_forward_mode(numbers: list[float], plan: list[tuple[int, int, int]]) -> None:
    plan = tame(numbers, plan)
    slopes = [slope(numbers, plan, along) for along in range(len(numbers))]
    size = max(map(abs, slopes))
    assume(0 < size < 1e6)
    inputs = [Value(x) for x in numbers]
    build(inputs, plan).backward()
    # Terms that cancel leave an error of the size of the terms, so a little absolute error is allowed.
    assert [leaf.grad for leaf in inputs] == pytest.approx(slopes, rel=1e-9, abs=1e-9 * size + 1e-12)


@given(leaves, plans)
def test_releasing_the_roots_frees_every_node(numbers: list[float], plan: list[tuple[int, int, int]]) -> None:
    """Whatever the graph: give back each reference that was created, and nothing is live."""
    plan = tame(numbers, plan)
    with Heap() as heap:
        nodes = [Value(x) for x in numbers]
        for step, i, j in plan:
            nodes.append(STEPS[step][0](nodes[i], nodes[j]))
        peak = heap.live
        for node in nodes:
            node.release()
    assert heap.leaks == ()
    assert heap.allocated_count == heap.freed_count >= heap.peak >= peak >= len(nodes)


def test_every_kind_of_step_passes_gradcheck() -> None:
    """Third opinion: central differences, for each step alone."""
    for make, _, fits in STEPS:
        assert fits(1.25, 0.75)
        checks = gradcheck(make, [1.25, 0.75])
        assert all(check.agrees and math.isfinite(check.grad) for check in checks), checks


@pytest.mark.parametrize("seed", range(20))
def test_graphs_agree_with_micrograd_node_by_node(seed: int) -> None:
    """A random program of what both have, run by both: the same numbers in every node."""
    dice = random.Random(seed)
    ours: list[Value] = [Value(dice.uniform(-2, 2)) for _ in range(3)]
    theirs: list[TheirValue] = [TheirValue(node.data) for node in ours]
    for _ in range(30):
        a, b, kind = dice.randrange(len(ours)), dice.randrange(len(ours)), dice.randrange(7)
        for nodes in (ours, theirs):
            x, y = nodes[a], nodes[b]
            nodes.append(
                x + y if kind == 0
                else x * y * 0.3 if kind == 1
                else x - y if kind == 2
                else (x * 0.1) ** 2 if kind == 3
                else x.relu() if kind == 4
                else 1 - x if kind == 5
                else x / (y * y + 1)
            )  # fmt: skip
    sum(ours, Value(0)).backward()
    sum(theirs, TheirValue(0)).backward()
    grads = [node.grad for node in ours]
    assert all(map(math.isfinite, grads))
    assert any(grads)
    assert [node.data for node in ours] == [node.data for node in theirs]
    # micrograd keeps operands in a set, so it may add the same terms in another order.
    assert grads == pytest.approx([node.grad for node in theirs], rel=1e-9, abs=1e-9)
    assert len(topological_order(sum(ours, Value(0)))) > 60
