"""Which of two panes is in front where they have one place: C or program, diagram or tree, output or heap.

Where there is room, tree and diagram stand side by side; in front is the one that had the focus last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from tui.playground.events import Events
from tui.widgets.bars import Divider, Title
from tui.widgets.command import key_in
from tui.widgets.styles import read_styles
from tui.widgets.wrap import cell_len

if TYPE_CHECKING:
    from tui.playground.c_pane import CPane
    from tui.playground.diagram.diagram_pane import DiagramPane
    from tui.playground.output_pane import OutputPane
    from tui.playground.screen import Playground

__all__ = ["Fronts"]

_AROUND_TITLE = 8
"""Cells of a title beside its texts: rules, blanks, and a rule between the two."""


class Fronts:
    """Turns the two places over. What comes to the front is shown the moment; nothing else changes."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.glyphs = playground.glyphs
        self.in_c = False
        """Whether the program pane shows C."""
        self.in_diagram = False
        """Whether the diagram is in front of the tree."""
        self.in_output = False
        """Whether what was printed has the heap's place; where that has none, the timeline's."""
        self._diagram: DiagramPane | None = None
        self._c: CPane | None = None
        self._output: OutputPane | None = None

    def pane(self, place: str) -> str:
        """The pane that stands in the place of a pane."""
        fronts = {
            "program": "c" * self.in_c, "graph": "diagram" * self.in_diagram,
            "heap": "output" * self.in_output,
        }  # fmt: skip
        return fronts.get(place) or place

    @staticmethod
    def place(pane: str) -> str:
        """The place that a pane stands in."""
        return {"c": "program", "output": "heap"}.get(pane, pane)

    @property
    def beside(self) -> bool:
        """Whether tree and diagram stand side by side."""
        return self._playground.has_class("beside")

    @property
    def round(self) -> list[str]:
        """The panes that the focus goes round, in order, in the room that there is."""
        group = self._playground
        alone = group.panes.single  # Then all have room, one at a time.
        large = alone or group.has_class("large")
        timeline = ["timeline"] if large or group.has_class("strip") else []
        heap = [self.pane("heap")] if large or self.in_output else []
        below = [*timeline, *heap, *(["inspector"] if alone or not group.has_class("short") else [])]
        graphs = ["graph", "diagram"] if self.beside else [self.pane("graph")]
        return [self.pane("program"), *graphs, *below]

    def turn_to_c(self) -> None:
        """Show C in the place of the program, or the program again."""
        group = self._playground
        in_front = self.place(group.panes.active) == "program"
        self.read_styles()
        self.in_c = not self.in_c
        group.set_class(self.in_c, "in-c")
        title = group.panes.title("program")
        title.label = "C" if self.in_c else "Program"
        title.head(aside=f"{key_in(self.c.TABLE)('runtime')}: runtime" if self.in_c else "")
        if self.in_c:
            self.c.show(group.session.moment)
        if in_front:
            group.focus_pane(self.pane("program"))

    def turn_to_output(self) -> None:
        """Show what was printed in the place of the heap, or the heap again."""
        group = self._playground
        in_front = self.place(group.panes.active) == "heap"
        self.read_styles()
        self.in_output = not self.in_output
        group.set_class(self.in_output, "in-output")
        group.panes.title("heap").label = "Output" if self.in_output else "Heap"
        group.panes.fit_anew()
        group.show_panes()
        if self.in_output and group.panes.single:
            group.focus_pane("output")
        elif in_front:
            group.focus_pane("heap" if self.pane("heap") in self.round else "graph")

    def show_alone(self, pane: str) -> None:
        """Give a pane the whole screen, in front of what has its place."""
        if pane == "heap" and self.in_output:
            self.turn_to_output()
        self._playground.panes.show_alone(pane)

    def turn_to_diagram(self) -> None:
        """Show the graph as a diagram in the place of the tree, or the tree again; side by side, go over."""
        group = self._playground
        had_focus = group.panes.active in ("graph", "diagram")
        self.bring_forward(diagram=not self.in_diagram)
        if had_focus or self.beside:
            group.focus_pane("graph")

    def bring_forward(self, *, diagram: bool) -> None:
        """Have the diagram in front, or the tree."""
        if diagram != self.in_diagram:
            self.read_styles()
            self.in_diagram = diagram
            self._playground.set_class(diagram, "in-diagram")
            # Once the diagram, which may only come now, can be gone to.
            self._playground.call_after_refresh(self._playground.panes.fit_anew)
            self.show_graph()

    def focused(self, pane: str | None) -> None:
        """Of two that stand side by side the one that has got the focus is in front."""
        if self.beside and pane in ("graph", "diagram"):
            self.bring_forward(diagram=pane == "diagram")

    # --- what is made when it is first asked for: the app's first frame does not wait for it ---

    @property
    def c(self) -> CPane:
        """The program as C."""
        if self._c is None:
            from tui.playground.c_pane import CPane

            self._c = CPane(self.glyphs, id="c")
            self._playground.query_one("#program-box").mount(self._c)
        return self._c

    @property
    def output(self) -> OutputPane:
        """What was printed."""
        if self._output is None:
            from tui.playground.output_pane import OutputPane

            title = self._playground.panes.title("heap")
            self._output = OutputPane(self.glyphs, lambda earlier: title.head(aside=earlier), id="output")
            self._playground.query_one("#heap-box").mount(self._output)
        return self._output

    @property
    def diagram(self) -> DiagramPane:
        """The diagram."""
        if self._diagram is None:
            from tui.playground.diagram.diagram_pane import DiagramPane

            self._diagram = DiagramPane(self.glyphs, id="diagram")
            self.diagram_box().mount(self._diagram)
        return self._diagram

    def diagram_box(self) -> Container:
        """The diagram's place beside the tree, where it can stand before the diagram does."""
        graphs = self._playground.query_one("#graphs")
        if not graphs.query("#diagram-box"):
            box = Container(id="diagram-box", classes="box")
            graphs.mount(Divider(self.glyphs, id="graph-rule"), box)
            title = Title("Diagram", self.glyphs, id="diagram-title")
            title.lit = self._playground.panes.title("graph").lit
            box.mount(title)
        return graphs.query_one("#diagram-box", Container)

    def read_styles(self) -> None:
        """Have the styles of what is not there at first, before it comes to the front."""
        read_styles(self._playground.app, "playground/fronts.tcss")

    @property
    def shown_diagrams(self) -> list[DiagramPane]:
        """The diagram, if it can be seen."""
        shown = self._diagram is not None and (self.in_diagram or self.beside)
        return [self.diagram] if shown else []

    def show_graph(self) -> None:
        """Show the graph as a tree or as a diagram, whichever is in front, or as both."""
        group, moment = self._playground, self._playground.session.moment
        if self.in_diagram or (self.beside and self._diagram is not None):
            self.diagram.show(moment)
            self.name_diagram()
        elif self.beside:
            group.call_after_refresh(self._begin_diagram)
        if self.beside or not self.in_diagram:
            group.graph.show(moment)

    def say_anew(self) -> None:
        """Have the panes say anew what to do where there is nothing to show."""
        group = self._playground
        if not group.session.moment.snapshot.node_count:
            for pane in (group.graph, group.query_one(Events), *self.shown_diagrams):
                pane.refresh()

    def _begin_diagram(self) -> None:
        if self.beside:
            self.diagram.show(self._playground.session.moment)
            self.name_diagram()

    def name_diagram(self) -> None:
        """Say in the diagram's title how much it shows of a node, by which signs, and which way it leads.

        Where there is no room for all, the way goes first, which the picture shows as well.
        """
        title, diagram = self._playground.panes.title("diagram"), self.diagram
        names = [f"Diagram{diagram.zoom_name}{way}" for way in (diagram.way_name, "")]
        room = title.size.width - cell_len(diagram.legend) - _AROUND_TITLE
        fitting = next((name for name in names if cell_len(name) <= room), "")
        title.label = fitting or names[0]
        title.head(aside=diagram.legend if fitting else "")
