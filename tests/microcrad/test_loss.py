"""Losses: beside PyTorch's numbers and finite differences, at logits of any size, and without leaks."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad import Heap, Value, gradcheck, loss, scope
from microcrad.engine import topological_order

TORCH = json.loads((Path(__file__).parents[1] / "data" / "torch.json").read_text())
FINITE = st.floats(-1000, 1000)


def single(function: Callable[..., Value]) -> Callable[..., Value]:
    """A loss of one output as one of lists, as the references have it."""
    return lambda outputs, targets: function(outputs[0], targets[0])


LOSSES: dict[str, Callable[..., Value]] = {
    "hinge": single(loss.hinge),
    "binary_cross_entropy": single(loss.binary_cross_entropy),
    "softmax_cross_entropy": loss.softmax_cross_entropy,
    "mean_squared_error": loss.mean_squared_error,
}
CASES = [(name, case) for name in LOSSES for case in TORCH[name]]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n} {c['inputs']} {c['target']}" for n, c in CASES])
@pytest.mark.parametrize("kind", [float, Value])
def test_numbers_and_gradients_are_pytorchs(name: str, case: dict[str, Any], kind: Any) -> None:
    inputs = [Value(x) for x in case["inputs"]]
    result = LOSSES[name](inputs, [kind(y) for y in case["target"]])
    result.backward()
    assert result.data == pytest.approx(case["loss"], rel=1e-12, abs=1e-14)
    assert [x.grad for x in inputs] == pytest.approx(case["grads"], rel=1e-12, abs=1e-14)


def test_the_references_reach_a_thousand_both_ways() -> None:
    for name in LOSSES:
        inputs = [x for case in TORCH[name] for x in case["inputs"]]
        assert min(inputs) == -1000
        assert max(inputs) == 1000


@pytest.mark.parametrize(
    ("z", "y", "expected", "slope"),
    [(1000.0, 1, 0.0, 0.0), (-1000.0, 1, 1000.0, -1.0), (1000.0, 0, 1000.0, 1.0), (-1000.0, 0, 0.0, 0.0),
     (0.0, 1, math.log(2), -0.5), (0.0, 0, math.log(2), 0.5), (-0.0, 1, math.log(2), -0.5)],
)  # fmt: skip
def test_binary_cross_entropy_at_its_edges(z: float, y: int, expected: float, slope: float) -> None:
    logit = Value(z)
    result = loss.binary_cross_entropy(logit, y)
    result.backward()
    assert (result.data, logit.grad) == (expected, slope)


def test_every_loss_agrees_with_finite_differences() -> None:
    checks = [
        gradcheck(lambda z: loss.hinge(z, -1), [0.3]),
        gradcheck(lambda z, y: loss.binary_cross_entropy(z, y), [0.7, 0.25]),
        gradcheck(lambda a, b, c: loss.softmax_cross_entropy([a, b, c], [0, 0, 1]), [0.5, 2.0, -1.0]),
        gradcheck(lambda a, b, t: loss.mean_squared_error([a, b], [t, 3.0]), [0.5, 2.0, -1.0]),
        gradcheck(lambda a, b: loss.l2([a, b], 0.3), [0.5, -2.0]),
        gradcheck(lambda a, b: loss.mean([a, b]), [0.5, -2.0]),
        gradcheck(lambda a, b: loss.maximum(a, b), [0.5, -2.0]),
    ]
    for check in checks:
        assert all(one.agrees for one in check), check
        assert any(one.grad for one in check)


@given(FINITE, st.sampled_from([0, 1]))
def test_binary_cross_entropy_is_softmax_of_two(z: float, y: int) -> None:
    one, two = Value(z), Value(z)
    single_, double = (
        loss.binary_cross_entropy(one, y),
        loss.softmax_cross_entropy([Value(0), two], loss.one_hot(y, 2)),
    )
    single_.backward()
    double.backward()
    assert single_.data >= 0
    assert single_.data == pytest.approx(double.data, rel=1e-9, abs=1e-12)
    assert one.grad == pytest.approx(two.grad, rel=1e-9, abs=1e-12)


@given(st.lists(FINITE, min_size=1, max_size=6))
def test_the_slopes_of_softmax_sum_to_nothing(row: list[float]) -> None:
    """Adding the same to every logit changes nothing; and each slope is a probability, less 1 if right."""
    logits = [Value(z) for z in row]
    loss.softmax_cross_entropy(logits, loss.one_hot(0, len(row))).backward()
    assert sum(z.grad for z in logits) == pytest.approx(0, abs=1e-12)
    assert -1 <= logits[0].grad <= 1e-12
    assert all(-1e-12 <= z.grad <= 1 for z in logits[1:])


BUILDS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: loss.hinge(a, 1),
    lambda a, b: loss.hinge(a, b),
    lambda a, b: loss.binary_cross_entropy(a, 1),
    lambda a, b: loss.binary_cross_entropy(a, b),
    lambda a, b: loss.softmax_cross_entropy([a, b], [1, 0]),
    lambda a, b: loss.softmax_cross_entropy([a], [1]),
    lambda a, b: loss.mean_squared_error(a, 1),
    lambda a, b: loss.mean_squared_error([a, b], [1, 2]),
    lambda a, b: loss.l2([a, b], 0.1),
    lambda a, b: loss.l2([], 0.1),
    lambda a, b: loss.mean([a, b]),
    lambda a, b: loss.mean([a]),
    lambda a, b: loss.maximum(a, b),
]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("scoped", [False, True])
def test_nothing_but_the_result_is_left_to_release(
    build: Callable[[Value, Value], Value], scoped: bool
) -> None:
    """Every node is freed with the result, whether it is released or its scope ends."""
    with Heap(check=True) as heap:
        a, b = Value(0.5), Value(-0.25)
        if scoped:
            with scope():
                build(a, b).backward()
                assert heap.live > 2
        else:
            result = build(a, b)
            assert result.ref_count == 1
            assert all(
                node.ref_count == sum(user.prev.count(node) for user in topological_order(result))
                for node in topological_order(result)
                if node not in (result, a, b)
            )
            result.backward()
            result.release()
        assert heap.live == 2
        assert (a.ref_count, b.ref_count) == (1, 1)
        a.release()
        b.release()


def test_the_penalty_is_a_sum_of_squares() -> None:
    assert loss.l2([Value(3.0), Value(-2.0)], 0.5).data == 6.5
    assert loss.l2([], 0.5).data == 0
    assert loss.mean([Value(3.0), Value(-2.0)]).data == 0.5


@pytest.mark.parametrize(
    ("a", "b", "slopes"),
    [(2.0, -1.0, (1, 0)), (-1.0, 2.0, (0, 1)), (1.0, 1.0, (1, 0)), (-1000.0, 1000.0, (0, 1))],
)
def test_the_gradient_of_a_maximum_goes_to_the_larger(a: float, b: float, slopes: tuple[int, int]) -> None:
    left, right = Value(a), Value(b)
    largest = loss.maximum(left, right)
    largest.backward()
    assert largest.data == max(a, b)
    assert (left.grad, right.grad) == slopes


def test_hinge_is_micrograds_graph() -> None:
    score = Value(0.25)
    theirs = (1 + -1 * score).relu()
    ours = loss.hinge(score, 1)
    shape = [(node.op.name, node.data) for node in topological_order(ours)]
    assert shape == [(node.op.name, node.data) for node in topological_order(theirs)]


def test_targets_may_be_a_row_of_an_array() -> None:
    outputs = [Value(1.0), Value(2.0)]
    assert loss.mean_squared_error(outputs, np.array([0.0, 4.0])).data == 2.5
    assert loss.mean_squared_error(Value(1.0), np.float64(3)).data == 4
    assert loss.softmax_cross_entropy(outputs, np.array([0, 1])).data == pytest.approx(0.31326168751822286)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="2 outputs and 1 targets"):
        loss.softmax_cross_entropy([Value(1), Value(2)], [1])
    with pytest.raises(ValueError, match="0 outputs and 0 targets"):
        loss.mean_squared_error([], [])
    with pytest.raises(ValueError, match="at least one"):
        loss.mean([])
    assert loss.one_hot(1, 3) == (0, 1, 0)
    for index in (-1, 3):
        with pytest.raises(ValueError, match=f"class {index} does not exist"):
            loss.one_hot(index, 3)


def test_l1_adds_sizes_and_pulls_by_their_signs() -> None:
    parameters = [Value(2.0), Value(-0.5), Value(0.0), Value(-0.0)]
    penalty = loss.l1(parameters, 0.1)
    assert penalty.data == pytest.approx(0.25)
    penalty.backward()
    assert [parameter.grad for parameter in parameters] == [0.1, -0.1, 0.0, 0.0]
    assert loss.l1([], 3).data == 0.0
