"""The Train mode: the panes around one `Training`, and what the keys make of it.

Panes are shown frozen moments and views and post messages about what the person did. What comes of it is done
by objects with one duty each: `Showing` shows, `Going` gives time, `Changes` sets up and breaks on purpose,
`Marked` looks into samples.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.app import ComposeResult
from textual.events import DescendantFocus
from textual.widget import Widget

from microcrad.data.drawn import DrawnData
from microcrad.errors import MicrocradError
from microcrad.train.configuration import BUILT_IN, Configuration, whole_path
from microcrad.train.settings import restored, written
from microcrad.train.training import Training
from tui.train.boundary import Boundary
from tui.train.changes import Changes, unusable
from tui.train.chosen_neuron import ChosenNeuron
from tui.train.drawing_pane import DrawingPane
from tui.train.going import Going
from tui.train.kept_run import TAKEN_UP, keep_run, take_up
from tui.train.layout import TrainRoom, compose
from tui.train.mark import Markable, MarkMoved, MarkOpened, MarkPicked
from tui.train.marked_sample import Marked
from tui.train.model_files import ModelFiles
from tui.train.network_pane import NetworkPane
from tui.train.setup import Setup
from tui.train.showing import Showing
from tui.train.train_commands import COMMANDS, with_keys
from tui.widgets.coming import Coming
from tui.widgets.command import bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_ring import PaneRing

__all__ = ["Train"]


class Train(Coming):
    """One training on screen."""

    TABLE = COMMANDS
    BINDINGS = bindings(TABLE)
    action_command = run_command
    COMING = "Setting the network up."
    HELP = "Set a network up, train it, and look into every number of it."

    panes: PaneRing
    showing: Showing
    going: Going
    changes: Changes
    marked: Marked
    files: ModelFiles

    def __init__(self, training: Training, glyphs: Glyphs, *, saying: str = "", id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._room = TrainRoom(self, self._settled)
        self.panes = self._room.ring
        self.showing = Showing(self, self._room, training, glyphs, saying)
        self.going = Going(self, self.showing)
        self.changes = Changes(self, self.showing, self.going)
        self.files = ModelFiles(self, self.showing)
        self.marked = Marked(self, self.showing, self.going)
        self._neuron = ChosenNeuron(self.showing, self.marked)

    def compose(self) -> ComposeResult:
        yield from compose(self.glyphs)

    def on_mount(self) -> None:
        self.showing.ready = True
        self._room.fit()
        self.showing.show()
        focused = self.app.focused
        beside = focused is not None and self.app.query_one("#modes") not in focused.ancestors
        if self.showing.in_sight and not beside:  # A lesson that is taken here may have its text read first.
            self.panes.focus_pane(self.panes.active)
        self.changes.open_waiting()

    def on_unmount(self) -> None:
        """Let go of what goes on."""
        self.going.leave()

    # --- what the app asks ---

    @property
    def training(self) -> Training:
        """The training on screen."""
        return self.showing.training

    @property
    def heading(self) -> tuple[str, str]:
        """The data's name, and what stands beside it in the header."""
        trainer = self.training.trainer
        return trainer.samples.name, f"{'-'.join(map(str, trainer.sizes))}  seed {trainer.configuration.seed}"

    @property
    def settings(self) -> dict[str, str]:
        """What is kept for next time: the person's own settings, without a fault."""
        at = self.changes.waiting or self.showing.own.configuration
        return written(replace(at, fault=None, data=whole_path(at.data)))

    def keep(self) -> str:
        """Keep the person's own run, to the last step; what is wrong with that, if anything is."""
        return keep_run(self.showing.own) if self.changes.waiting is None else ""

    def return_to(self) -> None:
        """Show the mode again, where it was left."""
        if self.showing.ready:
            self.showing.show()
            self.panes.focus_pane(self.panes.active)

    def put(self, training: Training | None) -> None:
        """Go over to another training, or back to the person's own; the one before pauses."""
        self.going.leave()
        self.showing.put(training or self.showing.own)
        if training is None and self.showing.ready:
            self.changes.open_waiting()

    # --- room and focus ---

    def on_resize(self) -> None:
        """Fit the panes to the new size."""
        self._room.fit()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Light the title of the pane that has the focus."""
        self.panes.focused(event)

    def _settled(self) -> None:
        if self.showing.ready:
            self.showing.fit()

    # --- what the panes report ---

    def on_setup_turned(self, message: Setup.Turned) -> None:
        """Turn a setting up or down."""
        self.changes.turn(message.name, message.direction)

    def on_setup_typing(self, message: Setup.Typing) -> None:
        """Ask for a setting's value."""
        self.changes.ask(message.name)

    def on_setup_chosen(self, message: Setup.Chosen) -> None:
        """Say what the chosen setting decides."""
        self.changes.explain(message.setting)

    def on_picture_sized(self) -> None:
        """Look again, in the new size."""
        self.showing.look(moving=self.training.running)

    def on_mark_moved(self, message: MarkMoved) -> None:
        """Mark what is next in a direction."""
        self._mark_of(message.pane).move(message.right, message.up)

    def on_mark_picked(self, message: MarkPicked) -> None:
        """Mark what was pointed at, or open it."""
        self._mark_of(message.pane).pick(message.place)

    def on_mark_opened(self, message: MarkOpened) -> None:
        """Open what is marked."""
        self._mark_of(message.pane).open()

    def _mark_of(self, pane: Widget) -> Markable:
        return self._neuron if isinstance(pane, NetworkPane) else self.marked

    def on_boundary_asked(self, message: Boundary.Asked) -> None:
        """Look otherwise."""
        self.marked.turn(message.what)

    def turn_middle(self) -> None:
        """Show the network, the boundary, both, or a plane to draw data on."""
        if self.showing.outlook.reads_text:
            said = self.showing.outlook.text.turn()
            self._room.ring.focus_pane("boundary")
            self.showing.look(moving=self.training.running)
            self.showing.hint(said)
            return
        self._shown_in_middle(self._room.turn_middle())

    def draw_data(self) -> None:
        """Show a plane to draw data on."""
        self._shown_in_middle(self._room.show_middle("drawing"))

    def _shown_in_middle(self, shown: str) -> None:
        pane = self.query_one(DrawingPane)
        if shown == "drawing" and not pane.drawing.points:
            own = self.training.configuration.data not in BUILT_IN
            pane.show(DrawnData.of(self.training.trainer.samples) if own else DrawnData())
        self.showing.hint(_keys_of_middle(shown))
        self.call_after_refresh(self.showing.show)

    def on_drawing_pane_moved(self) -> None:
        """Say where the cursor is."""
        self.panes.title("drawing").label = self.query_one(DrawingPane).title

    def on_drawing_pane_drawn(self) -> None:
        """Save what is drawn, and learn from it."""
        self.files.save_drawing(self.query_one(DrawingPane).drawing, self._learn_drawn)

    def _learn_drawn(self, path: Path) -> None:
        self._room.show_middle("boundary")
        self.changes.learn_from(str(path))


def _keys_of_middle(shown: str) -> str:
    """What the keys do in the panes that the focus goes to with them: `boundary`, `network` or `both`."""
    if shown == "boundary":
        return with_keys("Arrows move the mark. {middle} shows the network.")
    if shown == "drawing":
        return with_keys(
            "1 to 9 put a point of a class, {take} takes it away, {learn_drawn} saves and learns; {middle} "
            "changes the view.",
            DrawingPane.TABLE,
        )
    return with_keys(
        "Arrows choose a neuron, {open_neuron} opens the marked sample; {middle} changes the view.",
        NetworkPane.TABLE,
    )


def make(texts: dict[str, str], glyphs: Glyphs, *, id: str) -> Train:
    """The mode with the settings that were kept; with micrograd's demo where they say nothing that works."""
    saying, waiting = "", None
    try:
        wanted = restored(texts) if texts else Configuration()
        if wanted.data in BUILT_IN and not wanted.reads_text:
            training = Training(wanted)
            saying = TAKEN_UP.format(training.step) if take_up(training) else ""
        else:  # A file or a GPT's graph may be large: that is read, or recorded, once there is a screen.
            training, waiting = Training(Configuration()), wanted
    except MicrocradError as error:
        training, saying = Training(Configuration()), unusable(error)
    train = Train(training, glyphs, saying=saying, id=id)
    train.changes.waiting = waiting
    return train
