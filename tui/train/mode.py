"""The Train mode: the panes around one `Training`, and what the keys make of it.

Panes are shown frozen moments and views and post messages about what the person did; only this widget talks
to the training. `tui.train.showing` shows it and `tui.train.going` gives it time; here it is set up, broken
on purpose and looked into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.message import Message

from microcrad.errors import MicrocradError
from microcrad.train.configuration import Configuration
from microcrad.train.settings import SETTINGS, changed, restored, written
from microcrad.train.training import Training
from microcrad.train.training_faults import TRAINING_FAULTS
from tui.actions import TRAIN, bindings
from tui.train.boundary import Boundary
from tui.train.going import DrivenTraining
from tui.train.setup import Setup
from tui.train.showing import told
from tui.widgets.dialogs import Ask, Choose
from tui.widgets.glyphs import Glyphs

__all__ = ["Train"]


class Train(DrivenTraining):
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

    @property
    def settings(self) -> dict[str, str]:
        """What is kept for next time: the settings, without a fault."""
        return written(replace(self.own.configuration, fault=None))

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
        self._job.cancel()
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
        self._job.cancel()
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
            self._done(told(stop.fact, stop.advice))
        else:
            self._open(f"sample-{stop.sample}", lambda: self.training.open_culprit() or "")

    def _open(self, name: str, program: Callable[[], str]) -> None:
        self._job.cancel()
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
