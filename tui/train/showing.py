"""What the panes of training show: one frozen moment in all of them, and a sentence about it."""

from __future__ import annotations

import time

from textual.message import Message

from microcrad.text.notices import in_words
from microcrad.train import views
from microcrad.train.training import Training, TrainingMoment
from tui.actions import TRAIN
from tui.train.layout import TrainPanes
from tui.train.loss import Loss
from tui.train.meters import Accuracy, Memory, Weights
from tui.train.outlook import Outlook
from tui.train.phases import Phases
from tui.train.status import TrainStatus
from tui.widgets.bars import Banner, Saying
from tui.widgets.command import key_in
from tui.widgets.glyphs import Glyphs

__all__ = ["ShownTraining"]

VIEW_SECONDS, CURVE_SECONDS = 0.1, 0.2
"""How often the large pane and the curves are drawn anew while the run goes on."""
LONG_CURVE = 100_000
"""With so many steps curves are drawn half as often, with twice as many a third: they take longer."""
_START = "Press space to train. Arrows choose and change a setting, tab goes on."


class ShownTraining(TrainPanes):
    """The panes, with the training that they show."""

    class Shown(Message):
        """The panes show where training stands now."""

    def __init__(self, training: Training, glyphs: Glyphs, *, saying: str = "", id: str) -> None:
        super().__init__(glyphs, id=id)
        self.training = self.own = training
        """The training on screen, and the person's own: a lesson brings another one."""
        self.outlook = Outlook(training)
        self._ready = False
        self._hint = saying or _START
        self._last_view = self._last_curves = 0.0

    def on_mount(self) -> None:
        self._ready = True  # Its panes are there only now; whoever shows the mode may be earlier.
        self.fit_panes()
        self.show_panes()
        if self.is_shown:
            self.focus_pane(self._active)

    @property
    def heading(self) -> tuple[str, str]:
        """The data's name, and what stands beside it in the header."""
        at = self.training.configuration
        sizes = "-".join(map(str, self.training.trainer.sizes))
        return self.training.trainer.samples.name, f"{sizes}  seed {at.seed}"

    def return_to(self) -> None:
        """Show the mode again, where it was left."""
        if self._ready:
            self.show_panes()
            self.focus_pane(self._active)

    @property
    def is_shown(self) -> bool:
        """Whether this mode is the one on screen."""
        return self.is_attached and all(each.display for each in self.ancestors_with_self)

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
        self.query_one(TrainStatus).show(moment, seconds_left=self.seconds_left)
        self._say(moment)
        self.post_message(self.Shown())

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

    def _show_frame(self, _: object) -> None:
        """Show what has changed while the run goes on, each thing as often as it is worth."""
        moment, now = self.training.moment, time.monotonic()
        self.query_one(TrainStatus).show(moment, seconds_left=self.seconds_left)
        if now - self._last_view >= VIEW_SECONDS:
            self._show_view(moving=True)
        elif now - self._last_curves >= CURVE_SECONDS * (1 + moment.step / LONG_CURVE):
            self._show_curves(moment)

    def _say(self, moment: TrainingMoment) -> None:
        """One sentence: what could not be done, why it stopped, what was done, or what to press."""
        said = told(moment.notice, moment.advice) or self._hint
        if not said and moment.stop is not None:
            said = told(moment.stop.fact, moment.stop.advice)
        self.query_one("#train-saying", Saying).say(said or self._invitation(moment))
        self.call_after_refresh(self.join_rules)

    @staticmethod
    def _invitation(moment: TrainingMoment) -> str:
        """What to press next."""
        if moment.running:
            return "space pauses. Settings without a * can be changed while it runs."
        if moment.metrics is None:
            return _START
        return "s takes one step. o opens the marked point as a graph."

    @property
    def seconds_left(self) -> float:
        """How long the run will take: who drives it knows."""
        return 0.0

    def _done(self, hint: str = "") -> None:
        """Show the outcome of something the person did."""
        self._hint = hint
        self.show_panes()


def told(fact: str, advice: str) -> str:
    """A fact, and the keys of what helps."""
    return f"{fact} {in_words(advice, key_in(TRAIN))}".strip()
