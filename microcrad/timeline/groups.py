"""The nodes of a run in groups, as its program's names or loops arrange them: what a picture may fold.

What a call of a function makes is a group named after it, `f` or `f#2`, inside the group of the call around
it. In a program with dotted names, what a line makes belongs to the name it assigns: the nodes of
`l0.n3 = relu(l0.n3.w*x)` are the group `l0.n3`, which lies in `l0`. A name that nothing lies in and whose
line makes a single node is no group: `l0.n3.w = 2` adds its leaf to `l0.n3`. In a program without dotted
names each turn of a loop is a group, such as `for i=3 (line 7)`, inside the turn of the loop around it,
whether the loop was unrolled or not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

from microcrad.language.names import enclosing
from microcrad.language.source_places import Piece
from microcrad.language.statements import Assign, For, Program, Statement
from microcrad.records import Record
from microcrad.slices import Slices, finish
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["TOP", "Groups", "LoopTurn", "Path", "finding_groups", "groups", "turn_of"]

Path = tuple[str, ...]
"""Where a group lies: `("l0", "n3")`, or `("for i=3 (line 7)", "for j=0 (line 8)")`."""

TOP: Path = ()
"""Where a node lies that is in no group; everything lies inside it."""

_SLICE = 500
"""Lines that ran which are worked on in one go."""
_TURN = r"for (\w+)=(-?\d+) (\(line \d+\))"


class LoopTurn(Record):
    """A turn of a loop, as its group's name says it."""

    variable: str
    number: int
    line: str
    """The loop's line, as `(line 7)`."""


@lru_cache(maxsize=100_000)
def turn_of(group: str) -> LoopTurn | None:
    """The turn that a part of a path names, if it is one."""
    found = re.fullmatch(_TURN, group)
    return None if found is None else LoopTurn(found[1], int(found[2]), found[3])


class Groups:
    """The groups at one moment. A group is there once it has a node; freed nodes stay in theirs.

    A path that no group of the run has is a `KeyError`.
    """

    def __init__(self, at: Snapshot) -> None:
        self.at = at

    @property
    def tree(self) -> _Tree:
        """The groups of the whole run, worked out when first asked for and kept with its log."""
        return finish(_growing(self.at))

    @property
    def dotted(self) -> bool:
        """Whether the groups come from dotted names; otherwise they come from loops."""
        return self.tree.dotted

    def path(self, node: int) -> Path:
        """The innermost group that a node belongs to; `TOP` if it is in none."""
        return self.tree.paths[node]

    def name(self, path: Path) -> str:
        """What to call a group: its dotted name, or the turns of its loops from the outermost in."""
        said = ""
        for part in path:
            turn = " " in part or said.endswith(")")
            said += f"{', ' if turn else '.'}{part}" if said else part
        return said

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
        """The node that a call has given, or that a group's own name means now; a turn has none."""
        if path in self.tree.given:
            events = self.tree.given[path]
            last = bisect_left(events, (self.at.position, -1))
            node = events[last - 1][1] if last else None
        else:
            node = self.at.names.get(self.name(path)) if self.dotted else None
        return node if node is not None and self.tree.lies_in(node, path) else None

    def outputs(self) -> frozenset[int]:
        """The nodes that are a group's output now, or were or will be at another moment of the run."""
        log = self.at.log
        if len(self.at.program.pieces) == 1 and not any("." in name for name in log.bind_events):
            return frozenset()  # Without counting the turns of a million lines.
        tree = self.tree
        events = [
            (path, event)
            for path in tree.inside
            for event in log.bind_events.get(self.name(path), ())
            if log.kinds[event] == Kind.BIND
        ]
        named = ((path, log.subjects[event]) for path, event in events)
        given = ((path, node) for path, found in tree.given.items() for _, node in found)
        return frozenset(node for path, node in (*named, *given) if tree.lies_in(node, path))


def groups(at: Snapshot) -> Groups:
    """The groups of a snapshot's nodes. What is worked out is kept for the other moments of the run."""
    return Groups(at)


def finding_groups(at: Snapshot) -> Slices[Groups]:
    """`groups` in pieces, with all of it worked out."""
    yield from _growing(at)
    return Groups(at)


def _growing(at: Snapshot) -> Slices[_Tree]:
    """The groups of the run of a moment, in pieces."""
    tree = _trees.get(at.log)
    if tree is None or len(tree.paths) != at.log.node_count:
        tree = _Tree(at.program)
        yield from tree.grow(at.log)
        _trees[at.log] = tree
    return tree


class _Tree:
    """The groups of a whole run."""

    def __init__(self, program: Program) -> None:
        pieces = program.pieces
        self._places = {id(place.statement): place for place in _places(program.statements, pieces)}
        self.dotted = any("." in place.name for place in self._places.values())
        self.paths: list[Path] = []
        """The innermost group of each node."""
        self.inside: dict[Path, list[int]] = {TOP: []}
        """Every group's nodes, those of the groups inside it among them, in order of allocation."""
        self.children: dict[Path, list[Path]] = {TOP: []}
        self.given: dict[Path, list[tuple[int, int]]] = {}
        """For each call the events in which it gave a node, and that node."""

    def grow(self, log: Log) -> Slices[None]:
        """Go through a run, in pieces."""
        places = self._places
        outer = {whole for place in places.values() for whole in enclosing(place.name)}
        turns: dict[str, int] = {}
        for number, (place, made, events) in enumerate(_executed(places, log)):
            if number % _SLICE == 0:
                yield
            _count_turns(place, turns)
            if not made and not any(place.gives):
                self.add(TOP, made)
                continue
            path, given = place.path(turns, dotted=self.dotted)
            for call in given:
                self.gave(call, log, events)
            if self.dotted:
                path += _named_path(place.name, outer, len(made))
            self.add(path, made)

    def gave(self, path: Path, log: Log, events: range) -> None:
        """Note the node that a call's last line has named."""
        for event in events:
            if log.kinds[event] == Kind.BIND:
                self.given.setdefault(path, []).append((event, log.subjects[event]))

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


class _Place(Record):
    """A statement and what it stands in."""

    statement: Statement
    around: tuple[For | Piece, ...]
    """The loops and the unrolled pieces around it, outermost first."""
    first: For | None
    """The loop with whose turn it begins, if it is the first of its body."""
    name: str
    """The name it assigns, without what its call puts before it; empty if it assigns none of its call."""
    gives: tuple[bool, ...]
    """For each of those around, whether this is the last line of a call, which names what the call gives."""

    def path(self, turns: dict[str, int], *, dotted: bool) -> tuple[Path, list[Path]]:
        """The calls and the turns it stands in, where names have dots the calls alone; those it ends."""
        path: list[str] = []
        given = []
        for each, gives in zip(self.around, self.gives, strict=True):
            if isinstance(each, For):
                variable = each.variable.rpartition(".")[2]
                name = "" if dotted else f"for {variable}={turns[each.variable]} (line {each.span.line})"
            else:
                name = "" if dotted and each.turn else each.group
            if name:
                path.append(name)
            if gives:
                given.append(tuple(path))
        return tuple(path), given


def _places(
    statements: tuple[Statement, ...], pieces: Sequence[Piece], loops: tuple[For, ...] = ()
) -> Iterator[_Place]:
    known: dict[int, tuple[tuple[For | Piece, ...], tuple[str, ...]]] = {}
    for number, statement in enumerate(statements):
        piece = statement.span.piece
        if piece not in known:
            known[piece] = _around(piece, pieces, loops)
        around, prefixes = known[piece]
        name = statement.name if isinstance(statement, Assign) else ""
        gives = tuple(bool(prefix and name) and not name.startswith(prefix) for prefix in prefixes)
        first = loops[-1] if loops and number == 0 else None
        inner = next((prefix for prefix in reversed(prefixes) if prefix), "")
        yield _Place(statement, around, first, "" if any(gives) else name.removeprefix(inner), gives)
        if isinstance(statement, For):
            yield from _places(statement.body, pieces, (*loops, statement))


def _around(
    piece: int, pieces: Sequence[Piece], loops: tuple[For, ...]
) -> tuple[tuple[For | Piece, ...], tuple[str, ...]]:
    """What stands around a piece, outermost first; with each call what that puts before its names."""
    chain = []
    while piece:
        chain.append(piece)
        piece = pieces[piece].site.piece
    around: list[For | Piece] = [loop for loop in loops if loop.span.piece == 0]
    for each in reversed(chain):
        around.append(pieces[each])
        around += [loop for loop in loops if loop.span.piece == each]
    prefixes, prefix = [], ""
    for found in around:
        if isinstance(found, Piece) and not found.turn:
            prefix += f"{found.group}."
        prefixes.append(prefix if isinstance(found, Piece) and not found.turn else "")
    return tuple(around), tuple(prefixes)


def _executed(places: dict[int, _Place], log: Log) -> Iterator[tuple[_Place, range, range]]:
    """Each statement as often as it ran, in order, with the nodes that it made and its events.

    Each one's start is in the log, a loop's once before its turns, so turns can be counted without more.
    """
    by_number = [places[id(statement)] for statement in log.statements]
    first = 0
    for turn, number in enumerate(log.started, 1):
        start = log.starts[turn - 1]
        end = log.starts[turn] if turn < len(log.starts) else len(log)
        last = first
        while last < log.node_count and log.born[last] < end:
            last += 1
        yield by_number[number], range(first, last), range(start, end)
        first = last


def _named_path(name: str, outer: set[str], made: int) -> Path:
    """The group of what a statement made that assigns a name; `outer` are the names that others lie in."""
    parts = tuple(name.split("."))
    if len(parts) > 1 and "[" in parts[-1]:  # The rows of net.letters are net.letters.
        return (*parts[:-1], parts[-1].partition("[")[0])
    return parts if name in outer or (made > 1 and len(parts) > 1) else parts[:-1]


def _count_turns(place: _Place, turns: dict[str, int]) -> None:
    """Follow the loops' variables."""
    if place.first is not None:
        turns[place.first.variable] += 1
    if isinstance(place.statement, For):
        start = place.statement.start
        turns[place.statement.variable] = (turns[start] if isinstance(start, str) else start) - 1
