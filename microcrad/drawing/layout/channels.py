"""Channels: between two layers every wire turns in a column that no other wire uses at the same rows.

A wire comes in at the row of its left end and leaves at the rows of its right ends. Where the left end of one
wire and a right end of another are on the same row, the first has to turn further left than the second. Where
such conditions run in a circle, one of the wires turns twice, by way of a row that nobody else uses.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

__all__ = ["Net", "tracks"]


@dataclass(slots=True)
class Net:
    """What leaves one item towards the next layer."""

    row: int
    ends: tuple[int, ...]
    """The rows of its right ends."""
    track: int = -1
    """The column in which it turns, counted from the left of the channel; -1 if it is straight."""
    via: int | None = None
    """The row on which it goes on to its second turn, if it turns twice."""
    second: int = -1
    """The column of its second turn."""


@dataclass(slots=True)
class _Leg:
    """A net, or a half of one that turns twice: a stretch of rows that needs a track."""

    net: Net
    half: int
    row: int
    ends: tuple[int, ...]
    later: list[int] = field(default_factory=list)
    """The legs that have to turn further right."""
    waits: int = 0
    least: int = 0

    @property
    def stretch(self) -> tuple[int, int]:
        """The rows that its vertical part covers."""
        return min(self.row, *self.ends), max(self.row, *self.ends)

    @property
    def down(self) -> bool:
        """Whether it leads further down than up."""
        return max(self.ends) - self.row > self.row - min(self.ends)

    @property
    def key(self) -> int:
        """Which of several legs that may turn first does: of those that lead down the lowest, of those that
        lead up the highest, so that they do not cross each other."""
        return -self.row if self.down else self.row


def tracks(nets: list[Net]) -> int:
    """Give every net that is not straight its tracks, and say how many there are."""
    legs = [_Leg(net, 0, net.row, net.ends) for net in nets if set(net.ends) != {net.row}]
    _constrain(legs)
    taken: list[list[tuple[int, int]]] = []
    alike: dict[bool, list[list[tuple[int, int]]]] = {True: [], False: []}
    ready = [(leg.key, index) for index, leg in enumerate(legs) if not leg.waits]
    heapify(ready)
    left = set(range(len(legs)))
    while left:
        if not ready:
            # Nothing waits for a second half, so that a circle has none in it.
            index = min(
                (each for each in left if not legs[each].half), key=lambda each: (legs[each].waits, each)
            )
            _split(legs, index, nets)
            left.add(len(legs) - 1)
            heappush(ready, (legs[index].key, index))
        _, index = heappop(ready)
        leg = legs[index]
        left.remove(index)
        # Right of those that lead the same way, even if there is a gap further left: none of them is crossed.
        track = _fit(taken, leg.stretch, max(leg.least, _after(alike[leg.down], leg.stretch)))
        _take(alike[leg.down], track, leg.stretch)
        if leg.half:
            leg.net.second = track
        else:
            leg.net.track = track
        for later in leg.later:
            legs[later].waits -= 1
            legs[later].least = max(legs[later].least, track + 1)
            if not legs[later].waits:
                heappush(ready, (legs[later].key, later))
    return len(taken)


def _constrain(legs: list[_Leg]) -> None:
    """Note which legs have to turn further left than others."""
    starts = {leg.row: index for index, leg in enumerate(legs)}
    for index, leg in enumerate(legs):
        for end in leg.ends:
            first = starts.get(end, index)
            if first != index:
                legs[first].later.append(index)
                leg.waits += 1


def _split(legs: list[_Leg], index: int, nets: list[Net]) -> None:
    """Have a leg turn twice, which frees it of all it waits for: its second half waits instead."""
    leg = legs[index]
    used = {net.row for net in nets} | {end for net in nets for end in net.ends}
    used |= {net.via for net in nets if net.via is not None}
    row = leg.row
    while row in used:
        row += 1
    leg.net.via = row
    second = _Leg(leg.net, 1, row, leg.ends, waits=leg.waits + 1, least=leg.least)
    place = len(legs)
    for other in legs:
        other.later = [place if later == index else later for later in other.later]
    leg.later.append(place)
    leg.ends, leg.waits, leg.least = (row,), 0, 0
    legs.append(second)


def _free(rows: list[tuple[int, int]], stretch: tuple[int, int]) -> bool:
    """Whether none of some stretches, which are sorted and apart, overlaps another one."""
    place = bisect_left(rows, stretch)
    return (not place or rows[place - 1][1] < stretch[0]) and (
        place == len(rows) or rows[place][0] > stretch[1]
    )


def _after(taken: list[list[tuple[int, int]]], stretch: tuple[int, int]) -> int:
    """The first track to the right of all that overlap a stretch."""
    for track in reversed(range(len(taken))):
        if not _free(taken[track], stretch):
            return track + 1
    return 0


def _fit(taken: list[list[tuple[int, int]]], stretch: tuple[int, int], least: int) -> int:
    """Take the first track from `least` on that is free along a stretch."""
    track = next((each for each in range(least, len(taken)) if _free(taken[each], stretch)), None)
    return _take(taken, max(least, len(taken)) if track is None else track, stretch)


def _take(taken: list[list[tuple[int, int]]], track: int, stretch: tuple[int, int]) -> int:
    taken.extend([] for _ in range(len(taken), track + 1))
    insort(taken[track], stretch)
    return track
