"""Operations that a program brings: they work as rows do, and are refused where no rule is known of them."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import random
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from microcrad import FreedValue, GraphError, Heap, TapeError, UseAfterFreeError, Value, draw, scope, trace
from microcrad.diagnosis.non_finite import first_non_finite
from microcrad.engine import backward_edges, topological_order
from microcrad.export import from_json, to_json
from microcrad.tape import Tape


def own(
    name: str, data: float, operands: tuple[Value, ...], slopes: Callable[[], tuple[float, ...]]
) -> Value:
    """An operation as micrograd writes its own."""
    out = Value(data, operands, name)

    def back() -> None:
        for operand, slope in zip(operands, slopes(), strict=True):
            operand.grad += slope * out.grad

    out._backward = back  # type: ignore[method-assign, assignment]
    return out


def square(x: Value) -> Value:
    return own("square", x.data**2, (x,), lambda: (2 * x.data,))


def times(a: Value, b: Value) -> Value:
    return own("times", a.data * b.data, (a, b), lambda: (b.data, a.data))


def total(*nodes: Value) -> Value:
    return own("total", math.fsum(node.data for node in nodes), nodes, lambda: (1.0,) * len(nodes))


def grown(seed: int, make: dict[str, Callable[..., Value]]) -> tuple[list[Value], Value]:
    """A random graph over three leaves, built of operations as they are given."""
    dice = random.Random(seed)
    nodes = [Value(dice.uniform(-1, 1)) for _ in range(3)]
    for _ in range(25):
        name = dice.choice(["square", "times", "total", "tanh"])
        a, b, c = (dice.choice(nodes) for _ in range(3))
        arguments = {"square": (a,), "times": (a, b), "total": (a, b, c), "tanh": (a,)}[name]
        nodes.append(make[name](*arguments))
    root = nodes[0]
    for node in nodes[1:]:
        root = root + node * 0.5
    return nodes, root


OWN: dict[str, Callable[..., Value]] = {"square": square, "times": times, "total": total, "tanh": Value.tanh}
NATIVE: dict[str, Callable[..., Value]] = {
    "square": lambda x: x**2, "times": lambda a, b: a * b, "total": lambda a, b, c: a + b + c,
    "tanh": Value.tanh,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_they_give_what_the_operations_of_the_table_give(seed: int) -> None:
    (mine, root), (rows, other) = grown(seed, OWN), grown(seed, NATIVE)
    root.backward()
    other.backward()
    assert [node.data for node in mine] == pytest.approx([node.data for node in rows], rel=1e-12)
    assert [node.grad for node in mine[:3]] == pytest.approx([node.grad for node in rows[:3]], rel=1e-9)
    assert any(node.grad for node in mine[:3])


def test_the_order_has_every_operand_before_its_user_slot_0_first() -> None:
    a, b, c = Value(1), Value(2), Value(3)
    d = total(c, a, b)
    assert topological_order(d) == [c, a, b, d]
    assert (d.prev, list(d._prev), d._op, d.op.arity) == ((c, a, b), [c, a, b], "total", 3)


@pytest.mark.parametrize("length", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_long_chain_needs_no_recursion(length: int) -> None:
    x = y = Value(1.0)
    for _ in range(length):
        y = total(y)
    y.backward()
    assert x.grad == 1.0


def test_each_slot_holds_a_reference_and_gives_it_back() -> None:
    with Heap() as heap:
        x = Value(3.0)
        y = times(x, x)
        assert (x.ref_count, y.ref_count) == (3, 1)
        y.release()
        assert isinstance(y, FreedValue)
        assert x.ref_count == 1
        x.release()
    assert heap.leaks == ()
    with Heap() as heap, scope():
        total(Value(1.0), square(Value(2.0))).backward()
    assert (heap.allocated_count, heap.leaks) == (4, ())


def test_a_freed_node_lets_its_function_go() -> None:
    x = Value(3.0)
    y = square(x)
    function = weakref.ref(y._backward)
    y.release()
    assert isinstance(y, FreedValue)
    gc.collect()
    assert function() is None


def test_a_freed_child_is_refused_before_any_count_has_changed() -> None:
    with Heap():
        x, y = Value(1.0), Value(2.0)
        y.release()
        with pytest.raises(UseAfterFreeError):
            Value(3.0, (x, y), "sum")
        assert x.ref_count == 1
        for field in ("_prev", "_op", "_backward"):
            with pytest.raises(UseAfterFreeError):
                getattr(y, field)


def test_edges_say_what_the_function_changed() -> None:
    x, y = Value(3.0), Value(5.0)
    out = times(x, y) * 2
    edges = {(node.op.name, slot): rest for node, slot, *rest in backward_edges(out)}
    assert edges["times", 0] == [5.0, 2.0, 0.0, 10.0]
    assert edges["times", 1] == [3.0, 2.0, 0.0, 6.0]


def test_without_a_function_nothing_is_sent_on() -> None:
    x = Value(3.0)
    out = Value(9.0, (x,), "square") + x
    out.backward()
    assert x.grad == 1.0


def test_a_function_takes_the_place_of_a_rule() -> None:
    x = Value(-3.0)
    out = x.relu()
    out._backward = lambda: setattr(x, "grad", x.grad + out.grad)  # type: ignore[method-assign]
    (out * 2).backward()
    assert (x.grad, out.prev, out._op) == (2.0, (x,), "ReLU")


def test_every_rule_can_be_applied_by_hand() -> None:
    a, b = Value(2.0), Value(5.0)
    for out in (a + b, a * b, a**3, a.exp(), b.log(), a.relu(), a.tanh(), a * a):
        by_hand: list[float] = []
        for run in (out._backward, lambda out=out: out.backward()):
            for node in (a, b):
                node.grad = 0.0
            out.grad = 1.0
            run()
            by_hand += [a.grad, b.grad]
        assert by_hand[:2] == by_hand[2:]
        assert any(by_hand)
    assert a._backward() is None  # A leaf has nobody to send to.


@pytest.mark.parametrize("children", ["a", Value(2.0), 5, (1.0,), [Value(1.0), None], {"x": 1}])
def test_children_that_are_no_values(children: Any) -> None:
    with pytest.raises(TypeError, match="tuple of Values"):
        Value(1.0, children, "sum")


def test_an_op_or_a_function_of_the_wrong_type() -> None:
    with pytest.raises(TypeError, match="a text, not int"):
        Value(1.0, (), 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="without arguments, not int"):
        Value(1.0)._backward = 3  # type: ignore[method-assign, assignment]


def test_keyword_forms() -> None:
    x = Value(data=2, label="x")
    y = Value(data=4.0, _children=(x,), _op="square", label="y")
    assert (x.data, x.label, y._op, y.label, list(y._prev)) == (2.0, "x", "square", "y", [x])
    assert (Value(1.0)._prev, Value(1.0)._op) == (set(), "")
    assert (x + x)._prev == {x}


# --- where no rule is known ----------------------------------------------------------------------------


def test_a_tape_refuses_them_and_says_why() -> None:
    w = Value(2.0)
    with pytest.raises(TapeError, match="square, an operation of one's own: a replay has no rule"):
        Tape.record(lambda inputs: square(inputs[0] * w), [1.0], [w])


def test_the_language_and_with_it_c_refuse_them_and_say_why() -> None:
    with pytest.raises(GraphError, match=r"square is an operation of one's own.*microcrad.draw"):
        trace(square(Value(3.0)) + 1)


@pytest.mark.parametrize("copying", [copy.deepcopy, pickle.dumps, lambda root: copy.copy(root.prev[0])])
def test_copies_refuse_them_and_say_why(copying: Callable[[Value], object]) -> None:
    with pytest.raises(TypeError, match=r"square is an operation of one's own.*cannot be copied"):
        copying(square(Value(3.0)) + 1)


def test_a_drawing_shows_them_by_name() -> None:
    x, w = Value(3.0, label="x"), Value(2.0, label="w")
    out = total(x, w, square(x))
    drawing = draw(out)
    for text in (drawing.dot, drawing.svg):
        for said in ("square(x)", "total(x, w, square(x))", "data 14", "slot 2"):
            assert said in text or said.replace("data ", "") in text
    with pytest.raises(Exception, match="op"):
        from_json(to_json(drawing.graph))


def test_the_first_nan_of_a_graph_with_them() -> None:
    x = Value(3.0, label="x")
    bad = own("root of minus one", math.nan, (x,), lambda: (1.0,))
    found = first_non_finite(bad + 1)
    assert found is not None
    assert found.sentence == "n1 = root of minus one(x) is the first nan; x = 3."
    assert first_non_finite(square(x) * 2) is None
    below = first_non_finite(square(Value(0.0) ** 0.5) + Value(0.0, label="z") ** 0.5)
    assert below is not None
    assert below.sentence.startswith("The grad of z is the first inf")
