"""What a layout is made from and what it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from microcrad.records import Record

__all__ = ["Box", "Edge", "Frame", "Layout", "Nesting", "Shape", "Turn", "Wire"]


class Shape(Record):
    """The room a node needs, in cells, and where edges touch it."""

    width: int
    height: int
    inputs: tuple[int, ...] = ()
    """For each slot, the row at which its edge arrives on the left, counted from the top; all different. In a
    picture from top to bottom the column at which it arrives at the top, counted from the left."""
    output: int = 0
    """The row at which all edges to users leave on the right, or the column at the bottom."""

    @property
    def turned(self) -> Shape:
        """The same with across and down exchanged."""
        return Shape(self.height, self.width, self.inputs, self.output)


class Edge(Record):
    """From a node to the slot of another that uses it; nodes are numbered as their shapes are."""

    source: int
    target: int
    slot: int = 0


class Nesting(Record):
    """Which nodes have a frame around them. Every frame has at least one node in it."""

    inside: Sequence[int] = ()
    """For each node, the innermost frame around it; -1 for none."""
    around: Sequence[int] = ()
    """For each frame, the next one around it, which has a lower number; -1 for none."""


UNFRAMED = Nesting()


class Box(Record):
    """Where a node stands: its left upper cell, its size, and its layer from the left."""

    x: int
    y: int
    width: int
    height: int
    layer: int

    @property
    def turned(self) -> Box:
        """The same with across and down exchanged."""
        return Box(self.y, self.x, self.height, self.width, self.layer)


class Wire(Record):
    """A straight piece of the edges that leave one node, both ends included; x0 <= x1 and y0 <= y1.

    Wires of different nodes never share a cell, but where one runs across and the other down. Those of one
    node that run the same way share no more than their ends.
    """

    source: int
    first: int
    """Of the nodes to which it leads, the one with the lowest number."""
    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def turned(self) -> Wire:
        """The same with across and down exchanged."""
        return Wire(self.source, self.first, self.y0, self.x0, self.y1, self.x1)


class Frame(Record):
    """A rectangle around some boxes, its lines included: no other box touches it. Frames nest or are apart.

    Wires cross its lines. Only where one of them has to turn twice may it run along the upper or lower line.
    """

    x: int
    y: int
    width: int
    height: int
    first: int
    """The node in it that has the lowest number."""

    @property
    def turned(self) -> Frame:
        """The same with across and down exchanged."""
        return Frame(self.y, self.x, self.height, self.width, self.first)


class Turn(Record):
    """Where what leaves a node or a bend turns on its way to the next layer, in a picture to the right."""

    column: int
    row: int
    """The row to go on along, for a wire that has to turn twice."""
    second: int
    """The column of its second turn; the first one again for a wire that turns once."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes and wires in cells; the upper left corner is 0, 0."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    layers: tuple[tuple[int, ...], ...]
    """The nodes of each layer, from the left, each from the top; or the other way round."""
    width: int
    height: int
    wires: tuple[Wire, ...]
    """Every line there is, without repetition: edges of one node share their beginnings."""
    outputs: tuple[int, ...]
    """The row of each node's right port, or the column of its lower one."""
    ports: tuple[int, ...]
    """The row of each edge's left port, or the column of its upper one."""
    bends: tuple[int, ...]
    """The rows of the bends, or their columns, those of one node after each other."""
    first_bend: tuple[int, ...]
    """Where each node's bends begin among them: one a layer, from the layer after the node's."""
    turns: tuple[tuple[Turn | None, ...], ...]
    """For each node, where its wires turn after itself and after each of its bends; None if they never do."""
    columns: tuple[int, ...]
    """The first column of each layer's boxes, or the first row."""
    frames: tuple[Frame, ...] = ()
    """As they are numbered in the nesting."""
    down: bool = False
    """Whether edges lead from top to bottom, and not from left to right."""
    joined: tuple[Layout, tuple[int, ...]] | None = None
    """The layout of chains that this one was made of, if it was, and for each edge its number there; -1 for
    one within a chain, which leads from left to right."""

    def across(self, edge: int) -> bool:
        """Whether an edge leads from left to right."""
        return not self.down or (self.joined is not None and self.joined[1][edge] < 0)

    @property
    def turned(self) -> Layout:
        """The same picture with across and down exchanged."""
        return replace(
            self,
            boxes=tuple(box.turned for box in self.boxes),
            width=self.height,
            height=self.width,
            wires=tuple(wire.turned for wire in self.wires),
            frames=tuple(frame.turned for frame in self.frames),
            down=not self.down,
        )

    def ends(self, edge: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and the last cell of an edge: right of its source and left of its target, or below and
        above."""
        source, target, _ = self.edges[edge]
        box, end = self.boxes[source], self.boxes[target]
        if self.joined is not None:
            drawn, edge_of = self.joined
            if edge_of[edge] >= 0:
                return drawn.ends(edge_of[edge])
            row = box.y + min(1, box.height - 1)
            return (box.x + box.width, row), (end.x - 1, row)
        if self.down:
            return (self.outputs[source], box.y + box.height), (self.ports[edge], end.y - 1)
        return (box.x + box.width, self.outputs[source]), (end.x - 1, self.ports[edge])

    def route(
        self, edge: int, left: int | None = None, right: int | None = None
    ) -> tuple[tuple[int, int], ...]:
        """The corners of an edge as cells (x, y), from right of its source to left of its target, or down.

        Neighbouring corners differ in one coordinate. With `left` and `right`, it is enough of the route that
        nothing is missing from the one column to before the other, or from row to row: a long one is cut off
        on both sides.
        """
        if self.joined is not None:
            drawn, edge_of = self.joined
            return self.ends(edge) if edge_of[edge] < 0 else drawn.route(edge_of[edge], left, right)
        source, target, _ = self.edges[edge]
        turns, bends = self.turns[source], self.first_bend[source]
        begin, end = self.boxes[source].layer, self.boxes[target].layer
        first = begin if left is None else max(bisect_right(self.columns, left, begin + 1, end) - 1, begin)
        until = end if right is None else bisect_left(self.columns, right, first + 1, end)
        start, finish = (end[::-1] if self.down else end for end in self.ends(edge))
        row = start[1] if first == begin else self.bends[bends + first - begin - 1]
        points = [start if first == begin else (self.columns[first], row)]
        for hop in range(first - begin, until - begin):
            last = hop == end - begin - 1
            next_row = self.ports[edge] if last else self.bends[bends + hop]
            turn = turns[hop]
            if turn is not None and next_row != row:
                points += [(turn.column, row), (turn.column, turn.row), (turn.second, turn.row)]
                points.append((turn.second, next_row))
            row = next_row
        points.append(finish if until == end else (self.columns[until], row))
        corners = _corners(points)
        return tuple((y, x) for x, y in corners) if self.down else tuple(corners)


def _corners(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points at which a line starts, ends or changes its direction."""
    kept: list[tuple[int, int]] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return kept
