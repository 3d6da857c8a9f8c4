"""Long jobs of a widget, done in slices between frames, so that keys are answered meanwhile.

A job is a generator that yields wherever it may pause. Only here is time measured: what a job comes to never
depends on a clock. A job that reads files is done aside, in a thread: no key waits for a disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

from textual.dom import DOMNode

from microcrad.records import Record

__all__ = ["SLICE_SECONDS", "Pace", "Work"]

T = TypeVar("T")

SLICE_SECONDS = 0.012
"""How long a job may keep the screen waiting before it pauses for a frame; with 0 every step pauses."""
_FRAME_SECONDS = 0.2
"""How long a frame is waited for: there may be none."""
_PAUSE_SECONDS = 0.001
"""The least pause in which keys are answered and a frame is drawn."""


_HURRIED_SECONDS = 0.06
"""How long after a key slices are short: until the screen has shown what it did."""
_HURRIED_SHARE = 0.25
"""How long they are then, as a share of `SLICE_SECONDS`."""


class Pace(Record):
    """How a job shares the time with the screen."""

    frame: float = 0.0
    """The seconds that it is at least from one slice to the next."""
    slices: float = 1.0
    """How many times as long as others its slices are: of one that draws what it does, there is more time."""


class Work:
    """One job of a widget at a time. A job that is begun takes the place of the one before."""

    FRAME: Any = object()
    """What a job yields to have a frame drawn now, however little time it took."""
    _hurried_until = 0.0

    @staticmethod
    def hurry() -> None:
        """A key has come, which ends the slice that goes on; called by who reads keys, in any thread."""
        Work._hurried_until = time.monotonic() + _HURRIED_SECONDS

    def __init__(self, widget: DOMNode, group: str, pace: Callable[[], Pace] = Pace) -> None:
        self._widget, self._group = widget, group
        """The widget whose jobs they are, and what Textual is told that its workers do."""
        self._pace = pace
        """Asked before every slice."""
        self._job: Iterator[Any] | None = None
        self._put_off = False
        """Whether the last slice ended without a word of its progress: the key came first that ended it."""
        self.worked = 0.0
        """The seconds that went into the job so far, without the pauses."""

    @property
    def going(self) -> bool:
        """Whether a job goes on."""
        return self._job is not None

    def start(
        self, job: Iterator[T], then: Callable[[], None], progress: Callable[[T], None] = lambda at: None
    ) -> None:
        """Begin a job, its first slice at once.

        After a slice `progress` is given what was yielded last, but where a key came, which does not wait for
        that as well; `then` is called after the last one.
        """
        self.cancel()
        self._job, self.worked = job, 0.0
        began = time.monotonic()
        if self._slice(job, then, progress):
            self._widget.run_worker(self._go_on(job, then, progress, began), group=self._group)

    def start_aside(
        self, job: Iterator[T], then: Callable[[], None], progress: Callable[[T], None] = lambda at: None
    ) -> None:
        """Begin a job whose slices are done in a thread, and may be long. It may touch nothing on screen."""
        self.cancel()
        self._job, self.worked = job, 0.0
        self._widget.run_worker(self._go_on_aside(job, then, progress), group=self._group)

    def _wanted(self, job: Iterator[object]) -> bool:
        """Whether a job is the one that goes on, and has a widget: an app ends pane by pane."""
        return self._job is job and self._widget.is_attached and self._widget.app.is_running

    def cancel(self) -> bool:
        """Leave the job where it is, without `then`; False if none goes on."""
        job, self._job = self._job, None
        _close(job)
        return job is not None

    def _slice(self, job: Iterator[T], then: Callable[[], None], progress: Callable[[T], None]) -> bool:
        """Work for a while; whether there is more to do."""
        began = time.monotonic()
        try:
            length = SLICE_SECONDS * self._pace().slices
            at = next(job)
            while at is not self.FRAME and (now := time.monotonic()) < began + length:
                if now < Work._hurried_until and now > began + SLICE_SECONDS * _HURRIED_SHARE:
                    break
                at = next(job)
        except StopIteration:
            self._job = None
            then()
            return False
        except BaseException:
            self._job = None
            raise
        now = time.monotonic()
        self.worked += now - began
        self._put_off = now < Work._hurried_until and not self._put_off
        if not self._put_off:
            progress(at)
        return True

    async def _go_on(
        self, job: Iterator[T], then: Callable[[], None], progress: Callable[[T], None], began: float
    ) -> None:
        try:
            while self._job is job:
                frame = self._pace().frame
                if frame:
                    await self._drawn()
                await asyncio.sleep(max(began + frame - time.monotonic(), _PAUSE_SECONDS))
                began = time.monotonic()
                if not self._wanted(job) or not self._slice(job, then, progress):
                    return
        finally:
            if self._job is job:  # The widget went.
                self.cancel()

    async def _drawn(self) -> None:
        """Wait for the frame that shows the last slice: on a busy machine too it comes before the next."""
        drawn = asyncio.Event()
        self._widget.call_after_refresh(drawn.set)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(drawn.wait(), _FRAME_SECONDS)

    async def _go_on_aside(
        self, job: Iterator[T], then: Callable[[], None], progress: Callable[[T], None]
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor  # With the first file that is read aside.

        thread = ThreadPoolExecutor(1)  # One for all slices: regions of a heap are their thread's.
        loop = asyncio.get_running_loop()
        try:
            while self._job is job:
                at = await loop.run_in_executor(thread, _stretch, job, lambda: self._job is job)
                if not self._wanted(job):
                    return
                if not at:
                    self._job = None
                    then()
                    return
                progress(at[0])
        finally:
            thread.shutdown(wait=False)
            if self._job is job:
                self._job = None
            _close(job)


def _stretch(job: Iterator[T], wanted: Callable[[], bool]) -> tuple[T] | None:
    """Work for a while; what was yielded last, or None at the end."""
    began = time.monotonic()
    try:
        at = next(job)
        while wanted() and time.monotonic() < began + SLICE_SECONDS:
            at = next(job)
    except StopIteration:
        return None
    if not wanted():  # Nobody may be left on screen to close it.
        _close(job)
    return (at,)


def _close(job: Iterator[object] | None) -> None:
    """Leave a job where it is; a thread that is within it does so at the end of its slice."""
    if isinstance(job, Generator):
        with contextlib.suppress(ValueError):
            job.close()
