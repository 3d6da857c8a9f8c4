"""Which way a diagram is drawn: the closest at which all of it can be seen, or most of it with its numbers.

What a box takes is said by whoever draws it; here it is decided what fits, by laying it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum

from microcrad.drawing.diagram import Diagram
from microcrad.drawing.layout import Layout, Shape, chained, laying_out, least, ranking, spread
from microcrad.drawing.sight import centred
from microcrad.records import Record
from microcrad.slices import Remembered, Slices

__all__ = ["Fitting", "Way", "Zoom"]

_TRIED = 250
"""Boxes up to which pictures that do not fit are made and compared; of more boxes it is estimated."""
_known = Remembered[Layout](32)
"""Pictures of so few boxes: from turn to turn of a loop what is open looks alike, and so does what is not."""
_ACROSS, _DOWN = (3, 10), (1, 4)
"""Columns between layers, or rows: what is scarce, and what a number has room in where there is enough."""


class Zoom(IntEnum):
    """How much of a node is shown."""

    SIGNS = 0
    """Its name, or its operation's sign."""
    LINES = 1
    """Name, data and grad in one row."""
    CARDS = 2
    """The name over data and grad."""
    BOXES = 3
    """A box with everything, each in a row of its own."""


_CELLS = {Zoom.SIGNS: 5, Zoom.LINES: 8, Zoom.CARDS: 30, Zoom.BOXES: 48}
"""Cells that a box takes at least: how many there are at most in a place is known without a look at them."""


class Way(Record):
    """One way to draw a diagram."""

    zoom: Zoom
    down: bool
    """Whether it leads from top to bottom, and not from left to right."""
    room: int = 0
    """From top to bottom, how wide chains may be whose nodes take others from above as well; 0 for none."""
    dense: bool = False
    """Whether numbers have the fewest digits, and boxes that stand beside each other touch."""
    spread: bool = False
    """Whether what uses nothing has layers of its own where it would make others too broad."""


def _ways(zoom: Zoom, width: int) -> list[Way]:
    """The ways to draw a diagram at a zoom for so many columns, what is easiest to read first."""
    lines = zoom is Zoom.LINES
    rooms = [width * part // 12 for part in ((12, 9, 7, 5) if lines else (12, 7))]
    return [
        Way(zoom, down, room, dense, spread)
        for dense in ((False, True) if lines else (False,))
        for spread in ((False, True) if Zoom.LINES <= zoom <= Zoom.CARDS else (False,))
        for down, room in ((False, 0), (True, 0), *((True, room) for room in rooms))
        if down or not spread
    ]


def _gap(way: Way) -> int:
    """The cells that boxes of a layer stand apart at least."""
    return int(way.down and not way.dense)


class Fitting:
    """Lays a diagram out in one way or another, until it fits."""

    def __init__(
        self,
        shown: Diagram,
        ranks: Sequence[int],
        shapes: Callable[[Way], Slices[list[Shape]]],
        size: tuple[int, int],
        around: int | None,
    ) -> None:
        """`shapes` says what each box takes in a way, `size` is what all has to fit in, `around` the node
        that matters most."""
        self._shown, self._ranks, self._shapes, self._size, self._around = shown, ranks, shapes, size, around
        self._drawn: dict[Way, Layout] = {}
        """What did not fit."""
        self._alike: set[Way] = set()
        """Ways that spread nothing, so that their pictures are there without them."""

    def best(self, zoom: Zoom | None, down: bool | None) -> Slices[tuple[Way, Layout]]:
        """The closest way in which all fits, or in which most of it can be seen with its numbers.

        Of one zoom, or one direction, if that is asked for.
        """
        width, height = self._size
        ways = [
            way
            for each in (sorted(Zoom, reverse=True) if zoom is None else [zoom])
            for way in _ways(each, width)
            if down in (None, way.down)
        ]
        count = len(self._shown.parts)
        fitting = None
        for way in ways:
            if count * _CELLS[way.zoom] <= width * height:
                drawn = yield from self._fitting(way)
                if drawn is not None:
                    fitting = way, drawn
                    break
        if fitting is not None and (zoom is not None or fitting[0].zoom > Zoom.SIGNS):
            return fitting
        numbered = [way for way in ways if zoom is not None or way.zoom is Zoom.CARDS or way.dense]
        if count > _TRIED:
            numbered = [Way(Zoom.CARDS if zoom is None else zoom, numbered[0].down)]
        drawings = []
        for way in (each for each in numbered if each not in self._alike):
            drawn = yield from self._laid_out(way)
            drawings.append((self._in_sight(drawn) if len(numbered) > 1 else count, way, drawn))
        seen, way, drawn = max(drawings, key=lambda each: each[0])
        # Numbers of much of it say more than the names of all of it.
        return fitting if fitting is not None and 3 * seen < count else (way, drawn)

    def _fitting(self, way: Way) -> Slices[Layout | None]:
        """All of it in one way, with room to spare between the boxes if there is some; None if it is too
        large."""
        shapes = yield from self._shapes(way)
        scarce, ample = _DOWN if way.down else _ACROSS
        gap = _gap(way)
        ranks, boxes, broad = self._ranks, shapes, self._size[0]
        if way.down:
            chains = chained(shapes, self._shown.edges, self._shown.nesting, way.room)
            boxes = chains.shapes(shapes)
            ranks, _ = yield from ranking(len(boxes), chains.edges)
            if way.spread:
                breadths = [shape.width for shape in boxes]
                ranks, before = spread(ranks, chains.edges, breadths, broad, gap), ranks
                if ranks == before:
                    self._alike.add(way)
                    return None
        long, broad = least(boxes, ranks, gap=gap, channel=scarce, down=way.down)
        if long > self._size[0] or broad > self._size[1]:
            return None
        spare = (self._size[1] - broad) if way.down else (self._size[0] - long)
        channel = min(scarce + spare // max(max(ranks, default=0), 1), ample)
        loose = gap + (way.zoom >= Zoom.CARDS)
        tries = [(loose, channel, False), (gap, channel, False), (gap, scarce, False), (gap, scarce, True)]
        for apart, between, within in dict.fromkeys(tries):
            drawn = yield from self._laying_out(shapes, way, apart, between, within=within)
            if drawn.width <= self._size[0] and drawn.height <= self._size[1]:
                return drawn
        self._drawn[way] = drawn
        return None

    def _laid_out(self, way: Way) -> Slices[Layout]:
        """All of it in one way, with little room between the boxes."""
        if way not in self._drawn:
            shapes = yield from self._shapes(way)
            scarce = (_DOWN if way.down else _ACROSS)[0]
            self._drawn[way] = yield from self._laying_out(shapes, way, _gap(way), scarce, within=True)
        return self._drawn[way]

    def _laying_out(
        self, shapes: Sequence[Shape], way: Way, gap: int, channel: int, *, within: bool
    ) -> Slices[Layout]:
        """All of it in one way, `within` the place across the layers as far as it goes."""
        shown = self._shown
        broad = self._size[not way.down] if within or way.spread else 0
        work = laying_out(
            shapes, shown.edges, gap=gap, channel=channel, beside=0 if way.down else 2,
            nesting=shown.nesting, down=way.down, room=way.room, broad=broad, spreads=way.spread,
        )  # fmt: skip
        if len(shapes) > _TRIED:
            return (yield from work)
        frames = tuple(map(tuple, shown.nesting))
        return (yield from _known.get((tuple(shapes), shown.edges, frames, way, gap, channel, broad), work))

    def _in_sight(self, drawn: Layout) -> int:
        """How many boxes are wholly in sight around the node that matters."""
        part = self._shown.part(self._around)
        box = drawn.boxes[len(drawn.boxes) - 1 if part is None else part]
        view = centred(box, (drawn.width, drawn.height), self._size)
        return sum(view.has(each) for each in drawn.boxes)
