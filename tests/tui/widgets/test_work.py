"""Long jobs in slices: keys are answered in between, one job takes another's place, and any can be left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from textual.app import App
from textual.widget import Widget

from tui.widgets import work
from tui.widgets.work import Pace, Work


class Worker:
    """A job of three steps, and what it was heard to say."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def job(self, steps: int = 3, *, rest: bool = False) -> Iterator[object]:
        try:
            for step in range(steps):
                self.heard.append(f"step {step}")
                yield Work.FRAME if rest else step
        finally:
            self.heard.append("closed")

    def then(self) -> None:
        self.heard.append("then")

    def progress(self, at: object) -> None:
        self.heard.append("frame" if at is Work.FRAME else f"at {at}")


@pytest.fixture
def worker() -> Worker:
    return Worker()


async def within(do: Callable[[Widget], object], seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something with a widget on screen, its slices so long, and wait until all its jobs are done."""
    monkeypatch.setattr(work, "SLICE_SECONDS", seconds)
    app: App[None] = App()
    async with app.run_test():
        widget = Widget()
        await app.mount(widget)
        done = do(widget)
        if asyncio.iscoroutine(done):
            await done
        while app.workers:  # What follows a job may begin another.
            await app.workers.wait_for_complete()


async def test_a_short_job_is_done_at_once(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(), worker.then, worker.progress)
        assert worker.heard == ["step 0", "step 1", "step 2", "closed", "then"]
        assert not jobs.going
        assert not jobs.cancel()

    await within(do, 60.0, monkeypatch)


async def test_a_long_job_says_how_far_it_is_after_every_slice(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(), worker.then, worker.progress)
        assert jobs.going
        assert worker.heard == ["step 0", "at 0"]

    await within(do, 0.0, monkeypatch)
    assert worker.heard == ["step 0", "at 0", "step 1", "at 1", "step 2", "at 2", "closed", "then"]


async def test_a_job_may_ask_for_a_frame(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little time it took."""
    await within(
        lambda widget: Work(widget, "work").start(worker.job(rest=True), worker.then, worker.progress),
        60.0,
        monkeypatch,
    )
    assert worker.heard == ["step 0", "frame", "step 1", "frame", "step 2", "frame", "closed", "then"]


async def test_a_key_ends_a_slice(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much time there is, and for a while after it; every other one then says how far it is."""
    monkeypatch.setattr(work, "_HURRIED_SHARE", 0.0)
    monkeypatch.setattr(work, "_HURRIED_SECONDS", 60.0)

    def typing() -> Iterator[object]:
        for step, at in enumerate(worker.job(4)):
            if step == 1:
                Work.hurry()
            yield at

    def do(widget: Widget) -> None:
        Work(widget, "work").start(typing(), worker.then, worker.progress)
        assert worker.heard == ["step 0", "step 1"]

    try:
        await within(do, 60.0, monkeypatch)
    finally:
        Work._hurried_until = 0.0
    assert worker.heard == ["step 0", "step 1", "step 2", "at 2", "step 3", "closed", "then"]


async def test_a_job_that_draws_waits_for_its_frame(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(widget: Widget) -> None:
        def drawn(at: object) -> None:
            worker.progress(at)
            widget.call_after_refresh(worker.heard.append, "drawn")

        Work(widget, "work", lambda: Pace(frame=1e-9)).start(worker.job(2, rest=True), worker.then, drawn)

    await within(do, 60.0, monkeypatch)
    assert worker.heard == ["step 0", "frame", "drawn", "step 1", "frame", "drawn", "closed", "then"]


async def test_a_job_is_left_where_it_is(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(), worker.then)
        assert jobs.cancel()
        assert not jobs.going

    await within(do, 0.0, monkeypatch)
    assert worker.heard == ["step 0", "closed"]


async def test_another_job_takes_its_place(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Worker()

    def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(), worker.then)
        jobs.start(other.job(2), other.then)

    await within(do, 0.0, monkeypatch)
    assert worker.heard == ["step 0", "closed"]
    assert other.heard == ["step 0", "step 1", "closed", "then"]


async def test_what_follows_a_job_may_begin_another(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(1), lambda: jobs.start(worker.job(2), worker.then))

    await within(do, 0.0, monkeypatch)
    assert worker.heard == ["step 0", "closed", "step 0", "step 1", "closed", "then"]


async def test_a_job_ends_with_its_widget(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start(worker.job(1000), worker.then)
        await asyncio.sleep(0)
        await widget.remove()
        assert not jobs.going

    await within(do, 0.0, monkeypatch)
    assert worker.heard[-1] == "closed"
    assert len(worker.heard) < 1000


# --- in a thread ---------------------------------------------------------------------------------------


async def test_a_job_aside_is_done_in_a_thread_and_answered_on_screen(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: dict[str, set[int]] = {"job": set(), "screen": set()}

    def job() -> Iterator[object]:
        for at in worker.job():
            where["job"].add(threading.get_ident())
            yield at

    def progress(at: object) -> None:
        where["screen"].add(threading.get_ident())
        worker.progress(at)

    await within(
        lambda widget: Work(widget, "work").start_aside(job(), worker.then, progress), 0.0, monkeypatch
    )
    assert worker.heard == ["step 0", "at 0", "step 1", "at 1", "step 2", "at 2", "closed", "then"]
    assert where["screen"] == {threading.get_ident()}
    assert threading.get_ident() not in where["job"]


@pytest.mark.parametrize("leaving", ["cancel", "remove"])
async def test_a_job_aside_is_closed_once_its_slice_is_done(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, leaving: str
) -> None:
    """Nobody waits for a slice that takes long, and none comes after it."""
    began, goes_on, closed = threading.Event(), threading.Event(), threading.Event()

    def job() -> Iterator[object]:
        try:
            began.set()
            goes_on.wait()
            yield 0
            worker.heard.append("more")
        finally:
            closed.set()

    async def do(widget: Widget) -> None:
        jobs = Work(widget, "work")
        jobs.start_aside(job(), worker.then, worker.progress)
        while not began.is_set():
            await asyncio.sleep(0)
        if leaving == "cancel":
            assert jobs.cancel()
        else:
            await widget.remove()
        assert not jobs.going
        goes_on.set()

    await within(do, 0.0, monkeypatch)
    assert await asyncio.to_thread(closed.wait, 60)
    assert worker.heard == []


@pytest.mark.parametrize("aside", [False, True])
async def test_what_follows_a_job_is_left_out_once_the_app_ends(aside: bool) -> None:
    """Parts of its pane may be gone before it."""
    app: App[None] = App()
    left, done = threading.Event(), list[str]()

    class Part(Widget):
        async def on_unmount(self) -> None:
            while not left.is_set():
                await asyncio.sleep(0)

    def job() -> Iterator[int]:
        try:
            while app.is_running:
                yield 0
        finally:
            left.set()

    async with app.run_test():
        pane = Widget(Part())
        await app.mount(pane)
        work = Work(pane, "work")
        (work.start_aside if aside else work.start)(job(), lambda: done.append("then"))
        assert work.going
    assert (done, work.going) == ([], False)


async def test_all_slices_of_a_job_aside_are_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job enters in a slice, as regions of a heap, is its thread's."""
    threads: list[set[int]] = [set(), set(), set()]

    def job(seen: set[int]) -> Iterator[int]:
        for _ in range(60):
            seen.add(threading.get_ident())
            yield 0

    def do(widget: Widget) -> None:
        for seen in threads:
            Work(widget, "work").start_aside(job(seen), lambda: None)

    await within(do, 0.0, monkeypatch)
    assert [len(seen) for seen in threads] == [1, 1, 1]
