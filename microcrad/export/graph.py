"""A graph at one moment as plain frozen data: the one thing that every writer of graphs reads.

It holds what a drawing or another program can use and nothing that points back into a run, so that a graph
read from a file is the same kind of thing as one taken from a run.
"""

from __future__ import annotations

from dataclasses import dataclass

from microcrad.errors import GraphError
from microcrad.text.numbers import short
from microcrad.text.visible import visible
from microcrad.timeline.snapshot import NodeRow, NodeState, Snapshot

__all__ = ["Graph", "GraphEdge", "Node", "NodeState", "card", "edge_label", "graph_of", "when"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node at one moment."""

    id: int
    """Its place in the order of allocation, from 0, and its place in the graph's `nodes`."""
    label: str
    """Its names, or its expression if it has none."""
    names: tuple[str, ...]
    """Every name that means it."""
    op: str
    """The operation's name in the table."""
    parameter: float | None
    """The exponent of a `pow`; None where the operation takes no parameter."""
    data: float | None
    """Its number; None between its allocation and its computation."""
    grad: float
    refs: int
    state: NodeState
    line: int
    """The line of the program that made it."""
    source: str
    """The expression on that line that made it."""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """One operand in one slot of its user; `x*x` has two edges."""

    operand: int
    user: int
    slot: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Every node allocated up to a moment of a run, freed ones too, and the edges between them."""

    ownership: str
    """The rules the run went by: `auto` or `manual`."""
    event: int
    """How many events had happened."""
    events: int
    """How many events the whole run had."""
    ended: bool
    """Whether the program had run to its end; if not, nothing is said to be leaked."""
    nodes: tuple[Node, ...]
    """By id, operands before their users."""
    edges: tuple[GraphEdge, ...]
    """By user and slot."""


def graph_of(at: Snapshot) -> Graph:
    """The graph at a snapshot's moment. Raises `GraphError` if a number of it may not be told."""
    if at.telling.field:
        raise GraphError("A number of this graph may not be told yet: answer first.")
    rows = [at.row(node) for node in at.nodes]
    edges = (GraphEdge(operand, row.id, slot) for row in rows for slot, operand in enumerate(row.prev))
    nodes = tuple(_node(at, row) for row in rows)
    return Graph(at.log.ownership, at.position, len(at.log), at.ended, nodes, tuple(edges))


def _node(at: Snapshot, row: NodeRow) -> Node:
    return Node(
        row.id, row.label, tuple(at.names_by_node.get(row.id, ())), row.op,
        row.extra if at.log.operation(row.id).takes_parameter else None, row.data, row.grad, row.refs,
        NodeState.LEAKED if row.leaked else NodeState.LIVE if row.live else NodeState.FREED, row.line,
        at.program.source(at.span(row.id)),
    )  # fmt: skip


# --- what drawings say ---------------------------------------------------------------------------------


def card(node: Node) -> tuple[str, ...]:
    """What a drawing writes in a node's box, line by line, with nothing in it that cannot be seen."""
    parameter = "" if node.parameter is None else f" {short(node.parameter)}"
    facts = [
        f"{node.op}{parameter}, line {node.line}",
        f"data {'not computed yet' if node.data is None else short(node.data)}",
        f"grad {short(node.grad)}",
        f"refs {node.refs}" + ("" if node.state is NodeState.LIVE else f", {node.state}"),
    ]
    return tuple(visible(line) for line in (*node.label.split("\n"), *facts))


def edge_label(edge: GraphEdge) -> str:
    """What a drawing writes beside an edge."""
    return f"slot {edge.slot}"


def when(graph: Graph) -> str:
    """Which moment a graph is of, for a comment."""
    return f"microcrad: the graph after event {graph.event} of {graph.events}, {graph.ownership} ownership"
