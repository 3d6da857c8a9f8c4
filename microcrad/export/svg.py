"""A graph as an SVG picture, drawn with the layout of the diagram: for pages, slides and print.

The picture needs nothing else: no font, no script, no style sheet, and no other file. It brings its own
background, so that it can be read on a dark page too; what colours say is said by words, strokes and dashes
as well. A screen reader finds each node and each edge as an element with a title.

XML gives `&`, `<` and `>` a meaning, so these are written as entities. It forbids most control characters,
halves of surrogate pairs, U+FFFE and U+FFFF, however they are written. Like all that cannot be seen they are
drawn as Python writes them, such as `\\x1b` for an escape. A label too long for a row
goes on in the next.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from microcrad.drawing.diagram import MOST
from microcrad.drawing.layout import Box, Layout, Shape, Wire, layout, length
from microcrad.drawing.layout import Edge as Line
from microcrad.errors import GraphError
from microcrad.export.graph import Graph, GraphEdge, Node, NodeState, card, graph_of, when
from microcrad.export.svg_text import COLUMN, FONT_SIZE, columns, rows, text
from microcrad.text.visible import visible
from microcrad.timeline.groups import groups
from microcrad.timeline.snapshot import Snapshot

__all__ = ["svg", "svg_of"]

_ROW = 18
"""Pixels that a row of text takes."""
_MARGIN = 24
"""Pixels around the whole."""
_BASE = 13
"""Pixels from the top of a row to the line that its letters stand on."""
_LEFT, _RIGHT = 2, 1
"""Columns in a box beside its text; the slots' numbers stand on the left."""
_LABEL = 32
"""Columns of a row of a label at most."""
_LEAST = 12
"""Columns of text that a box has room for at least."""
_PORT = 1
"""The row of a box at which its first edge arrives, and at which its edges leave."""
_CHANNEL, _GAP = 6, 1
"""Columns between layers and rows between boxes, at least."""

_PAPER, _HEAD = "#ffffff", "#f2f2f2"
_INK, _QUIET = "#1c1c1c", "#555555"
_DATA, _GRAD, _NOT_FINITE = "#0022ff", "#8a5a00", "#7a0000"
_FREED, _LEAKED = "#666666", "#c000a0"

_FRAMES = {
    NodeState.LIVE: f'stroke="{_INK}"',
    NodeState.FREED: f'stroke="{_FREED}" stroke-dasharray="5 3"',
    NodeState.LEAKED: f'stroke="{_LEAKED}" stroke-width="4"',
}
_LABELS = {
    NodeState.LIVE: f'fill="{_INK}"',
    NodeState.FREED: f'fill="{_FREED}" text-decoration="line-through"',
    NodeState.LEAKED: f'fill="{_LEAKED}"',
}
_SAYS = {NodeState.FREED: "Dashed and struck out: freed.", NodeState.LEAKED: "With a thick frame: leaked."}
_TURN = re.compile(r"for (.*) \(line \d+\)")
"""A turn of a loop, as groups call it; a box says its own line already."""
_ARROWS = "Arrows lead from a node to the slots, 0 and 1, of the nodes that use it."


def svg_of(at: Snapshot) -> str:
    """The graph at a moment as SVG, each box with its group: `l0.n3`, or `i=3` for a turn of a loop.

    Raises `GraphError` if it is too large.
    """
    found = groups(at)
    paths = (found.path(node) for node in at.nodes)
    names = [path if found.dotted else [_TURN.sub(r"\1", turn) for turn in path] for path in paths]
    return svg(graph_of(at), [("." if found.dotted else ", ").join(name) for name in names])


def svg(graph: Graph, inside: Sequence[str] = ()) -> str:
    """The graph as SVG, a box a node and an arrow a slot; the same graph gives the same picture.

    `inside` are the names of the nodes' groups, empty for a node that is in none. Raises `GraphError` if
    there is too much to be laid out in seconds.
    """
    lines = [Line(edge.operand, edge.user, edge.slot) for edge in graph.edges]
    size = length(len(graph.nodes), lines)
    if size > MOST:
        raise GraphError(
            f"This graph has {size:,} boxes and bends of long edges, and a picture at most {MOST:,}. "
            "Export an earlier moment of the run, or the whole as dot or json."
        )
    slots = [0] * len(graph.nodes)
    for edge in graph.edges:
        slots[edge.user] += 1
    cards = [_Card.of(node, inside[node.id] if inside else "", slots[node.id]) for node in graph.nodes]
    drawn = layout([each.shape for each in cards], lines, gap=_GAP, channel=_CHANNEL)
    return "\n".join(_Picture(graph, cards, drawn).lines())


@dataclass(frozen=True, slots=True)
class _Card:
    """What a box says, and the room that takes."""

    node: Node
    label: list[str]
    """Its rows."""
    made: str
    facts: list[tuple[str, str, str]]
    """A heading, what follows it, and how that is drawn."""
    title: str
    """All of it in one line."""
    slots: int

    @classmethod
    def of(cls, node: Node, group: str, slots: int) -> _Card:
        """The card of a node in a group."""
        *label, made, data, grad, refs = card(node)
        made += f", in {visible(group)}" if group else ""
        looks = [_number(node.data, _DATA), _number(node.grad, _GRAD), f'fill="{_INK}"']
        if node.state is NodeState.FREED:
            looks = [f'fill="{_FREED}"'] * 3
        parts = (line.partition(" ") for line in (data, grad, refs))
        facts = [(heading, said, look) for (heading, _, said), look in zip(parts, looks, strict=True)]
        title = f"{' '.join(label)}: {', '.join((made, data, grad, refs))}"
        return cls(node, [row for line in label for row in rows(line, _LABEL)], made, facts, title, slots)

    @property
    def width(self) -> int:
        """Columns of text."""
        facts = (columns(heading) + 2 + columns(said) for heading, said, _ in self.facts)
        return max(_LEAST, *map(columns, self.label), columns(self.made), *facts)

    @property
    def shape(self) -> Shape:
        """The room of the box, and where edges touch it."""
        height = len(self.label) + 1 + len(self.facts)
        return Shape(_LEFT + self.width + _RIGHT, height, tuple(range(_PORT, _PORT + self.slots)), _PORT)


def _number(x: float | None, colour: str) -> str:
    """How a number is drawn: one that is nan or infinite is meant to be seen."""
    finite = x is None or math.isfinite(x)
    return f'fill="{colour}"' if finite else f'fill="{_NOT_FINITE}" font-weight="bold"'


class _Picture:
    """The lines of an SVG."""

    def __init__(self, graph: Graph, cards: Sequence[_Card], drawn: Layout) -> None:
        self.graph = graph
        self.cards = cards
        self.drawn = drawn
        states = {node.state for node in graph.nodes}
        self.title = when(graph)
        self.says = [
            "There are no nodes at this moment." if not cards else _ARROWS,
            *(says for state, says in _SAYS.items() if state in states),
        ]
        self.top = _MARGIN + (len(self.says) + 2) * _ROW
        """Where the layout's first row begins."""
        widest = max(map(columns, (self.title, *self.says)))
        self.width = 2 * _MARGIN + COLUMN * max(drawn.width, widest)
        self.height = self.top + _ROW * drawn.height + _MARGIN

    def lines(self) -> Iterator[str]:
        """All of it."""
        nodes, edges = len(self.graph.nodes), len(self.graph.edges)
        counted = f"{nodes} node{'s' * (nodes != 1)} and {edges} edge{'s' * (edges != 1)}."
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}" role="graphics-document document"'
            ' xml:lang="en" xml:space="preserve">'
        )
        yield f"<title>{escape(self.title, quote=False)}</title>"
        yield f"<desc>{' '.join([counted, *self.says])}</desc>"
        yield f'<rect width="{self.width}" height="{self.height}" fill="{_PAPER}"/>'
        yield f'<g font-family="monospace" font-size="{FONT_SIZE}" fill="{_QUIET}">'
        yield text(_MARGIN, _MARGIN + _BASE, self.title, f' font-weight="bold" fill="{_INK}"')
        for row, line in enumerate(self.says, 1):
            yield text(_MARGIN, _MARGIN + row * _ROW + _BASE, line)
        yield f'<g fill="{_QUIET}" stroke="{_QUIET}" stroke-width="1.5" stroke-linecap="round">'
        yield from self.edges()
        yield "</g>"
        for each, box in zip(self.cards, self.drawn.boxes, strict=True):
            yield from self.node(each, box)
        yield "</g>"
        yield "</svg>\n"

    # --- edges ---

    def edges(self) -> Iterator[str]:
        """For each node what its edges share, and for each edge its last stretch, with the arrowhead."""
        drawn, places = self.drawn, self.graph.edges
        ends = {(drawn.boxes[edge.user].x - 1, drawn.ports[place]): edge for place, edge in enumerate(places)}
        shared: dict[int, list[Wire]] = defaultdict(list)
        last: dict[int, list[tuple[Wire, GraphEdge]]] = defaultdict(list)
        for wire in drawn.wires:
            edge = ends.get((wire.x1, wire.y1)) if wire.y0 == wire.y1 else None
            if edge is None:
                shared[wire.source].append(wire)
            else:
                last[wire.source].append((wire, edge))
        for source, leaving in last.items():
            wires = [*shared[source], *(wire for wire, _ in leaving)]
            trunk = "".join(map(self.line, shared[source]))
            yield f'<g data-operand="{source}">'
            if trunk:
                yield f'<path d="{trunk}"/>'
            for x, y in _forks(wires):
                yield f'<circle cx="{self.x(x)}" cy="{self.y(y)}" r="2.5"/>'
            for wire, edge in leaving:
                yield from self.arrow(wire, edge)
            yield "</g>"

    def arrow(self, wire: Wire, edge: GraphEdge) -> Iterator[str]:
        """The end of an edge."""
        user, operand = (" ".join(self.cards[node].label) for node in (edge.user, edge.operand))
        yield f'<g data-user="{edge.user}" data-slot="{edge.slot}" role="graphics-symbol img">'
        yield f"<title>{escape(f'{operand} is slot {edge.slot} of {user}', quote=False)}</title>"
        yield f'<path d="{self.line(wire, COLUMN // 2)}m-8 -4l8 4l-8 4z"/></g>'

    def line(self, wire: Wire, beyond: int = 0) -> str:
        """A piece of a wire as a path; one that begins at its node's box touches it."""
        source = self.drawn.boxes[wire.source]
        x, y = self.x(wire.x0), self.y(wire.y0)
        if wire.x0 == source.x + source.width and wire.y0 == wire.y1:
            x -= COLUMN // 2
        across = wire.y0 == wire.y1
        return f"M{x} {y}" + (f"H{self.x(wire.x1) + beyond}" if across else f"V{self.y(wire.y1)}")

    def x(self, column: int) -> int:
        """The middle of a column."""
        return _MARGIN + column * COLUMN + COLUMN // 2

    def y(self, row: int) -> int:
        """The middle of a row."""
        return self.top + row * _ROW + _ROW // 2

    # --- nodes ---

    def node(self, each: _Card, box: Box) -> Iterator[str]:
        """A box and what stands in it."""
        left, top = _MARGIN + box.x * COLUMN, self.top + box.y * _ROW
        width, height, head = box.width * COLUMN, box.height * _ROW, len(each.label) * _ROW
        inside, right = left + _LEFT * COLUMN, left + width - _RIGHT * COLUMN
        yield f'<g data-node="{each.node.id}" role="graphics-symbol img">'
        yield f"<title>{escape(each.title, quote=False)}</title>"
        yield f'<rect x="{left}" y="{top}" width="{width}" height="{head}" fill="{_HEAD}"/>'
        yield (
            f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none"'
            f" {_FRAMES[each.node.state]}/>"
        )
        base = top + _BASE
        for row, line in enumerate(each.label):
            yield text(inside, base + row * _ROW, line, f' font-weight="bold" {_LABELS[each.node.state]}')
        base += head
        yield text(inside, base, each.made)
        for row, (heading, said, look) in enumerate(each.facts, 1):
            yield text(inside, base + row * _ROW, heading)
            yield text(right, base + row * _ROW, said, f' text-anchor="end" {look}')
        if each.slots > 1:
            for slot in range(each.slots):
                y = top + (_PORT + slot) * _ROW + _BASE
                yield text(left + 4, y, str(slot), ' font-size="10"')
        yield "</g>"


def _forks(wires: Sequence[Wire]) -> list[tuple[int, int]]:
    """Where a node's wires branch, as cells: the places that need a dot to differ from a crossing."""
    ways: dict[tuple[int, int], set[str]] = defaultdict(set)
    for _, _, x0, y0, x1, y1 in wires:
        ways[x0, y0].add("right" if y0 == y1 else "down")
        ways[x1, y1].add("left" if y0 == y1 else "up")
    return [place for place, found in ways.items() if len(found) > 2]
