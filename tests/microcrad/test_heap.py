"""Heap, scope and tombstones: who is told of a node's life, and what touching a freed node says."""

from __future__ import annotations

import gc
import inspect
import random
import threading
from collections.abc import Callable, Iterator
from copy import copy

import pytest

from microcrad import (
    DoubleFreeError,
    FreedValue,
    Heap,
    LeakError,
    OwnershipError,
    UseAfterFreeError,
    Value,
    scope,
)
from microcrad import heap as heap_module
from microcrad.engine import FREED, LIVE, backward_edges
from microcrad.heap import caller
from microcrad.nn import MLP
from microcrad.tape import Tape, TapeError


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


# --- scope ---


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


# --- tombstones ---


USES: list[Callable[[Value, Value], object]] = [
    lambda freed, live: freed + live,
    lambda freed, live: live + freed,
    lambda freed, live: freed + 1,
    lambda freed, live: 1 + freed,
    lambda freed, live: freed * live,
    lambda freed, live: live * freed,
    lambda freed, live: 2 * freed,
    lambda freed, live: freed - live,
    lambda freed, live: live - freed,
    lambda freed, live: 1 - freed,
    lambda freed, live: freed / live,
    lambda freed, live: live / freed,
    lambda freed, live: 1 / freed,
    lambda freed, live: freed**2,
    lambda freed, live: freed**live,
    lambda freed, live: live**freed,
    lambda freed, live: 2**freed,
    lambda freed, live: -freed,
    lambda freed, live: freed.exp(),
    lambda freed, live: freed.log(),
    lambda freed, live: freed.relu(),
    lambda freed, live: freed.tanh(),
    lambda freed, live: freed.sqrt(),
    lambda freed, live: freed.sigmoid(),
    lambda freed, live: freed.retain(),
    lambda freed, live: freed.backward(),
    lambda freed, live: list(backward_edges(freed)),
    *(
        lambda freed, live, field=field: getattr(freed, field)
        for field in ("data", "grad", "op", "prev", "left", "right", "extra", "ref_count", "label")
    ),
    *(
        lambda freed, live, field=field: setattr(freed, field, 1.0)
        for field in ("data", "grad", "op", "left", "right", "extra", "ref_count", "label")
    ),
]


@pytest.mark.parametrize("use", USES)
def test_every_use_of_a_freed_node_is_refused(use: Callable[[Value, Value], object]) -> None:
    """And leaves the live node beside it as it was, with nothing new on the heap."""
    with Heap() as heap:
        freed, live = Value(2, label="a"), Value(3)
        freed.release()
        assert freed.magic == FREED
        with pytest.raises(UseAfterFreeError, match="use after free: a was freed"):
            use(freed, live)
        assert (live.ref_count, live.grad, heap.live) == (1, 0, 1)


def test_releasing_twice_is_a_double_free() -> None:
    a = Value(2, label="a")
    a.release()
    with pytest.raises(DoubleFreeError, match="double free: a was freed"):
        a.release()


def test_both_errors_are_ownership_errors() -> None:
    assert issubclass(DoubleFreeError, OwnershipError)
    assert issubclass(UseAfterFreeError, OwnershipError)
    assert not issubclass(DoubleFreeError, UseAfterFreeError)


def here(offset: int) -> str:
    """The caller's file and line, `offset` lines further on."""
    frame = inspect.stack()[1]
    return f"{frame.filename}:{frame.lineno + offset}"


def test_a_tombstone_says_where_it_was_made_and_freed() -> None:
    with Heap(site=caller):
        made = here(1)
        node = Value(2) * 3
        freed = here(1)
        node.release()
        with pytest.raises(UseAfterFreeError) as use:
            _ = node.data
        with pytest.raises(DoubleFreeError) as again:
            node.release()
        for error in (use, again):
            assert f"created at {made}, freed at {freed}" in str(error.value)
        assert repr(node) == f"<freed Value: a node was freed: created at {made}, freed at {freed}>"


def test_a_tombstone_without_a_site_says_how_to_get_one() -> None:
    node = Value(2)
    node.release()
    assert "Heap(site=caller) records where" in repr(node)
    assert isinstance(node, FreedValue)


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


@pytest.mark.parametrize("region", [Heap, scope])
def test_python_s_collector_rests_inside_and_goes_on_as_it_was(region: type[Heap | scope]) -> None:
    """Also after an error, and only if it did before; an inner region leaves it to the outer one."""
    assert gc.isenabled()
    with region():
        with region():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), region():
        1 / 0  # noqa: B018
    assert gc.isenabled()
    gc.disable()
    try:
        with region():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_heap_lets_its_nodes_go_before_the_collector_goes_on() -> None:
    seen = []

    class Watching(dict[Value, str]):
        def clear(self) -> None:
            seen.append(gc.isenabled())
            super().clear()

    with Heap() as heap:
        heap.nodes = Watching()
        leak = Value(1.0)
    assert seen == [False]
    assert heap.leaks == (leak,)
    assert gc.isenabled()


def test_a_recording_leaves_the_collector_as_it_was() -> None:
    """Where the graph cannot be recorded, too."""
    seen = []

    def build(leaves: list[Value]) -> Value:
        seen.append(gc.isenabled())
        return leaves[0] * (1.0 if leaves[0].data > 0 else 2.0)

    with pytest.raises(TapeError):
        Tape.record(build, [1.0], [])
    assert (seen, gc.isenabled()) == ([False, False], True)


def test_a_region_is_told_of_nothing_that_other_threads_do() -> None:
    """In each of two threads, a step at a time: what it makes, retains, copies and releases is its own."""
    turns = threading.Barrier(2, timeout=30)
    found: dict[str, list[object]] = {"heap": [], "scope": []}

    def in_a_heap() -> None:
        turns.wait()
        with Heap() as heap:
            turns.wait()  # Both are in their regions.
            a = Value(2.0)
            found["heap"] += [heap.live, heap_module.active() is heap]
            turns.wait()  # The other one makes nodes, and leaves its scope.
            turns.wait()
            b = copy(a * 3.0).retain()
            found["heap"] += [heap.live, heap_module.active() is heap, a.magic == LIVE, b.ref_count]
        found["heap"].append(heap_module.active())

    def in_a_scope() -> None:
        turns.wait()
        with scope() as pool:
            turns.wait()
            turns.wait()
            c = Value(5.0) + 1.0
            found["scope"] += [len(pool.pool), heap_module.active() is pool]
        found["scope"] += [c.magic == FREED, heap_module.active()]
        turns.wait()

    run_both(in_a_heap, in_a_scope)
    assert found == {"heap": [1, True, 4, True, True, 2, None], "scope": [2, True, True, None]}


def test_a_thread_without_a_region_owns_its_nodes() -> None:
    made: list[Value] = []
    with Heap() as heap:
        thread = threading.Thread(target=lambda: made.append(Value(1.0) * 2.0))
        thread.start()
        thread.join()
        assert heap.live == 0
    made[0].release()
    assert heap.freed_count == 0


def test_a_region_whose_generator_is_closed_in_another_thread_is_left_where_it_was_entered() -> None:
    def entering() -> Iterator[None]:
        with Heap():
            yield

    begun = entering()
    next(begun)
    assert heap_module.active() is not None
    thread = threading.Thread(target=begun.close)  # type: ignore[attr-defined]
    thread.start()
    thread.join()
    assert heap_module.active() is None
    assert gc.isenabled()


def test_the_collector_rests_until_the_last_of_several_threads_is_done() -> None:
    """And then goes on as it was, in whichever order they come and go."""
    turns = threading.Barrier(2, timeout=30)
    seen: list[bool] = []

    def first() -> None:
        with pytest.raises(ZeroDivisionError), scope():
            turns.wait()
            turns.wait()  # The other one has entered.
            1 / 0  # noqa: B018
        turns.wait()

    def second() -> None:
        turns.wait()
        with Heap():
            turns.wait()
            turns.wait()  # The other one has left.
            seen.append(gc.isenabled())
        seen.append(gc.isenabled())

    for wanted in (True, False):
        seen.clear()
        try:
            if not wanted:
                gc.disable()
            run_both(first, second)
        finally:
            gc.enable()
        assert seen == [False, wanted]


def run_both(*jobs: Callable[[], None]) -> None:
    """Run jobs in threads of their own, to their ends."""
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
