"""One moment of a diagram, row by row, as characters with the names of their looks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from microcrad.drawing.sight import Window
from microcrad.session.moment import Moment
from microcrad.text.numbers import short
from microcrad.timeline.log import Kind
from tui.playground.diagram.faces import Face, Span, face, written
from tui.playground.diagram.margins import MAPPED_FROM, Note, map_notes, marks
from tui.playground.diagram.picture import Picture
from tui.playground.diagram.wires import DOWN, LEFT, RIGHT, UP, Cell, Wires, pieces
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len

__all__ = ["Painter"]


@dataclass(frozen=True, slots=True)
class _Flow:
    """The edges along which something goes in the current event."""

    edges: tuple[int, ...]
    backward: bool
    number: float | None
    """What is added to a grad; None if it must not be seen."""
    wrong: bool


_STILL = _Flow((), False, 0.0, False)


class Painter:
    """Paints a picture at one moment. Only what is in sight is worked out."""

    def __init__(self, picture: Picture, moment: Moment, glyphs: Glyphs) -> None:
        self.picture = picture
        self.moment = moment
        self.glyphs = glyphs
        self.born = picture.shown.born(moment.snapshot.position)
        self.selected = picture.shown.part(moment.selected)
        self._faces: dict[int, Face] = {}
        self.flow = self._flowing()
        self._near_edges = frozenset(() if self.selected is None else picture.arriving[self.selected])
        self._view: Window | None = None
        """The view that what follows was worked out for."""
        self._lit = self._near = Wires()
        self._number: tuple[int, int, str] | None = None
        self._notes: dict[int, list[Note]] = {}
        """What stands over the picture, by row."""

    def _flowing(self) -> _Flow:
        moment, event, shown = self.moment, self.moment.event, self.picture.shown
        if event is None:
            return _STILL
        if event.kind is Kind.COMPUTE:
            slots = range(len(moment.snapshot.operands(event.node)))
            edges = (shown.edge(event.node, slot) for slot in slots)
            return _Flow(tuple({edge for edge in edges if edge is not None}), False, 0.0, False)
        if event.kind is not Kind.EDGE:
            return _STILL
        edge = shown.edge(event.source, event.slot)
        wrong = moment.goes_wrong
        number = None if moment.spoils else event.local * event.upstream
        return _Flow(() if edge is None else (edge,), True, number, wrong)

    def face(self, part: int) -> Face:
        """What stands in a box."""
        found = self._faces.get(part)
        if found is None:
            picture = self.picture
            uses = bisect_left(picture.users[part], self.born)
            found = self._faces[part] = face(
                self.moment, picture.shown, picture.shown.parts[part], self.glyphs,
                sign=picture.signs[part], uses=uses, down=picture.way.down,
            )  # fmt: skip
        return found

    # --- rows ---

    def row(self, y: int, view: Window) -> list[Span]:
        """A row of the picture, from the left of the view to its right."""
        if view != self._view:
            self._look_through(view)
        left, right = view.x, view.x + view.width
        cells: list[Span] = [(" ", "")] * view.width
        wires = self.picture.wires.row(y, left, right, self.born)
        near = self._near.row(y, left, right, 1)
        lit = self._lit.row(y, left, right, 1)
        frames = self.picture.frames
        for x, line in frames.lines(y, left, right, self.born):
            cells[x - left : x - left + len(line)] = [(glyph, "group") for glyph in line]
        for x, cell in wires.items():
            cells[x - left] = self._wire(cell, near.get(x), lit.get(x))
        for x, name, frame in frames.names(y, left, right, self.born, wires):
            size = cell_len(name)
            cells[x - left : x - left + size] = [(name, self._name_look(frame)), *[("", "")] * (size - 1)]
        self._ends(y, left, right, cells)
        if self._number is not None and self._number[1] == y:
            for x, character in enumerate(self._number[2], self._number[0] - left):
                cells[x] = (character, self._flow_look)
        spans = self._boxes(y, left, right, cells)
        for x, _, text, name in self._notes.get(y, ()):
            start, end = x - left, x - left + len(text)
            spans = [*_cut(spans, 0, start), (text, name), *_cut(spans, end, view.width)]
        return spans

    def _look_through(self, view: Window) -> None:
        """Work out what stands out in a view."""
        drawn = self.picture.layout
        self._view = view
        self._lit, self._near = (
            Wires.of(piece for edge in edges for piece in pieces(drawn, edge, view))
            for edges in (self.flow.edges, self._near_edges)
        )
        self._number = self._find_number(view)
        self._notes = defaultdict(list)
        for note in self._noted(view):
            self._notes[note.y].append(note)

    def _noted(self, view: Window) -> list[Note]:
        """What stands over the picture: marks for more, and a map of a large graph."""
        hidden = self.picture.beyond(view, self.born)
        near = self.picture.near(view, self.born)
        notes = marks(hidden, near, view, self.glyphs)
        if len(self.moment.snapshot.nodes) >= MAPPED_FROM:
            chosen = None if self.selected is None else self.picture.box(self.selected)
            notes += map_notes(self.picture.map, near, view, not any(hidden), chosen, notes, self.glyphs)
        return notes

    @property
    def _flow_look(self) -> str:
        return "flow-wrong" if self.flow.wrong else "flow-back" if self.flow.backward else "flow"

    def _name_look(self, frame: int) -> str:
        """The look of a group's name: it stands out where enter would close that group."""
        inside = self.picture.shown.nesting.inside
        return "near" if self.selected is not None and inside[self.selected] == frame else "quiet"

    def _wire(self, cell: Cell, near: Cell | None, lit: Cell | None) -> Span:
        glyphs = self.glyphs
        if lit is not None and self.flow.backward:
            if cell.crossing and lit.ways in (UP | DOWN, LEFT | RIGHT):
                return glyphs.lit_crossings[lit.ways == LEFT | RIGHT], self._flow_look
            return glyphs.lit_wires[lit.ways], self._flow_look
        own = self.selected is not None and self.selected in (cell.across, cell.down)
        look = self._flow_look if lit is not None else "near" if own or near is not None else "wire"
        return glyphs.crossing if cell.crossing else glyphs.wires[cell.ways], look

    def _ends(self, y: int, left: int, right: int, cells: list[Span]) -> None:
        """The arrowheads of a row."""
        drawn, glyphs = self.picture.layout, self.glyphs
        row = self.picture.ends.get(y, [])
        for x, edge in row[bisect_left(row, (left,)) :]:
            if x >= right:
                break
            if drawn.edges[edge].target >= self.born:
                continue
            arrives = glyphs.arrives if drawn.across(edge) else glyphs.arrives_down
            if edge in self.flow.edges:
                if not self.flow.backward:
                    cells[x - left] = (arrives, self._flow_look)
            else:
                own = edge in self._near_edges or drawn.edges[edge].source == self.selected
                cells[x - left] = (arrives, "near" if own else "wire")
        if self.flow.backward:
            for edge in self.flow.edges:
                (x, start), _ = drawn.ends(edge)
                if start == y and left <= x < right:
                    back = glyphs.arrives_back if drawn.across(edge) else glyphs.arrives_up
                    cells[x - left] = (back, self._flow_look)

    def _boxes(self, y: int, left: int, right: int, cells: list[Span]) -> list[Span]:
        """The row with its boxes put in: cells until the next box, then the box."""
        spans: list[Span] = []
        at = left
        row = self.picture.boxes.get(y, [])
        for x, part in row[max(bisect_left(row, (left,)) - 1, 0) :]:
            box = self.picture.box(part)
            if x >= right:
                break
            if part >= self.born or x + box.width <= left:
                continue
            spans += cells[at - left : max(x - left, 0)]
            text = written(
                self.face(part), self.picture.way.zoom, box.width, box.height, y - box.y,
                self.picture.room, self.glyphs,
            )  # fmt: skip
            spans += _cut(text, left - x, right - x, self.glyphs.ellipsis)
            at = min(x + box.width, right)
        return spans + cells[at - left :]

    # --- the number on the lit edge ---

    def _find_number(self, view: Window) -> tuple[int, int, str] | None:
        """Where the number stands that goes back along an edge: on its longest level stretch in sight, else
        beside a stretch that leads down."""
        if not (self.flow.backward and self.flow.edges):
            return None
        drawn, edge = self.picture.layout, self.flow.edges[0]
        bottom, right = view.y + view.height, view.x + view.width
        ends = drawn.ends(edge)
        level: list[tuple[int, int, int]] = []
        """Of the stretches: how long they are, where they begin, and the row. The ends are left free."""
        beside: list[tuple[int, int]] = []
        """Cells next to stretches that lead down, the best first."""
        for piece in pieces(drawn, edge, view):
            if piece.y0 != piece.y1:
                middle = (piece.y0 + piece.y1) // 2
                rows = sorted(range(piece.y0, piece.y1 + 1), key=lambda row: abs(row - middle))
                beside += [(piece.x0, row) for row in rows if view.y <= row < bottom]
                continue
            x0 = max(piece.x0 + any((piece.x0, piece.y0) == end for end in ends), view.x)
            x1 = min(piece.x1 - any((piece.x1, piece.y0) == end for end in ends), right - 1)
            if view.y <= piece.y0 < bottom:
                level.append((x1 - x0 + 1, x0, piece.y0))
        space, x, y = max(level, default=(0, 0, 0))
        value, sign = self.flow.number, self.glyphs.fault if self.flow.wrong else ""
        texts = ("?",) if value is None else (short(value), *(f"{value:.{digits}g}" for digits in (3, 2, 1)))
        written = [sign + text for text in texts]
        for text in written:
            if len(text) <= space:
                return x + (space - len(text)) // 2, y, text
        for text in written:
            for column, row in beside:
                for x in (column + 1, column - len(text)):
                    if view.x <= x <= right - len(text) and self._free(x, row, len(text)):
                        return x, row, text
        return None

    def _free(self, x: int, y: int, size: int) -> bool:
        """Whether nothing stands in some cells of a row."""
        picture, end = self.picture, x + size
        return not (
            picture.wires.row(y, x, end, self.born)
            or any(picture.frames.lines(y, x, end, self.born))
            or any(picture.part_at(at, y) is not None for at in range(x, end))
        )


def _cut(spans: list[Span], start: int, end: int, mark: str = "") -> list[Span]:
    """The cells from `start` to before `end` of a row of a box.

    With a mark, it says where a word or number goes on: `.60` would be read as another one.
    """
    kept: list[Span] = []
    at = 0
    for text, look in spans:
        width = cell_len(text)
        if start <= at and at + width <= end:
            kept.append((text, look))
        elif at < end and at + width > start:
            characters = []
            for character in _marked(text, start - at, end - at, mark) if mark else text:
                size = cell_len(character)
                if start <= at and at + size <= end:
                    characters.append(character)
                elif at < end and at + size > start:  # Half of a wide character.
                    characters.append(" " * (min(at + size, end) - max(at, start)))
                at += size
            kept.append(("".join(characters), look))
            continue
        at += width
    return kept


_WORD = re.compile(r"\S+")


def _marked(text: str, start: int, end: int, mark: str) -> str:
    """A text with the mark in the first or last of some cells where a word goes on before or behind them."""
    written = text
    for word in _WORD.finditer(text):
        first = cell_len(text[: word.start()])
        last = first + cell_len(word[0])
        for edge, cell in ((start, start), (end, end - 1)):
            if first < edge < last and any(map(str.isalnum, word[0])):  # Lines of a frame can be cut.
                before, after = _around(written, cell)
                written = before + mark + after
    return written


def _around(text: str, cell: int) -> tuple[str, str]:
    """What stands before and after a cell of a text; of a wide character a blank is left."""
    at = 0
    for place, character in enumerate(text):
        size = cell_len(character)
        if at + size > cell:
            return text[:place] + " " * (cell - at), " " * (at + size - cell - 1) + text[place + 1 :]
        at += size
    return text, ""
