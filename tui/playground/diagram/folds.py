"""Which groups of a diagram are folded: what the person said, and what a run begins with."""

from __future__ import annotations

from collections.abc import Sequence

from microcrad.drawing.diagram import Diagram
from microcrad.timeline.groups import Path, groups
from microcrad.timeline.snapshot import Snapshot

__all__ = ["COMES_BACK", "FOLDED_FROM", "IN_NO_GROUP", "Folds"]

FOLDED_FROM = 20
"""Nodes of a run from which on its groups are folded until they are opened."""
IN_NO_GROUP = "This node is in no group, so that there is nothing to fold."
COMES_BACK = "A path leaves this group and comes back to it, so that it cannot be one box."


class Folds:
    """The groups that were opened or closed. They are known by their names: another run has the same ones."""

    def __init__(self) -> None:
        self.opened: dict[Path, bool] = {}
        self.turned: Path | None = None
        """The group that was opened or closed last, until there is a picture of it."""

    def folded(self, path: Path, nodes: int) -> bool:
        """Whether a group of a run of so many nodes is to be one box."""
        return not self.opened.get(path, nodes < FOLDED_FROM)

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
        """The group that a part is, or the innermost open one that it lies in."""
        if shown.parts[part].folded:
            return shown.parts[part].path
        frame = shown.nesting.inside[part]
        return None if frame < 0 else shown.frames[frame]

    @staticmethod
    def paths(at: Snapshot) -> Sequence[Path]:
        """The group of each node of a whole run."""
        arranged = groups(at.end)
        return [arranged.path(node) for node in range(at.node_count)]
