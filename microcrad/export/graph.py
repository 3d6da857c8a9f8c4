"""A graph at one moment as plain frozen data: the one thing that every writer of graphs reads.

It holds what a drawing or another program can use and nothing that points back into a run, so that a graph
read from a file is the same kind of thing as one taken from a run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from microcrad.engine import Value, topological_order
from microcrad.errors import GraphError
from microcrad.ops import LEAF
from microcrad.text.formulas import ATOM, Written, forward, number
from microcrad.text.numbers import short
from microcrad.text.visible import visible
from microcrad.timeline.long_temporaries import MAX_LABEL, short_names
from microcrad.timeline.snapshot import NodeRow, NodeState, Snapshot

__all__ = [
    "Graph",
    "GraphEdge",
    "Node",
    "NodeState",
    "card",
    "edge_label",
    "graph_of",
    "graph_of_value",
    "when",
]


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
    """The line of the program that made it; 0 in a graph that no program made."""
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


def graph_of_value(root: Value) -> Graph:
    """The graph of a `Value`, with its numbers, grads and counts as they are now; labels are its names.

    Raises `UseAfterFreeError` if it reaches a freed node.
    """
    order = topological_order(root)
    place = {node: index for index, node in enumerate(order)}
    temporaries = short_names({node.label for node in order})
    labels: list[Written] = []
    for node in order:
        written = _written(node, [labels[place[operand]] for operand in node.prev])
        labels.append(written if written is not None else Written(temporaries.next()))
    nodes = tuple(
        Node(
            index, labels[index].text, (node.label,) if node.label else (), node.op.name,
            node.extra if node.op.takes_parameter else None, node.data, node.grad, node.ref_count,
            NodeState.LIVE, 0, "",
        )
        for index, node in enumerate(order)
    )  # fmt: skip
    edges = (GraphEdge(place[x], place[node], slot) for node in order for slot, x in enumerate(node.prev))
    return Graph("auto", 0, 0, True, nodes, tuple(edges))


def _written(node: Value, operands: Sequence[Written]) -> Written | None:
    """What to call a node: its label, its number, or its expression; None if that is long."""
    if node.label:
        return Written(node.label, ATOM if re.fullmatch(r"[\w.\[\]]+", node.label) else 1)
    if node.op is LEAF:
        return number(node.data)
    expression = forward(node.op, tuple(operands), node.extra)
    return expression if len(expression.text) <= MAX_LABEL else None


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
        f"{node.op}{parameter}" + (f", line {node.line}" if node.line else ""),
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
    if not graph.events:
        return f"microcrad: a graph of {len(graph.nodes)} node{'' if len(graph.nodes) == 1 else 's'}"
    return f"microcrad: the graph after event {graph.event} of {graph.events}, {graph.ownership} ownership"
