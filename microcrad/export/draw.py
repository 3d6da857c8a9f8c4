"""A graph of `Value`s drawn: an SVG picture that a notebook shows by itself, and the same as DOT."""

from __future__ import annotations

from dataclasses import dataclass

from microcrad.engine import Value
from microcrad.export.dot import dot
from microcrad.export.graph import Graph, graph_of_value
from microcrad.export.svg import svg

__all__ = ["GraphDrawing", "draw"]


@dataclass(frozen=True, slots=True, repr=False)
class GraphDrawing:
    """A graph as it was when it was drawn."""

    graph: Graph
    """Its nodes and edges as plain data."""

    @property
    def svg(self) -> str:
        """The picture as SVG. Raises `GraphError` if the graph is too large to be laid out in seconds."""
        return svg(self.graph)

    @property
    def dot(self) -> str:
        """The graph in the language of Graphviz."""
        return dot(self.graph)

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg

    def __repr__(self) -> str:
        return f"<drawing of {len(self.graph.nodes)} nodes>"


def draw(value: Value) -> GraphDrawing:
    """The graph that a node depends on, each node with its number, its grad and its references.

    Operations of one's own are shown by their names. `draw(loss)` in the last line of a notebook's cell shows
    the picture; `draw(loss).svg` and `draw(loss).dot` are texts.
    Raises `UseAfterFreeError` if the graph reaches a freed node.
    """
    return GraphDrawing(graph_of_value(value))
