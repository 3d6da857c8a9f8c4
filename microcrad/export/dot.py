"""A graph as DOT, the language of Graphviz: `dot -Tsvg` draws it.

Every text stands in double quotes, where DOT knows one escape, for the quote itself. Graphviz then reads a
label once more: for backslashes, and for HTML's entities. So a quote and a backslash get a backslash, and an
ampersand becomes an entity.
"""

from __future__ import annotations

from microcrad.export.graph import Graph, NodeState, card, edge_label, when

__all__ = ["dot", "quoted"]

_STYLES = {NodeState.LIVE: "", NodeState.FREED: " style=dashed", NodeState.LEAKED: " style=bold"}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})


def dot(graph: Graph) -> str:
    """The graph as DOT, `n0` being node 0. Edges go from operand to user; freed nodes are dashed."""
    nodes = (f"  n{node.id} [label={quoted(*card(node))}{_STYLES[node.state]}]" for node in graph.nodes)
    edges = (f"  n{edge.operand} -> n{edge.user} [label={quoted(edge_label(edge))}]" for edge in graph.edges)
    head = [f"// {when(graph)}", "digraph microcrad {", "  rankdir=LR", "  node [shape=box]"]
    return "\n".join([*head, *nodes, *edges, "}", ""])


def quoted(*lines: str) -> str:
    """Lines of text as one DOT label."""
    return '"' + "\\n".join(line.translate(_ESCAPES) for line in lines) + '"'
