"""A diagram laid out for the screen: what stands on each row, ready to be looked up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from microcrad.drawing.diagram import Diagram, diagramming
from microcrad.drawing.grouping import Grouping
from microcrad.drawing.layout import Box, Layout, Shape, Wire, ranking
from microcrad.drawing.sight import Beyond, Map, Window, beyond, map_of
from microcrad.drawing.zooming import Fitting, Way, Zoom
from microcrad.slices import Slices, listing
from microcrad.timeline.groups import Path
from microcrad.timeline.snapshot import Snapshot
from tui.playground.diagram.box_room import Room, measuring, sign
from tui.playground.diagram.group_frames import GroupFrames
from tui.playground.diagram.wires import Wires, stub
from tui.widgets.glyphs import Glyphs

__all__ = ["Picture", "Wanted", "Way", "picturing"]

_SLICE = 1_000
_MAP = 18, 10
"""Dots across and down that its map has at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a picture is to be made of."""

    at: Snapshot
    grouped: Callable[[Collection[Path]], Slices[Grouping]]
    """How the nodes are grouped while some groups have to be open."""
    turns: Collection[Path]
    """The turns of loops that stand open because they are the current ones."""
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
    _beyond: tuple[Window, int, Beyond] | None = None
    """What was beyond the view that was looked at last."""

    @cached_property
    def map(self) -> Map:
        """A small map of it."""
        return map_of(self.layout.boxes, (self.layout.width, self.layout.height), *_MAP)

    def fits(self, width: int, height: int) -> bool:
        """Whether all of it can be seen in so many cells."""
        return self.layout.width <= width and self.layout.height <= height

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

    def beyond(self, view: Window, count: int) -> Beyond:
        """How many of the first boxes are beyond each edge of a view: the same from event to event."""
        if self._beyond is None or self._beyond[:2] != (view, count):
            self._beyond = view, count, beyond(self.layout.boxes[:count], view)
        return self._beyond[2]

    def box(self, part: int) -> Box:
        """Where a part stands."""
        return self.layout.boxes[part]


def _from(row: list[tuple[int, int]], left: int, right: int) -> list[tuple[int, int]]:
    """What of a row of boxes can reach from one column to before another."""
    return row[max(bisect_left(row, (left,)) - 1, 0) : bisect_left(row, (right,))]


def picturing(wanted: Wanted, glyphs: Glyphs) -> Slices[Picture]:
    """Make a picture, in pieces."""
    shown = yield from diagramming(wanted.at, wanted.grouped, wanted.turns, wanted.around)
    ranks, _ = yield from ranking(len(shown.parts), shown.edges)
    signs = yield from listing((sign(wanted.at, part, glyphs) for part in shown.parts), _SLICE)
    boxes = _Boxes(wanted, shown, signs)
    fitting = Fitting(shown, ranks, boxes.shapes, (wanted.width, wanted.height), wanted.around)
    way, drawn = yield from fitting.best(wanted.zoom, wanted.down)
    frames = GroupFrames(drawn.frames, shown.frames, glyphs)
    yield from frames.indexing()
    picture = Picture(shown, drawn, way, boxes.rooms[way.zoom, way.dense], signs, frames)
    yield from _indexing(picture)
    return picture


class _Boxes:
    """What each box of a diagram takes, at each zoom."""

    def __init__(self, wanted: Wanted, shown: Diagram, signs: list[str]) -> None:
        self.wanted, self.shown, self.signs = wanted, shown, signs
        self.rooms: dict[tuple[Zoom, bool], Room] = {}

    def shapes(self, way: Way) -> Slices[list[Shape]]:
        """The room that each box takes."""
        key = way.zoom, way.dense
        if key not in self.rooms:
            measured = measuring(
                self.wanted.at, self.shown.parts, way.zoom, beside=self.wanted.beside, dense=way.dense
            )
            self.rooms[key] = yield from measured
        room = self.rooms[key]
        texts = zip(self.shown.parts, self.signs, strict=True)
        shapes = (
            room.shape(index, part, way.zoom, text, down=way.down) for index, (part, text) in enumerate(texts)
        )
        return (yield from listing(shapes, _SLICE))


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
    yield from picture.wires.adding(chain(drawn.wires, _stubs(drawn)))
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
