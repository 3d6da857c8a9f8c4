"""The marked sample: moving the mark, and opening what is marked as a graph in the playground."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.message import Message
from textual.widget import Widget

from microcrad.errors import MicrocradError
from microcrad.session.session import Session
from microcrad.train.engines import TrainingState
from microcrad.train.opened import open_sample
from tui.train.boundary import Boundary
from tui.train.going import Going
from tui.train.showing import Showing, told
from tui.widgets.work import Work

__all__ = ["Marked"]


_NONE_COUNTED = "No sample is counted here: choose another cell with the arrows."
_NO_SAMPLE = "No sample is marked: a, in the boundary, goes back to samples."


class Marked:
    """The mark of the large pane, and the samples that are opened."""

    class SampleOpened(Message, namespace="train"):
        """A sample's program is to be shown in the playground."""

        def __init__(self, name: str, session: Session) -> None:
            super().__init__()
            self.name, self.session = name, session

    def __init__(self, screen: Widget, showing: Showing, going: Going) -> None:
        self._screen, self._showing, self._going = screen, showing, going
        self._opening = Work(screen, "open sample")

    def move(self, right: int, up: int) -> None:
        """Mark the next sample in a direction."""
        self._showing.outlook.move(right, up)
        self._show()

    def pick(self, place: int) -> None:
        """Mark the sample that was pointed at; open it if it was marked already."""
        if self._showing.outlook.mark(place):
            self.open()
        else:
            self._show()

    def turn(self, what: str) -> None:
        """Look otherwise: at any place, at other points, along another input."""
        said = self._showing.outlook.turn(what)
        self._showing.look(moving=False)
        self._showing.hint(said)

    def _show(self) -> None:
        outlook = self._showing.outlook
        if outlook.view is not None:
            self._screen.query_one(Boundary).show(outlook.view, outlook.place)
        said, opens = outlook.sentence, " enter opens it."
        if outlook.marked is not None and len(said) + len(opens) < self._screen.size.width - 1:
            said += opens
        self._showing.hint(said)

    def open(self, at: str = "") -> None:
        """Open the marked sample in the playground, with the present weights; `at` a node of its graph."""
        marked = self._showing.outlook.marked
        if marked is None:
            probing = self._showing.outlook.probe is not None
            self._showing.done(_NO_SAMPLE if probing else _NONE_COUNTED)
            return
        place, tested = marked
        state, outlook = self._showing.training.trainer.state, self._showing.outlook
        position, written = outlook.position, outlook.written
        self._open(state, place, tested=tested, at=at, position=position, written=written)

    def open_non_finite(self) -> None:
        """Open the sample where a number first was not finite, with the weights its step started from."""
        stop = self._showing.training.stop
        if stop is None or stop.reason != "not finite":
            self._showing.done("Every number of this run is finite so far.")
        elif stop.sample is None:
            self._showing.done(told(stop.fact, stop.advice))
        else:
            self._open(self._showing.training.before, stop.sample)

    def _open(
        self,
        state: TrainingState,
        sample: int,
        *,
        tested: bool = False,
        at: str = "",
        position: int | None = None,
        written: str = "",
    ) -> None:
        training = self._showing.training
        self._going.drop_work()
        if training.running:
            training.pause()
        trainer = training.trainer
        found: list[Session | MicrocradError] = []

        def running() -> Iterator[None]:
            yield
            try:
                text = open_sample(
                    trainer, state, sample, tested=tested, position=position, written=written or None
                )
                session = Session()
                for _ in session.running(text):
                    yield
                graph = session.snapshot
                neuron = next((node for node in graph.nodes if at and graph.label(node) == at), None)
                if neuron is not None:
                    session.select(neuron)
                found.append(session)
            except MicrocradError as error:
                found.append(error)

        def then() -> None:
            if isinstance(found[0], MicrocradError):
                self._showing.done(str(found[0]))
                return
            self._showing.done()
            name = written or f"{Path(trainer.samples.name).stem}-{'test-' * tested}sample-{sample}"
            self._screen.post_message(self.SampleOpened(name, found[0]))

        self._opening.start_aside(running(), then)
