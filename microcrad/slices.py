"""Work in pieces: a generator yields wherever it may pause, and its result is what it returns."""

from __future__ import annotations

import threading
from collections.abc import Generator, Hashable, Iterable
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["Remembered", "Shares", "Slices", "aside", "finish", "in_shares", "listing", "part"]

T = TypeVar("T")

Slices = Generator[None, None, T]
Shares = Generator[float, None, T]
"""Work that yields the share of it that is done."""


def in_shares(work: Slices[T], count: int) -> Shares[T]:
    """Some work that pauses so many times, telling at each pause the share that is done by then."""
    done = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        done += 1
        yield min(done / (count + 1), 1.0)


def part(work: Shares[T], start: float, end: float) -> Shares[T]:
    """Work that is the part of a larger one from one share of it to another."""
    while True:
        try:
            share = next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        yield start + share * (end - start)


def finish(work: Generator[object, None, T]) -> T:
    """Do all of some work in one go."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def aside(work: Shares[T]) -> Shares[T]:
    """Some work in a thread of its own: here its slices are short, however long they are there.

    It yields the share that was told last. Left early, the thread ends with the slice that it is in.
    """
    told, found, wrong = [0.0], list[T](), list[BaseException]()
    left = threading.Event()

    def do() -> None:
        try:
            while not left.is_set():
                told[0] = next(work)
            work.close()
        except StopIteration as end:
            found.append(end.value)
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=do, name="work aside")
    thread.start()
    try:
        while thread.is_alive():
            yield told[0]
            thread.join(_ASIDE_SECONDS)
    finally:
        left.set()
    if wrong:
        raise wrong[0]
    return found[0]


_ASIDE_SECONDS = 0.002
"""How long a slice waits for work in a thread."""


def listing(items: Iterable[T], count: int) -> Slices[list[T]]:
    """Items that are made as they are asked for, so many at a time."""
    coming, found = iter(items), list[T]()
    while some := list(islice(coming, count)):
        found += some
        yield
    return found


class Remembered(Generic[T]):
    """What works came to that depend on nothing but what they were given, of those asked for last."""

    def __init__(self, most: int) -> None:
        """`most` is how many of them are remembered."""
        self._most = most
        self._known: dict[Hashable, T] = {}

    def get(self, given: Hashable, work: Slices[T]) -> Slices[T]:
        """What some work comes to that was `given` this: it is done only if that is not known."""
        found = self._known.pop(given) if given in self._known else (yield from work)
        self._known[given] = found
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return found
