"""Putting the frames into a layered graph: which bends stand in them, and the places of their lines."""

from __future__ import annotations

from collections.abc import Sequence

from microcrad.drawing.layout.layers import Layered
from microcrad.slices import Slices

__all__ = ["framing", "standings"]

_SLICE = 2_000


def framing(graph: Layered) -> Slices[None]:
    """Find out which bends stand in frames, and add the places of lines to the layers, in pieces."""
    frames = graph.frames
    around = frames.nesting.around
    frames.inside = [*frames.nesting.inside, *[-1] * (len(graph.rank) - graph.nodes)]
    frames.first = len(graph.rank)
    ends = [*graph.first_bend[1:], len(graph.rank)]
    for node in range(graph.nodes):
        for bend in reversed(range(graph.first_bend[node], ends[node])):
            frame = frames.inside[node]
            for link in graph.after[bend]:
                frame = _common(around, frame, frames.inside[link.right])
            frames.inside[bend] = frame
        if node % _SLICE == 0:
            yield
    _reach(graph)
    yield
    for frame, (low, high) in enumerate(frames.reach):
        frames.upper.append(len(graph.rank))
        for line in (2 * frame, 2 * frame + 1):
            for layer in range(low, high + 1):
                graph.layers[layer].append(len(graph.rank))
                graph.rank.append(layer)
                frames.lines.append(line)
                frames.inside.append(frame)
        if frame % _SLICE == 0:
            yield
    missing = len(graph.rank) - len(graph.before)
    graph.before += [[] for _ in range(missing)]
    graph.after += [[] for _ in range(missing)]
    yield


def _reach(graph: Layered) -> None:
    """Find the layers between which each frame stands, and its first node."""
    frames = graph.frames
    found: list[list[int]] = [[] for _ in range(len(frames))]
    """For each frame: least layer, most layer, least node."""
    for node, frame in enumerate(frames.nesting.inside):
        if frame >= 0:
            _widen(found[frame], [graph.rank[node], graph.rank[node], node])
    for frame in reversed(range(len(frames))):
        if frames.nesting.around[frame] >= 0:
            _widen(found[frames.nesting.around[frame]], found[frame])
    frames.reach = [(low, high) for low, high, _ in found]
    frames.nodes = [node for _, _, node in found]


def _widen(found: list[int], by: list[int]) -> None:
    found[:] = [min(found[0], by[0]), max(found[1], by[1]), min(found[2], by[2])] if found else by


def _common(around: Sequence[int], one: int, other: int) -> int:
    """The innermost frame around both of two."""
    while one != other:
        if one > other:
            one = around[one]
        else:
            other = around[other]
    return one


def standings(graph: Layered, place: list[int]) -> list[float]:
    """How far down each frame's items are in their layers on average, from 0 to 1.

    It decides in all layers alike which of two frames is the upper one, so that none goes around another.
    """
    frames = graph.frames
    sums, counts = [0.0] * len(frames), [0] * len(frames)
    for item in range(frames.first):
        frame = frames.inside[item]
        if frame >= 0:
            sums[frame] += (place[item] + 0.5) / len(graph.layers[graph.rank[item]])
            counts[frame] += 1
    for frame in reversed(range(len(frames))):
        outer = frames.nesting.around[frame]
        if outer >= 0:
            sums[outer] += sums[frame]
            counts[outer] += counts[frame]
    return [total / count for total, count in zip(sums, counts, strict=True)]
