"""Which of two panes stands in front where they have one place: C or the program, diagram or tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.playground.c_pane import CPane

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Fronts"]


class Fronts:
    """Turns the two places over. What comes to the front is shown the moment; nothing else changes."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.in_c = False
        """Whether the program pane shows C."""
        self.in_diagram = False
        """Whether the graph pane shows the diagram."""

    def pane(self, place: str) -> str:
        """The pane that stands in the place of a pane."""
        return {"program": "c" * self.in_c, "graph": "diagram" * self.in_diagram}.get(place) or place

    @staticmethod
    def place(pane: str) -> str:
        """The place that a pane stands in."""
        return {"c": "program", "diagram": "graph"}.get(pane, pane)

    @property
    def round(self) -> list[str]:
        """The panes that the focus goes round, in order, in the room that there is."""
        group = self._playground
        inspector = group.panes.single or not group.has_class("short")
        beside = ["timeline", "heap"] if group.has_class("large") else []
        below = ["inspector"] if inspector else []
        return [self.pane("program"), self.pane("graph"), *beside, *below]

    def turn_to_c(self) -> None:
        """Show C in the place of the program, or the program again."""
        group = self._playground
        in_front = self.place(group.panes.active) == "program"
        self.in_c = not self.in_c
        group.set_class(self.in_c, "in-c")
        group.panes.title("program").label = "C" if self.in_c else "Program"
        if self.in_c:
            group.query_one(CPane).show(group.session.moment)
        if in_front:
            group.focus_pane(self.pane("program"))

    def turn_to_diagram(self) -> None:
        """Show the graph as a diagram in the place of the tree, or the tree again."""
        group = self._playground
        in_front = self.place(group.panes.active) == "graph"
        self.in_diagram = not self.in_diagram
        group.set_class(self.in_diagram, "in-diagram")
        group.show_graph()
        if in_front:
            group.focus_pane("graph")
