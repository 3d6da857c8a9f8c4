"""A diagram laid out for the screen: what stands on each row, ready to be looked up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from microcrad.drawing.diagram import Diagram, diagramming
from microcrad.drawing.layout import Box, Layout, Shape, Wire, chained, laying_out, least, ranking
from microcrad.drawing.sight import Map, Window, centred, map_of
from microcrad.slices import Slices
from microcrad.timeline.groups import Path
from microcrad.timeline.snapshot import Snapshot
from tui.playground.diagram.box_room import Room, Zoom, measuring, sign
from tui.playground.diagram.group_frames import GroupFrames
from tui.playground.diagram.wires import Wires, stub
from tui.widgets.glyphs import Glyphs

__all__ = ["Picture", "Wanted", "Way", "picturing"]

_SLICE = 1_000
_TRIED = 250
"""Boxes up to which pictures that do not fit are made and compared; of more boxes it is estimated."""
_CELLS = {Zoom.SIGNS: 5, Zoom.LINES: 8, Zoom.CARDS: 30, Zoom.BOXES: 48}
"""Cells that a box takes at least: how many there are at most in a place is known without a look at them."""
_MAP = 18, 10
"""Dots across and down that its map has at most."""
_ACROSS, _DOWN = (3, 10), (1, 4)
"""Columns between layers, or rows: what is scarce, and what a number has room in where there is enough."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a picture is to be made of."""

    at: Snapshot
    paths: Sequence[Path]
    folded: Callable[[Path], bool]
    zoom: Zoom | None
    """None for the closest at which all can be seen, or else most of it with its numbers."""
    down: bool | None
    """Whether it is to lead from top to bottom; None for either way."""
    beside: bool
    width: int
    height: int
    """The cells that it would best fit in."""
    around: int | None
    """The node that matters most."""


class Way(NamedTuple):
    """One way to draw a diagram."""

    zoom: Zoom
    down: bool


@dataclass
class Picture:
    """Boxes and wires by row. Of an earlier moment it shows the first of its parts."""

    shown: Diagram
    layout: Layout
    way: Way
    room: Room
    signs: list[str]
    frames: GroupFrames
    wires: Wires = field(default_factory=Wires)
    boxes: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each row: the left columns of boxes with their parts, from the left."""
    ends: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """For each row: the columns in which edges end, with the edges."""
    users: list[list[int]] = field(default_factory=list)
    """For each part, the parts that its edges lead to, in the order of their birth."""
    leaving: list[list[int]] = field(default_factory=list)
    """For each part, the edges that leave it."""
    arriving: list[list[int]] = field(default_factory=list)
    """For each part, the edges that lead to it, by slot."""

    @cached_property
    def map(self) -> Map:
        """A small map of it."""
        return map_of(self.layout.boxes, (self.layout.width, self.layout.height), *_MAP)

    def part_at(self, x: int, y: int) -> int | None:
        """The part whose box covers a cell."""
        row = self.boxes.get(y, [])
        place = bisect_left(row, (x + 1,)) - 1
        if place < 0:
            return None
        left, part = row[place]
        return part if x < left + self.layout.boxes[part].width else None

    def near(self, view: Window, count: int) -> list[Box]:
        """Those of the first boxes of which something is in sight."""
        parts = {
            part
            for y in range(view.y, view.y + view.height)
            if y in self.boxes
            for left, part in _from(self.boxes[y], view.x, view.x + view.width)
            if part < count and left + self.layout.boxes[part].width > view.x
        }
        return [self.layout.boxes[part] for part in sorted(parts)]

    def box(self, part: int) -> Box:
        """Where a part stands."""
        return self.layout.boxes[part]


def _from(row: list[tuple[int, int]], left: int, right: int) -> list[tuple[int, int]]:
    """What of a row of boxes can reach from one column to before another."""
    return row[max(bisect_left(row, (left,)) - 1, 0) : bisect_left(row, (right,))]


def picturing(wanted: Wanted, glyphs: Glyphs) -> Slices[Picture]:
    """Make a picture, in pieces."""
    shown = yield from diagramming(wanted.at, wanted.paths, wanted.folded, wanted.around)
    ranks, _ = yield from ranking(len(shown.parts), shown.edges)
    studio = _Studio(wanted, glyphs, shown, ranks)
    way, drawn = yield from studio.best()
    frames = GroupFrames(drawn.frames, shown.frames, glyphs)
    yield from frames.indexing()
    picture = Picture(shown, drawn, way, studio.rooms[way.zoom], studio.signs, frames)
    yield from _indexing(picture)
    return picture


class _Studio:
    """Where a diagram is laid out in one way or another, until it fits."""

    def __init__(self, wanted: Wanted, glyphs: Glyphs, shown: Diagram, ranks: Sequence[int]) -> None:
        self.wanted, self.shown, self.ranks = wanted, shown, ranks
        self.chains = chained(len(shown.parts), shown.edges, shown.nesting)
        self.signs = [sign(wanted.at, part, glyphs) for part in shown.parts]
        self.rooms: dict[Zoom, Room] = {}
        self.drawn: dict[Way, Layout] = {}
        """What did not fit."""

    @property
    def size(self) -> tuple[int, int]:
        """The cells that it has to fit in."""
        return self.wanted.width, self.wanted.height

    def best(self) -> Slices[tuple[Way, Layout]]:
        """The closest way in which all fits, or in which most of it can be seen with its numbers."""
        zoom, down = self.wanted.zoom, self.wanted.down
        zooms = sorted(Zoom, reverse=True) if zoom is None else [zoom]
        ways = [Way(each, way) for each in zooms for way in ((False, True) if down is None else (down,))]
        count = len(self.shown.parts)
        fitting = None
        for way in ways:
            if count * _CELLS[way.zoom] <= self.wanted.width * self.wanted.height:
                drawn = yield from self.fitting(way)
                if drawn is not None:
                    fitting = way, drawn
                    break
        if fitting is not None and (zoom is not None or fitting[0].zoom > Zoom.SIGNS):
            return fitting
        numbered = [way for way in ways if zoom is not None or way.zoom > Zoom.SIGNS]
        if count > _TRIED:
            numbered = [Way(Zoom.CARDS if zoom is None else zoom, numbered[0].down)]
        drawings = []
        for way in numbered:
            drawn = yield from self.laid_out(way)
            drawings.append((self._in_sight(drawn) if len(numbered) > 1 else count, way, drawn))
        seen, way, drawn = max(drawings, key=lambda each: each[0])
        # Numbers of most of it say more than the names of all of it.
        return fitting if fitting is not None and 2 * seen < count else (way, drawn)

    def fitting(self, way: Way) -> Slices[Layout | None]:
        """All of it in one way, with room to spare between the boxes if there is some; None if it is too
        large."""
        shapes = yield from self.shapes(way)
        scarce, ample = _DOWN if way.down else _ACROSS
        gap = 1 if way.down else 0
        ranks, boxes = self.ranks, shapes
        if way.down:
            boxes = self.chains.shapes(shapes)
            ranks, _ = yield from ranking(len(boxes), self.chains.edges)
        long, broad = least(boxes, ranks, gap=gap, channel=scarce, down=way.down)
        if long > self.wanted.width or broad > self.wanted.height:
            return None
        spare = (self.wanted.height - broad) if way.down else (self.wanted.width - long)
        channel = min(scarce + spare // max(max(ranks, default=0), 1), ample)
        loose = gap + (way.zoom >= Zoom.CARDS)
        for apart, between in dict.fromkeys(((loose, channel), (gap, channel), (gap, scarce))):
            drawn = yield from self._laying_out(shapes, way, apart, between)
            if drawn.width <= self.wanted.width and drawn.height <= self.wanted.height:
                return drawn
        self.drawn[way] = drawn
        return None

    def laid_out(self, way: Way) -> Slices[Layout]:
        """All of it in one way, with little room between the boxes."""
        if way not in self.drawn:
            shapes = yield from self.shapes(way)
            scarce = (_DOWN if way.down else _ACROSS)[0]
            self.drawn[way] = yield from self._laying_out(shapes, way, int(way.down), scarce)
        return self.drawn[way]

    def _laying_out(self, shapes: Sequence[Shape], way: Way, gap: int, channel: int) -> Slices[Layout]:
        return (
            yield from laying_out(
                shapes, self.shown.edges, gap=gap, channel=channel, beside=0 if way.down else 2,
                nesting=self.shown.nesting, down=way.down,
            )
        )  # fmt: skip

    def shapes(self, way: Way) -> Slices[list[Shape]]:
        """The room that each box takes."""
        if way.zoom not in self.rooms:
            measured = measuring(self.wanted.at, self.shown.parts, way.zoom, beside=self.wanted.beside)
            self.rooms[way.zoom] = yield from measured
        room = self.rooms[way.zoom]
        yield
        return [
            room.shape(index, part, way.zoom, text, down=way.down)
            for index, (part, text) in enumerate(zip(self.shown.parts, self.signs, strict=True))
        ]

    def _in_sight(self, drawn: Layout) -> int:
        """How many boxes are wholly in sight around the node that matters."""
        part = self.shown.part(self.wanted.around)
        box = drawn.boxes[len(drawn.boxes) - 1 if part is None else part]
        view = centred(box, (drawn.width, drawn.height), self.size)
        return sum(view.has(each) for each in drawn.boxes)


def _stubs(drawn: Layout) -> Iterator[Wire]:
    """The beginnings of wires in the sides of boxes: where several lead away from one, it can be seen."""
    first: dict[int, tuple[int, int]] = {}
    for index, (source, target, _) in enumerate(drawn.edges):
        if target <= first.get(source, (target, 0))[0]:
            first[source] = target, index
    for source, (target, index) in first.items():
        (x0, y0), (x1, y1) = stub(drawn, index)
        yield Wire(source, target, x0, y0, x1, y1)


def _indexing(picture: Picture) -> Slices[None]:
    drawn, count = picture.layout, len(picture.shown.parts)
    yield from picture.wires.adding([*drawn.wires, *_stubs(drawn)])
    for part, box in enumerate(drawn.boxes):
        for row in range(box.y, box.y + box.height):
            picture.boxes[row].append((box.x, part))
        if part % _SLICE == 0:
            yield
    picture.leaving, picture.arriving = [[] for _ in range(count)], [[] for _ in range(count)]
    for index, (source, target, _) in enumerate(drawn.edges):
        _, (x, y) = drawn.ends(index)
        picture.ends[y].append((x, index))
        picture.leaving[source].append(index)
        picture.arriving[target].append(index)
        if index % _SLICE == 0:
            yield
    for part, edges in enumerate(picture.leaving):
        picture.users.append(sorted(drawn.edges[edge].target for edge in edges))
        if part % _SLICE == 0:
            yield
    for lines in (picture.boxes, picture.ends):
        for line in lines.values():
            line.sort()
        yield
