"""Heaps and scopes beside Python's collector and other threads."""

from __future__ import annotations

import gc
import itertools
import threading
from collections.abc import Callable, Iterator
from copy import copy

import pytest

from microcrad import (
    Heap,
    Value,
    scope,
)
from microcrad import heap as heap_module
from microcrad.engine import FREED, LIVE
from microcrad.tape import Tape, TapeError


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


def test_regions_of_generators_may_be_left_in_any_order() -> None:
    """None that was left is told of anything afterwards, or would keep the nodes that are made."""

    def entering(region: Heap | scope) -> Iterator[None]:
        with region:
            yield

    for order in itertools.permutations(range(3)):
        first, middle, last = Heap(), scope(), Heap()
        regions = (first, middle, last)
        begun = [entering(region) for region in regions]
        for generator in begun:
            next(generator)
        for count, place in enumerate(order, 1):
            begun[place].close()  # type: ignore[attr-defined]
            still = [region for at, region in enumerate(regions) if at not in order[:count]]
            assert heap_module.active() is (still[-1] if still else None)
            node = Value(1.0)
            assert [node in heap.nodes for heap in (first, last)] == [
                heap in still and (heap is last or last not in still) for heap in (first, last)
            ]


def test_a_region_is_not_entered_within_its_own_block() -> None:
    for region in (Heap(), scope()):
        with region:
            with pytest.raises(RuntimeError, match="within its own block"), region:
                pass
            assert heap_module.active() is region
        with region:  # Once more is fine.
            pass
        assert heap_module.active() is None


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
