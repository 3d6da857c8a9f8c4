"""What a person changes in a training: its settings, and the fault that it is to have."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from textual.message import Message
from textual.widget import Widget

from microcrad.data.features import features_of, possible
from microcrad.errors import DataError, MicrocradError
from microcrad.slices import Shares, finish
from microcrad.train.configuration import BUILT_IN, Configuration
from microcrad.train.settings import SETTINGS, Setting, changed, nudged
from microcrad.train.source import Prepared, preparing
from microcrad.train.training import Training, beginning
from microcrad.train.training_faults import TRAINING_FAULTS
from tui.train.going import Going
from tui.train.kept_run import TAKEN_UP, take_up
from tui.train.showing import Showing
from tui.train.table_dialog import TableDialog, TableRead
from tui.train.train_commands import with_keys
from tui.widgets.dialogs import Ask, Choose
from tui.widgets.path_dialog import ask_path
from tui.widgets.several import Several

__all__ = ["Changes", "unusable"]


_FEW = 4
"""The most inputs whose features are switched one by one; of more they are typed."""
_TABLES = (".csv", ".tsv", ".txt")
"""How files end that are offered before others as data."""


class Changes:
    """Changes the training on screen. What goes on besides its run is stopped for it."""

    class Changed(Message, namespace="train"):
        """The settings are others now, or the step."""

    def __init__(self, screen: Widget, showing: Showing, going: Going) -> None:
        self._screen, self._showing, self._going = screen, showing, going
        self.waiting: Configuration | None = None
        """The person's own settings, if their data has still to be read."""
        self._taking: Configuration | None = None
        """The settings that a graph was recorded for last."""

    @property
    def _training(self) -> Training:
        return self._showing.training

    def turn(self, name: str, direction: int) -> None:
        """Turn a setting up or down."""
        self._change(lambda at: nudged(at, name, direction), name)

    def ask(self, name: str) -> None:
        """Ask for a setting's value."""
        row = SETTINGS[name]
        value = row.show(getattr(self._training.configuration, row.name))

        def refuse(text: str) -> str:
            try:
                changed(self._training.configuration, row.name, text)
            except MicrocradError as error:
                return str(error)
            if name == "data" and text not in BUILT_IN and not os.path.lexists(os.path.expanduser(text)):
                return f"There is no data set and no file {text!r}."
            return ""

        def accept(text: str | None) -> None:
            if text is not None:
                self._change(lambda at: changed(at, row.name, text), row.name)

        question, hint = f"{_spoken(row)}: {row.does}", f"Expects {row.expects}."
        inputs = self._training.trainer.samples.inputs
        if name == "features" and len(inputs) <= _FEW:
            self._switch_features(inputs)
            return
        if name == "data":
            asking = ask_path(
                question, value, hint=hint, refuse=lambda path: refuse(str(path)), first=_TABLES,
                names=BUILT_IN,
            )  # fmt: skip
        else:
            asking = Ask(question, value, hint=hint, refuse=refuse)
        self._screen.app.push_screen(asking, accept)

    def _switch_features(self, inputs: tuple[str, ...]) -> None:
        """Ask which features of a few inputs the network is to read."""
        own = features_of(self._training.configuration.features, inputs)
        on = [each.formula(inputs) for each in own] or inputs

        def accept(chosen: tuple[str, ...] | None) -> None:
            if chosen is not None:
                texts = () if chosen == inputs else chosen
                self._change(lambda at: replace(at, features=texts), "features")

        self._screen.app.push_screen(
            Several(
                "features: what the network reads of each sample.", possible(inputs), on,
                refuse=lambda chosen: "" if chosen else "A network reads something: switch one on.",
            ), accept,
        )  # fmt: skip

    def learn_from(self, path: str) -> None:
        """Learn from a table whose label is one of several classes, as it was drawn."""
        self._change(lambda at: replace(changed(at, "data", path), kind="classes"), "drawing")

    def explain(self, row: Setting) -> None:
        """Say what a setting decides."""
        self._showing.hint(f"{_spoken(row)}: {row.does} Left and right change it, enter types.")

    def ask_fault(self) -> None:
        """Switch the fault off, or ask which one to switch on."""
        if self._training.configuration.fault is not None:
            self.switch_fault(None)
            return
        options = [
            (fault.name, f"{fault.name}: {fault.title}", f"{fault.does} {fault.look}")
            for fault in TRAINING_FAULTS.values()
            if fault.suits(reads_text=self._training.configuration.reads_text)
        ]
        self._screen.app.push_screen(
            Choose("Wrong on purpose: which fault?", options),
            lambda name: self.switch_fault(name) if name is not None else None,
        )

    def switch_fault(self, name: str | None) -> None:
        """Train with a fault, or right for None."""

        def said() -> str:
            started = self._training.notice
            self._training.notice = ""
            if "anew" not in started:
                started = self._from_here()
            look = "Training is right again." if name is None else f"Look: {TRAINING_FAULTS[name].look}"
            return f"{look} {started}".strip()

        self._change(lambda at: changed(at, "fault", name or "none"), "fault", said)

    def _from_here(self) -> str:
        """What a change of the fault leaves as it is: what was learned so far."""
        step = self._training.step
        if not step:
            return ""
        if step >= self._training.configuration.steps:
            return with_keys("This run is complete: {rewind} rewinds, then {run}.")
        return with_keys("What was learned so far stays; {rewind} begins anew.")

    def _change(
        self,
        changing: Callable[[Configuration], Configuration],
        name: str,
        said: Callable[[], str] = lambda: "",
    ) -> None:
        """Change a setting, beside all that goes on if a file is to be read; `said` is said of it then."""
        training = self._training
        # What is being recorded is not there yet, and is not to be lost by another key.
        standing = self._taking if self._going.recording and self._taking else training.configuration
        self._going.drop_work()
        self.waiting = None

        def take(prepared: Prepared | MicrocradError, by: Configuration | None = None) -> None:
            if isinstance(prepared, MicrocradError):
                taken(training.refuse(prepared))
                return
            self._taking = by or wanted
            work = training.taking_over(self._taking, prepared, name)
            self._going.record(_file_name(self._taking), work, taken)

        def taken(done: bool) -> None:
            self._screen.post_message(self.Changed())
            self._showing.done(said() if done else "")

        def show_first(prepared: Prepared | MicrocradError) -> None:
            """Show what becomes of a table before it is learned from."""
            if name != "data" or not _of_a_table(wanted, prepared):
                take(prepared)
                return
            self._screen.app.push_screen(TableDialog(TableRead(wanted, prepared)), learn)
            self._showing.done()

        def learn(read: TableRead | None) -> None:
            if read is None:
                self._showing.done(
                    f"Nothing is learned from {_file_name(wanted)}; training stands where it stood."
                )
                return
            take(read.prepared, read.wanted)

        try:
            wanted = changing(standing)
            if training.reads(wanted):
                self._going.read(_file_name(wanted), training.preparing(wanted), show_first)
                return
            prepared: Prepared | MicrocradError = finish(training.preparing(wanted))
        except MicrocradError as error:
            prepared = error
        take(prepared)

    def choose_kept(self) -> None:
        """Go back to one of the runs that were kept."""
        runs, now = self._training.runs, self._training.configuration
        if not runs:
            self._showing.done(with_keys("No run was kept: {keep_run} keeps this one."))
            return

        def go_back(name: str | None) -> None:
            if name is not None:
                self._going.leave()
                run = next(run for run in runs if run.name == name)
                self._going.record(run.name, self._training.going_back(run), back)

        def back(_: None) -> None:
            self._showing.done()
            self._screen.post_message(self.Changed())

        options = [
            (run.name, run.name, f"{run.said} {f'Set otherwise: {other}.' if other else ''}".rstrip())
            for run in reversed(runs)
            for other in [run.differs(now)]
        ]
        self._screen.app.push_screen(Choose("Kept runs: which one to go back to?", options), go_back)

    def open_waiting(self) -> None:
        """Go over to the settings that wait for their data to be read."""
        wanted = self.waiting
        if wanted is None or self._showing.training is not self._showing.own:
            return

        def take(prepared: Prepared | MicrocradError) -> None:
            self._going.record(_file_name(wanted), begun(prepared), taken)

        def begun(prepared: Prepared | MicrocradError) -> Shares[Training | MicrocradError]:
            try:
                if isinstance(prepared, MicrocradError):
                    raise prepared
                training = yield from beginning(wanted, prepared)
                take_up(training)
            except MicrocradError as error:
                return error
            return training

        def taken(training: Training | MicrocradError) -> None:
            self.waiting = None
            self._screen.post_message(self.Changed())
            if isinstance(training, MicrocradError):
                self._showing.done(unusable(training))
                return
            self._showing.own = training
            self._showing.put(training)
            self._showing.done(TAKEN_UP.format(training.step) if training.step else "")

        self._going.read(_file_name(wanted), preparing(wanted), take)


def unusable(error: MicrocradError) -> str:
    """What is said of settings with which there is nothing to train."""
    return f"The settings of last time cannot be used: {error}"


def _of_a_table(wanted: Configuration, prepared: Prepared | MicrocradError) -> bool:
    """Whether data is a table, also one that cannot be learned as it is."""
    if isinstance(prepared, Prepared):
        return prepared.whole.origin is not None
    return isinstance(prepared, DataError) and os.path.isfile(os.path.expanduser(wanted.data))


def _file_name(configuration: Configuration) -> str:
    """What the file or folder is called that a training's data comes from."""
    return os.path.basename(configuration.data.rstrip(os.sep))


def _spoken(row: Setting) -> str:
    """A setting's name in a sentence."""
    return row.name.replace("_", " ")
