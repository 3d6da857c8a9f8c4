"""What Python's cyclic collector may skip: a graph has no cycles for it to find, however large it is.

The more objects live, the more there are to walk, and a program that builds a graph makes Python walk all of
it again whenever it has grown by a quarter: a node of a graph of a million costs twice as much for it. So
while nodes are what is being made, a collection among all objects is put off until the program has made a
million, and four times as many as it had. Blocks that build nothing but graphs do without any: `resting`.
"""

from __future__ import annotations

import gc
import threading

__all__ = ["PutOff", "collected", "resting"]

collected: dict[str, dict[str, int]] = {}
"""Of the last collection, what Python said when it started and when it stopped, until somebody clears it.

The collector is listened to by a dictionary and not by a function: what is raised in a function that the
collector calls is lost, also when that is the `KeyboardInterrupt` of a ctrl+c.
"""
ALL = 2
"""The generation of objects that a collection among all objects is named after."""
AT_LEAST = 1_000_000
GROWN = 4
"""A collection is put off until so many objects were made, and this many times as many as there were."""


class PutOff:
    """Puts off collections among all objects, while objects of one kind are what is being made.

    It is called where such an object is made, after a collection among younger objects. Python begins one
    among all objects after so many of those; where the next would be one, all objects are set aside and taken
    back, which takes no longer for more of them, and Python counts from 0 again. Nothing is put off where the
    program asks for a collection (`gc.collect()`), where it froze objects of its own, or where less than half
    of the newest objects are of the kind. Cycles that a program drops while it makes nodes wait until then.
    """

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.made = self.room = 0
        """How many objects collections were put off for since the last one, and for how many they may be."""
        self.collections = -1
        """How many there were by then."""

    def __call__(self) -> None:
        """An object of the kind is being made, the first since a collection."""
        collected.clear()
        counts, thresholds = gc.get_count(), gc.get_threshold()
        # One of the younger objects must have begun anew, or there were none to tell what is being made.
        if counts[1] != 1 or not 0 < thresholds[ALL] <= counts[ALL] or gc.get_freeze_count():
            return
        newest = gc.get_objects(generation=1)
        if 2 * sum(issubclass(type(each), self.kind) for each in newest) < len(newest):
            return
        collections = gc.get_stats()[ALL]["collections"]
        if collections != self.collections:
            self.collections, self.made = collections, 0
            self.room = max(AT_LEAST, GROWN * len(gc.get_objects(generation=ALL)))
        if self.made < self.room:
            self.made += (thresholds[0] + 1) * (thresholds[1] + 1) * thresholds[ALL]
            try:
                gc.freeze()
            finally:
                gc.unfreeze()


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
