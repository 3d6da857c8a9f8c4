"""Scopes: what they release at their end, in which order, and what they leave."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from microcrad import (
    DoubleFreeError,
    FreedValue,
    Heap,
    Value,
    scope,
)
from microcrad import heap as heap_module
from microcrad.engine import FREED
from microcrad.nn import MLP


def test_a_scope_releases_what_was_neither_retained_nor_kept() -> None:
    with Heap() as heap:
        x = Value(2)
        with scope() as pool:
            dropped, retained, kept = x * 3, (x * 4).retain(), pool.keep(x * 5)
            held = Value(7)
            user = pool.keep(held + x)
        assert dropped.magic == FREED
        assert (retained.ref_count, kept.ref_count) == (1, 1)
        assert (held.ref_count, user.prev) == (1, (held, x))
        for node in (retained, kept, user, x):
            node.release()
        assert heap.live == 0


def test_a_scope_releases_newest_first() -> None:
    freed: list[float] = []

    class Watcher(Heap):
        def freed(self, node: Value) -> str:
            freed.append(node.data)
            return super().freed(node)

    with Watcher(), scope():
        for number in (1, 2, 3):
            Value(number)
    assert freed == [3, 2, 1]


def test_an_explicit_release_takes_a_node_out_of_its_scope() -> None:
    with Heap() as heap:
        with scope():
            x = Value(2)
            y = x.retain()
            x.release()
        assert (heap.live, y.ref_count) == (1, 1)
        y.release()
    assert heap.leaks == ()


def test_nested_scopes() -> None:
    """What the inner one keeps falls to the outer one; what it releases is not released twice."""
    with Heap() as heap:
        with scope() as outer:
            a = Value(1)
            with scope() as inner:
                b = inner.keep(a + 1)
                c = a + 2
                d = outer.keep(inner.keep(a + 3))
            assert (a.magic, b.ref_count, c.magic) == (a.magic, 1, FREED)
            assert b.ref_count == 1
        assert (b.magic, a.ref_count, d.ref_count) == (FREED, 1, 1)
        d.release()
    assert heap.leaks == ()


def test_a_heap_inside_a_scope_keeps_its_nodes_to_itself() -> None:
    with scope() as pool:
        with Heap() as heap:
            node = Value(1)
        assert node not in pool.pool
    assert heap.leaks == (node,)


def test_an_exception_passes_through_a_scope_that_still_releases() -> None:
    with Heap() as heap, pytest.raises(KeyError), scope():
        node = Value(2)
        raise KeyError
    assert heap.leaks == ()
    assert node.magic == FREED
    assert heap_module.active() is None


def test_a_double_free_at_the_end_of_a_scope_still_leaves_the_scope() -> None:
    with pytest.raises(DoubleFreeError), scope():
        x = Value(2)
        _ = x * x
        x.release()
        x.release()
        x.release()
    assert heap_module.active() is None


def test_a_training_loop_in_scopes_keeps_only_the_parameters() -> None:
    dice = random.Random(1)
    with Heap() as heap:
        model = MLP(2, [4, 1])
        parameters = model.parameters()
        peaks = set()
        for _ in range(1000):
            with scope():
                x, y = dice.uniform(-1, 1), dice.uniform(-1, 1)
                score = model([x, y])
                assert isinstance(score, Value)
                loss = (score - x * y) ** 2
                model.zero_grad()
                loss.backward()
                for parameter in parameters:
                    parameter.data -= 0.01 * parameter.grad
                peaks.add(heap.live)
            assert heap.live == len(parameters) == 17
            assert all(parameter.ref_count == 1 for parameter in parameters)
        assert len(peaks) == 1
        assert any(parameter.grad for parameter in parameters)


def test_leaving_a_scope_looks_at_each_node_once() -> None:
    """By counting what leaving it does: the last node is taken off, wherever the others have gone."""

    class Counting(dict[Value, None]):
        looked = 0

        def __reversed__(self) -> Iterator[Value]:
            Counting.looked += len(self)
            return super().__reversed__()

    with scope() as pool:
        pool.pool = Counting()
        nodes = [Value(float(number)) for number in range(100)]
    assert all(isinstance(node, FreedValue) for node in nodes)
    assert Counting.looked == 0
