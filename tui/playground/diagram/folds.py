"""Which groups of a diagram are folded: what the person said, and what a run begins with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile

from microcrad.drawing.diagram import Diagram, with_loops
from microcrad.drawing.grouping import Grouping, grouping
from microcrad.session.moment import Moment
from microcrad.slices import Slices
from microcrad.timeline.groups import TOP, Path, finding_groups, turn_of
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.snapshot import Snapshot, run_of

__all__ = ["COMES_BACK", "FOLDED_FROM", "IN_NO_GROUP", "Folds"]

FOLDED_FROM = 20
"""Nodes of a run from which on its groups are folded until they are opened."""
_SLICE = 500
IN_NO_GROUP = "This node is in no group, so that there is nothing to fold."
COMES_BACK = "A path leaves this group and comes back to it, so that it cannot be one box."


class Folds:
    """The groups that were opened or closed. They are known by their names: another run has the same ones.

    Of a loop the turn that is current stands open; the others are folded, those in a row into one box.
    """

    def __init__(self) -> None:
        self.opened: dict[Path, bool] = {}
        self.turned: Path | None = None
        """The group that was opened or closed last, until there is a picture of it."""
        self._grouped: tuple[object, Grouping] | None = None
        """What was grouped last, and how."""
        self._run: tuple[Log, Sequence[Path]] | None = None
        self._around_all = 0
        """How many groups stand around all of the run: folded, they would leave one box to look at."""

    def folded(self, path: Path, nodes: int, levels: int = 0) -> bool:
        """Whether a group of a run of so many nodes is to be one box; the outermost levels stand open.

        Of a loop all turns, as none is the current one.
        """
        opened = self.opened.get(path)
        if opened is not None:
            return not opened
        if turn_of(path[-1]) is not None:
            if self.opened.get(path[:-1]) is False:
                return True
            return nodes >= FOLDED_FROM
        # Loops are there to gather turns that are folded.
        return path[-1].startswith("for ") or (
            nodes >= FOLDED_FROM and len(path) > max(levels, self._around_all)
        )

    def follow(self, moment: Moment) -> tuple[Path, ...]:
        """The turns of loops that stand open at a moment because something happens in them.

        None before the groups of its run have been found.
        """
        at, event = moment.snapshot, moment.event
        if at.node_count < FOLDED_FROM or not self._knows(at):
            return ()
        paths = self.paths(at)
        near = [moment.touched, event.source if event is not None and event.kind is Kind.EDGE else -1]
        near.append(len(at.nodes) - 1)
        found = (paths[node] for node in near if node >= 0)
        current = next((path for path in found if any(map(turn_of, path))), TOP)
        around = (current[:depth] for depth in range(1, len(current) + 1))
        return tuple(
            path
            for path in around
            if turn_of(path[-1]) and path not in self.opened and self.opened.get(path[:-1]) is not False
        )

    def grouping(self, at: Snapshot, opened: Collection[Path] = (), *, levels: int = 0) -> Slices[Grouping]:
        """How the nodes of a moment are grouped while some groups have to be open, in pieces.

        It is the same in each turn of a loop, so that the last one is kept.
        """
        count, nodes = len(at.nodes), at.node_count
        key = run_of(at), count, frozenset(opened), levels, dict(self.opened)
        if self._grouped is None or self._grouped[0] != key:
            paths = yield from self.finding_paths(at)
            found = yield from grouping(paths[:count], lambda path: self.folded(path, nodes, levels), opened)
            self._grouped = key, found
        return self._grouped[1]

    def open_or_close(self, path: Path, *, opened: bool) -> None:
        """Have a group open or closed."""
        self.opened[path] = opened
        self.turned = path

    def framed(self, shown: Diagram) -> tuple[int | None, bool]:
        """Of a new picture: the frame of the group turned last, and whether it stands in spite of that."""
        path, self.turned = self.turned, None
        if path is None or path not in shown.frames:
            return None, False
        return shown.frames.index(path), not self.opened[path]

    @staticmethod
    def around(shown: Diagram, part: int) -> Path | None:
        """The innermost open group that a part lies in."""
        frame = shown.nesting.inside[part]
        return None if frame < 0 else shown.frames[frame]

    def finding_paths(self, at: Snapshot) -> Slices[Sequence[Path]]:
        """The group of each node of a whole run, with loops as groups around their turns, in pieces."""
        if not self._knows(at):
            tree = (yield from finding_groups(at.end)).tree
            known = {TOP: TOP}
            for index, path in enumerate(tree.inside):
                known[path] = with_loops(path)
                if index % _SLICE == 0:
                    yield
            self._around_all = _shared({known[path] for path in set(tree.paths)})
            yield
            self._run = run_of(at), [known[path] for path in tree.paths]
        return self.paths(at)

    def paths(self, at: Snapshot) -> Sequence[Path]:
        """What `finding_paths` has found."""
        assert self._run is not None
        return self._run[1]

    def _knows(self, at: Snapshot) -> bool:
        return self._run is not None and self._run[0] is run_of(at)


def _shared(paths: Collection[Path]) -> int:
    """How many groups, from the outermost one, are those of all the paths."""
    if not paths:
        return 0
    ends = zip(min(paths), max(paths), strict=False)  # Whatever these two share, those between share as well.
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
