"""What stands over a diagram: how much more there is beyond its edges, and from 100 nodes on a map of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from microcrad.drawing.layout import Box
from microcrad.drawing.sight import Beyond, Map, Window
from microcrad.records import Record
from tui.widgets.glyphs import Glyphs

__all__ = ["MAPPED_FROM", "Note", "map_notes", "marks"]

MAPPED_FROM = 100
"""Nodes from which on there is a map."""
_LEAST = (30, 8)
"""The cells of a pane that has room for a map."""


class Note(Record):
    """A text that stands over the picture at a cell of it."""

    x: int
    y: int
    text: str
    look: str

    def on(self, boxes: Iterable[Box]) -> bool:
        """Whether it covers something of one of some boxes."""
        return any(
            box.y <= self.y < box.y + box.height
            and box.x < self.x + len(self.text)
            and self.x < box.x + box.width
            for box in boxes
        )


def marks(hidden: Beyond, near: Iterable[Box], view: Window, glyphs: Glyphs) -> list[Note]:
    """How many boxes are beyond each edge of a view, said near the middle of that edge, and on none of the
    boxes near it that is wholly in sight, where there is another place."""
    left, right, above, below = hidden
    shown = [box for box in near if view.has(box)]
    end, bottom = view.x + view.width, view.y + view.height
    found: list[Note] = []
    for count, text, down in (
        (left, f" {glyphs.backward} {left} more ", True),
        (right, f" {right} more {glyphs.forward} ", True),
        (above, f" {glyphs.above} {above} more ", False),
        (below, f" {below} more {glyphs.below} ", False),
    ):
        if not count or len(text) > view.width:
            continue
        if down:
            x = view.x if text[1] == glyphs.backward else end - len(text)
            places = [(x, y) for y in _from_middle(view.y, bottom)]
        else:
            y = view.y if text[1] == glyphs.above else bottom - 1
            places = [(x, y) for x in _from_middle(view.x, end - len(text) + 1)]
        notes = [Note(x, y, text, "more") for x, y in places]
        apart = [note for note in notes if not any(_meet(note, other) for other in found)]
        best = next((note for note in apart if not note.on(shown)), None)
        found.append(best or next(iter(apart), notes[0]))
    return found


def _meet(note: Note, other: Note) -> bool:
    return note.y == other.y and note.x < other.x + len(other.text) and other.x < note.x + len(note.text)


def _from_middle(start: int, end: int) -> list[int]:
    """Every place from `start` to before `end`, those in the middle first."""
    return sorted(range(start, end), key=lambda at: (abs(2 * at - start - end + 1), at))


def map_notes(
    whole: Map,
    near: Sequence[Box],
    view: Window,
    all_seen: bool,
    chosen: Box | None,
    taken: Sequence[Note],
    glyphs: Glyphs,
) -> list[Note]:
    """A map in the corner of a view where it covers least of the boxes near it, and nothing of a chosen one;
    with what is in sight marked in it.

    No map where there is no room, or where all can be seen: then one knows where one is.
    """
    width, height = whole.columns, -(-whole.rows // 2)
    if all_seen or view.width < _LEAST[0] or view.height < _LEAST[1]:
        return []
    best: tuple[int, list[Note]] | None = None
    for y in (view.y + view.height - height, view.y):
        for x in (view.x + view.width - width, view.x):
            rows = [Note(x, y + row, " " * width, "map") for row in range(height)]
            under = [box for box in near if any(row.on((box,)) for row in rows)]
            if chosen in under or any(_meet(row, note) for row in rows for note in taken):
                continue
            if best is None or len(under) < best[0]:
                best = len(under), rows
    if best is None:
        return []
    return [piece for row, note in enumerate(best[1]) for piece in _drawn(whole, view, row, note, glyphs)]


def _drawn(whole: Map, view: Window, row: int, note: Note, glyphs: Glyphs) -> Iterator[Note]:
    """A row of a map, two of its dots in a cell; what is in sight has another look."""
    columns, rows = whole.seen(view)
    inside = rows.start <= 2 * row + 1 and 2 * row < rows.stop
    across = [
        sum(2 if lower else 1 for lower in (0, 1) if (column, 2 * row + lower) in whole.dots)
        for column in range(whole.columns)
    ]
    for seen, places in groupby(range(whole.columns), lambda column: inside and column in columns):
        found = list(places)
        text = "".join(glyphs.halves[across[column]] for column in found)
        yield Note(note.x + found[0], note.y, text, "map-here" if seen else "map")
