"""Who is told when nodes come and go: `Heap`, the owner of nodes, and `scope`, which releases them.

Without either, Python owns every node's memory and the counts are only there to be read. Inside
`with Heap():` the program is the owner: the heap keeps every node alive until its count reaches zero.
Inside `with scope():` what was created is released when the block ends.

Both are *regions*. The engine tells the innermost one of its thread, and each passes on what concerns the
regions around it: other threads make nodes of their own, and are told of none of these. While there is a
region, Python's cyclic collector is `resting`.

This file and `microcrad.engine` are one pair, the only files that speak of each other. The engine calls
what is here at every node it makes, by one look at `entered`, which is all that plain use pays; what is here
handles the engine's nodes, and releases them, but imports nothing of the engine but the name of their type.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from microcrad.collector import resting
from microcrad.errors import LeakError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from microcrad.engine import Value

__all__ = ["Heap", "Region", "active", "allocated", "caller", "scope"]

entered = 0
"""How many blocks of regions are open, in all threads; while there is none, nobody is told of nodes."""


class _Place:
    """Where a thread is."""

    innermost: Region | None = None


class _Here(threading.local):
    def __init__(self) -> None:
        self.place = _Place()


_here = _Here()
_lock = threading.RLock()  # A generator may be closed within it, and leave its regions.


def active() -> Region | None:
    """The innermost region that this thread has entered, which is told of its nodes."""
    return _here.place.innermost


def allocated(node: Value) -> None:
    """Tell of a node that was made; see `Region.allocated`."""
    region = _here.place.innermost
    if region is not None:
        region.allocated(node)


_rest = resting()


class Region:
    """A `with` block that is told what happens to nodes while it is the innermost one."""

    outer: Region | None = None
    _entered_in: _Place | None = None

    def __enter__(self) -> Self:
        """Be the innermost one; `RuntimeError` within its own block."""
        global entered
        if self._entered_in is not None:
            raise RuntimeError(
                f"a {type(self).__name__} cannot be entered within its own block: make another"
            )
        self._entered_in = _here.place
        self.outer, _here.place.innermost = _here.place.innermost, self
        with _lock:
            entered += 1
        _rest.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global entered
        if self._entered_in is not None:  # A generator that is given up may be closed in another thread.
            self._leave(self._entered_in)
        self._entered_in = None
        with _lock:
            entered -= 1
        _rest.__exit__()

    def _leave(self, place: _Place) -> None:
        """Be no more among a place's regions, wherever in it: generators leave theirs in any order."""
        region = place.innermost
        if region is self:
            place.innermost = self.outer
        while region is not None:
            if region.outer is self:
                region.outer = self.outer
            region = region.outer

    def allocated(self, node: Value) -> None:
        """A node was made: it has its creation reference, and its slots have retained its operands."""
        if self.outer is not None:
            self.outer.allocated(node)

    def copied(self, node: Value) -> None:
        """A node was copied, with the references that the other one has: who copies owns those."""
        if self.outer is not None:
            self.outer.copied(node)

    def retained(self, node: Value) -> None:
        """The program called `retain` on a node; the count is already one higher."""
        if self.outer is not None:
            self.outer.retained(node)

    def released(self, node: Value, holder: Value | None, slot: int) -> None:
        """A reference was given back, by the program or by a slot of `holder`; the count is one lower."""
        if self.outer is not None:
            self.outer.released(node, holder, slot)

    def freed(self, node: Value) -> str:
        """A node's count reached zero; it becomes a tombstone that bears what is returned here."""
        return self.outer.freed(node) if self.outer is not None else ""


class Heap(Region):
    """Owns the nodes made inside its `with` block and counts them, as C's heap does.

    `live`, `peak`, `allocated` and `freed_count` are numbers of nodes. On leaving the block, `leaks` holds
    the nodes that are still live, oldest first; with `check=True` any leak raises `LeakError`.

    `site` says where the program is now; if given, it is asked at each allocation and each free, so that
    a tombstone can say where its node came from and went (see `microcrad.heap.caller`).
    """

    def __init__(self, *, check: bool = False, site: Callable[[], str] | None = None) -> None:
        self.check = check
        self.site = site
        self.nodes: dict[Value, str] = {}
        """Every live node made inside, oldest first, with the site where it was made."""
        self.allocated_count = 0
        self.freed_count = 0
        self.leaks: tuple[Value, ...] = ()
        self._peak = 0  # Of the frees so far, before each: only they make it differ from what is live now.

    @property
    def live(self) -> int:
        """How many nodes made inside are not freed yet."""
        return len(self.nodes)

    @property
    def peak(self) -> int:
        """How many were live at most."""
        return max(self._peak, len(self.nodes))

    def allocated(self, node: Value) -> None:
        """Take a new node in: the heap's own handle keeps it alive."""
        self.nodes[node] = self.site() if self.site else ""
        self.allocated_count += 1

    def copied(self, node: Value) -> None:
        """Take a copy in like any new node."""
        self.allocated(node)

    def freed(self, node: Value) -> str:
        """Let a freed node go. One that an outer heap owns is passed on to it."""
        if len(self.nodes) > self._peak:
            self._peak = len(self.nodes)
        made = self.nodes.pop(node, None)
        if made is None:
            return super().freed(node)
        self.freed_count += 1
        return f"created at {made}, freed at {self.site()}" if self.site else ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.leaks = tuple(self.nodes)
            self._peak = self.peak
            self.nodes.clear()  # While the collector still rests: it would walk all of them once more.
        finally:
            super().__exit__(kind, error, trace)
        if self.check and self.leaks and error is None:
            first = self.leaks[0]
            raise LeakError(
                f"{len(self.leaks)} nodes are still live at the end of the heap; the oldest is {first!r} "
                f"with ref_count {first.ref_count}. Release what you created or retained."
            )


class scope(Region):
    """Releases what was created in its `with` block when the block ends, newest first.

    A node that was retained inside lives on through that reference; `keep(node)` hands a node's creation
    reference to whatever surrounds the scope; an explicit `release` takes the node out of it. A training
    loop is `with scope(): loss = ...; loss.backward(); step()`, and only the parameters stay live.
    """

    def __init__(self) -> None:
        self.pool: dict[Value, None] = {}

    def keep(self, node: Value) -> Value:
        """Leave `node`'s creation reference to its caller, or to the scope around this one."""
        self.pool.pop(node, None)
        return node

    def allocated(self, node: Value) -> None:
        """A new node's creation reference belongs to the pool."""
        self.pool[node] = None
        if self.outer is not None:
            self.outer.allocated(node)

    def released(self, node: Value, holder: Value | None, slot: int) -> None:
        """An explicit release gives the creation reference back, so the pool must not do it again."""
        if holder is None:
            self.pool.pop(node, None)
        if self.outer is not None:
            self.outer.released(node, holder, slot)

    def drain(self, count: int | None = None) -> None:
        """Release what is in the pool now, newest first, or so many of it."""
        while self.pool and count != 0:
            node, _ = self.pool.popitem()  # Reversing it anew would walk over all that has gone already.
            node.release()
            count = None if count is None else count - 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.drain()
        finally:
            super().__exit__(kind, error, trace)


def caller() -> str:
    """The file and line, outside microcrad, that is running now: a `site` for `Heap`."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("microcrad."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
