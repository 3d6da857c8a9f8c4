"""Graphs to draw: any at all, with labels that mean something to one reader or another."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from microcrad.export import Graph, GraphEdge, Node, NodeState
from microcrad.export.graph import card
from microcrad.ops import OPERATIONS

NASTY = [
    'a"b', "it's", "a\\b", "a\\", "\\N \\G \\n \\l", "&amp; &#65; &lt;b&gt;", "<b>bold</b>", "#35; #quot; #",
    "style:#a;b;c", "classDef x:#fff;z;", '%%{init: {"theme":"dark"}}%%', "`md`", "**bold** *it* _x_ __y__",
    "1. one", "- two", "* three", "+ four", "> quote", "---", "===", "2) a", "a\nb", "a\n\nb", "    code",
    "a  b", " lead", "trail ", "变量", "straße", "ﬂ°°65¶ß", "😀", "e\u0301", "$$x^2$$", "fa:fa-car",
    ":::freed", "[x]", "{x|y}", "<x>", "end", "https://x.com", "a;b", "x-->y", "\x1b[31m", "\u202eabc", "\t",
    "\0", "-3", "-0.5", "1e-05", "x*w + b", "tanh(n)", '"; } evil [', "@{ shape: x }", "", " ", "\u2028",
    "1.", "...",
]  # fmt: skip
"""Labels that mean something to one reader or another."""

LABELS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20))
NUMBERS = st.one_of(
    st.floats(), st.sampled_from([math.nan, -math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1])
)


def node(place: int, label: str, **fields: Any) -> Node:
    """A node of which only the label matters."""
    plain = Node(place, label, (label,), "leaf", None, 1.0, -0.0, 1, NodeState.LIVE, 1, label)
    return replace(plain, **fields)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph at all: any texts, any numbers, any operands."""
    nodes: list[Node] = []
    edges: list[GraphEdge] = []
    for place in range(draw(st.integers(0, 6))):
        op = draw(st.sampled_from(OPERATIONS if place else OPERATIONS[:1]))
        nodes.append(
            Node(
                place,
                draw(LABELS),
                tuple(draw(st.lists(LABELS, max_size=3))),
                op.name,
                draw(st.none() | NUMBERS),
                draw(st.none() | NUMBERS),
                draw(NUMBERS),
                draw(st.integers(0, 10**9)),
                draw(st.sampled_from(NodeState)),
                draw(st.integers(0, 10**6)),
                draw(LABELS),
            )
        )
        edges += [GraphEdge(draw(st.integers(0, place - 1)), place, slot) for slot in range(op.arity)]
    event = draw(st.integers(0, 10**6))
    ownership = draw(st.sampled_from(["auto", "manual"]))
    return Graph(ownership, event, event + 1, draw(st.booleans()), tuple(nodes), tuple(edges))


def drawn(each: Node) -> str:
    """A node's box as people see it, where one space looks like another."""
    return "\n".join(card(each)).replace("\xa0", " ")
