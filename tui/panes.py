"""The panes of the playground and the room they get: side by side, all of them, or one at a time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Resize

from tui.bars import Rule, Saying, Status, Title
from tui.c_pane import CPane
from tui.editor import Editor
from tui.events import Events
from tui.glyphs import Glyphs
from tui.heap_pane import HeapPane
from tui.inspector import Inspector
from tui.tree import COLUMNS, NodeTree

__all__ = ["Panes"]

WIDE, TALL = 120, 36
"""The size from which the timeline and the heap have panes of their own."""
SIDE_BY_SIDE = 80
"""The width from which the program stands beside the graph."""
SHORT = 18
"""The height below which the inspector gives its rows to the others."""


class Panes(Vertical):
    """Program, graph, timeline, heap and inspector: one at a time below 80 columns, all from 120x36."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.glyphs = glyphs
        self._zoomed = False
        self.in_c = False
        """Whether the program pane shows C."""
        self._active = "graph"
        """The pane that has or had the focus, by id."""

    def compose(self) -> ComposeResult:
        glyphs, (width, height) = self.glyphs, self.app.size
        self.set_class(width >= WIDE and height >= TALL, "large")
        with Horizontal(id="upper", classes="box"):
            with Vertical(id="program-box", classes="box program"):
                yield Title("Program", glyphs, id="program-title")
                yield Editor(glyphs, id="program")
                yield CPane(glyphs, id="c")
            yield Rule(glyphs, id="rule")
            with Vertical(id="right", classes="box"):
                with Vertical(id="graph-box", classes="box"):
                    yield Title("Graph", glyphs, COLUMNS, id="graph-title")
                    yield NodeTree(glyphs, id="graph")
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
        yield Saying(id="saying")
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
    def panes(self) -> list[str]:
        """The panes that the focus goes round, in order, by id."""
        inspector = self.has_class("single") or not self.has_class("short")
        beside = ["timeline", "heap"] if self.has_class("large") else []
        below = ["inspector"] if inspector else []
        return ["c" if self.in_c else "program", "graph", *beside, *below]

    @property
    def _box(self) -> str:
        """The box that the active pane stands in: C stands where the program does."""
        return "program" if self._active == "c" else self._active

    def title(self, pane: str) -> Title:
        """The title of a pane."""
        return self.query_one(f"#{pane}-title", Title)

    # --- room ---

    def on_resize(self, event: Resize) -> None:
        """Fit the panes to the new size."""
        self.fit_panes()

    def fit_panes(self) -> None:
        """Show the panes that have room."""
        width, height = self.app.size
        single = width < SIDE_BY_SIDE or self._zoomed
        self.set_class(single, "single")
        self.set_class(width >= WIDE and height >= TALL, "large")
        self.set_class(height < SHORT, "short")
        if not single and self._active not in self.panes:  # Its pane has no room any more.
            focused = self.query_one(f"#{self._active}").has_focus
            self._active = "graph"
            if focused:
                self.graph.focus()
        if single:
            active = self.query_one(f"#{self._box}-box")
            for box in self.query(".box"):
                box.set_class(box is active or box in active.ancestors, "active")
        self.call_after_refresh(self._join_rules)

    def _join_rules(self) -> None:
        """Let vertical and horizontal rules meet."""
        if not self.is_mounted:
            return
        rule, large = self.query_one("#rule", Rule), self.has_class("large")
        joint = -1 if self.has_class("single") else rule.region.x - self.region.x
        self.title("inspector").joint = joint
        rule.branches = frozenset({self.title("timeline").region.y - rule.region.y} if large else ())
        self.show_panes()

    def show_panes(self) -> None:
        """Show the panes what there is now: the playground knows."""

    # --- focus and zoom ---

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Light the title of the pane that has the focus."""
        if event.widget.id in ("program", "c", "graph", "timeline", "heap", "inspector"):
            self._active = event.widget.id
            for title in self.query(Title):
                title.active = title.id == f"{self._box}-title"
            if self.has_class("single"):
                self.fit_panes()

    def focus_pane(self, pane: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self._active = pane
        if self.has_class("single") or self._zoomed:
            self.fit_panes()
        self.query_one(f"#{pane}").focus()

    def action_go_round(self, by: int) -> None:
        """Give the focus to the next pane."""
        panes = self.panes
        place = panes.index(self._active) if self._active in panes else 0
        self.focus_pane(panes[(place + by) % len(panes)])

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or give it back."""
        self._zoomed = not self._zoomed
        self.fit_panes()

    def show_alone(self, pane: str) -> None:
        """Give one pane the whole screen."""
        self._zoomed = True
        self.focus_pane(pane)

    def unzoom(self) -> bool:
        """Give a zoomed pane's space back; False if none was zoomed."""
        if not self._zoomed:
            return False
        self.action_zoom()
        return True
