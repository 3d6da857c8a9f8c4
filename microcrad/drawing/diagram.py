"""What a diagram of a run shows: a box for each node or folded group, an edge for each operand slot.

It is of what is born by a moment. Turns of a loop that are folded and follow each other are one box.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from microcrad.drawing.grouping import Grouping, Member
from microcrad.drawing.layout import Edge, Nesting, sizing
from microcrad.records import Record
from microcrad.slices import Slices, listing
from microcrad.timeline.groups import TOP, Path, turn_of
from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot
from microcrad.timeline.users import users

__all__ = ["Diagram", "Part", "diagramming", "name", "with_loops"]

MOST = 40_000
"""Boxes and bends of long edges that are laid out at most; of a larger graph a neighbourhood is shown."""
AROUND = 1_500
"""The boxes of a neighbourhood."""
_SLICE = 2_000
"""Nodes that are worked on in one go."""


def with_loops(path: Path) -> Path:
    """A group's path with each loop as a group around its turns: `("for i (line 3)", "for i=0 (line 3)")`."""
    found: list[str] = []
    for group in path:
        turn = turn_of(group)
        found += [group] if turn is None else [f"for {turn.variable} {turn.line}", group]
    return tuple(found)


def name(path: Path) -> str:
    """What to call a group: its dotted name, or a loop or the innermost turn of one: `step=3 (line 6)`."""
    turn = path[-1].removeprefix("for ")
    return turn if turn != path[-1] else ".".join(path)


class Part(Record):
    """A box: one node, or a group that is folded."""

    nodes: tuple[int, ...]
    """In order of allocation; just one where it is no group."""
    path: Path
    """The group that it is, or the innermost one that it lies in; of several turns, their loop."""
    folded: bool
    outputs: tuple[int, ...]
    """The nodes that others use or nobody does: what a group is for."""
    sources: tuple[int, ...]
    """The part behind each of its slots: an operand each, or each part that a group uses, once."""
    more: bool
    """Whether it has neighbours that are not in the diagram."""
    turns: tuple[str, ...] = ()
    """The turns of a loop that it is, where it is more than one."""

    @property
    def name(self) -> str:
        """What to call the group that it is, or lies in: `step=3 (line 6)`, `step=0..3 (line 6)`."""
        first, last = (turn_of(self.turns[end]) if self.turns else None for end in (0, -1))
        if first is None or last is None:
            return name(self.path)
        return f"{first.variable}={first.number}..{last.number} {first.line}"

    @property
    def node(self) -> int:
        """The node that stands for it: itself, or a group's last output."""
        return self.outputs[-1]


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes in the order in which they are born, and the edges between them."""

    log: Log
    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    part_of: Sequence[int]
    """The part that shows each node that is born; -1 outside the neighbourhood that is shown."""
    numbers: Mapping[tuple[int, int, int], int]
    """The edges by source, target and slot of a node, which counts as 0 where the target is a group."""
    hidden: int
    """How many more parts there are."""
    frames: tuple[Path, ...]
    """The groups that are open, of those that have parts here; one after the one that it lies in."""
    nesting: Nesting
    """Which parts lie in which of them."""

    def born(self, position: int) -> int:
        """How many of the parts have a node by then: they are the first ones."""
        count = self.log.allocated(position)
        return bisect_left(self.parts, count, key=lambda part: part.nodes[0])

    def part(self, node: int | None) -> int | None:
        """The part that shows a node, if one does."""
        part = -1 if node is None or node >= len(self.part_of) else self.part_of[node]
        return None if part < 0 else part

    def edge(self, node: int, slot: int) -> int | None:
        """The edge that shows a node's operand slot; None where that is inside a group, or not shown."""
        operands = self.log.operands(node)
        source, target = self.part(operands[slot]) if slot < len(operands) else None, self.part(node)
        if source is None or target is None:
            return None
        return self.numbers.get((source, target, 0 if self.parts[target].folded else slot))


def diagramming(
    at: Snapshot,
    grouped: Callable[[Collection[Path]], Slices[Grouping]],
    turns: Collection[Path] = (),
    around: int | None = None,
) -> Slices[Diagram]:
    """The diagram of what is born at a moment, in pieces.

    `grouped` says how these nodes are grouped while some groups have to be open. A loop that is closed has
    its closed turns in one box where they follow each other; `turns` are open nevertheless.

    With `around`, a graph too large to be laid out is cut down to that node's neighbourhood.
    """
    count, opened = len(at.nodes), set[Path]()
    while True:
        grouping = yield from grouped(opened)
        members, part_of = yield from grouping.members(turns)
        sketch = _Sketch(at.log, members, part_of, grouping.proper)
        yield from sketch.connect()
        try:
            size = yield from sizing(len(members), [Edge(*edge) for edge in sketch.edges])
        except ValueError:
            # A path that leaves a group and comes back: as one box it would use itself by way of another.
            opened |= {sketch.members[part].path for part in _circular(len(members), sketch.edges)} - {TOP}
            continue
        yield
        shown: Collection[int] = range(len(members))
        if around is not None and around < count and size > MOST:
            shown = _neighbourhood(sketch.neighbours, part_of[around])
        return (yield from sketch.done(shown, len(members) - len(shown)))


class _Sketch:
    """Parts and their edges while they are found."""

    def __init__(self, log: Log, members: list[Member], part_of: list[int], proper: set[Path]) -> None:
        self.log = log
        self.members = members
        self.part_of = part_of
        self.proper = proper
        """The paths of all that has a frame where it is open."""
        self.neighbours: list[set[int]] = [set() for _ in members]
        self.edges: list[tuple[int, int]] = []
        self.numbers: dict[tuple[int, int, int], int] = {}
        self.outputs: list[list[int]] = [[] for _ in members]
        """Of each part the nodes that others use or nobody does."""

    def connect(self) -> Slices[None]:
        """Find the edges in the order of their users, in pieces."""
        log, part_of = self.log, self.part_of
        rows = sorted(
            (row.start, row.stop, part) for part, member in enumerate(self.members) for row in member.rows
        )
        yield
        used_outside = set[int]()
        for number, (first, end, target) in enumerate(rows):
            if self.members[target].folded:
                for start in range(first, end, _SLICE):
                    stop = min(start + _SLICE, end)
                    operands = [0] * (2 * (stop - start))
                    operands[::2], operands[1::2] = log.left[start:stop], log.right[start:stop]
                    # Most are of the row itself: only the others, each once, are looked at.
                    for operand in dict.fromkeys([each for each in operands if each < first]):
                        if operand >= 0 and part_of[operand] != target:
                            used_outside.add(operand)
                            self._connect(part_of[operand], target, 0)
                    yield
            else:
                for slot, operand in enumerate(log.operands(first)):
                    used_outside.add(operand)
                    self._connect(part_of[operand], target, slot)
            if number % _SLICE == 0:
                yield
        for node in sorted(used_outside.union(users(log).unused(len(part_of)))):
            self.outputs[part_of[node]].append(node)
        yield

    def _connect(self, source: int, target: int, slot: int) -> None:
        """Have an edge, unless it is there."""
        if (source, target, slot) not in self.numbers:
            self.numbers[source, target, slot] = len(self.edges)
            self.edges.append((source, target))
            self.neighbours[source].add(target)
            self.neighbours[target].add(source)

    def done(self, shown: Collection[int], hidden: int) -> Slices[Diagram]:
        """The diagram of some of the parts, in pieces."""
        place = {part: index for index, part in enumerate(sorted(shown))}
        sources: list[list[int]] = [[] for _ in place]
        edges: list[Edge] = []
        renumbered: dict[int, int] = {}
        for index, (source, target) in enumerate(self.edges):
            if source in place and target in place:
                renumbered[index] = len(edges)
                arriving = sources[place[target]]
                edges.append(Edge(place[source], place[target], len(arriving)))
                arriving.append(place[source])
            if index % _SLICE == 0:
                yield
        parts = []
        for part, index in place.items():
            member = self.members[part]
            more = any(each not in place for each in self.neighbours[part])
            parts.append(
                Part(
                    tuple(chain.from_iterable(member.rows)),
                    member.path,
                    member.folded,
                    tuple(self.outputs[part]),
                    tuple(sources[index]),
                    more,
                    tuple(member.turns),
                )
            )
            if index % _SLICE == 0:
                yield
        yield
        part_of = [place.get(part, -1) for part in self.part_of] if hidden else self.part_of
        numbers = {
            (place[source], place[target], slot): renumbered[edge]
            for (source, target, slot), edge in self.numbers.items()
            if edge in renumbered
        }
        yield
        frames, nesting = yield from self._frames(parts)
        return Diagram(self.log, tuple(parts), tuple(edges), part_of, numbers, hidden, frames, nesting)

    def _frames(self, parts: Sequence[Part]) -> Slices[tuple[tuple[Path, ...], Nesting]]:
        """The groups that are open and have some of the parts, and which parts those are."""
        places: dict[Path, int] = {TOP: -1}
        around: list[int] = []

        def place(path: Path) -> int:
            for depth in range(1, len(path) + 1):
                group = path[:depth]
                if group not in places:
                    outer = places[group[:-1]]
                    if group in self.proper:
                        places[group] = len(around)
                        around.append(outer)
                    else:
                        places[group] = outer
            return places[path]

        paths = (part.path[: len(part.path) - part.folded] for part in parts)
        inside = yield from listing(map(place, paths), _SLICE)
        found = [path for path in places if path in self.proper]
        return tuple(found), Nesting(inside, around)


def _neighbourhood(neighbours: list[set[int]], start: int) -> set[int]:
    """The parts nearest to one, by edges in either direction."""
    near, frontier = {start}, [start]
    while frontier and len(near) < AROUND:
        further = sorted({each for part in frontier for each in neighbours[part]} - near)
        frontier = further[: AROUND - len(near)]
        near.update(frontier)
    return near


def _circular(count: int, edges: Sequence[tuple[int, int]]) -> set[int]:
    """The parts on circles, and between them: what is left without all that comes before or after circles."""
    left = set(range(count))
    for one, other in ((0, 1), (1, 0)):
        waiting = dict.fromkeys(left, 0)
        following: dict[int, list[int]] = {part: [] for part in left}
        for edge in edges:
            if edge[one] in left and edge[other] in left:
                waiting[edge[other]] += 1
                following[edge[one]].append(edge[other])
        ready = [part for part in left if not waiting[part]]
        for part in ready:
            left.discard(part)
            for each in following[part]:
                waiting[each] -= 1
                if not waiting[each]:
                    ready.append(each)
    return left
