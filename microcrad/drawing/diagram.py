"""What a diagram of a run shows: a box for each node or folded group, an edge for each operand slot.

It is made once for a run, not for a moment: as one walks, boxes fill in and nothing moves. What a moment
shows of it are the parts that have been born by then.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from microcrad.drawing.layout import Edge, Nesting, sizing
from microcrad.slices import Slices, finish
from microcrad.timeline.groups import TOP, Path
from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Diagram", "Part", "diagram", "diagramming", "name"]

MOST = 40_000
"""Boxes and bends of long edges that are laid out at most; of a larger graph a neighbourhood is shown."""
AROUND = 1_500
"""The boxes of a neighbourhood."""
_SLICE = 2_000
"""Nodes that are worked on in one go."""


def name(path: Path) -> str:
    """What to call a group: its dotted name, or the innermost turn of a loop, as `step=3 (line 6)`."""
    turn = path[-1].removeprefix("for ")
    return turn if turn != path[-1] else ".".join(path)


class Part(NamedTuple):
    """A box: one node, or a group that is folded."""

    nodes: tuple[int, ...]
    """In order of allocation; just one where it is no group."""
    path: Path
    """The group that it is, or the innermost one that it lies in."""
    folded: bool
    outputs: tuple[int, ...]
    """The nodes that others use or nobody does: what a group is for."""
    sources: tuple[int, ...]
    """The part behind each of its slots: an operand each, or each part that a group uses, once."""
    more: bool
    """Whether it has neighbours that are not in the diagram."""

    @property
    def name(self) -> str:
        """What to call the group that it is, or lies in."""
        return name(self.path)

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
    """The part that shows each node; -1 outside the neighbourhood that is shown."""
    edge_of: dict[tuple[int, int], int]
    """The edge that shows a node's operand slot; without those that are inside a group."""
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
        part = -1 if node is None else self.part_of[node]
        return None if part < 0 else part


def diagram(
    at: Snapshot, paths: Sequence[Path] = (), folded: Callable[[Path], bool] | None = None
) -> Diagram:
    """The diagram of a whole run. `paths` are its nodes' groups, `folded` says which of them are closed."""
    return finish(diagramming(at, paths, folded or (lambda path: False)))


def diagramming(
    at: Snapshot, paths: Sequence[Path], folded: Callable[[Path], bool], around: int | None = None
) -> Slices[Diagram]:
    """`diagram` in pieces.

    With `around`, a graph too large to be laid out is cut down to that node's neighbourhood.
    """
    log, opened = at.log, set[Path]()
    while True:
        members, part_of, proper = yield from _members(log, paths, folded, opened)
        sketch = _Sketch(log, members, part_of, proper)
        yield from sketch.connect()
        try:
            size = yield from sizing(len(members), [Edge(*edge) for edge in sketch.edges])
        except ValueError:
            # A path that leaves a group and comes back: as one box it would use itself by way of another.
            opened |= {sketch.members[part][0] for part in _circular(len(members), sketch.edges)} - {TOP}
            continue
        yield
        shown: Collection[int] = range(len(members))
        if around is not None and size > MOST:
            shown = _neighbourhood(sketch.neighbours, part_of[around])
        return (yield from sketch.done(shown, len(members) - len(shown)))


def _members(
    log: Log, paths: Sequence[Path], folded: Callable[[Path], bool], opened: set[Path]
) -> Slices[tuple[list[tuple[Path, bool, list[int]]], list[int], set[Path]]]:
    """Each part's path, whether it is a folded group, and its nodes; the part of each node; all groups."""
    counts: dict[Path, int] = {}
    for path in paths:
        for depth in range(1, len(path) + 1):
            counts[path[:depth]] = counts.get(path[:depth], 0) + 1
    # A group that is all there is in the one around it would only be one more thing to open.
    proper = {path for path, count in counts.items() if 1 < count != counts.get(path[:-1])}
    closed = {path for path in proper if path not in opened and folded(path)}
    yield
    outermost: dict[Path, Path | None] = {}
    members: list[tuple[Path, bool, list[int]]] = []
    part_of: list[int] = []
    group_parts: dict[Path, int] = {}
    for node in range(log.node_count):
        path = paths[node] if paths else TOP
        if path not in outermost:
            around = (path[:depth] for depth in range(1, len(path) + 1))
            outermost[path] = next((each for each in around if each in closed), None)
        group = outermost[path]
        if group is None:
            part_of.append(len(members))
            members.append((path, False, [node]))
        elif group in group_parts:
            part_of.append(group_parts[group])
            members[group_parts[group]][2].append(node)
        else:
            group_parts[group] = len(members)
            part_of.append(len(members))
            members.append((group, True, [node]))
        if node % _SLICE == 0:
            yield
    return members, part_of, proper


class _Sketch:
    """Parts and their edges while they are found."""

    def __init__(
        self, log: Log, members: list[tuple[Path, bool, list[int]]], part_of: list[int], proper: set[Path]
    ) -> None:
        self.log = log
        self.members = members
        self.part_of = part_of
        self.proper = proper
        """The paths of all that may be folded."""
        self.neighbours: list[set[int]] = [set() for _ in members]
        self.edges: list[tuple[int, int]] = []
        self.edge_of: dict[tuple[int, int], int] = {}
        self.used_outside: set[int] = set()
        self.used: set[int] = set()

    def connect(self) -> Slices[None]:
        """Find the edges, in pieces."""
        arriving: dict[tuple[int, int], int] = {}
        for node in range(self.log.node_count):
            if node % _SLICE == 0:
                yield
            target = self.part_of[node]
            for slot, operand in enumerate(self.log.operands(node)):
                source = self.part_of[operand]
                self.used.add(operand)
                if source == target:
                    continue
                self.used_outside.add(operand)
                if self.members[target][1] and (source, target) in arriving:
                    self.edge_of[node, slot] = arriving[source, target]
                    continue
                arriving[source, target] = self.edge_of[node, slot] = len(self.edges)
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
            path, folded, nodes = self.members[part]
            outputs = tuple(n for n in nodes if n in self.used_outside or n not in self.used)
            more = any(each not in place for each in self.neighbours[part])
            parts.append(Part(tuple(nodes), path, folded, outputs, tuple(sources[index]), more))
            if index % _SLICE == 0:
                yield
        yield
        part_of = [place.get(part, -1) for part in self.part_of] if hidden else self.part_of
        edge_of = {key: renumbered[edge] for key, edge in self.edge_of.items() if edge in renumbered}
        yield
        frames, nesting = self._frames(parts)
        return Diagram(self.log, tuple(parts), tuple(edges), part_of, edge_of, hidden, frames, nesting)

    def _frames(self, parts: Sequence[Part]) -> tuple[tuple[Path, ...], Nesting]:
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

        inside = [place(part.path[: len(part.path) - part.folded]) for part in parts]
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
