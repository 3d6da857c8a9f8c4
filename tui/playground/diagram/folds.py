"""Which groups of a diagram are folded: what the person said, and what a run begins with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile

from microcrad.drawing.diagram import Diagram, with_loops
from microcrad.session.moment import Moment
from microcrad.timeline.groups import TOP, Path, groups, turn_of
from microcrad.timeline.log import Kind, Log
from microcrad.timeline.snapshot import Snapshot, run_of

__all__ = ["COMES_BACK", "FOLDED_FROM", "IN_NO_GROUP", "Folds"]

FOLDED_FROM = 20
"""Nodes of a run from which on its groups are folded until they are opened."""
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
        self.current: Path = TOP
        """The group in which something happens."""
        self._run: tuple[Log, Sequence[Path]] | None = None
        self._around_all = 0
        """How many groups stand around all of the run: folded, they would leave one box to look at."""

    def folded(self, path: Path, nodes: int, levels: int = 0) -> bool:
        """Whether a group of a run of so many nodes is to be one box; the outermost levels stand open."""
        opened = self.opened.get(path)
        if opened is not None:
            return not opened
        if turn_of(path[-1]) is not None:
            if self.opened.get(path[:-1]) is False:
                return True
            return nodes >= FOLDED_FROM and self.current[: len(path)] != path
        # Loops are there to gather turns that are folded.
        return path[-1].startswith("for ") or (
            nodes >= FOLDED_FROM and len(path) > max(levels, self._around_all)
        )

    def follow(self, moment: Moment) -> Path:
        """Know in which turns of loops a moment is."""
        at, event = moment.snapshot, moment.event
        paths = self.paths(at)
        near = [moment.touched, event.source if event is not None and event.kind is Kind.EDGE else -1]
        near.append(len(at.nodes) - 1)
        found = (paths[node] for node in near if node >= 0)
        self.current = next((path for path in found if any(map(turn_of, path))), TOP)
        return self.current

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

    def paths(self, at: Snapshot) -> Sequence[Path]:
        """The group of each node of a whole run, with loops as groups around their turns."""
        if self._run is None or self._run[0] is not run_of(at):
            arranged = groups(at.end)
            paths = [arranged.path(node) for node in range(at.node_count)]
            known = {path: with_loops(path) for path in set(paths)}
            self._run = run_of(at), [known[path] for path in paths]
            self._around_all = _shared(known.values())
        return self._run[1]


def _shared(paths: Collection[Path]) -> int:
    """How many groups, from the outermost one, are those of all the paths."""
    if not paths:
        return 0
    ends = zip(min(paths), max(paths), strict=False)  # Whatever these two share, those between share as well.
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
