"""Rows: every box and bend as near to its neighbours as the order allows, most edges straight.

Of one layer with its neighbours fixed, the sum of all vertical distances is least where each block of
touching items stands at a median of what its members wish for. That is found exactly, in whole rows, by
isotonic regression in the L1 norm with a heap (the "slope trick").
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from microcrad.drawing.layout.layers import Layered, Link
from microcrad.drawing.layout.squares import space, squaring
from microcrad.slices import Slices

__all__ = ["placing"]

_ROUNDS = 10
_LARGE = 2_000
"""Items from which on fewer rounds are made."""
_FEW_ROUNDS = 4
_SETTLING = 4
"""Rounds after frames have become rectangles, in which what stands in and around them moves up to them."""


_LINE, _FIXED = 4, 32
"""How much the line of a frame is to be straight, and to stay where it is."""


def placing(graph: Layered, gap: int, broad: int = 0) -> Slices[list[int]]:
    """The top row of every item, in pieces; with `broad` within so many rows in layers that have room."""
    tops = [0] * len(graph.rank)
    for layer in graph.layers:
        row = 0
        for item in layer:
            tops[item] = row
            row += graph.height(item) + gap
    yield
    rounds = _ROUNDS if len(graph.rank) < _LARGE else _FEW_ROUNDS
    for turn in range(rounds):
        forwards = turn % 2 == 0
        # First each side alone, so that everything finds its way; then both, until nothing is to be gained.
        both = turn >= rounds // 2
        for layer in graph.layers if forwards else reversed(graph.layers):
            _place(graph, layer, tops, gap, forwards, both, broad)
            yield
    if graph.frames:
        lines = yield from squaring(graph, tops, gap)
        for turn in range(_SETTLING):
            for layer in graph.layers if turn % 2 == 0 else reversed(graph.layers):
                _place(graph, layer, tops, gap, turn % 2 == 0, True, broad, lines)
                yield
        yield from squaring(graph, tops, gap)
    least = min(tops, default=0)
    for item in range(len(tops)):
        tops[item] -= least
    return tops


def _place(
    graph: Layered,
    layer: list[int],
    tops: list[int],
    gap: int,
    forwards: bool,
    both: bool,
    broad: int = 0,
    lines: Sequence[int] = (),
) -> None:
    """Move the items of a layer to where the edges to their neighbours are shortest in all.

    With `lines`, the rows of the frames' lines, these keep their places.
    """
    offsets: list[int] = []
    wishes: list[list[tuple[int, int]]] = []
    offset = 0
    for index, item in enumerate(layer):
        if index:
            above = layer[index - 1]
            offset += graph.height(above) + space(graph, above, item, gap)
        offsets.append(offset)
        line = graph.frames.line(item)
        if line is None:
            wanted = _wishes(graph, item, tops, forwards, both)
        elif lines:
            wanted = [(lines[line], _FIXED)]
        else:
            # Next to what stands in the frame, and where the line is in the layers beside this one.
            inner = layer[index - 1] if line % 2 else layer[index + 1]
            wanted = [(tops[inner] + (graph.height(inner) if line % 2 else -1), 1)]
            wanted += [(tops[each], _LINE) for each in graph.frames.next_to(item)]
        wishes.append([(row - offset, weight) for row, weight in wanted])
    spare = broad - offset - graph.height(layer[-1])
    for item, row, offset in zip(layer, nearest(wishes), offsets, strict=True):
        # Where nothing may be outside of some rows, the nearest is what it would be, but for those.
        tops[item] = (max(0, min(row, spare)) if broad and spare >= 0 else row) + offset


def nearest(wishes: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """Numbers that never fall, each as near as can be to what is wished for it, with weights: the sum of all
    distances is the least there is. Of several such answers it is the one with the smallest numbers."""
    heap: list[tuple[int, int]] = []
    """Where the slope of the cost changes and by how much, as far as the cost falls; a heap gives its least,
    so the signs are turned round."""
    found: list[int] = []
    for each in wishes:
        for wish, weight in each:
            heappush(heap, (-wish, 2 * weight))
        surplus = sum(weight for _, weight in each)
        while surplus:
            wish, weight = heappop(heap)
            if weight > surplus:
                heappush(heap, (wish, weight - surplus))
            surplus -= min(weight, surplus)
        found.append(-heap[0][0])
    for index in reversed(range(len(found) - 1)):
        found[index] = min(found[index], found[index + 1])
    return found


def _wishes(graph: Layered, item: int, tops: list[int], forwards: bool, both: bool) -> list[tuple[int, int]]:
    """The rows at which one of an item's edges would be straight, each with its weight."""
    wishes = []
    before, after = graph.before[item], graph.after[item]
    if both or forwards or not after:
        wishes += [(tops[link.left] + link.leaves - link.arrives, _weight(graph, link)) for link in before]
    if both or not forwards or not before:
        wishes += [(tops[link.right] + link.arrives - link.leaves, _weight(graph, link)) for link in after]
    return wishes or [(tops[item], 1)]


def _weight(graph: Layered, link: Link) -> int:
    """How much a hop wants to be straight: the middle of a long edge most, a second slot least."""
    bends = (link.left >= graph.nodes) + (link.right >= graph.nodes)
    if bends:
        return 8 if bends == 2 else 3
    return 3 if link is graph.before[link.right][0] else 2
