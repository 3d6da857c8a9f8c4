"""Heaps: what they count and own, what leaks, and how freeing cascades."""

from __future__ import annotations

import pytest

from microcrad import (
    DoubleFreeError,
    Heap,
    LeakError,
    Value,
)
from microcrad import heap as heap_module
from microcrad.engine import FREED


def test_a_heap_counts() -> None:
    with Heap() as heap:
        a, b = Value(2), Value(3)
        c = a * b
        assert (heap.live, heap.peak, heap.allocated_count, heap.freed_count) == (3, 3, 3, 0)
        c.release()
        assert (heap.live, heap.peak, heap.allocated_count, heap.freed_count) == (2, 3, 3, 1)
        _ = a + 1  # A literal's leaf and the sum; the slot keeps the leaf.
        assert (heap.live, heap.peak, heap.allocated_count, heap.freed_count) == (4, 4, 5, 1)
        assert list(heap.nodes)[:2] == [a, b]
    assert (heap.live, heap.peak, heap.allocated_count, heap.freed_count) == (0, 4, 5, 1)


def test_a_heap_keeps_what_python_forgot() -> None:
    with Heap() as heap:
        Value(2)
        assert heap.live == 1
    assert [leak.data for leak in heap.leaks] == [2]


def test_leaks_are_known_at_the_end_oldest_first() -> None:
    with Heap() as heap:
        a, b = Value(2), Value(3)
        gone = Value(4)
        gone.release()
    assert heap.leaks == (a, b)
    assert heap.live == 0
    assert a.magic != FREED


def test_check_raises_leak_error() -> None:
    with pytest.raises(LeakError, match=r"2 nodes .* oldest is Value\(data=2.0"), Heap(check=True):
        a = Value(2)
        _ = a.retain() + a
    with Heap(check=True) as heap:
        Value(2).release()
    assert heap.leaks == ()


def test_check_does_not_hide_the_error_that_ended_the_block() -> None:
    with pytest.raises(KeyError), Heap(check=True) as heap:
        Value(2)
        raise KeyError
    assert len(heap.leaks) == 1
    assert heap_module.active() is None


def test_nested_heaps_own_what_was_made_inside_them() -> None:
    with Heap() as outer:
        a = Value(2)
        with Heap() as inner:
            b = a * 3
            a.release()
            assert (outer.live, inner.live, a.ref_count) == (1, 2, 1)
            b.release()
            assert (outer.live, inner.live) == (0, 0)
        Value(1)
        assert (outer.allocated_count, outer.freed_count) == (2, 1)
        assert (inner.allocated_count, inner.freed_count) == (2, 2)
    assert heap_module.active() is None


def test_without_a_heap_python_owns_the_memory() -> None:
    a = Value(2)
    b = a
    assert a.ref_count == 1
    assert b is a


# --- the cascade ---


def test_freeing_cascades_and_a_shared_node_survives() -> None:
    with Heap() as heap:
        shared, other = Value(2), Value(3)
        b, c = shared * other, shared * shared
        d = b + c
        for node in (other, b, c):
            node.release()
        assert heap.live == 5
        d.release()
        assert list(heap.nodes) == [shared]
        assert shared.ref_count == 1
        assert (other.magic, b.magic, c.magic, d.magic) == (FREED,) * 4


def test_the_cascade_goes_slot_0_first() -> None:
    told: list[tuple[float, float | None, int]] = []

    class Watcher(Heap):
        def released(self, node: Value, holder: Value | None, slot: int) -> None:
            told.append((node.data, None if holder is None else names[holder], slot))

    with Watcher():
        a, b = Value(2), Value(3)
        c = a * b
        d = c + a
        names = {c: c.data, d: d.data}
        c.release()
        told.clear()
        d.release()
    assert told == [(8, None, 0), (6, 8, 0), (2, 6, 0), (3, 6, 1), (2, 8, 1)]


def test_a_cascade_that_reaches_a_freed_node_is_a_double_free() -> None:
    a, b = Value(2, label="a"), Value(3)
    c = a * b
    a.release()
    a.release()  # An over-release: it takes the reference of c's slot.
    with pytest.raises(
        DoubleFreeError, match=r"a slot of a node being freed still pointed at it\): a was freed"
    ):
        c.release()


def test_retain_returns_the_node_and_defers_the_free() -> None:
    a = Value(2)
    assert a.retain() is a
    a.release()
    assert a.data == 2
    a.release()
    assert a.magic == FREED
