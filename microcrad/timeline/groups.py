"""The nodes of a run in groups, as its program's names or loops arrange them: what a picture may fold.

In a program with dotted names, what a line makes belongs to the name it assigns: the nodes of
`l0.n3 = relu(l0.n3.w*x)` are the group `l0.n3`, which lies in `l0`. A name that nothing lies in and whose
line makes a single node is no group: `l0.n3.w = 2` adds its leaf to `l0.n3`. In a program without dotted
names each turn of a loop is a group, such as `for i=3 (line 7)`, inside the turn of the loop around it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from microcrad.language.names import enclosing
from microcrad.language.statements import Assign, For, Program, Statement
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["TOP", "Groups", "Path", "groups"]

Path = tuple[str, ...]
"""Where a group lies: `("l0", "n3")`, or `("for i=3 (line 7)", "for j=0 (line 8)")`."""

TOP: Path = ()
"""Where a node lies that is in no group; everything lies inside it."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups at one moment. A group is there once it has a node; freed nodes stay in theirs.

    A path that no group of the run has is a `KeyError`.
    """

    at: Snapshot

    @property
    def tree(self) -> _Tree:
        """The groups of the whole run, worked out when first asked for and kept with its log."""
        log = self.at.log
        tree = _trees.get(log)
        if tree is None or len(tree.paths) != log.node_count:
            tree = _trees[log] = _Tree(self.at.program, log)
        return tree

    @property
    def dotted(self) -> bool:
        """Whether the groups come from dotted names; otherwise they come from loops."""
        return self.tree.dotted

    def path(self, node: int) -> Path:
        """The innermost group that a node belongs to; `TOP` if it is in none."""
        return self.tree.paths[node]

    def name(self, path: Path) -> str:
        """What to call a group: its dotted name, or the turns of its loops from the outermost in."""
        return (".".join if self.dotted else ", ".join)(path)

    def children(self, path: Path = TOP) -> tuple[Path, ...]:
        """The groups directly inside one, in the order of their first nodes."""
        return tuple(child for child in self.tree.children[path] if self.count(child))

    def count(self, path: Path) -> int:
        """How many nodes a group has, those of the groups inside it among them."""
        return bisect_left(self.tree.inside[path], len(self.at.nodes))

    def nodes(self, path: Path) -> list[int]:
        """A group's nodes, those of the groups inside it among them, in order of allocation."""
        return self.tree.inside[path][: self.count(path)]

    def output(self, path: Path) -> int | None:
        """The node of a group that the group's own name means now, if there is one; a turn has none."""
        node = self.at.names.get(self.name(path)) if self.dotted else None
        return node if node is not None and self.tree.lies_in(node, path) else None

    def outputs(self) -> frozenset[int]:
        """The nodes that are a group's output now, or were or will be at another moment of the run."""
        log = self.at.log
        if not any("." in name for name in log.bind_events):
            return frozenset()  # Without counting the turns of a million lines.
        tree = self.tree
        events = [
            (path, event)
            for path in tree.inside
            for event in log.bind_events.get(self.name(path), ())
            if log.kinds[event] == Kind.BIND
        ]
        return frozenset(
            log.subjects[event] for path, event in events if tree.lies_in(log.subjects[event], path)
        )


def groups(at: Snapshot) -> Groups:
    """The groups of a snapshot's nodes. What is worked out is kept for the other moments of the run."""
    return Groups(at)


class _Tree:
    """The groups of a whole run."""

    def __init__(self, program: Program, log: Log) -> None:
        places = {id(place.statement): place for place in _places(program.statements)}
        names = [each.statement.name for each in places.values() if isinstance(each.statement, Assign)]
        self.dotted = any("." in name for name in names)
        self.paths: list[Path] = []
        """The innermost group of each node."""
        self.inside: dict[Path, list[int]] = {TOP: []}
        """Every group's nodes, those of the groups inside it among them, in order of allocation."""
        self.children: dict[Path, list[Path]] = {TOP: []}
        if self.dotted:
            outer = {whole for name in names for whole in enclosing(name)}
            for place, made in _executed(places, log):
                self.add(_named_path(place.statement, outer, len(made)), made)
        else:
            turns: dict[str, int] = {}
            for place, made in _executed(places, log):
                _count_turns(place, turns)
                self.add(_turn_path(place, turns) if made else TOP, made)

    def add(self, path: Path, made: range) -> None:
        """Put nodes that one line has made into a group."""
        self.paths += [path] * len(made)
        for length in range(len(path) + 1) if made else ():
            around = path[:length]
            if around not in self.inside:
                self.inside[around], self.children[around] = [], []
                self.children[around[:-1]].append(around)
            self.inside[around] += made

    def lies_in(self, node: int, path: Path) -> bool:
        """Whether a node belongs to a group or to one inside it."""
        return self.paths[node][: len(path)] == path


_trees: WeakKeyDictionary[Log, _Tree] = WeakKeyDictionary()
"""They go with their log."""


class _Place(NamedTuple):
    """A statement and the loops around it."""

    statement: Statement
    loops: tuple[For, ...]
    """Outermost first."""
    first: bool
    """Whether it is the first of its loop's body, with which each turn begins."""


def _places(statements: tuple[Statement, ...], loops: tuple[For, ...] = ()) -> Iterator[_Place]:
    for number, statement in enumerate(statements):
        yield _Place(statement, loops, number == 0)
        if isinstance(statement, For):
            yield from _places(statement.body, (*loops, statement))


def _executed(places: dict[int, _Place], log: Log) -> Iterator[tuple[_Place, range]]:
    """Each statement as often as it ran, in order, with the nodes that it made.

    Each one's start is in the log, a loop's once before its turns, so turns can be counted without more.
    """
    by_number = [places[id(statement)] for statement in log.statements]
    first = 0
    for turn, number in enumerate(log.started, 1):
        end = log.starts[turn] if turn < len(log.starts) else len(log)
        last = first
        while last < log.node_count and log.born[last] < end:
            last += 1
        yield by_number[number], range(first, last)
        first = last


def _named_path(statement: Statement, outer: set[str], made: int) -> Path:
    """The group of what a statement made; `outer` are the names that others lie in."""
    if not isinstance(statement, Assign):
        return TOP
    parts = tuple(statement.name.split("."))
    return parts if statement.name in outer or (made > 1 and len(parts) > 1) else parts[:-1]


def _count_turns(place: _Place, turns: dict[str, int]) -> None:
    """Follow the loops' variables."""
    if place.loops and place.first:
        turns[place.loops[-1].variable] += 1
    if isinstance(place.statement, For):
        start = place.statement.start
        turns[place.statement.variable] = (turns[start] if isinstance(start, str) else start) - 1


def _turn_path(place: _Place, turns: dict[str, int]) -> Path:
    return tuple(
        f"for {loop.variable}={turns[loop.variable]} (line {loop.span.line})" for loop in place.loops
    )
