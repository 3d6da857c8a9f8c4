"""Values, operators and backward: the graph they build, the counts they leave, the gradients they give."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from microcrad import DoubleFreeError, FreedValue, Heap, UseAfterFreeError, Value
from microcrad.engine import FREED, LIVE, Edge, backward_edges, topological_order


def count_nodes() -> int:
    """How many nodes exist in this process. (A `Value` has no room for a weak reference.)"""
    return sum(isinstance(thing, Value) for thing in gc.get_objects())


def shape(node: Value) -> object:
    """A graph as nested tuples: operation, parameter and operands, with a leaf's number."""
    return (node.op.name, node.extra, *map(shape, node.prev)) if node.prev else node.data


def test_a_square_uses_its_operand_twice() -> None:
    x = Value(3)
    y = x * x
    assert y.prev == (x, x)
    assert x.ref_count == 3
    y.backward()
    assert x.grad == 6


def test_a_node_is_differentiated_after_all_its_users() -> None:
    """The graph on which plain recursion, without a topological order, goes wrong."""
    a = Value(1)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4, 2, 1)


def test_a_second_backward_adds_to_inner_nodes_too() -> None:
    x = Value(3)
    y = x * x
    z = y + x
    z.backward()
    assert (x.grad, y.grad, z.grad) == (7, 1, 1)
    z.backward()
    assert (x.grad, y.grad, z.grad) == (20, 2, 1)


def test_the_roots_grad_is_assigned() -> None:
    x = Value(2)
    y = x * 5
    y.grad = 100.0
    y.backward()
    assert (y.grad, x.grad) == (1, 5)


def test_a_leaf_is_its_own_derivative() -> None:
    x = Value(2)
    x.backward()
    assert x.grad == 1


def test_the_order_is_depth_first_slot_0_first() -> None:
    a, b = Value(1, label="a"), Value(2, label="b")
    c = a * b
    d, e = c + b, b + c
    assert topological_order(d) == [a, b, c, d]
    assert topological_order(e) == [b, a, c, e]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda a, b: a + b, ("add", 0, 3, 5)),
        (lambda a, b: 2 * a, ("mul", 0, 2, 3)),
        (lambda a, b: a * 2, ("mul", 0, 3, 2)),
        (lambda a, b: 2 + a, ("add", 0, 2, 3)),
        (lambda a, b: a**2, ("pow", 2, 3)),
        (lambda a, b: -a, ("mul", 0, 3, -1)),
        (lambda a, b: a - b, ("add", 0, 3, ("mul", 0, 5, -1))),
        (lambda a, b: 2 - a, ("add", 0, 2, ("mul", 0, 3, -1))),
        (lambda a, b: a / b, ("mul", 0, 3, ("pow", -1, 5))),
        (lambda a, b: 2 / a, ("mul", 0, 2, ("pow", -1, 3))),
        (lambda a, b: a.sqrt(), ("pow", 0.5, 3)),
        (lambda a, b: a**b, ("exp", 0, ("mul", 0, 5, ("log", 0, 3)))),
        (lambda a, b: 2**a, ("exp", 0, ("mul", 0, 3, ("log", 0, 2)))),
        (
            lambda a, b: a.sigmoid(),
            ("mul", 0, 1, ("pow", -1, ("add", 0, 1, ("exp", 0, ("mul", 0, 3, -1))))),
        ),
    ],
)
def test_what_operators_are_made_of(build: Callable[[Value, Value], Value], expected: object) -> None:
    assert shape(build(Value(3), Value(5))) == expected


BUILDS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a + 2,
    lambda a, b: 2 + a,
    lambda a, b: a * b,
    lambda a, b: 2 * a,
    lambda a, b: a - b,
    lambda a, b: a - 2,
    lambda a, b: 2 - a,
    lambda a, b: a / b,
    lambda a, b: a / 2,
    lambda a, b: 2 / a,
    lambda a, b: -a,
    lambda a, b: a**2,
    lambda a, b: a**b,
    lambda a, b: 2**a,
    lambda a, b: a.exp(),
    lambda a, b: a.log(),
    lambda a, b: a.relu(),
    lambda a, b: a.tanh(),
    lambda a, b: a.sqrt(),
    lambda a, b: a.sigmoid(),
]


@pytest.mark.parametrize("build", BUILDS)
def test_only_the_result_is_left_to_release(build: Callable[[Value, Value], Value]) -> None:
    """Every node inside is held by slots alone, as often as slots use it; releasing the result frees all."""
    with Heap() as heap:
        a, b = Value(3), Value(5)
        result = build(a, b)
        slots = [operand for node in heap.nodes for operand in node.prev]
        for node in heap.nodes:
            created = node in (a, b, result)
            assert node.ref_count == slots.count(node) + created
        assert set(topological_order(result)) | {a, b} == set(heap.nodes)
        result.release()
        assert set(heap.nodes) == {a, b}
        assert (a.ref_count, b.ref_count) == (1, 1)


def example() -> Value:
    """A graph with a shared node, a square, a power and an edge whose upstream is zero."""
    x, y = Value(1.5), Value(-2)
    shared = x * y
    blocked = (shared * x).relu()
    return shared.tanh() + shared * shared + blocked + x**3


def test_backward_is_its_stepper_run_to_the_end() -> None:
    """Each edge says what it does, and doing what the edges say is what `backward` does."""
    root, twin = example(), example()
    root.backward()

    by_hand: dict[Value, float] = {twin: 1.0}
    edges: list[Edge] = []
    for edge in backward_edges(twin):
        node, slot, local, upstream, before, after = edge
        operand = node.prev[slot]
        assert upstream == by_hand[node] == node.grad
        assert before == by_hand.get(operand, 0.0)
        assert after == before + local * upstream == operand.grad
        by_hand[operand] = after
        edges.append(edge)

    order = topological_order(twin)
    expected = [(node, slot) for node in reversed(order) for slot in range(len(node.prev))]
    assert [(node, slot) for node, slot, *_ in edges] == expected
    assert 0.0 in [upstream for *_, upstream, _, _ in edges]
    grads = [node.grad for node in topological_order(root)]
    assert grads == [by_hand[node] for node in order]
    assert all(map(math.isfinite, grads))
    assert any(grads[:-1])


def test_a_freed_node_stops_backward_before_anything_is_written() -> None:
    """`a` was over-released: a slot still points at it."""
    a, b = Value(2), Value(3)
    c = a * b
    d = b + c
    a.release()
    a.release()
    assert (a.magic, b.magic) == (FREED, LIVE)
    with pytest.raises(UseAfterFreeError):
        d.backward()
    assert [node.grad for node in (b, c, d)] == [0, 0, 0]


def test_no_gradient_flows_out_of_relu_at_zero() -> None:
    x = Value(0)
    x.relu().backward()
    assert x.grad == 0


def test_numbers_that_are_not_finite_do_not_raise() -> None:
    assert Value(1000).exp().data == math.inf
    assert Value(0).log().data == -math.inf
    assert math.isnan((Value(-8) ** 0.5).data)
    assert math.isnan(Value(-8).sqrt().data)
    assert (Value(0) ** -1).data == math.inf
    assert (1 / Value(-0.0)).data == -math.inf
    assert Value(10**400).data == math.inf
    assert Value(-(10**400)).data == -math.inf
    assert Value(-1000).sigmoid().data == 0


@pytest.mark.parametrize("number", [2, 2.0, True, Fraction(1, 2), np.float64(2), np.float32(2), np.int64(2)])
def test_any_real_number_meets_a_value_on_either_side(number: float) -> None:
    x, n = Value(3), float(number)
    pairs = [
        (x + number, 3 + n),
        (number + x, n + 3),
        (x * number, 3 * n),
        (number * x, n * 3),
        (x - number, 3 - n),
        (number - x, n - 3),
        (x / number, 3 / n),
        (number / x, n / 3),
        (x**number, 3**n),
        (number**x, n**3),
    ]
    for node, expected in pairs:
        assert type(node) is Value
        assert type(node.data) is float
        assert node.data == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("thing", ["2", b"2", None, 1j, [1.0], np.array([1.0, 2.0]), np.complex128(1 + 2j)])
def test_anything_else_is_a_type_error(thing: object) -> None:
    x = Value(3)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: Value(thing),  # type: ignore[arg-type]
        lambda: x + thing,  # type: ignore[operator]
        lambda: thing + x,  # type: ignore[operator]
        lambda: x - thing,  # type: ignore[operator]
        lambda: thing - x,  # type: ignore[operator]
        lambda: x * thing,  # type: ignore[operator]
        lambda: thing * x,  # type: ignore[operator]
        lambda: x / thing,  # type: ignore[operator]
        lambda: thing / x,  # type: ignore[operator]
        lambda: x**thing,  # type: ignore[operator]
        lambda: thing**x,  # type: ignore[operator]
    )
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()
    assert x.ref_count == 1


def test_a_graph_dies_with_its_last_handle() -> None:
    """No reference cycles: with the cyclic collector off, nothing is left over."""
    gc.collect()
    gc.disable()
    try:
        before = count_nodes()
        root = example()
        root.backward()
        for build in BUILDS:
            root = root * 1e-3 + build(Value(3), Value(5))
        root.backward()
        assert count_nodes() > before + 50
        del root
        assert count_nodes() == before
    finally:
        gc.enable()


def test_a_tombstone_keeps_nothing_alive() -> None:
    before = count_nodes()
    root = example()
    root.retain().release()
    assert count_nodes() > before + 10
    root.release()
    assert count_nodes() == before + 1


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["python", "program"])
def test_a_chain_of_a_million_nodes(owner: str) -> None:
    """Built, differentiated and freed without recursion, by Python or by one `release`."""
    length = 1_000_000
    gc.collect()
    gc.disable()  # Only to save time: it would walk the chain again and again.
    try:
        before = count_nodes()
        step, node = Value(1), Value(0)
        first = node
        for _ in range(length):
            longer = node + step
            if owner == "program" and node is not first:
                node.release()
            node = longer
        node.backward()
        assert (node.data, first.grad, step.grad) == (length, 1, length)
        assert step.ref_count == length + 1
        if owner == "program":
            node.release()
            assert (node.magic, first.ref_count, step.ref_count) == (FREED, 1, 1)
        del node, longer
        assert count_nodes() == before + 2
    finally:
        gc.enable()


def test_repr_shows_data_grad_and_label() -> None:
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"
    assert repr(Value(2, label="x")) == "Value(data=2.0, grad=0.0, label='x')"


@pytest.mark.parametrize("field", ["data", "grad"])
@pytest.mark.parametrize("wrong", [Value(2.0), "a", "1", [1, 2], None, 1j])
def test_a_field_takes_one_real_number(field: str, wrong: object) -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match="one real number"):
        setattr(x, field, wrong)
    assert (x.data, x.grad) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("number", "held"), [(2, 2.0), (True, 1.0), (10**400, math.inf), (Fraction(1, 4), 0.25)]
)
def test_a_number_of_any_kind_becomes_a_float(number: object, held: float) -> None:
    x = Value(1.0)
    x.data = number  # type: ignore[assignment]
    assert (type(x.data), x.data) == (float, held)


class Own(Value):
    """A class derived from `Value`, with a field, a method and an operator of its own."""

    def __init__(self, data: float, unit: str = "m") -> None:
        super().__init__(data)
        self.unit = unit

    def __add__(self, other: Value | float) -> Value:
        return super().__add__(other)


def test_a_node_of_a_derived_class_is_freed_like_any_other() -> None:
    a = Own(4.0)
    b = a * a
    b.release()
    assert a.ref_count == 1
    a.release()
    assert isinstance(a, FreedValue)
    assert isinstance(a, Own)
    assert a.magic == FREED
    for use in (lambda: a.data, lambda: a + 1, lambda: a * a, a.retain, a.backward, lambda: a.ref_count):
        with pytest.raises(UseAfterFreeError):
            use()
    with pytest.raises(DoubleFreeError):
        a.release()
    assert type(Own(1.0)) is Own  # The class itself is as it was.
    assert (Own(1.0) + 1).data == 2.0
