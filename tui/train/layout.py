"""The panes of training and the room they get."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.train.boundary import Boundary
from tui.train.loss import Loss
from tui.train.meters import Accuracy, Memory, Weights
from tui.train.phases import Phases
from tui.train.setup import Setup
from tui.train.status import TrainStatus
from tui.widgets.bars import Banner, Rule, Saying, Title
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_group import PaneGroup

__all__ = ["TrainPanes"]

_WIDTHS = ((160, "vast"), (120, "wide"), (100, "usual"))
"""From how many columns on the panes are given more room, and the class that stands for it."""
_TALL = 34
"""The height from which the phases have a row for their nodes, and the memory one more."""
_SHORT = 18
"""The height below which only the settings, the large pane and the loss have room."""
_METERS = ("accuracy", "weights", "memory")


class TrainPanes(PaneGroup):
    """Setup, boundary and curves side by side, a step below; one at a time below 80 columns."""

    PANES = ("setup", "boundary", "loss", *_METERS, "step")

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(glyphs, "setup", id=id)

    def compose(self) -> ComposeResult:
        glyphs = self.glyphs
        yield Banner(id="train-banner")
        with Horizontal(id="train-upper", classes="box"):
            with Vertical(id="setup-box", classes="box"):
                yield Title("Setup", glyphs, id="setup-title")
                yield Setup(glyphs, id="setup")
            yield Rule(glyphs, id="setup-rule")
            with Vertical(id="boundary-box", classes="box"):
                yield Title("Decision boundary", glyphs, id="boundary-title")
                yield Boundary(glyphs, id="boundary")
            yield Rule(glyphs, id="curves-rule")
            with Vertical(id="curves", classes="box"):
                for pane, widget in (("loss", Loss), ("accuracy", Accuracy), ("weights", Weights),
                                     ("memory", Memory)):  # fmt: skip
                    with Vertical(id=f"{pane}-box", classes="box"):
                        yield Title(pane.capitalize(), glyphs, id=f"{pane}-title")
                        yield widget(glyphs, id=pane)
        with Vertical(id="step-box", classes="box"):
            yield Title("One step, opened", glyphs, id="step-title")
            yield Phases(glyphs, id="step")
        yield Saying(id="train-saying")
        yield TrainStatus(glyphs, id="train-status")

    # --- the panes ---

    @property
    def setup(self) -> Setup:
        """The settings."""
        return self.query_one(Setup)

    @property
    def boundary(self) -> Boundary:
        """The large pane."""
        return self.query_one(Boundary)

    @property
    def panes(self) -> list[str]:
        """The panes that the focus goes round, in order, by id."""
        if self.has_class("short") and not self.has_class("single"):
            return ["setup", "boundary", "loss"]
        return list(self.PANES)

    @property
    def phase_rows(self) -> int:
        """How many rows there are for the phases of a step."""
        return 3 if self.app.size.height >= _TALL or self.has_class("single") else 2

    # --- room ---

    def fit_panes(self) -> None:
        """Show the panes that have room."""
        width, height = self.room.width, self.app.size.height
        room = next((name for least, name in _WIDTHS if width >= least), "")
        for _, name in _WIDTHS:
            self.set_class(name == room, name)
        self.set_class(height >= _TALL, "tall")
        self.set_class(height < _SHORT, "short")
        super().fit_panes()
        if self._active not in self.panes:  # Its pane has no room any more.
            focused = self.query_one(f"#{self._active}").has_focus
            self._active = "setup"
            if focused:
                self.setup.focus()
        self.call_after_refresh(self.show_panes)

    def join_rules(self) -> None:
        """Let vertical and horizontal rules meet."""
        if not self.is_mounted:
            return
        rules = [self.query_one(f"#{name}", Rule) for name in ("setup-rule", "curves-rule")]
        single, top = self.has_class("single"), rules[1].region.y
        self.title("step").joints = frozenset(
            () if single else (rule.region.x - self.region.x for rule in rules)
        )
        rules[1].branches = frozenset(self.title(pane).region.y - top for pane in _METERS)

    def show_panes(self) -> None:
        """Show the panes what there is now: the mode knows."""
