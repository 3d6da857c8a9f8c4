"""Frames made rectangles: each line moved down to one row, with all that is below it.

What stands above what in any layer gives an order of all items, in which the places of one line count as one:
frames do not go around each other. Along it everything is moved down as far as what is above it asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from microcrad.slices import Slices

if TYPE_CHECKING:
    from microcrad.drawing.layout.layers import Layered

__all__ = ["space", "squaring"]

_SLICE = 2_000


def space(graph: Layered, above: int, below: int, gap: int) -> int:
    """The rows to leave free between two items of a layer."""
    return gap if above < graph.nodes or below < graph.nodes else 0


def squaring(graph: Layered, tops: list[int], gap: int) -> Slices[list[int]]:
    """Put each line on one row and move items down where that needs it, in pieces; the row of each line."""
    first = graph.frames.first
    rows = [*tops[:first], *_wanted(graph, tops, gap)]
    """The items that are no places of lines, and then the lines."""
    yield
    below: list[list[tuple[int, int]]] = [[] for _ in rows]
    waits = [0] * len(rows)
    for layer in graph.layers:
        above, spot = -1, -1
        for item in layer:
            line = graph.frames.line(item)
            here = item if line is None else first + line
            if above >= 0:
                below[spot].append((here, graph.height(above) + space(graph, above, item, gap)))
                waits[here] += 1
            above, spot = item, here
        yield
    ready = [spot for spot, count in enumerate(waits) if not count]
    for done, spot in enumerate(ready):
        for here, distance in below[spot]:
            rows[here] = max(rows[here], rows[spot] + distance)
            waits[here] -= 1
            if not waits[here]:
                ready.append(here)
        if done % _SLICE == 0:
            yield
    for item in range(len(tops)):
        line = graph.frames.line(item)
        tops[item] = rows[item if line is None else first + line]
        if item % _SLICE == 0:
            yield
    return rows[first:]


def _wanted(graph: Layered, tops: list[int], gap: int) -> list[int]:
    """A row for each line, as near to what is in the frame as can be; lower ones follow what is above."""
    frames = graph.frames
    rows = [0] * (2 * len(frames))
    least: dict[int, int] = {}
    for item in range(frames.first):
        frame = frames.inside[item]
        if frame >= 0:
            row = tops[item] - 1 - (gap if item < graph.nodes else 0)
            least[frame] = min(row, least.get(frame, row))
    for frame in reversed(range(len(frames))):
        row = least[frame]
        rows[2 * frame] = rows[2 * frame + 1] = row
        outer = frames.nesting.around[frame]
        if outer >= 0:
            least[outer] = min(row - 1, least.get(outer, row - 1))
    return rows
