"""Copies of nodes and graphs: `copy`, `deepcopy` and `pickle`, for any depth, and what a copy shares."""

from __future__ import annotations

import copy
import io
import pickle
import random
from collections.abc import Callable
from typing import Any

import pytest

from microcrad import Heap, Value, scope
from microcrad.engine import topological_order
from microcrad.errors import UseAfterFreeError
from microcrad.nn import MLP
from microcrad.ops import OPERATIONS


class Named(Value):
    """A node that also has a name of its own."""

    def __init__(self, data: float, name: str) -> None:
        super().__init__(data)
        self.name = name


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda thing: pickle.loads(pickle.dumps(thing, protocol))


def by_python(thing: Any) -> Any:
    """As the pickler written in Python does it, which takes items ahead."""
    file = io.BytesIO()
    pickle._Pickler(file).dump(thing)  # type: ignore[attr-defined]
    return pickle.loads(file.getvalue())


WAYS: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy, "python": by_python,
    **{f"protocol {number}": pickled(number) for number in range(pickle.HIGHEST_PROTOCOL + 1)},
}  # fmt: skip


@pytest.fixture(params=WAYS)
def copied(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    return WAYS[request.param]


def fields(node: Value) -> tuple[object, ...]:
    return node.data, node.grad, node.op, node.extra, node.ref_count, node.label


def grown(seed: int) -> Value:
    """A graph of all operations, with nodes used many times."""
    chance = random.Random(seed)
    nodes = [Value(chance.uniform(0.5, 2), label=f"x{number}") for number in range(3)]
    for _ in range(40):
        a, b = chance.choice(nodes), chance.choice(nodes)
        nodes.append(chance.choice([a + b, a * b, a**0.5, a.tanh(), a.relu(), a.exp().tanh(), (a * a).log()]))
    root = nodes[-1]
    root.backward()
    return root


@pytest.mark.parametrize("seed", range(5))
def test_a_copied_graph_is_the_graph(copied: Callable[[Any], Any], seed: int) -> None:
    root = grown(seed)
    ours, theirs = topological_order(root), topological_order(copied(root))
    assert not set(ours) & set(theirs)
    assert list(map(fields, ours)) == list(map(fields, theirs))
    places = [{node: place for place, node in enumerate(order)} for order in (ours, theirs)]
    for one, other in zip(ours, theirs, strict=True):
        assert [places[0][each] for each in one.prev] == [places[1][each] for each in other.prev]
        assert other.op is one.op  # The table's own row.


def test_what_is_copied_together_stays_together(copied: Callable[[Any], Any]) -> None:
    x = Value(3.0)
    inner = x * x
    root = inner.tanh() + x
    again = copied({"inner": inner, "root": root, "x": x, "other": inner + 1})
    assert again["root"].left.left is again["inner"]
    assert again["inner"].left is again["inner"].right is again["root"].right is again["x"]
    assert again["other"].left is again["inner"]


def test_depth_takes_no_recursion(copied: Callable[[Any], Any]) -> None:
    x = Value(1.0)
    root = x
    for _ in range(5_000):
        root = root + x
    again = copied(root)
    assert again.data == 5_001.0
    again.backward()
    assert topological_order(again)[0].grad == 5_001.0
    assert x.grad == 0.0


def test_a_copy_after_one_that_failed_is_whole() -> None:
    x = Value(1.0)
    root = x
    for _ in range(5000):
        root = root + x
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps((root, lambda: None))
    assert pickle.loads(pickle.dumps(root)).data == 5001.0


def test_a_derived_class_keeps_its_class_and_what_it_adds(copied: Callable[[Any], Any]) -> None:
    a = Named(2.0, "mine")
    again = copied(a * a)
    assert type(again.left) is Named
    assert again.left.name == "mine"


def test_a_network_is_copied_with_its_numbers(copied: Callable[[Any], Any]) -> None:
    model = MLP(2, [3, 1])
    again = copied(model)
    assert [each.data for each in again.parameters()] == [each.data for each in model.parameters()]
    assert again([1.0, 2.0]).data == model([1.0, 2.0]).data


def test_a_shallow_copy_is_one_more_user_of_the_same_operands() -> None:
    x = Value(3.0)
    y = x * x
    y.retain()
    again = copy.copy(y)
    assert (again.data, again.ref_count, x.ref_count) == (9.0, 1, 5)
    assert again.left is again.right is x
    again.release()
    assert (x.ref_count, y.ref_count) == (3, 2)


def test_a_row_of_the_table_is_copied_as_itself(copied: Callable[[Any], Any]) -> None:
    assert all(copied(row) is row for row in OPERATIONS)


def test_a_freed_node_is_not_copied(copied: Callable[[Any], Any]) -> None:
    x = Value(1.0)
    y = x + 1
    x.release()
    x.release()
    with pytest.raises(UseAfterFreeError):
        copied(y)


def test_a_heap_owns_copies_and_a_scope_does_not() -> None:
    x = Value(1.0)
    y = x + 1
    with Heap() as heap:
        with scope():
            again = copy.deepcopy(y)
            assert heap.live == 3
        assert heap.live == 3  # A scope releases what was made in it, not what was copied.
        again.release()
        assert heap.live == 1  # The copy of x: its name is held outside.
        assert heap.leaks == ()
