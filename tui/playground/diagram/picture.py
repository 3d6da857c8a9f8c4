"""A diagram laid out for the screen: what stands on each row, ready to be looked up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from microcrad.drawing.diagram import Diagram, diagramming
from microcrad.drawing.layout import Box, Layout, laying_out, ranking
from microcrad.slices import Slices
from microcrad.timeline.groups import Path
from microcrad.timeline.snapshot import Snapshot
from tui.playground.diagram.box_room import Room, Zoom, measuring, sign
from tui.playground.diagram.group_frames import GroupFrames
from tui.playground.diagram.wires import Wires
from tui.widgets.glyphs import Glyphs

__all__ = ["Picture", "Wanted", "fitting", "picturing"]

_SLICE = 1_000
_CHANNELS = {Zoom.SIGNS: (3, 8), Zoom.LINES: (6, 10), Zoom.BOXES: (6, 10)}
"""Columns between boxes, where they are scarce and where they are not: then a number has room there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a picture is to be made of."""

    at: Snapshot
    paths: Sequence[Path]
    folded: Callable[[Path], bool]
    zoom: Zoom
    beside: bool
    width: int
    """The columns that it would best fit in."""
    around: int | None


@dataclass(slots=True)
class Picture:
    """Boxes and wires by row. It is of a whole run; a moment shows the first of its parts."""

    shown: Diagram
    layout: Layout
    zoom: Zoom
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

    def part_at(self, x: int, y: int) -> int | None:
        """The part whose box covers a cell."""
        row = self.boxes.get(y, [])
        place = bisect_left(row, (x + 1,)) - 1
        if place < 0:
            return None
        left, part = row[place]
        return part if x < left + self.layout.boxes[part].width else None

    def box(self, part: int) -> Box:
        """Where a part stands."""
        return self.layout.boxes[part]


def picturing(wanted: Wanted, glyphs: Glyphs) -> Slices[Picture]:
    """Make a picture, in pieces."""
    picture = yield from _drawing(wanted, glyphs, too_wide=False)
    assert picture is not None
    return picture


def fitting(wanted: Wanted, height: int, glyphs: Glyphs) -> Slices[Picture]:
    """Make a picture at the largest zoom at which it fits into the columns there are and so many rows, else
    at the smallest, in pieces."""
    for zoom in sorted(Zoom, reverse=True):
        picture = yield from _drawing(replace(wanted, zoom=zoom), glyphs, too_wide=zoom > min(Zoom))
        if picture is None:
            continue
        if picture.layout.width <= wanted.width and picture.layout.height <= height:
            break
    assert picture is not None
    return picture


def _drawing(wanted: Wanted, glyphs: Glyphs, *, too_wide: bool) -> Slices[Picture | None]:
    """A picture; with `too_wide` None, without laying it out, if its boxes alone do not fit side by side."""
    shown = yield from diagramming(wanted.at, wanted.paths, wanted.folded, wanted.around)
    room = yield from measuring(wanted.at, shown.parts, wanted.zoom, beside=wanted.beside)
    signs = [sign(wanted.at, part, glyphs) for part in shown.parts]
    yield
    shapes = [
        room.shape(index, part, wanted.zoom, text)
        for index, (part, text) in enumerate(zip(shown.parts, signs, strict=True))
    ]
    yield
    widths: dict[int, int] = {}
    for layer, shape in zip((yield from ranking(len(shapes), shown.edges))[0], shapes, strict=True):
        widths[layer] = max(widths.get(layer, 0), shape.width)
    channel, least = _channel(list(widths.values()), wanted)
    if too_wide and least > wanted.width:
        return None
    drawn = yield from laying_out(shapes, shown.edges, channel=channel, nesting=shown.nesting)
    frames = GroupFrames(drawn.frames, shown.frames, glyphs)
    yield from frames.indexing()
    picture = Picture(shown, drawn, wanted.zoom, room, signs, frames)
    yield from _indexing(picture)
    return picture


def _channel(widths: Sequence[int], wanted: Wanted) -> tuple[int, int]:
    """How far apart layers stand, roomy unless only the other way all fits; and how wide all is then."""
    tight, roomy = _CHANNELS[wanted.zoom]
    boxes, channels = sum(widths), max(len(widths) - 1, 0)
    if boxes + roomy * channels <= wanted.width:
        return roomy, boxes + roomy * channels
    least = boxes + tight * channels
    return (tight if least <= wanted.width or wanted.zoom is not Zoom.BOXES else roomy), least


def _indexing(picture: Picture) -> Slices[None]:
    drawn, count = picture.layout, len(picture.shown.parts)
    yield from picture.wires.adding(drawn.wires)
    for part, box in enumerate(drawn.boxes):
        for row in range(box.y, box.y + box.height):
            picture.boxes[row].append((box.x, part))
        if part % _SLICE == 0:
            yield
    picture.leaving, picture.arriving = [[] for _ in range(count)], [[] for _ in range(count)]
    for index, (source, target, _) in enumerate(drawn.edges):
        picture.ends[drawn.ports[index]].append((drawn.boxes[target].x - 1, index))
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
