"""The first number of a plain graph that is not finite, and what is said of it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad import UseAfterFreeError, Value
from microcrad.diagnosis.non_finite import Found, first_non_finite
from microcrad.engine import topological_order
from microcrad.ops import OPERATIONS

INF, NAN = math.inf, math.nan


def found(root: Value) -> Found:
    first = first_non_finite(root)
    assert first is not None
    return first


def test_a_finite_graph_has_none() -> None:
    x = Value(2.0)
    assert first_non_finite((x * x + x.tanh()).log()) is None
    assert x.grad == 0


def test_the_log_of_a_negative_number() -> None:
    u = Value(-0.42, label="u")
    bad = u.log()
    first = first_non_finite((bad + 1) * bad, lambda node: "n7" if node is bad else node.label)
    assert first is not None
    assert (first.node, first.field, first.source, first.operands) == (bad, "data", bad, (u,))
    assert math.isnan(first.value)
    assert first.sentence == "n7 = log(u) is the first nan; u = -0.42, log needs u > 0."
    assert first.repair.startswith("Keep u above 0")
    assert str(first) == f"{first.sentence} {first.repair}"


def test_infinity_comes_before_the_nan_made_of_it() -> None:
    x = Value(1000.0, label="x")
    e = x.exp()
    first = found(e - e)
    assert (first.node, first.value) == (e, INF)
    assert first.sentence == "n1 = exp(x) is the first inf; x = 1000, exp needs x < 709.78."


@pytest.mark.parametrize(
    ("make", "a", "value", "needs"),
    [
        (lambda a: a.log(), 0.0, -INF, "log needs a > 0"),
        (lambda a: 1 / a, 0.0, INF, "a other than 0 where it is divided by"),
        (lambda a: a**0.5, -4.0, NAN, "a > 0 where the exponent is not whole"),
        (lambda a: a**-2, 1e-200, INF, "a result below 1.8e308"),
        (lambda a: a**3, -1e200, -INF, "a result below 1.8e308"),
        (lambda a: a * a, 1e200, INF, "a product below 1.8e308"),
        (lambda a: a + a, -1.7e308, -INF, "a sum below 1.8e308"),
    ],
)
def test_what_an_operation_needs(make: object, a: float, value: float, needs: str) -> None:
    assert callable(make)
    first = found(make(Value(a, label="a")))
    assert repr(first.value) == repr(value)
    assert needs in first.sentence
    assert first.repair
    assert "{" not in str(first)


def test_a_number_that_was_written() -> None:
    leaf = Value(NAN, label="t")
    assert found(leaf * 3).sentence == "t is the first nan: it was not computed, but written as such."
    product = Value(2.0) * 3
    product.data = INF
    assert "its operands do not give it now, so something was written since" in found(product + 1).sentence
    assert found(product + 1).node is product
    x = Value(0.0)
    late = 1 / x
    x.data = 2
    assert "so something was written since" in found(late).sentence


def test_a_sigmoid_speaks_of_itself_and_not_of_its_parts() -> None:
    x = Value(-1000.0, label="x")
    first = found(x.sigmoid() * 2)
    assert first.sentence == (
        "sigmoid(x) is 1/(1 + exp(-x)), and its exp is the first inf: x = -1000 is below -709. "
        "The slope is nan there, where PyTorch has 0."
    )
    assert "loss from the logit x" in first.repair
    assert "0.5 + 0.5*tanh(0.5*x)" in first.repair
    repaired = 0.5 + 0.5 * (0.5 * x).tanh()
    assert first_non_finite(repaired) is None
    assert repaired.data == 0
    for alike in ((-x).exp(), 1 + (-x).exp(), 1 / (2 + (-x).exp()), (1 + (x * -2).exp()) ** -1):
        assert "sigmoid" not in found(alike).sentence


@pytest.mark.parametrize(
    ("a", "n", "says"), [(-2.0, 2.0, "a**2"), (0.0, 3.0, "a**3"), (-2.0, -1.0, "a**(-1)")]
)
def test_a_node_as_exponent_is_said_first_where_a_number_would_do(a: float, n: float, says: str) -> None:
    first = found(Value(a, label="a") ** Value(n, label="n"))
    assert first.sentence.startswith(
        f"n is a node; write {says} or a**n.data: a**n is exp(n*log(a)), and log(a)"
    )
    assert first_non_finite(Value(a) ** n) is None


def test_a_node_as_exponent_where_a_number_would_fail_too() -> None:
    first = found(Value(-2.0, label="a") ** Value(0.5, label="n"))
    assert first.sentence.startswith("a**n is exp(n*log(a)), and log(a) is the first nan; a = -2")
    assert first.repair == "Keep a above 0."
    assert found(Value(-2.0, label="a").log() * Value(2.0)).sentence.startswith("n1 = log(a)")
    unnamed = found(Value(-2.0, label="a") ** (Value(1.0, label="b") + 1))
    assert unnamed.sentence.startswith("n2 is a node; write a**2")


def test_a_slope_can_be_infinite_where_the_number_is_finite() -> None:
    z = Value(0.0, label="z")
    root = z**0.5
    first = found(root * 3)
    assert (first.node, first.field, first.source, first.value) == (z, "grad", root, INF)
    assert "n1 = z**0.5 has the slope 0.5*z**(0.5 - 1) = inf, z = 0" in first.sentence
    assert "for a finite slope" in first.sentence
    assert "z + 1e-6" in first.repair


def test_a_product_of_slopes_overflows() -> None:
    x = Value(0.0, label="x")
    y = x
    for _ in range(700):
        y = y * 3
    first = found(y)
    assert (first.field, first.value) == ("grad", INF)
    # 3**646 is the last power of three that a float can hold.
    assert [node for node in topological_order(y) if node.op.arity][700 - 647 - 1] is first.node
    assert "sends it 3 * 1.661e+308, a product of slopes" in first.sentence


def test_a_sum_of_contributions_overflows() -> None:
    x = Value(0.0, label="x")
    first = found(x * 1.7e308 + x * 1.7e308)
    assert (first.node, first.field) == (x, "grad")
    assert "sends it 1.700e+308 * 1, which is added to 1.700e+308." in first.sentence


def test_the_walk_writes_nothing_and_ignores_what_was_left_in_the_grads() -> None:
    x = Value(2.0)
    y = x * x
    x.grad = INF
    assert first_non_finite(y) is None
    assert (x.grad, y.grad) == (INF, 0)


def test_a_freed_node_is_refused() -> None:
    x = Value(2.0)
    y = x * x
    for _ in range(3):
        x.release()
    with pytest.raises(UseAfterFreeError):
        first_non_finite(y)


numbers = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 1e-320, 1e-200, 1e100, -1e200, 700.0])
steps = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=20
)


def grown(leaves: list[float], plan: list[tuple[int, int, int]]) -> Value:
    nodes = [Value(number) for number in leaves]
    for step, i, j in plan:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        nodes.append([a + b, a * b, a - b, a / b, a.exp(), a.log(), a.tanh(), a.relu(), a**0.5][step])
    return sum(nodes[1:], nodes[0])


@given(st.lists(numbers, min_size=1, max_size=4), steps)
def test_the_first_is_made_of_finite_numbers(leaves: list[float], plan: list[tuple[int, int, int]]) -> None:
    root = grown(leaves, plan)
    first = first_non_finite(root)
    order = topological_order(root)
    wrong = [node for node in order if not math.isfinite(node.data)]
    if wrong:
        assert first is not None
        assert (first.node, first.field) == (wrong[0], "data")
        assert all(math.isfinite(operand.data) for operand in first.operands)
        assert first.node.op.limits
        assert " needs " in first.sentence
        return
    root.backward()
    grads = [node for node in order if not math.isfinite(node.grad)]
    assert (first is None) == (not grads)
    if first is not None:
        assert first.field == "grad"
        assert first.node in grads
        assert math.isfinite(first.source.grad)
        assert first.node in first.operands
    assert all(math.isfinite(leaf.data) for leaf in order)


def test_every_limit_has_words_that_can_be_filled_in() -> None:
    told = 0
    for row in OPERATIONS:
        for limit in (*row.limits, *row.slope_limits):
            for words in (limit.needs, limit.repair):
                assert "{" not in words.format(a="u", b="v", k="2")
                told += 1
            assert limit.repair.endswith(".")
    assert told > 10
