"""How training goes on: the run, steps and epochs, and looking into a step, in the time they are given."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from textual.widget import Widget

from microcrad.errors import MicrocradError
from microcrad.records import Record
from microcrad.slices import Shares
from microcrad.train.source import Prepared
from microcrad.train.training import Training
from tui.train.showing import Showing
from tui.train.train_commands import with_keys
from tui.widgets.work import Pace, Work

__all__ = ["Going"]

T = TypeVar("T")

FRAME_SECONDS = 1 / 28
WATCH_SECONDS = 4.0
"""How long a run takes at least while it is watched: a hundred steps would be over before one looks."""
WORKED_SHARE = 0.8
"""Which share of the time a run is meant to have that goes as fast as it can."""
DRAWN_SLICES = 2.5
"""How much longer a slice is where a frame follows: with what that takes, keys are still answered in time."""
AT_ONCE_SECONDS = 0.008
"""About how long steps are taken in one go: what a key has to wait for at least."""


class Speed(Record):
    """How fast a run goes while it is on screen."""

    said: str
    steps_a_second: float | None = None
    """At most; None for as many as there is time for."""
    watched: bool = False
    """Whether the whole run takes `WATCH_SECONDS` at least."""


SPEEDS = (
    Speed("one step a second", 1.0),
    Speed("five steps a second", 5.0),
    Speed("25 steps a second", 25.0),
    Speed("slow enough to watch, the whole run in some seconds", watched=True),
    Speed("as fast as it can"),
)
"""From the slowest to the fastest."""
_FIRST_SPEED = next(place for place, speed in enumerate(SPEEDS) if speed.watched)


class Going:
    """Drives the training on screen."""

    def __init__(self, screen: Widget, showing: Showing) -> None:
        self._showing = showing
        self._run = Work(screen, "train", self._pace)
        self._job = Work(screen, "train")
        """What goes on besides the run: a step, an epoch, a step opened, data read, a graph recorded."""
        self.recording = False
        """Whether a graph is being recorded for a change."""
        self._taken = 0
        """The steps that this run has taken."""
        self._counted = 0
        """How many of them came before the speed is measured."""
        self._began = 0.0
        self._speed = _FIRST_SPEED
        self._steps_per_frame: int | None = None
        """After how many steps a frame is drawn, by what is known before a slice; None if there is time."""

    @property
    def _training(self) -> Training:
        return self._showing.training

    # --- the run ---

    def run(self) -> None:
        """Train on, or pause."""
        if self.drop_work():
            self._showing.done("Stopped.")
        elif self._training.running:
            self._training.pause()
            self._showing.done(with_keys("Paused. {run} goes on, {next_phase} opens the last step."))
        else:
            self._training.run()
            self._showing.done()
            self._taken = 0
            self._begin_to_count()
            self._run.start(self._running(), self._ended, self._show_frame)

    def _running(self) -> Iterator[object]:
        """The run, with a frame after as many steps as can be watched; behind another mode with none."""
        shown = 0

        def left() -> int:
            """How many steps there may be before the next frame."""
            most = self._steps_per_frame
            return self._training.configuration.steps if most is None else shown + most - self._taken

        for taken in self._training.going_on(AT_ONCE_SECONDS, left):
            self._taken = taken
            most = self._steps_per_frame
            enough = most is not None and taken - shown >= most
            shown = taken if enough else shown
            if self._training.running:
                yield Work.FRAME if enough else None

    def _pace(self) -> Pace:
        """Behind another mode nothing is drawn: slices follow one another, as short as it needs them."""
        in_sight = self._showing.in_sight
        self._steps_per_frame = self._watched_steps() if in_sight else None
        if not in_sight:
            return Pace()
        most = SPEEDS[self._speed].steps_a_second
        return Pace(max(FRAME_SECONDS, 1 / most if most else 0.0), DRAWN_SLICES)

    def _watched_steps(self) -> int | None:
        """After how many steps a frame is drawn, so that the run can be watched; None if one need not."""
        speed = SPEEDS[self._speed]
        if speed.steps_a_second:
            return 1
        frames = WATCH_SECONDS / FRAME_SECONDS if speed.watched and FRAME_SECONDS else 0.0
        return math.ceil(self._training.configuration.steps / frames) if frames else None

    @property
    def _clock(self) -> float:
        """Seconds that drawing goes by: those that a run had, if it goes as fast as it can, of its share."""
        if self._steps_per_frame is None:
            return self._run.worked / WORKED_SHARE
        return time.monotonic()

    def change_speed(self, by: int) -> None:
        """Go faster or slower from now on."""
        self._speed = min(max(self._speed + by, 0), len(SPEEDS) - 1)
        self._begin_to_count()
        self._showing.hint(f"Speed: {SPEEDS[self._speed].said}.")

    def _begin_to_count(self) -> None:
        """Measure anew how many steps a second there are."""
        self._counted, self._showing.speed, self._began = self._taken, 0.0, time.monotonic()

    def _show_frame(self, _: object) -> None:
        spent = time.monotonic() - self._began
        if self._taken > self._counted and spent > 0:
            self._showing.speed = (self._taken - self._counted) / spent
        if self._showing.in_sight:
            self._showing.show_frame(self._clock)

    def _ended(self) -> None:
        if self._training.stop is None:
            self._showing.show()  # The person ended it between two frames: what was said of that stays.
        else:
            self._training.notice = ""  # Why it ended counts now, not what was changed on the way.
            self._showing.done()

    # --- steps and epochs ---

    def take_step(self) -> None:
        """Take one step."""
        self._work_on(self._training.stepping())

    def take_epoch(self) -> None:
        """Take steps until every sample was seen once more."""
        self._work_on(self._training.taking_epoch())

    def _work_on(self, job: Iterator[None], then: Callable[[], None] = lambda: None) -> None:
        """Do something in slices; while another job goes on there is none."""

        def finished() -> None:
            then()
            self._showing.done()

        if not self._job.going:
            self._job.start(job, finished, lambda _: self._showing.show_working())

    def read(
        self, name: str, preparing: Shares[Prepared], then: Callable[[Prepared | MicrocradError], None]
    ) -> None:
        """Prepare data that `name` is said of, beside all that goes on; `then` is given it, or why not."""
        found: list[Prepared | MicrocradError] = []

        def job() -> Iterator[float]:
            try:
                found.append((yield from preparing))
            except MicrocradError as error:
                found.append(error)

        def finished() -> None:
            self._showing.working = ""
            then(found[0])

        self._job.start_aside(
            job(), finished, lambda share: self._showing.show_reading(f"reading {name}: {share:.0%}")
        )
        self._showing.show_reading(f"reading {name}")

    def record(self, name: str, work: Shares[T], then: Callable[[T], None]) -> None:
        """Do what may record a large graph, in slices, and say of `name` how far it is.

        `then` is given what comes of it.
        """
        found: list[T] = []

        def job() -> Iterator[float]:
            found.append((yield from work))

        def finished() -> None:
            self.recording, self._showing.working = False, ""
            then(found[0])

        self.recording = True
        self._job.start(
            job(), finished, lambda share: self._showing.show_reading(f"recording {name}: {share:.0%}")
        )

    def stop_work(self) -> bool:
        """Stop a step that is being taken or opened; False if none is."""
        stopped = self.drop_work()
        if stopped:
            self._showing.done("Stopped. Training stands where it stood.")
        return stopped

    def drop_work(self) -> bool:
        """Stop it without a word, where something else is done; False if there is nothing to stop."""
        self.recording, self._showing.working = False, ""
        return self._job.cancel()

    def leave(self) -> None:
        """Let go of everything that goes on, a step half taken too."""
        self._run.cancel()
        self.drop_work()
        self._training.pause()

    def rewind(self) -> None:
        """Go back to the same initial weights."""
        self.drop_work()
        self._training.rewind()
        self._showing.done()

    def keep_run(self) -> None:
        """Keep this run to compare others with and to go back to."""
        self._training.keep_run()
        self._showing.done()

    # --- looking into a step ---

    def next_phase(self) -> None:
        """Look at the next phase of the last step."""
        self._look_at_phase(self._training.next_phase)

    def previous_phase(self) -> None:
        """Look at the phase before."""
        self._look_at_phase(self._training.previous_phase)

    def _look_at_phase(self, move: Callable[[], None]) -> None:
        if self._training.running:
            self._training.pause()
        # A step that is only opened now is looked at from its first phase.
        self._work_on(self._training.opening_step(), move if self._training.phases else lambda: None)
