"""Which groups of a run are closed, and what is one box of a diagram because of that."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter

from microcrad.slices import Slices
from microcrad.timeline.groups import Path, turn_of

__all__ = ["Grouping", "Member", "grouping"]

_SLICE = 1_000
"""Groups, or rows of nodes of one path, that are worked on in one go."""


@dataclass(slots=True)
class Member:
    """A part while its nodes are found."""

    path: Path
    folded: bool
    rows: list[range]
    """Its nodes, those that follow each other together."""
    turns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Stretch:
    """Nodes in a row that go into one box, or that are of one path and in no box."""

    path: Path
    """The path of the first of them."""
    group: Path | None
    """The closed group that they are in: of several turns of a loop the first one."""
    first: int
    end: int
    turns: list[str] = field(default_factory=list)
    """The turns of a gathered loop, and the first node of each."""
    starts: list[int] = field(default_factory=list)

    def holds(self, turn: Path) -> bool:
        """Whether a turn is a box here, or one with others."""
        if self.group is None or self.group[:-1] != turn[:-1]:
            return False
        return turn[-1] in self.turns if self.turns else self.group == turn


class Grouping:
    """Which groups are closed while no turn of a loop is the current one, and what is one box then.

    With a turn open only the stretch that it lies in is looked at again.
    """

    def __init__(self, runs: list[tuple[Path, int]], gathered: set[Path], proper: set[Path]) -> None:
        self.proper = proper
        """The groups that may be closed, each on its own: they have a frame where they are open."""
        self._gathered = gathered
        """The loops whose closed turns are one box where they follow each other."""
        self._closed = set[Path]()
        self._runs = runs
        """The path of each node in turn, and the first of the nodes in a row that have it."""
        self._count = 0
        self._stretches: list[_Stretch] = []

    def close(self, closed: set[Path], count: int) -> Slices[None]:
        """Have some groups closed, of so many nodes."""
        self._closed, self._count = closed, count
        outermost: dict[Path, Path | None] = {}
        for index in range(0, len(self._runs), _SLICE):
            self._add(self._stretches, range(index, min(index + _SLICE, len(self._runs))), (), outermost)
            yield

    def _add(
        self,
        stretches: list[_Stretch],
        runs: range,
        turns: Collection[Path],
        outermost: dict[Path, Path | None],
    ) -> None:
        """Add some rows of nodes to stretches, with some closed turns open."""
        for index in runs:
            path, first = self._runs[index]
            end = self._runs[index + 1][1] if index + 1 < len(self._runs) else self._count
            if path not in outermost:
                around = (path[:depth] for depth in range(1, len(path) + 1))
                outermost[path] = next(
                    (each for each in around if each in self._closed and each not in turns), None
                )
            group = outermost[path]
            last = stretches[-1] if stretches else None
            gathered = group is not None and group[:-1] in self._gathered
            if not (
                last is not None
                and group is not None
                and last.group is not None
                and (last.group == group or (gathered and last.group[:-1] == group[:-1]))
            ):
                last = _Stretch(path, group, first, end)
                stretches.append(last)
            last.end = end
            if group is not None and gathered and last.turns[-1:] != [group[-1]]:
                last.turns.append(group[-1])
                last.starts.append(first)

    def _opening(self, stretch: _Stretch, turns: Collection[Path]) -> Iterator[_Stretch]:
        """What becomes of a stretch with some closed turns open."""
        opened = next((turn for turn in turns if stretch.holds(turn)), None)
        if opened is None:
            yield stretch
            return
        group = stretch.group
        assert group is not None
        place = stretch.turns.index(opened[-1]) if stretch.turns else 0
        starts = [*(stretch.starts or [stretch.first]), stretch.end]
        first, end = starts[place : place + 2]
        if place:
            yield _Stretch(stretch.path, group, stretch.first, first, stretch.turns[:place])
        inner: list[_Stretch] = []
        runs = (bisect_right(self._runs, node, key=itemgetter(1)) for node in (first, end - 1))
        self._add(inner, range(next(runs) - 1, next(runs)), turns, {})
        yield from inner
        after = stretch.turns[place + 1 :]
        if after:
            rest = _Stretch(
                stretch.path, (*group[:-1], after[0]), end, stretch.end, after, starts[place + 1 : -1]
            )
            yield from self._opening(rest, turns)

    def members(self, turns: Collection[Path] = ()) -> Slices[tuple[list[Member], list[int]]]:
        """The parts that the nodes are in, and the part of each, with some closed turns open."""
        found: list[Member] = []
        part_of: list[int] = []
        places: dict[Path, int] = {}
        """The parts that groups are; that of a loop is the one to which its next closed turn is added."""
        opened = chain.from_iterable(self._opening(stretch, turns) for stretch in self._stretches)
        for number, stretch in enumerate(opened):
            path, group = stretch.path, stretch.group
            nodes = range(stretch.first, stretch.end)
            for depth in range(1, len(path) if group is None else len(group) - 1):
                places.pop(path[:depth], None)  # A turn stands open: those after it are another box.
            if group is None:
                part_of += range(len(found), len(found) + len(nodes))
                found += [Member(path, False, [range(node, node + 1)]) for node in nodes]
            else:
                place = places.setdefault(group[:-1] if stretch.turns else group, len(found))
                if place == len(found):
                    found.append(Member(group, True, []))
                part_of += [place] * len(nodes)
                member = found[place]
                if member.rows and member.rows[-1].stop == nodes.start:
                    nodes = range(member.rows.pop().start, nodes.stop)
                member.rows.append(nodes)
                member.turns += stretch.turns[member.turns[-1:] == stretch.turns[:1] :]
            if number % _SLICE == 0:
                yield
        for member in found:
            if len(member.turns) > 1:
                member.path = member.path[:-1]
            else:
                member.turns = []
            member.folded = sum(map(len, member.rows)) > 1
        yield
        return found, part_of


def grouping(
    paths: Sequence[Path], folded: Callable[[Path], bool], opened: Collection[Path] = ()
) -> Slices[Grouping]:
    """How some nodes are grouped, by the path of each, in pieces.

    `folded` says which groups are closed, the turns of a loop among them; those `opened` are not.
    """
    runs: list[tuple[Path, int]] = []
    sums: Counter[Path] = Counter()
    first = 0
    for path, nodes in groupby(paths):
        runs.append((path, first))
        length = sum(1 for _ in nodes)
        sums[path] += length
        first += length
        if len(runs) % _SLICE == 0:
            yield
    counts: Counter[Path] = Counter()
    for index, (path, count) in enumerate(sums.items()):
        for depth in range(1, len(path) + 1):
            counts[path[:depth]] += count
        if index % _SLICE == 0:
            yield
    loops = {path[:-1] for path in counts if turn_of(path[-1]) is not None}
    gathered = {path for path in loops if path not in opened and folded(path)}
    yield
    proper: set[Path] = set()
    closed: set[Path] = set()
    for index, (path, count) in enumerate(counts.items()):
        # A group that is all there is in the one around it would only be one more thing to open.
        around = counts.get(path[: -2 if path[:-1] in loops else -1])
        if 1 < count != around and path not in gathered:
            proper.add(path)
        if (path in proper or path[:-1] in gathered) and path not in opened and folded(path):
            closed.add(path)
        if index % _SLICE == 0:
            yield
    found = Grouping(runs, gathered, proper)
    yield from found.close(closed, first)
    return found
