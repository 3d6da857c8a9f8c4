"""What a person changes in a training: its settings, and the fault that it is to have."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message
from textual.widget import Widget

from microcrad.errors import MicrocradError
from microcrad.train.settings import SETTINGS, Setting, changed
from microcrad.train.training import Training
from microcrad.train.training_faults import TRAINING_FAULTS
from tui.train.going import Going
from tui.train.showing import Showing
from tui.widgets.dialogs import Ask, Choose

__all__ = ["Changes"]


class Changes:
    """Changes the training on screen. What goes on besides its run is stopped for it."""

    class Changed(Message, namespace="train"):
        """The settings are others now, or the step."""

    def __init__(self, screen: Widget, showing: Showing, going: Going) -> None:
        self._screen, self._showing, self._going = screen, showing, going

    @property
    def _training(self) -> Training:
        return self._showing.training

    def turn(self, name: str, direction: int) -> None:
        """Turn a setting up or down."""
        self._change(lambda: self._training.nudge(name, direction))
        self._showing.done()

    def ask(self, name: str) -> None:
        """Ask for a setting's value."""
        row = SETTINGS[name]
        value = row.show(getattr(self._training.configuration, row.name))

        def refuse(text: str) -> str:
            try:
                changed(self._training.configuration, row.name, text)
            except MicrocradError as error:
                return str(error)
            return ""

        def accept(text: str | None) -> None:
            if text is not None:
                self._change(lambda: self._training.set(row.name, text))
                self._showing.done()

        question = f"{_spoken(row)}: {row.does}"
        self._screen.app.push_screen(
            Ask(question, value, hint=f"Expects {row.expects}.", refuse=refuse), accept
        )

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
        ]
        self._screen.app.push_screen(
            Choose("Wrong on purpose: which fault?", options),
            lambda name: self.switch_fault(name) if name is not None else None,
        )

    def switch_fault(self, name: str | None) -> None:
        """Train with a fault, or right for None."""
        self._change(lambda: self._training.switch_fault(name))
        started = self._training.notice
        self._training.notice = ""
        look = "Training is right again." if name is None else f"Look: {TRAINING_FAULTS[name].look}"
        self._showing.done(f"{look} {started}".strip() if "anew" in started else look)

    def _change(self, change: Callable[[], bool]) -> None:
        self._going.drop_work()
        change()
        self._screen.post_message(self.Changed())


def _spoken(row: Setting) -> str:
    """A setting's name in a sentence."""
    return row.name.replace("_", " ")
