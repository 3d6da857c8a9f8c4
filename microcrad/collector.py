"""What Python's cyclic collector may skip: a graph has no cycles for it to find, however large it is.

The more objects live, the more there are to walk, and a program that builds a graph makes Python walk all of
it again whenever it has grown by a quarter: a node of a graph of a million costs twice as much for it. So
where a collection among all objects begins by itself while nodes are being made, and the one before it took
more than a tenth of the time since, it is spared. Blocks that build nothing but graphs do without: `resting`.
"""

from __future__ import annotations

import gc
import threading
from time import perf_counter

__all__ = ["Spared", "resting"]

AMONG_ALL = 2
"""The generation of objects that a collection among all objects is named after."""
WORTH_WAITING = 10
"""A collection is spared until this many times as long as the last one took has gone by since."""


class Spared:
    """Spares collections among all objects, while objects of one kind are what is being made.

    It is called by the collector, as one of `gc.callbacks`. To spare a collection, all objects are set aside
    before it begins and taken back when it ends, so that there is nothing to walk; neither takes longer for
    more objects. Nothing is spared where the program asks for the collection (`gc.collect()`), where
    it froze objects of its own, or where less than half of the newest objects are of that kind. Cycles that a
    program drops while it makes nodes wait a little longer: at least an eleventh of its time goes into
    collections that find them, if so much is needed.
    """

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.ended = self.took = self.began = 0.0
        """When the last collection that was not spared ended, and how long it took; when this one began."""
        self.aside = False
        """Whether all objects are set aside now."""

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Told by the collector that a collection starts or stops."""
        if info["generation"] != AMONG_ALL:
            return
        if phase == "start":
            self.began = perf_counter()
            if self.began - self.ended < WORTH_WAITING * self.took and self.in_the_making():
                self.aside = True
                gc.freeze()
        elif self.aside:
            gc.unfreeze()
            self.aside = False
        else:
            self.ended = perf_counter()
            self.took = self.ended - self.began

    def in_the_making(self) -> bool:
        """Whether the collection began by itself, and at least half of the newest objects are of the kind."""
        by_itself = all(
            gc.get_count()[generation] > gc.get_threshold()[generation] for generation in (0, AMONG_ALL)
        )
        if not by_itself or gc.get_freeze_count():
            return False
        newest = gc.get_objects(generation=0)
        return 2 * sum(issubclass(type(each), self.kind) for each in newest) >= len(newest)


class resting:
    """While its block goes on, Python's cyclic collector rests; at the end it goes on, if it did before.

    What cycles a program drops meanwhile wait for the end of the block; of several at once, in one another or
    in other threads, for the end of the last.
    """

    _open = 0
    _goes_on = False
    _lock = threading.RLock()  # Within which a generator may be closed, and leave its blocks.

    def __enter__(self) -> None:
        with resting._lock:
            if not resting._open:
                resting._goes_on = gc.isenabled()
                gc.disable()
            resting._open += 1

    def __exit__(self, *_: object) -> None:
        with resting._lock:
            resting._open -= 1
            if not resting._open and resting._goes_on:
                gc.enable()
