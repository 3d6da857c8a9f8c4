"""How many rows the timeline gets of those that it shares with the graph: as many as it has a use for."""

from __future__ import annotations

from microcrad.run.result import Run
from microcrad.session.moment import Moment

__all__ = ["STRIP", "Shares"]

STRIP = 3
"""The rows that a strip has at least: its title, the last event and the next one."""
_PART, _PART_OF_DIAGRAM = 0.44, 0.25
"""What part of the height is the timeline's where the graph would fill it too; below a diagram alone less."""
_LEAST, _LEAST_OF_DIAGRAM = 12, 9
_FEW = 20
"""Rows below which a diagram gives none to a strip."""
_GRAIN = 4
"""Rows change by so many at a time: another height lays the whole screen out anew."""


class Shares:
    """Divides the height. What a run has needed once it keeps: nothing moves to and fro as one walks."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._tree = 0
        """The most rows that the tree has had in this run."""

    def pane(self, moment: Moment, height: int, tree: int | None, *, beside: bool = False) -> int:
        """The rows of the timeline's pane, with title and ruler, below a tree of so many rows or a diagram,
        or below both."""
        part, least = (_PART, _LEAST) if tree is not None or beside else (_PART_OF_DIAGRAM, _LEAST_OF_DIAGRAM)
        least = min(least, height // 2)  # As under an inspector in full: the graph keeps its half.
        wanted = _grained(moment.progress[1] + 2)
        share = min(max(round(height * part), least), height)
        return min(max(wanted, least), max(share, self._free(moment, height, tree)))

    def strip(self, moment: Moment, height: int, tree: int | None) -> int:
        """The same where there is only room for a strip, or for nothing: it has what the tree leaves free."""
        free = self._free(moment, height, tree) if tree is not None else min(height - _FEW, STRIP)
        events = moment.progress[1]
        return min(free, _grained(events + 2)) if free >= STRIP and events else 0

    def output(self, height: int) -> int:
        """The rows of the output, with its title, where it stands below the graph without a timeline."""
        return min(max(round(height * _PART), _LEAST_OF_DIAGRAM), height // 2)

    def _free(self, moment: Moment, height: int, tree: int | None) -> int:
        """The rows that the graph has no use for."""
        if tree is None:
            return 0
        if moment.run is not self._run:
            self._run, self._tree = moment.run, 0
        self._tree = max(self._tree, tree)
        return height - 1 - _grained(self._tree)


def _grained(rows: int) -> int:
    return -(-rows // _GRAIN) * _GRAIN
