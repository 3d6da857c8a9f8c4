"""The timeline's ruler: all the events of a view on one row, and on it the present, which the mouse drags."""

from __future__ import annotations

from microcrad.records import Record

__all__ = ["Ruler"]


class Ruler(Record):
    """Where so many events stand on a row of so many cells, between their first and their last number."""

    events: int
    width: int

    @property
    def start(self) -> int:
        """The cell of the first event, after its number."""
        return 3

    @property
    def cells(self) -> int:
        """The cells that the events share."""
        return max(self.width - self.start - len(str(self.events)) - 2, 1)

    def cell(self, place: int) -> int:
        """The cell of the event at a place of the view."""
        return self.start + _scaled(place, self.cells - 1, self.events - 1)

    def place(self, cell: int) -> int:
        """The place in the view of the event that is nearest to a cell; -1 before the first."""
        if cell < self.start:
            return -1
        within = min(cell - self.start, self.cells - 1)
        return _scaled(within, self.events - 1, self.cells - 1)


def _scaled(number: int, to: int, of: int) -> int:
    """A part `number` of `of`, as a part of `to`, rounded."""
    return (2 * number * to + of) // (2 * of) if of > 0 else 0
