"""How training goes on: the run, steps and epochs, and the time they are given.

Work is done in slices between frames, so that keys are answered while it goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator

from microcrad.train.training import Training
from tui.train.outlook import Outlook
from tui.train.showing import ShownTraining
from tui.train.status import TrainStatus
from tui.widgets.glyphs import Glyphs
from tui.widgets.work import Work

__all__ = ["DrivenTraining"]

FRAME_SECONDS = 1 / 25
WATCH_SECONDS = 4.0
"""How long a run takes at least while it is watched: a hundred steps would be over before one looks."""


class DrivenTraining(ShownTraining):
    """The panes, with a training that goes on."""

    def __init__(self, training: Training, glyphs: Glyphs, *, saying: str = "", id: str) -> None:
        super().__init__(training, glyphs, saying=saying, id=id)
        self._run = Work(self, "train", FRAME_SECONDS)
        self._job = Work(self, "train")
        """What goes on in slices besides the run: a step, an epoch, a step being opened."""
        self._taken = 0
        """The steps that this run has taken."""

    def on_unmount(self) -> None:
        """Let go of a step half taken."""
        self._run.cancel()
        self._job.cancel()
        self.training.pause()

    # --- another training ---

    def show_training(self, training: Training) -> None:
        """Go over to another training, which stands where it was left; the one before pauses."""
        self._run.cancel()
        self._job.cancel()
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
        if self._job.cancel():
            self._done("Stopped.")
        elif self.training.running:
            self.training.pause()
            self._done("Paused. space goes on, n opens the last step.")
        else:
            self.training.run()
            self._done()
            self._taken = 0
            self._run.start(self._going_on(), self._ended, self._show_frame)

    def _going_on(self) -> Iterator[object]:
        """The run, with a frame after as many steps as can be watched; behind another mode with none."""
        shown = 0
        for taken in self.training.going_on():
            self._taken = taken
            most = self._steps_per_frame if self.is_shown else None
            enough = most is not None and taken - shown >= most
            shown = taken if enough else shown
            if self.training.running:
                yield Work.FRAME if enough else None

    @property
    def seconds_left(self) -> float:
        """About how long the steps that are left will take, from how long those of this run took."""
        left = self.training.configuration.steps - self.training.step
        return self._run.worked / self._taken * left if self._taken else 0.0

    def _ended(self) -> None:
        if self.training.stop is None:
            self.show_panes()  # The person ended it between two frames: what was said of that stays.
        else:
            self.training.notice = ""  # Why it ended counts now, not what was changed on the way.
            self._done()

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
        if not self._job.going:
            self._job.start(job, lambda: self._finished(then), self._show_working)

    def _show_working(self, _: object) -> None:
        moment = self.training.moment
        self.query_one(TrainStatus).show(moment, working=f"working: {moment.live:,} nodes   esc stops")

    def _finished(self, then: Callable[[], None] | None) -> None:
        if then is not None:
            then()
        self._done()

    def stop_work(self) -> bool:
        """Stop a step that is being taken or opened; False if none is."""
        if not self._job.cancel():
            return False
        self._done("Stopped. Training stands where it stood.")
        return True

    def action_rewind(self) -> None:
        """Go back to the same initial weights."""
        self._job.cancel()
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
