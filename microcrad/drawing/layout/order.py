"""The order within layers: sweeps put each item at the mean of its neighbours; the best order is kept."""

from __future__ import annotations

from bisect import bisect_right, insort

from microcrad.drawing.layout.frames import arranged
from microcrad.drawing.layout.framing import standings
from microcrad.drawing.layout.layers import Layered, Link
from microcrad.slices import Slices

__all__ = ["ordering"]

_SWEEPS = 16
_PATIENCE = 4
"""Sweeps that may bring nothing before the rest is left out."""
_LARGE = 2_000
"""Items from which on only a few sweeps are made."""


def ordering(graph: Layered) -> Slices[None]:
    """Reorder the layers so that few edges cross, in pieces."""
    place = [0] * len(graph.rank)
    for layer in graph.layers:
        _number(layer, place)
    standing: list[float] = []
    if graph.frames:
        standing = standings(graph, place)
        for layer in graph.layers:
            _sort(graph, layer, place, standing)
            yield
    yield
    best, kept = (yield from _counting(graph, place)), [list(layer) for layer in graph.layers]
    idle = 0
    for sweep in range(_SWEEPS if len(graph.rank) < _LARGE else _PATIENCE):
        if not best or idle == _PATIENCE:
            break
        forwards = sweep % 2 == 0
        if graph.frames:
            # Frames change places in all layers or in none: that from which a sweep starts is sorted as well.
            standing = standings(graph, place)
            _sort(graph, graph.layers[0 if forwards else -1], place, standing)
            yield
        indices = range(1, len(graph.layers)) if forwards else reversed(range(len(graph.layers) - 1))
        for index in indices:
            _sort(graph, graph.layers[index], place, standing, graph.before if forwards else graph.after)
            yield
        found = yield from _counting(graph, place)
        if found < best:
            best, kept, idle = found, [list(layer) for layer in graph.layers], 0
        else:
            idle += 1
    graph.layers[:] = kept


def _number(layer: list[int], place: list[int]) -> None:
    for index, item in enumerate(layer):
        place[item] = index


def _sort(
    graph: Layered,
    layer: list[int],
    place: list[int],
    standing: list[float],
    neighbours: list[list[Link]] | None = None,
) -> None:
    """Sort a layer by where its neighbours in the layer before (or after) stand; without any, by frames."""
    keys: dict[int, float] = {}
    forwards = neighbours is graph.before
    for item in layer:
        links = neighbours[item] if neighbours is not None else ()
        if not links:
            keys[item] = place[item]
        elif forwards:
            keys[item] = sum(place[link.left] for link in links) / len(links)
        else:
            # Which port of the neighbour counts as well: the first slot is above the second.
            keys[item] = sum(
                place[link.right] + link.arrives / graph.height(link.right) for link in links
            ) / len(links)
    if graph.frames:
        layer[:] = arranged(graph.frames, layer, keys, standing)
    else:
        layer.sort(key=keys.__getitem__)
    _number(layer, place)


def _counting(graph: Layered, place: list[int]) -> Slices[int]:
    """How many pairs of hops cross, in pieces."""
    total = 0
    for layer in graph.layers[:-1]:
        ends: list[tuple[int, int]] = []
        for item in layer:
            for end in sorted((place[link.right], link.arrives) for link in graph.after[item]):
                total += len(ends) - bisect_right(ends, end)
            for link in graph.after[item]:
                insort(ends, (place[link.right], link.arrives))
        yield
    return total
