"""The panes of the playground and the room they get."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from microcrad.session.moment import Moment
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.fronts import Fronts
from tui.playground.heap_pane import HeapPane
from tui.playground.inspector import Inspector
from tui.playground.playground_commands import with_keys
from tui.playground.shares import Shares
from tui.playground.tree import NodeTree
from tui.playground.tree_sight import Sight
from tui.widgets.bars import Banner, Divider, Saying, Status, Title
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_ring import PaneRing

__all__ = ["PlaygroundRoom", "compose"]

_PANES = ("graph", "diagram", "program", "c", "timeline", "heap", "output", "inspector")
"""Every pane, by id; the first has the focus at first."""
_WIDE, _TALL = 120, 36
"""The size from which the timeline and the heap have panes of their own."""
_BESIDE = 180
"""The width from which tree and diagram stand side by side."""
_SHORT = 18
"""The height below which the inspector gives its rows to the others."""
_HIGH = 48
"""The height from which the inspector has rows to say all, or most."""


def compose(glyphs: Glyphs) -> ComposeResult:
    """What the playground is made of at first. What else there is comes in when it is first shown."""
    with Container(id="upper", classes="box"):
        with Container(id="program-box", classes="box program"):
            yield Title("Program", glyphs, id="program-title")
            yield Editor(glyphs, id="program")
        yield Divider(glyphs, id="rule")
        with Container(id="right", classes="box"):
            with Container(id="graphs", classes="box"), Container(id="graph-box", classes="box"):
                title = Title("Graph", glyphs, id="graph-title")
                yield title
                yield NodeTree(glyphs, partial(_head, title), id="graph")
            with Container(id="lower", classes="box lower"):
                with Container(id="timeline-box", classes="box events"):
                    above = Title("Timeline", glyphs, id="timeline-title")
                    yield above
                    yield Events(glyphs, lambda read: above.head(aside=read), id="timeline")
                yield Divider(glyphs, id="lower-rule")
                with Container(id="heap-box", classes="box heap"):
                    yield Title("Heap", glyphs, id="heap-title")
                    yield HeapPane(glyphs, id="heap")
    with Container(id="inspector-box", classes="box inspector"):
        yield Title("Inspector", glyphs, id="inspector-title")
        yield Inspector(glyphs, id="inspector")
    yield Saying(id="saying", steady=True)
    yield Status(glyphs, id="status")


def _head(title: Title, sight: Sight, beyond: str) -> None:
    """Name the columns of the rows in sight."""
    title.head(sight.names, sight.columns, beyond)


class PlaygroundRoom:
    """Gives the panes of the playground their room: side by side, all of them, or one at a time."""

    def __init__(self, screen: Widget, fronts: Fronts) -> None:
        self._screen, self._fronts, self._shares = screen, fronts, Shares()
        self._moment: Moment | None = None
        """What is shown."""
        self._banner: Banner | None = None
        self.ring = PaneRing(
            screen, _PANES, self.fit, now=lambda: fronts.round, box=fronts.place, alike={"diagram": "graph"}
        )

    def mark(self) -> None:
        """Note in the screen's classes how much room there is."""
        width, height = self.ring.room.width, self._screen.app.size.height
        large = width >= _WIDE and height >= _TALL
        beside = width >= _BESIDE and not self.ring.zoomed
        if beside:
            self._fronts.read_styles()
        self._screen.set_class(large, "large")
        self._screen.set_class(self._fronts.in_output and not large, "drawer")
        self._screen.set_class(height < _SHORT, "short")
        self._screen.set_class(height >= _HIGH, "high")
        self._screen.set_class(beside, "beside")

    def fit(self) -> None:
        """Give room to the panes that there is room for. What they show stays."""
        screen, ring = self._screen, self.ring
        self.mark()
        if self._fronts.beside:
            self._fronts.diagram_box()
        ring.fit()
        if self._moment is not None:
            self.share(self._moment)
        self._stay_in_sight()
        screen.query_one(Inspector).stand(alone=ring.single or screen.has_class("high"))
        # After the layout that the classes above bring about, which is not yet the next one.
        screen.call_after_refresh(screen.call_after_refresh, self.join_rules)

    def _stay_in_sight(self) -> None:
        """Be at the graph where the pane that one was at has no room any more."""
        if not self.ring.single and self.ring.active not in self._fronts.round:
            self.ring.fall_back(self._fronts.pane("graph"))

    def say(self, text: str, moment: Moment) -> None:
        """Have a sentence below, and the height that it leaves shared."""
        self._screen.query_one(Saying).say(text)
        self.share(moment)

    def share(self, moment: Moment) -> None:
        """Give graph and timeline their rows, by what there is to show; the timeline may be a strip."""
        screen, lower, self._moment = self._screen, self._screen.query_one("#lower"), moment
        beside = screen.has_class("beside")
        tree = None if beside or self._fronts.in_diagram else len(screen.query_one(NodeTree).rows)
        height = screen.query_one("#right").size.height - screen.query_one(Saying).growth
        if self.ring.single or not height:
            lower.styles.height = None
            return
        large = screen.has_class("large")
        shares, output = self._shares, self._fronts.in_output
        if large:
            rows = shares.pane(moment, height, tree, beside=beside)
        else:
            rows = shares.output(height) if output else shares.strip(moment, height, tree)
        strip = rows > 0 and not large and not output
        before = lower.styles.height
        if strip is not screen.has_class("strip") or before is None or before.value != rows:
            screen.set_class(strip, "strip")
            lower.styles.height = rows
            self._stay_in_sight()
            screen.call_after_refresh(self.join_rules)

    def show_fault(self, moment: Moment) -> None:
        """Say in a row of its own which fault is on; there is none before the first."""
        screen, name = self._screen, "" if moment.fault is None else moment.fault.name
        if name and self._banner is None:
            self._banner = Banner(id="banner")
            screen.mount(self._banner, before=0)
        key, banner = with_keys("{faults}"), self._banner
        if banner is not None and banner.show(name, moment.fault_does, key, self._fronts.glyphs):
            self.fit()

    def join_rules(self) -> None:
        """Let vertical and horizontal rules meet."""
        screen, ring = self._screen, self.ring
        if not screen.is_mounted:
            return
        rule, lower = screen.query_one("#rule", Divider), screen.query_one("#lower")
        ends = {"inspector": [] if ring.single else [rule], "timeline": []}
        if screen.has_class("beside"):
            ends["timeline" if lower.display else "inspector"] += screen.query("#graph-rule").results(Divider)
        for pane, rules in ends.items():
            title = ring.title(pane)
            title.joints = frozenset(each.region.x - title.region.x for each in rules)
        rule.branches = frozenset({lower.region.y - rule.region.y} if lower.display else ())
