"""The panes of the playground and the room they get: side by side, all of them, or one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.playground.c_pane import CPane
from tui.playground.editor import Editor
from tui.playground.events import Events
from tui.playground.heap_pane import HeapPane
from tui.playground.inspector import Inspector
from tui.playground.tree import COLUMNS, NodeTree
from tui.widgets.bars import Banner, Rule, Saying, Status, Title
from tui.widgets.glyphs import Glyphs
from tui.widgets.pane_group import PaneGroup

if TYPE_CHECKING:
    from tui.playground.diagram.diagram_pane import DiagramPane

__all__ = ["Panes"]

WIDE, TALL = 120, 36
"""The size from which the timeline and the heap have panes of their own."""
SHORT = 18
"""The height below which the inspector gives its rows to the others."""


class Panes(PaneGroup):
    """Program, graph, timeline, heap and inspector: one at a time below 80 columns, all from 120x36."""

    PANES = ("program", "c", "graph", "diagram", "timeline", "heap", "inspector")

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(glyphs, "graph", id=id)
        self.in_c = False
        """Whether the program pane shows C."""
        self.in_diagram = False
        """Whether the graph pane shows the diagram."""
        self._diagram: DiagramPane | None = None

    def compose(self) -> ComposeResult:
        glyphs, (width, height) = self.glyphs, self.app.size
        self.set_class(width >= WIDE and height >= TALL, "large")
        yield Banner(id="banner")
        with Horizontal(id="upper", classes="box"):
            with Vertical(id="program-box", classes="box program"):
                yield Title("Program", glyphs, id="program-title")
                yield Editor(glyphs, id="program")
                yield CPane(glyphs, id="c")
            yield Rule(glyphs, id="rule")
            with Vertical(id="right", classes="box"):
                with Vertical(id="graph-box", classes="box"):
                    yield Title("Graph", glyphs, COLUMNS, id="graph-title")
                    yield NodeTree(
                        glyphs, id="graph"
                    )  # The diagram is added beside it when it is first shown.
                with Horizontal(id="lower", classes="box lower"):
                    with Vertical(id="timeline-box", classes="box"):
                        yield Title("Timeline", glyphs, id="timeline-title")
                        yield Events(glyphs, id="timeline")
                    yield Rule(glyphs, id="lower-rule")
                    with Vertical(id="heap-box", classes="box heap"):
                        yield Title("Heap", glyphs, id="heap-title")
                        yield HeapPane(glyphs, id="heap")
        with Vertical(id="inspector-box", classes="box inspector"):
            yield Title("Inspector", glyphs, id="inspector-title")
            yield Inspector(glyphs, id="inspector")
        yield Saying(id="saying", steady=True)
        yield Status(glyphs, id="status")

    # --- the panes ---

    @property
    def editor(self) -> Editor:
        """The program pane."""
        return self.query_one(Editor)

    @property
    def graph(self) -> NodeTree:
        """The graph pane."""
        return self.query_one(NodeTree)

    @property
    def diagram(self) -> DiagramPane:
        """The diagram in the place of the graph's tree. It is made when it is first asked for: what lays it
        out would delay the app's first frame."""
        if self._diagram is None:
            from tui.playground.diagram.diagram_pane import DiagramPane

            self._diagram = DiagramPane(self.glyphs, id="diagram")
            self.query_one("#graph-box").mount(self._diagram)
        return self._diagram

    @property
    def panes(self) -> list[str]:
        """The panes that the focus goes round, in order, by id."""
        inspector = self.has_class("single") or not self.has_class("short")
        beside = ["timeline", "heap"] if self.has_class("large") else []
        below = ["inspector"] if inspector else []
        return [self._front("program"), self._front("graph"), *beside, *below]

    def _front(self, pane: str) -> str:
        """The pane that stands in the place of a pane."""
        return {"program": "c" * self.in_c, "graph": "diagram" * self.in_diagram}.get(pane) or pane

    @property
    def _box(self) -> str:
        """The box that the active pane stands in: C stands where the program does."""
        return {"c": "program", "diagram": "graph"}.get(self._active, self._active)

    # --- room ---

    def fit_panes(self) -> None:
        """Show the panes that have room."""
        width, height = self.room.width, self.app.size.height
        self.set_class(width >= WIDE and height >= TALL, "large")
        self.set_class(height < SHORT, "short")
        super().fit_panes()
        if not self.has_class("single") and self._active not in self.panes:  # Its pane has no room any more.
            focused = self.query_one(f"#{self._active}").has_focus
            self._active = self._front("graph")
            if focused:
                self.query_one(f"#{self._active}").focus()
        # After the layout that the classes above bring about, which is not yet the next one.
        self.call_after_refresh(self.call_after_refresh, self._join_rules)

    def _join_rules(self) -> None:
        """Let vertical and horizontal rules meet."""
        if not self.is_mounted:
            return
        rule, large = self.query_one("#rule", Rule), self.has_class("large")
        joint = () if self.has_class("single") else (rule.region.x - self.region.x,)
        self.title("inspector").joints = frozenset(joint)
        rule.branches = frozenset({self.title("timeline").region.y - rule.region.y} if large else ())
        self.show_panes()

    def show_panes(self) -> None:
        """Show the panes what there is now: the playground knows."""

    def focus_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus; the diagram where it stands for the graph."""
        super().focus_pane(self._front(pane) if pane == "graph" else pane)
