"""The steps of a layout one after another, in pieces short enough to be taken between two frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microcrad.drawing.layout.chains import chained, parted
from microcrad.drawing.layout.channels import Net, tracks
from microcrad.drawing.layout.framing import framing
from microcrad.drawing.layout.layers import Layered, layering, ranking
from microcrad.drawing.layout.model import UNFRAMED, Box, Edge, Frame, Layout, Nesting, Shape, Turn, Wire
from microcrad.drawing.layout.order import ordering
from microcrad.drawing.layout.rows import placing
from microcrad.slices import Slices, finish, listing

__all__ = ["laying_out", "layout", "least", "length", "sizing"]

_SLICE = 1_000


def layout(shapes: Sequence[Shape], edges: Sequence[Edge], *, gap: int, channel: int) -> Layout:
    """`laying_out` at once, from left to right, without frames."""
    return finish(laying_out(shapes, edges, gap=gap, channel=channel))


def laying_out(
    shapes: Sequence[Shape],
    edges: Sequence[Edge],
    *,
    gap: int = 0,
    channel: int = 3,
    beside: int = 2,
    nesting: Nesting = UNFRAMED,
    down: bool = False,
    room: int = 0,
    broad: int = 0,
    spreads: bool = False,
) -> Slices[Layout]:
    """Lay a graph without cycles out, in pieces. The same graph gives the same layout.

    `gap` is the least number of rows between boxes of a layer, `channel` the least number of columns between
    layers, and `beside` how many of these stay free of wires that turn; `nesting` says which nodes have
    frames around them. With `down` the picture leads from top to bottom, and rows and columns change places
    in all this; chains of nodes stand beside each other, with `room` longer ones up to so many columns.
    With `broad` no layer that has room in so many rows takes more; with `spreads` what uses nothing stands in
    layers behind those that have none.
    Raises `ValueError` if there is a cycle.
    """
    if down:
        chains = chained(shapes, edges, nesting, room)
        yield
        joined = [shape.turned for shape in chains.shapes(shapes)]
        yield
        drawn = yield from laying_out(
            joined,
            chains.edges,
            gap=gap,
            channel=channel,
            beside=beside,
            nesting=chains.nesting,
            broad=broad,
            spreads=spreads,
        )
        return parted(drawn.turned, chains, shapes, edges)
    graph = yield from layering(shapes, edges, nesting, broad if spreads else 0, gap)
    if nesting.around:
        yield from framing(graph)
    yield from ordering(graph)
    tops = yield from placing(graph, gap, broad)
    drawing = _Drawing(graph, tops, channel, beside)
    yield from drawing.following()
    for index in range(len(graph.layers)):
        drawing.layer(index)
        yield
    return (yield from drawing.done())


def length(count: int, edges: Sequence[Edge]) -> int:
    """How much there is to lay out: nodes and bends. Raises `ValueError` if there is a cycle."""
    return finish(sizing(count, edges))


def sizing(count: int, edges: Sequence[Edge]) -> Slices[int]:
    """`length` in pieces."""
    _, reach = yield from ranking(count, edges)
    return count + sum(max(span - 1, 0) for span in reach)


def least(
    shapes: Sequence[Shape], ranks: Sequence[int], *, gap: int = 0, channel: int = 3, down: bool = False
) -> tuple[int, int]:
    """The columns and rows that no layout of some nodes in their layers can do without."""
    along: dict[int, int] = {}
    across: dict[int, int] = {}
    for shape, layer in zip(shapes, ranks, strict=True):
        size, breadth = (shape.height, shape.width) if down else (shape.width, shape.height)
        along[layer] = max(along.get(layer, 0), size)
        across[layer] = across.get(layer, -gap) + breadth + gap
    length = sum(along.values()) + channel * max(len(along) - 1, 0)
    most = max(across.values(), default=0)
    return (most, length) if down else (length, most)


class _Drawing:
    """Columns for boxes and wires, layer by layer from the left."""

    def __init__(self, graph: Layered, tops: list[int], channel: int, beside: int) -> None:
        self.graph = graph
        self.tops = tops
        self.channel = channel
        self.beside = beside
        self.left_sides, self.left_most = graph.frames.sides(right=False)
        self.right_sides, self.right_most = graph.frames.sides(right=True)
        self.left = self.left_most.get(0, 0)
        self.bands: list[tuple[int, int]] = []
        """For each layer, the columns of its boxes: the first, and the first after them."""
        self.boxes: list[Box] = [Box(0, 0, 0, 0, 0)] * graph.nodes
        self.wires: list[Wire] = []
        self.turns: list[list[Turn | None]] = [[] for _ in range(graph.nodes)]
        self.lowest = 0
        self.source = list(range(len(tops)))
        """The node whose edges pass through an item."""
        self.first = list(range(len(tops)))
        """The lowest of the nodes to which a bend leads; a node itself."""
        self.bends_end = graph.frames.first or len(tops)

    def following(self) -> Slices[None]:
        """Find out what the bends belong to, in pieces."""
        graph = self.graph
        for node, first in enumerate(graph.first_bend):
            end = graph.first_bend[node + 1] if node + 1 < graph.nodes else self.bends_end
            self.source[first:end] = [node] * (end - first)
            for bend in reversed(range(first, end)):
                self.first[bend] = min(self.first[link.right] for link in graph.after[bend])
                if bend % _SLICE == 0:
                    yield
            if node % _SLICE == 0:
                yield

    def layer(self, index: int) -> None:
        """Place the boxes of a layer, and the wires from it to the next."""
        graph, tops = self.graph, self.tops
        layer = graph.layers[index]
        width = max((graph.shapes[item].width for item in layer if item < graph.nodes), default=1)
        for item in layer:
            if item < graph.nodes:
                shape = graph.shapes[item]
                # What uses nothing stands as near to its users as it can.
                shift = 0 if graph.before[item] else width - shape.width
                self.boxes[item] = Box(self.left + shift, tops[item], shape.width, shape.height, index)
                self.lowest = max(self.lowest, tops[item] + shape.height)
            else:
                self.lowest = max(self.lowest, tops[item] + 1)
        self.bands.append((self.left, self.left + width))
        right_sides = self.right_most.get(index, 0)
        if index + 1 == len(graph.layers):
            self.left += width + right_sides
            return
        nets = {}
        for item in layer:
            if graph.after[item]:
                ends = tuple(tops[link.right] + link.arrives for link in graph.after[item])
                nets[item] = Net(tops[item] + graph.after[item][0].leaves, ends)
        used = tracks(list(nets.values()))
        left_sides = self.left_most.get(index + 1, 0)
        # The last column before the left side of a frame is for the ends of edges alone.
        between = max(used + max(self.beside, left_sides > 0), self.channel)
        start = self.left + width
        end = start + right_sides + between + left_sides
        first = start + right_sides + (between - used) // 2
        following = max(
            (graph.shapes[item].width for item in graph.layers[index + 1] if item < graph.nodes), default=1
        )
        for item, net in nets.items():
            self._wire(item, net, start, end, first, following)
        self.left = end

    def _wire(self, item: int, net: Net, start: int, end: int, first: int, following: int) -> None:
        """The wires that leave an item, through a channel from column `start` to before column `end`."""
        graph, source = self.graph, self.source[item]
        begin = self.boxes[item].x + self.boxes[item].width if item < graph.nodes else start - 1
        turn = None
        if net.track >= 0:
            column = first + net.track
            row, second = (net.row, column) if net.via is None else (net.via, first + net.second)
            turn = Turn(column, row, second)
        self.turns[source].append(turn)
        ends: dict[int, int] = {}
        """For each row, the first node that is reached there."""
        for link, row in zip(graph.after[item], net.ends, strict=True):
            last = end - 1 if link.right < graph.nodes else end + following - 1
            ends[row] = self.first[link.right]
            left = begin if turn is None else turn.column if row == net.row else turn.second
            self.wires.append(Wire(source, ends[row], left, row, last, row))
        if turn is None:
            return
        self.wires.append(Wire(source, min(ends.values()), begin, net.row, turn.column, net.row))
        if net.via is None:
            self._down(source, turn.column, net.row, ends)
        else:
            self.lowest = max(self.lowest, net.via + 1)
            turning = {row: node for row, node in ends.items() if row != net.row}
            least = min(turning.values())
            self._down(source, turn.column, net.row, {net.via: least})
            self.wires.append(Wire(source, least, turn.column, net.via, turn.second, net.via))
            self._down(source, turn.second, net.via, turning)

    def _down(self, source: int, column: int, row: int, ends: dict[int, int]) -> None:
        """The pieces of a wire down or up a column, from one row to several others."""
        below, above = (end for end in ends if end > row), (end for end in ends if end < row)
        for rows in (sorted(below, reverse=True), sorted(above)):
            first = ends[rows[0]] if rows else 0
            for end, before in zip(rows, [*rows, row][1:], strict=True):
                first = min(first, ends[end])
                self.wires.append(Wire(source, first, column, min(before, end), column, max(before, end)))

    def done(self) -> Slices[Layout]:
        """The whole, once all layers are there, in pieces."""
        graph, tops = self.graph, self.tops
        layers = yield from listing(
            (tuple(item for item in layer if item < graph.nodes) for layer in graph.layers), _SLICE
        )
        ports = yield from listing(
            (tops[target] + graph.shapes[target].inputs[slot] for _, target, slot in graph.edges), _SLICE
        )
        outputs = yield from listing(
            (tops[node] + shape.output for node, shape in enumerate(graph.shapes)), _SLICE
        )
        turns = yield from listing(map(tuple, self.turns), _SLICE)
        frames = yield from listing(self._frames(), _SLICE)
        return Layout(
            tuple(self.boxes),
            tuple(graph.edges),
            tuple(layers),
            self.left,
            self.lowest,
            tuple(self.wires),
            tuple(outputs),
            tuple(ports),
            tuple(tops[graph.nodes : self.bends_end]),
            tuple(first - graph.nodes for first in graph.first_bend),
            tuple(turns),
            tuple(left for left, _ in self.bands),
            tuple(frames),
        )

    def _frames(self) -> Iterator[Frame]:
        """The frames, around the columns of their layers and between the rows of their lines."""
        frames = self.graph.frames
        for frame, (low, high) in enumerate(frames.reach):
            # Between a left side and the boxes there is the column in which edges end.
            x = self.bands[low][0] - self.left_sides[frame] - (low > 0)
            end = self.bands[high][1] + self.right_sides[frame]
            upper, lower = (self.tops[place] for place in frames.places(frame, low))
            yield Frame(x, upper, end - x, lower - upper + 1, frames.nodes[frame])
