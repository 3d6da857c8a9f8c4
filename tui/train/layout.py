"""The panes of training and the room they get."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from tui.train.boundary import Boundary
from tui.train.drawing_pane import DrawingPane
from tui.train.loss_curve import Loss
from tui.train.meters import Meter
from tui.train.network_pane import NetworkPane
from tui.train.readings import MEMORY, PHASES, SCORES, WEIGHTS
from tui.train.setup import Setup
from tui.train.status import TrainStatus
from tui.widgets.bars import Banner, Divider, Saying, Title
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_ring import PaneRing

__all__ = ["TrainRoom", "compose"]

_WIDTHS = ((160, "vast"), (120, "wide"), (100, "usual"))
"""From how many columns on the panes are given more room, and the class that stands for it."""
_TALL = 34
"""The height from which the phases have a row for their nodes, and the memory one more."""
_SHORT = 18
"""The height below which only the settings, the large pane and the loss have room."""
_METERS = ("accuracy", "weights", "memory")
_TITLES = {"accuracy": "Scores"}
_PANES = ("setup", "boundary", "network", "drawing", "loss", *_METERS, "step")
_MIDDLE = ("boundary", "network", "drawing")
_BOTH = 120
"""From how many columns on boundary and network have room together."""


def compose(glyphs: Glyphs) -> ComposeResult:
    """Setup, boundary and curves side by side, a step below."""
    yield Banner(id="train-banner")
    with Container(id="train-upper", classes="box"):
        with Container(id="setup-box", classes="box"):
            yield Title("Setup", glyphs, id="setup-title")
            yield Setup(glyphs, id="setup")
        yield Divider(glyphs, id="setup-rule")
        with Container(id="middle", classes="box"):
            with Container(id="boundary-box", classes="box"):
                yield Title("Decision boundary", glyphs, id="boundary-title")
                yield Boundary(glyphs, id="boundary")
            with Container(id="network-box", classes="box"):
                yield Title("Network", glyphs, id="network-title")
                yield NetworkPane(glyphs, id="network")
            with Container(id="drawing-box", classes="box"):
                yield Title("Drawing", glyphs, id="drawing-title")
                yield DrawingPane(glyphs, id="drawing")
        yield Divider(glyphs, id="curves-rule")
        with Container(id="curves", classes="box"):
            with Container(id="loss-box", classes="box"):
                yield Title("Loss", glyphs, id="loss-title")
                yield Loss(glyphs, id="loss")
            for pane, reading in zip(_METERS, (SCORES, WEIGHTS, MEMORY), strict=True):
                with Container(id=f"{pane}-box", classes="box"):
                    yield Title(_TITLES.get(pane, pane.capitalize()), glyphs, id=f"{pane}-title")
                    yield Meter(reading, glyphs, id=pane)
    with Container(id="step-box", classes="box"):
        yield Title("One step, opened", glyphs, id="step-title")
        yield Meter(PHASES, glyphs, id="step")
    yield Saying(id="train-saying")
    yield TrainStatus(glyphs, id="train-status")


class TrainRoom:
    """Gives the panes of training their room: side by side, or one at a time below 80 columns."""

    def __init__(self, screen: Widget, settled: Callable[[], None]) -> None:
        """`settled` is called whenever the panes were given another room, once they have it."""
        self._screen, self._settled = screen, settled
        self.middle = "boundary"
        """What stands in the middle: `boundary`, `network`, `both` of them, or `drawing`."""
        self.ring = PaneRing(screen, _PANES, self.fit, now=self._now)

    def _now(self) -> list[str]:
        """The panes that the focus goes round, in order."""
        short = self._screen.has_class("short") and not self.ring.single
        panes = ["setup", *_MIDDLE, "loss"] if short else list(_PANES)
        return [pane for pane in panes if pane not in self._hidden]

    @property
    def _hidden(self) -> tuple[str, ...]:
        """Of what may stand in the middle, what does not."""
        shown = ("boundary", "network") if self.middle == "both" else (self.middle,)
        return tuple(pane for pane in _MIDDLE if pane not in shown)

    def turn_middle(self) -> str:
        """Show the network, then both where there is room, then a drawing, then the boundary; which it is."""
        both = ["both"] if self._wide and not self.ring.single else []
        order = ["boundary", "network", *both, "drawing"]
        at = order.index(self.middle) if self.middle in order else 0
        return self.show_middle(order[(at + 1) % len(order)])

    def show_middle(self, middle: str) -> str:
        """Show something in the middle, and give it the focus; which it is."""
        self.middle = middle
        self.ring.active = (
            "network" if middle == "both" else middle
        )  # Before what had the focus loses its room.
        self.fit()
        self.ring.focus_pane(self.ring.active)
        return middle

    @property
    def _wide(self) -> bool:
        return self.ring.room.width >= _BOTH

    def fit(self) -> None:
        """Show the panes that have room."""
        screen, ring = self._screen, self.ring
        width, height = ring.room.width, screen.app.size.height
        room = next((name for least, name in _WIDTHS if width >= least), "")
        for _, name in _WIDTHS:
            screen.set_class(name == room, name)
        if self.middle == "both" and not self._wide:
            self.middle = "network"
        for name in ("network", "both", "drawing"):
            screen.set_class(self.middle == name, f"with-{name}")
        screen.set_class(height >= _TALL, "tall")
        screen.set_class(height < _SHORT, "short")
        ring.fit()
        if ring.active not in self._now():  # Its pane has no room any more.
            ring.fall_back("setup")
        screen.call_after_refresh(self._settled)

    def join_rules(self) -> None:
        """Let vertical and horizontal rules meet, after the next layout."""
        self._screen.call_after_refresh(self._join_rules)

    def _join_rules(self) -> None:
        screen, ring = self._screen, self.ring
        if not screen.is_mounted:
            return
        rules = [screen.query_one(f"#{name}", Divider) for name in ("setup-rule", "curves-rule")]
        top = rules[1].region.y
        ring.title("step").joints = frozenset(
            () if ring.single else (rule.region.x - screen.region.x for rule in rules)
        )
        rules[1].branches = frozenset(ring.title(pane).region.y - top for pane in _METERS)
