"""How training goes on: the run, steps and epochs, and the time they are given.

Work is done in slices between frames, so that keys are answered while it goes on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Generator

from textual import work

from microcrad.train.training import Training
from tui.train.outlook import Outlook
from tui.train.showing import ShownTraining
from tui.train.status import TrainStatus
from tui.widgets.glyphs import Glyphs

__all__ = ["DrivenTraining"]

FRAME_SECONDS = 1 / 25
SLICE_SECONDS = 0.008
"""How long the run works between two frames."""
BEHIND_SECONDS = 0.008
"""The same while another mode is shown."""
WATCH_SECONDS = 4.0
"""How long a run takes at least while it is watched: a hundred steps would be over before one looks."""


class DrivenTraining(ShownTraining):
    """The panes, with a training that goes on."""

    def __init__(self, training: Training, glyphs: Glyphs, *, saying: str = "", id: str) -> None:
        super().__init__(training, glyphs, saying=saying, id=id)
        self._job: Generator[None, None, None] | None = None
        """Work that goes on in slices besides the run: a step, an epoch, a step being opened."""

    def on_unmount(self) -> None:
        """Let go of a step half taken."""
        self._end_job()
        self.training.pause()

    # --- another training ---

    def show_training(self, training: Training) -> None:
        """Go over to another training, which stands where it was left; the one before pauses."""
        self._end_job()
        self.training.pause()
        self.training, self.outlook = training, Outlook(training)
        self._hint = ""
        self.show_panes()

    def show_own(self) -> None:
        """Go back to the person's own training."""
        self.show_training(self.own)

    # --- the run ---

    def action_run(self) -> None:
        """Train on, or pause."""
        if self._end_job():
            self._done("Stopped.")
        elif self.training.running:
            self.training.pause()
            self._done("Paused. space goes on, n opens the last step.")
        else:
            self.training.run()
            self._done()
            self._go_on()

    @work(exclusive=True, group="train")
    async def _go_on(self) -> None:
        """Give the run a slice of time between any two frames."""
        while self.training.running:
            started = time.monotonic()
            shown = self.is_shown
            if shown:
                self.training.advance(SLICE_SECONDS, self._steps_per_frame)
            else:
                self.training.advance(BEHIND_SECONDS)
            if not self.training.running:
                self.training.notice = ""  # Why it ended counts now, not what was changed on the way.
                self._done()
                return
            if shown:
                self._show_frame()
            await asyncio.sleep(max(FRAME_SECONDS - (time.monotonic() - started), 0.001))
        self.show_panes()  # The person ended it between two frames: what was said of that stays.

    @property
    def _steps_per_frame(self) -> int | None:
        """So many that the run can be watched; None for as many as there is time for."""
        frames = WATCH_SECONDS / FRAME_SECONDS
        return math.ceil(self.training.configuration.steps / frames) if frames else None

    # --- steps and epochs ---

    def action_take_step(self) -> None:
        """Take one step."""
        self._work_on(self.training.stepping())

    def action_take_epoch(self) -> None:
        """Take steps until every sample was seen once more."""
        self._work_on(self.training.taking_epoch())

    def _work_on(self, job: Generator[None, None, None], then: Callable[[], None] | None = None) -> None:
        """Do something in slices, the first one at once; while another job goes on there is none."""
        if self._job is None:
            self._job = job
            if self._slice():
                self._finished(then)
            else:
                self._go_on_with_job(then)

    def _slice(self) -> bool:
        """Work on the job for a while; whether it is finished."""
        end = time.monotonic() + SLICE_SECONDS
        assert self._job is not None
        return all(time.monotonic() <= end for _ in self._job)

    @work(exclusive=True, group="train")
    async def _go_on_with_job(self, then: Callable[[], None] | None) -> None:
        while self._job is not None:
            moment = self.training.moment
            self.query_one(TrainStatus).show(moment, working=f"working: {moment.live:,} nodes   esc stops")
            await asyncio.sleep(0.001)
            if self._job is not None and self._slice():
                self._finished(then)

    def _finished(self, then: Callable[[], None] | None) -> None:
        self._job = None
        if then is not None:
            then()
        self._done()

    def _end_job(self) -> bool:
        """Stop a job that is going on; False if there is none."""
        if self._job is None:
            return False
        self._job.close()
        self._job = None
        return True

    def stop_work(self) -> bool:
        """Stop a step that is being taken or opened; False if none is."""
        if not self._end_job():
            return False
        self._done("Stopped. Training stands where it stood.")
        return True

    def action_rewind(self) -> None:
        """Go back to the same initial weights."""
        self._end_job()
        self.training.rewind()
        self._done()

    def action_keep_curve(self) -> None:
        """Keep this loss curve to compare others with."""
        self.training.keep_curve()
        self._done()

    # --- looking into a step ---

    def action_next_phase(self) -> None:
        """Look at the next phase of the last step."""
        self._look_at_phase(self.training.next_phase)

    def action_previous_phase(self) -> None:
        """Look at the phase before."""
        self._look_at_phase(self.training.previous_phase)

    def _look_at_phase(self, move: Callable[[], None]) -> None:
        if self.training.running:
            self.training.pause()
        # A step that is only opened now is looked at from its first phase.
        self._work_on(self.training.opening_step(), move if self.training.phases else None)
