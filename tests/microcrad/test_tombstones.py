"""Freed nodes: every use is refused, and says where they were made and freed."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from microcrad import (
    DoubleFreeError,
    FreedValue,
    Heap,
    OwnershipError,
    UseAfterFreeError,
    Value,
)
from microcrad.engine import FREED, backward_edges
from microcrad.heap import caller

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
