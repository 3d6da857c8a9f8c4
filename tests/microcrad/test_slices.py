"""Work in pieces."""

from __future__ import annotations

import threading

import pytest

from microcrad.slices import Remembered, Shares, Slices, aside, finish, listing


def test_what_was_asked_for_last_is_remembered() -> None:
    """Work is done again only once it was pushed out by others; to be asked for keeps it."""
    done: list[str] = []
    remembered = Remembered[str](2)

    def work(what: str) -> Slices[str]:
        done.append(what)
        yield
        return what.upper()

    for what in "abacab":
        assert finish(remembered.get(what, work(what))) == what.upper()
    assert done == [*"abcb"]


def test_items_are_listed_so_many_at_a_time() -> None:
    """None of the next ones is made before a pause."""
    made: list[int] = []
    work = listing((made.append(item) or item for item in range(5)), 2)  # type: ignore[func-returns-value]
    assert [len(made) for _ in work] == [2, 4, 5]
    assert finish(listing(iter("abc"), 2)) == [*"abc"]
    assert finish(listing(iter(()), 2)) == []


def test_work_aside_does_not_hold_up_who_waits_for_it() -> None:
    """A slice of it goes on while others are taken here; what it told last is told again meanwhile."""
    may_end, threads = threading.Event(), set()

    def work() -> Shares[str]:
        threads.add(threading.current_thread())
        yield 0.25
        assert may_end.wait(30)
        return "done"

    waiting = aside(work())
    while next(waiting) != 0.25:
        pass
    assert [next(waiting) for _ in range(3)] == [0.25] * 3
    may_end.set()
    assert finish(waiting) == "done"
    assert threads.isdisjoint({threading.current_thread()})


def test_what_goes_wrong_aside_goes_wrong_here() -> None:
    def work() -> Shares[None]:
        yield 0.5
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        finish(aside(work()))


def test_work_aside_that_is_left_ends_with_its_slice() -> None:
    may_go_on, closed = threading.Event(), threading.Event()

    def work() -> Shares[None]:
        try:
            while True:
                assert may_go_on.wait(30)
                yield 0.5
        finally:
            closed.set()

    waiting = aside(work())
    next(waiting)
    waiting.close()
    may_go_on.set()
    assert closed.wait(30)
