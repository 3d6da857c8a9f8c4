"""What is in sight of a picture larger than its place: how much is beyond each edge, and a map of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from microcrad.drawing.layout import Box
from microcrad.records import Record

__all__ = ["Beyond", "Map", "Window", "beyond", "centred", "map_of", "within"]


class Window(Record):
    """The cells of a picture that are in sight."""

    x: int
    y: int
    width: int
    height: int

    def has(self, box: Box) -> bool:
        """Whether all of a box is in sight."""
        return (
            self.x <= box.x
            and box.x + box.width <= self.x + self.width
            and self.y <= box.y
            and box.y + box.height <= self.y + self.height
        )


class Beyond(Record):
    """How many boxes are not, or not wholly, in sight, each counted at one edge: across before down."""

    left: int
    right: int
    above: int
    below: int


def beyond(boxes: Iterable[Box], view: Window) -> Beyond:
    """What is beyond the edges of a view."""
    left = right = above = below = 0
    first, top, end, bottom = view.x, view.y, view.x + view.width, view.y + view.height
    for x, y, width, height, _ in boxes:
        if x < first:
            left += 1
        elif x + width > end:
            right += 1
        elif y < top:
            above += 1
        elif y + height > bottom:
            below += 1
    return Beyond(left, right, above, below)


def centred(box: Box, extent: tuple[int, int], size: tuple[int, int]) -> Window:
    """The view of some size with a box in its middle, as far as a picture of an extent reaches."""
    x, y = (
        within(start + (length - room) // 2, whole, room)
        for start, length, whole, room in zip(box[:2], box[2:4], extent, size, strict=True)
    )
    return Window(x, y, *size)


def within(start: int, whole: int, size: int) -> int:
    """A view's start, kept on a picture; what is smaller than the view is centred."""
    return (whole - size) // 2 if whole <= size else max(0, min(start, whole - size))


class Map(Record):
    """A small map of a picture: which of its dots have something of a box in them."""

    columns: int
    rows: int
    across: int
    """The cells of the picture that a dot is wide, and those that it is high."""
    down: int
    dots: frozenset[tuple[int, int]]

    def seen(self, view: Window) -> tuple[range, range]:
        """The columns and rows of the dots that a view shows."""
        x, y = max(view.x, 0), max(view.y, 0)
        last_x, last_y = max(view.x + view.width - 1, 0), max(view.y + view.height - 1, 0)
        return (
            range(x // self.across, min(last_x // self.across + 1, self.columns)),
            range(y // self.down, min(last_y // self.down + 1, self.rows)),
        )


def map_of(boxes: Sequence[Box], extent: tuple[int, int], columns: int, rows: int) -> Map:
    """A map of a picture in at most so many dots."""
    width, height = extent
    across, down = max(-(-width // columns), 1), max(-(-height // rows), 1)
    dots = {
        (x, y)
        for box in boxes
        for x in range(box.x // across, (box.x + box.width - 1) // across + 1)
        for y in range(box.y // down, (box.y + box.height - 1) // down + 1)
    }
    return Map(max(-(-width // across), 1), max(-(-height // down), 1), across, down, frozenset(dots))
