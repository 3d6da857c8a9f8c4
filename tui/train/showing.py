"""What the panes of training show: one frozen moment in all of them, and a sentence about it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.message import Message
from textual.widget import Widget

from microcrad.train.training import Training
from microcrad.train.training_moment import TrainingMoment
from tui.app_commands import STOPS
from tui.train.boundary import Boundary
from tui.train.layout import TrainRoom
from tui.train.loss_curve import Loss
from tui.train.meters import Meter
from tui.train.network_look import NetworkLook
from tui.train.network_pane import NetworkPane
from tui.train.outlook import Outlook
from tui.train.setup import Setup
from tui.train.status import TrainStatus
from tui.train.train_commands import with_keys
from tui.widgets.bars import Banner, Saying
from tui.widgets.glyphs import Glyphs

__all__ = ["Showing", "told"]

STATUS_SECONDS, VIEW_SECONDS, CURVE_SECONDS = 0.05, 0.1, 0.2
"""How often the numbers, the large pane and the curves are drawn anew while the run goes on."""
LONG_CURVE = 100_000
"""With so many steps curves are drawn half as often, with twice as many a third: they take longer."""
_START = "Press {run} to train. Arrows choose and change a setting, {next_pane} goes on."
_LEFT = "The run stands where it was left. {run} goes on, {rewind} rewinds."
_DONE = "The run has ended, as it was left. {rewind} rewinds; more steps go on."


class Showing:
    """Which training is on screen, and its moment: made once a change, handed to every pane in one pass."""

    class Shown(Message, namespace="train"):
        """The panes show where training stands now."""

    def __init__(
        self, screen: Widget, room: TrainRoom, training: Training, glyphs: Glyphs, saying: str
    ) -> None:
        self._screen, self._room, self._glyphs = screen, room, glyphs
        self.training = self.own = training
        """The training on screen, and the person's own: a lesson brings another one."""
        self.outlook = Outlook(training)
        self.network = NetworkLook(training)
        self.moment = training.moment
        """What the panes show."""
        self.ready = False
        """Whether the panes are there: whoever shows the mode may be earlier."""
        self.working = ""
        """What goes on beside the run, and how far it is."""
        self.speed = 0.0
        """How many steps a second the run takes, drawing and pauses included; 0 while that is not known."""
        self._hint = saying
        self._data = training.configuration.data  # Whose panes were shown last.
        self._drawn = [0.0, 0.0, 0.0]
        """When numbers, large pane and curves were drawn last in a frame of the run, as it counts time."""

    @property
    def in_sight(self) -> bool:
        """Whether this mode is the one on screen."""
        return self._screen.is_attached and all(each.display for each in self._screen.ancestors_with_self)

    def put(self, training: Training) -> None:
        """Go over to another training, which stands where it was left."""
        self.training, self.outlook, self.network = training, Outlook(training), NetworkLook(training)
        self.done()

    def done(self, hint: str = "") -> None:
        """Show the outcome of something the person did."""
        self._hint = hint
        self.show()

    def show(self) -> None:
        """Show where training stands, in every pane at once."""
        if not self.ready:
            return
        moment = self.moment = self.training.moment
        name, wrong = ("", "") if moment.fault is None else (moment.fault.name, moment.fault.does)
        if self._screen.query_one(Banner).show(name, wrong, with_keys("{faults}"), self._glyphs):
            self._room.fit()
        data, before = self.training.configuration.data, self._data
        self._data = data
        of_others = ("network", "both") if self.outlook.reads_text else ()
        if self._room.middle in (*of_others, *(["drawing"] if data != before else [])):
            self._room.middle = "boundary"
            self._room.fit()
        self._screen.query_one(Setup).show(moment)
        self.look(moving=False)
        self._show_curves()
        self.fit()
        self._show_status()
        self._say()
        self._screen.post_message(self.Shown())

    def show_frame(self, now: float) -> None:
        """Show what has changed while the run goes on: of what is due, that which is so by the most.

        One thing a frame: all of them together have the whole screen drawn, with what has not changed.
        `now` is what the run counts time by, which may begin anew.
        """
        moment = self.moment = self.training.moment
        self._drawn = [last if last <= now else 0.0 for last in self._drawn]
        parts = (self._show_status, partial(self.look, moving=True), self._show_curves)
        each = (STATUS_SECONDS, VIEW_SECONDS, CURVE_SECONDS * (1 + moment.step / LONG_CURVE))
        waited = [(now - last) / seconds for last, seconds in zip(self._drawn, each, strict=True)]
        most = waited.index(max(waited))
        parts[most]()
        self._drawn[most] = now

    def show_working(self) -> None:
        """Say that a step is being taken or opened, and how far it is."""
        live = self.training.trainer.live
        self._screen.query_one(TrainStatus).show(
            self.moment, working=f"working: {live:,} nodes   {with_keys(STOPS)}"
        )

    def show_reading(self, working: str) -> None:
        """Say that data is read, and how far that is, until `working` is empty again."""
        self.working = f"{working}   {with_keys(STOPS)}"
        self._show_status()

    def _show_status(self) -> None:
        status = self._screen.query_one(TrainStatus)
        status.show(self.moment, working=self.working, speed=self.speed)

    def look(self, *, moving: bool) -> None:
        """Look at the training in the large pane, in the size that it has; less closely while `moving`."""
        if not self.outlook.reads_text:
            self._look_at_network()
        boundary = self._screen.query_one(Boundary)
        size = boundary.size
        if size.width and size.height:
            view = self.outlook.look((size.width, size.height), boundary.dots, moving=moving)
            boundary.show(view, self.outlook.place)
        boundary.called = self._room.ring.title("boundary").label = self.outlook.title

    def _look_at_network(self) -> None:
        pane = self._screen.query_one(NetworkPane)
        if pane.size.width and pane.size.height:
            size = pane.size.width, pane.size.height
            pane.show(self.network.look(size, pane.rows_per_cell))
            self._room.ring.title("network").label = self.network.title

    def _show_curves(self) -> None:
        loss = self._screen.query_one(Loss)
        loss.show(self.moment)
        self._room.ring.title("loss").label = loss.title(self.moment)
        for meter in self._screen.query(Meter):
            meter.show(self.moment)

    def fit(self) -> None:
        """Give what the panes show the room there is: a shorter title, a row for each layer."""
        self._room.ring.title("loss").label = self._screen.query_one(Loss).title(self.moment)
        rows = None if self._room.ring.single else min(len(self.moment.sizes), 6)
        self._screen.query_one("#weights-box").styles.height = rows
        recorded = not (self.moment.eager or self.moment.leaked or self._room.ring.single)
        one = recorded and not self._screen.has_class("tall")  # There is no curve of what stays as it is.
        self._screen.query_one("#memory-box").styles.height = 2 if one else None
        self._room.join_rules()

    # --- the sentence ---

    def hint(self, text: str) -> None:
        """Say something until the next change, where nothing else moves; what was said before is gone."""
        self.training.notice = ""
        self._hint = text
        self.moment = replace(self.moment, notice="", advice="")
        self._say()

    def _say(self) -> None:
        """One sentence: what could not be done, why it stopped, what was done, or what to press."""
        moment = self.moment
        said = told(moment.notice, moment.advice) or self._hint
        if not said and moment.stop is not None:
            said = told(moment.stop.fact, moment.stop.advice)
        self._screen.query_one(Saying).say(said or _invitation(moment, self._room.middle))
        self._room.join_rules()


def _invitation(moment: TrainingMoment, middle: str) -> str:
    """What to press next, with so much in the `middle`."""
    if moment.running:
        return with_keys("{run} pauses. Settings without a * can be changed while it runs.")
    if moment.metrics is None:
        left = moment.configuration.steps - moment.step
        return with_keys(_START if not moment.step else _LEFT if left > 0 else _DONE)
    network = ", {middle} shows the network" if middle == "boundary" else ""
    return with_keys(
        f"{{take_step}} takes one step, {{open_marked}} opens the marked sample's graph{network}."
    )


def told(fact: str, advice: str) -> str:
    """A fact, and the keys of what helps."""
    return f"{fact} {with_keys(advice)}".strip()
