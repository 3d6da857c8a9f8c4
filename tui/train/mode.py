"""The Train mode: the panes around one `Training`, the keys that drive it, and the time it is given.

Panes are shown frozen moments and views and post messages about what the person did; only this widget talks
to the training. Work is done in slices between frames, so that keys are answered while it goes on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from textual import work
from textual.message import Message

from microcrad.errors import MicrocradError
from microcrad.train import views
from microcrad.train.configuration import Configuration
from microcrad.train.faults import TRAINING_FAULTS
from microcrad.train.settings import SETTINGS, changed, restored, written
from microcrad.train.training import Training, TrainingMoment
from tui.actions import TRAIN, bindings
from tui.bars import Banner, Saying
from tui.dialogs import Ask, Choose
from tui.glyphs import Glyphs
from tui.train.boundary import Boundary
from tui.train.layout import TrainPanes
from tui.train.loss import Loss
from tui.train.meters import Accuracy, Memory, Weights
from tui.train.outlook import Outlook
from tui.train.phases import Phases
from tui.train.setup import Setup
from tui.train.status import TrainStatus

__all__ = ["Train"]

FRAME_SECONDS = 1 / 25
SLICE_SECONDS = 0.008
"""How long the run works between two frames."""
WATCH_SECONDS = 4.0
"""How long a run takes at least while it is watched: a hundred steps would be over before one looks."""
BEHIND_SECONDS = 0.008
"""The same while another mode is shown."""
VIEW_SECONDS, CURVE_SECONDS = 0.1, 0.2
"""How often the large pane and the curves are drawn anew while the run goes on."""
LONG_CURVE = 100_000
"""With so many steps curves are drawn half as often, with twice as many a third: they take longer."""


class Train(TrainPanes):
    """One training on screen."""

    BINDINGS = bindings(TRAIN)
    HELP = "Set a network up, train it, and look into every number of it."

    class Changed(Message):
        """The settings are others now, or the step."""

    class SampleOpened(Message):
        """A sample's program is to be shown in the playground."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name, self.text = name, text

    def __init__(self, training: Training, glyphs: Glyphs, *, saying: str = "", id: str) -> None:
        super().__init__(glyphs, id=id)
        self.training = training
        self._ready = False
        self.outlook = Outlook(training)
        self._hint = saying or "Press space to train. Arrows choose and change a setting, tab goes on."
        self._job: Generator[None, None, None] | None = None
        """Work that goes on in slices besides the run: a step, an epoch, a step being opened."""
        self._last_view = self._last_curves = 0.0

    def on_mount(self) -> None:
        self._ready = True  # Its panes are there only now; whoever shows the mode may be earlier.
        self.fit_panes()
        self.show_panes()
        if self.is_shown:
            self.focus_pane(self._active)

    def on_unmount(self) -> None:
        """Let go of a step half taken."""
        self._end_job()
        self.training.pause()

    # --- showing ---

    @property
    def heading(self) -> tuple[str, str]:
        """The data's name, and what stands beside it in the header."""
        at = self.training.configuration
        sizes = "-".join(map(str, self.training.trainer.sizes))
        return self.training.trainer.samples.name, f"{sizes}  seed {at.seed}"

    @property
    def settings(self) -> dict[str, str]:
        """What is kept for next time: the settings, without a fault."""
        return written(replace(self.training.configuration, fault=None))

    def return_to(self) -> None:
        """Show the mode again, where it was left."""
        if self._ready:
            self.show_panes()
            self.focus_pane(self._active)

    @property
    def is_shown(self) -> bool:
        """Whether this mode is the one on screen."""
        return bool(self.display) and self.parent is not None and bool(getattr(self.parent, "display", True))

    def show_panes(self) -> None:
        """Show where training stands, in every pane at once."""
        if not self._ready:
            return
        moment = self.training.moment
        trainer = self.training.trainer
        plane = views.is_plane(trainer)
        fault = moment.fault
        name, wrong = ("", "") if fault is None else (fault.name, fault.does)
        if self.query_one(Banner).show(name, wrong, self.glyphs):
            self.fit_panes()
        self.setup.show(moment, moment.classes, plane=plane)
        self._show_view(moving=False)
        self._show_curves(moment)
        self.query_one(TrainStatus).show(moment)
        self._say(moment)

    def _show_view(self, *, moving: bool) -> None:
        boundary = self.boundary
        size = boundary.size
        if size.width and size.height:
            view = self.outlook.look((size.width, size.height), boundary.dots, moving=moving)
            boundary.show(view, self.outlook.place)
        self.title("boundary").label = self.outlook.title
        self._last_view = time.monotonic()

    def _show_curves(self, moment: TrainingMoment) -> None:
        loss, weights = self.query_one(Loss), self.query_one(Weights)
        loss.show(moment)
        self.title("loss").label = loss.title(moment)
        self.query_one(Accuracy).show(moment)
        weights.show_layers(moment, views.layers(self.training.trainer))
        self.query_one("#weights-box").styles.height = (
            min(len(moment.sizes), 6) if not self.has_class("single") else None
        )
        self.query_one(Memory).show(moment)
        self.query_one(Phases).show(moment, rows=self.phase_rows)
        self._last_curves = time.monotonic()

    def _show_frame(self) -> None:
        """Show what has changed while the run goes on, each thing as often as it is worth."""
        moment, now = self.training.moment, time.monotonic()
        self.query_one(TrainStatus).show(moment)
        if now - self._last_view >= VIEW_SECONDS:
            self._show_view(moving=True)
        elif now - self._last_curves >= CURVE_SECONDS * (1 + moment.step / LONG_CURVE):
            self._show_curves(moment)

    def _say(self, moment: TrainingMoment) -> None:
        """One sentence: what could not be done, why it stopped, what was done, or what to press."""
        said = moment.notice or self._hint or (moment.stop.sentence if moment.stop is not None else "")
        self.query_one("#train-saying", Saying).say(said or self._invitation(moment))
        self.call_after_refresh(self.join_rules)

    @staticmethod
    def _invitation(moment: TrainingMoment) -> str:
        """What to press next."""
        if moment.running:
            return "space pauses. Settings without a * can be changed while it runs."
        if moment.metrics is None:
            return "Press space to train. Arrows choose and change a setting, tab goes on."
        return "s takes one step. o opens the marked point as a graph."

    def _done(self, hint: str = "") -> None:
        """Show the outcome of something the person did."""
        self._hint = hint
        self.show_panes()

    # --- going on ---

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

    # --- settings and faults ---

    def on_setup_turned(self, message: Setup.Turned) -> None:
        """Turn a setting up or down."""
        self._change(lambda: self.training.nudge(message.name, message.direction))

    def on_setup_typing(self, message: Setup.Typing) -> None:
        """Ask for a setting's value."""
        row = SETTINGS[message.name]
        value = row.show(getattr(self.training.configuration, row.name))

        def refuse(text: str) -> str:
            try:
                changed(self.training.configuration, row.name, text)
            except MicrocradError as error:
                return str(error)
            return ""

        def accept(text: str | None) -> None:
            if text is not None:
                self._change(lambda: self.training.set(row.name, text))

        question = f"{row.name.replace('_', ' ')}: {row.does}"
        self.app.push_screen(Ask(question, value, hint=f"Expects {row.expects}.", refuse=refuse), accept)

    def on_setup_chosen(self) -> None:
        """Say what the chosen setting decides."""
        row = self.setup.setting
        if row is not None:
            self.training.notice = ""
            self._hint = f"{row.name.replace('_', ' ')}: {row.does} Left and right change it, enter types."
            self._say(self.training.moment)

    def _change(self, change: Callable[[], bool]) -> None:
        self._end_job()
        change()
        self.post_message(self.Changed())
        self._done()

    def action_faults(self) -> None:
        """Switch the fault off, or ask which one to switch on."""
        if self.training.configuration.fault is not None:
            self._switch_fault(None)
            return
        options = [
            (fault.name, f"{fault.name}: {fault.title}", f"{fault.does} {fault.look}")
            for fault in TRAINING_FAULTS.values()
        ]
        self.app.push_screen(Choose("Wrong on purpose: which fault?", options), self._fault_chosen)

    def _fault_chosen(self, name: str | None) -> None:
        if name is not None:
            self._switch_fault(name)

    def _switch_fault(self, name: str | None) -> None:
        self._end_job()
        self.training.switch_fault(name)
        started = self.training.notice
        self.training.notice = ""
        self.post_message(self.Changed())
        look = "Training is right again." if name is None else f"Look: {TRAINING_FAULTS[name].look}"
        self._done(f"{look} {started}".strip() if "anew" in started else look)

    # --- the marked sample ---

    def on_boundary_sized(self) -> None:
        """Look again, in the new size."""
        self._show_view(moving=self.training.running)

    def on_boundary_moved(self, message: Boundary.Moved) -> None:
        """Mark the next sample in a direction."""
        self.outlook.move(message.right, message.up)
        self._show_mark()

    def on_boundary_picked(self, message: Boundary.Picked) -> None:
        """Mark the sample that was pointed at; open it if it was marked already."""
        if self.outlook.mark(message.place):
            self.action_open_marked()
        else:
            self._show_mark()

    def _show_mark(self) -> None:
        if self.outlook.view is not None:
            self.boundary.show(self.outlook.view, self.outlook.place)
        self.training.notice = ""
        said, opens = self.outlook.sentence, " enter opens it."
        if self.outlook.marked is not None and len(said) + len(opens) < self.size.width - 1:
            said += opens
        self._hint = said
        self._say(self.training.moment)

    def on_boundary_opened(self) -> None:
        """Open the marked sample."""
        self.action_open_marked()

    def action_open_marked(self) -> None:
        """Open the marked sample in the playground, with the present weights."""
        marked = self.outlook.marked
        if marked is None:
            self._done("No sample is counted here: choose another cell with the arrows.")
            return
        place, tested = marked
        part = "test-" if tested else ""
        self._open(f"{part}sample-{place}", lambda: self.training.open_sample(place, tested=tested))

    def action_non_finite(self) -> None:
        """Open the sample where a number first was not finite."""
        stop = self.training.stop
        if stop is None or stop.reason != "not finite":
            self._done("Every number of this run is finite so far.")
        elif stop.sample is None:
            self._done(stop.sentence)
        else:
            self._open(f"sample-{stop.sample}", lambda: self.training.open_culprit() or "")

    def _open(self, name: str, program: Callable[[], str]) -> None:
        self._end_job()
        if self.training.running:
            self.training.pause()
        try:
            text = program()
        except MicrocradError as error:
            self._done(str(error))
            return
        self._done()
        data = Path(self.training.trainer.samples.name).stem
        self.post_message(self.SampleOpened(f"{data}-{name}", text))


def make(texts: dict[str, str], glyphs: Glyphs, *, id: str) -> Train:
    """The mode with the settings that were kept; with micrograd's demo where they say nothing that works."""
    saying = ""
    try:
        training = Training(restored(texts) if texts else Configuration())
    except MicrocradError as error:
        training = Training(Configuration())
        saying = f"The settings of last time cannot be used: {error}"
    return Train(training, glyphs, saying=saying, id=id)
