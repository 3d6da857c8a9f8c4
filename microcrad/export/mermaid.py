"""A graph as a Mermaid flowchart, which GitHub, GitLab and many editors draw where they find it in a page.

Mermaid reads a label as Markdown, HTML, directives, icons and formulas, each in a pass of its own. So only
letters, digits and what can mean nothing by where it stands are written as they are. All else becomes an
entity code such as `#42;` for a star, which is text again once most passes are over. What the last ones look
for is parted by a word joiner, which nobody sees.
"""

from __future__ import annotations

import re

from microcrad.export.graph import Graph, NodeState, card, edge_label, when

__all__ = ["mermaid", "quoted"]

_STYLES = {NodeState.FREED: "stroke-dasharray:4 4", NodeState.LEAKED: "stroke-width:4px"}
_PARTED = "\\$:ﬂ¶"
"""What begins something after entities were read: a line break, a formula, an icon, an entity half read."""
_JOINER, _HARD_SPACE = "#8288;", "#160;"
_ENCODED = re.compile(
    r"""
    [^\w\ .,-] | [_ﬂ]
    | \.(?![0-9]) | -(?![0-9A-Za-z])  # A point or a minus that no number follows could begin a list.
    | ^\ | (?<=\ )\  | \ $            # Spaces that HTML would drop, and Markdown take for code.
    """,
    re.VERBOSE,
)


def mermaid(graph: Graph) -> str:
    """The graph as a flowchart: `n0` is node 0, edges go from operand to user; freed nodes are dashed."""
    states = {node.state for node in graph.nodes}
    # A line that ends in a semicolon keeps those of its entities: Mermaid may take away a line's last one.
    nodes = (f"  n{node.id}[{quoted(*card(node))}]{_class(node.state)};" for node in graph.nodes)
    edges = (f"  n{edge.operand} -->|{quoted(edge_label(edge))}| n{edge.user};" for edge in graph.edges)
    styles = (f"  classDef {state} {style}" for state, style in _STYLES.items() if state in states)
    return "\n".join([f"%% {when(graph)}", "flowchart LR", *nodes, *edges, *styles, ""])


def _class(state: NodeState) -> str:
    return f":::{state}" if state in _STYLES else ""


def quoted(*lines: str) -> str:
    """Lines of text as one label."""
    return '"' + "<br/>".join(_ENCODED.sub(_encoded, line) for line in lines) + '"'


def _encoded(found: re.Match[str]) -> str:
    character = found[0]
    if character == " ":
        return _HARD_SPACE
    return f"#{ord(character)};" + (_JOINER if character in _PARTED else "")
