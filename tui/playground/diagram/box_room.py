"""The room that the boxes of a diagram take at each zoom: the same at every moment of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from microcrad.drawing.diagram import Part
from microcrad.drawing.figures import figures
from microcrad.drawing.layout import Shape
from microcrad.slices import Slices
from microcrad.text.numbers import aligned, brief, short
from microcrad.timeline.snapshot import Snapshot
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip

__all__ = ["Room", "Zoom", "measuring", "sign"]


class Zoom(IntEnum):
    """How much of a node is shown."""

    SIGNS = 0
    """Its operation's sign, or a leaf's name."""
    LINES = 1
    """Everything in one row."""
    BOXES = 2
    """A box with its numbers below each other."""


_SLICE = 1_000
_LOOKED_AT = 5_000
"""Different numbers, and nodes, that are looked at before the most room is taken unseen."""
_LEAST, _MOST = 12, 18
"""Cells that a box is wide."""
_LABEL = 9
"""Cells that a label has in a line at most."""
_NUMBER = 7
"""Cells that a number has in a line at most."""
_SIGN = 8
"""Cells of a sign at most."""


@dataclass(frozen=True, slots=True)
class Room:
    """The cells that the numbers and labels of a run need: the same at every moment, so nothing moves."""

    number: int
    fraction: bool
    """Whether points stand below each other; otherwise all numbers are whole."""
    label: int
    beside: bool
    """Whether the right grad stands in a row of its own, as it does with a fault on."""
    lines: Sequence[int]
    """For each part, the cells of all that there is to say in one row; empty at other zooms."""

    def shape(self, index: int, part: Part, zoom: Zoom, sign: str) -> Shape:
        """The room of one box, and where its edges touch it."""
        ports = len(part.sources)
        if zoom is Zoom.BOXES:
            # A corner and a blank on each side of the label, the operation with a blank on each side.
            width = max(_LEAST, 2 + self._heading + self.number, min(self.label + 8, _MOST))
            height = 5 if self.beside else 4
            return Shape(width, max(height, ports + 2), tuple(range(1, ports + 1)), 1)
        width = 2 + (self.lines[index] if zoom is Zoom.LINES else cell_len(sign))
        return Shape(width, max(ports, 1), tuple(range(ports)), 0)

    def written(self, number: float | None, unknown: str) -> str:
        """A number in the room there is for it in a box."""
        if number is not None and not self.fraction:
            return short(number).rjust(self.number)
        return aligned(number, max(self.number, 6), unknown)[-self.number :]

    @property
    def asked(self) -> str:
        """What stands for a number that is asked for."""
        return self.written(0.0, "").replace("0", "?")

    @property
    def _heading(self) -> int:
        return 6 if self.beside else 5


def measuring(at: Snapshot, parts: Sequence[Part], zoom: Zoom, *, beside: bool) -> Slices[Room]:
    """What a run needs, and the parts of it that are shown, in pieces."""
    end = at.last_line  # At the very end names mean nothing any more.
    yield
    if zoom is Zoom.LINES:
        widths = yield from _line_widths(end, parts, marks=bool(at.end.leaks or at.end.heap.freed))
        return Room(_NUMBER, True, _LABEL, beside, widths)
    few = at.node_count <= _LOOKED_AT
    label = 0 if few else _LABEL
    for node in end.nodes if few else ():
        label = max(label, cell_len(end.label(node)))
        if node % _SLICE == 0:
            yield
    label = max([label, *(cell_len(part.name) + 2 for part in parts if part.folded)])
    number, fraction = yield from _number_room(at)
    return Room(number, fraction, label, beside, ())


def _number_room(at: Snapshot) -> Slices[tuple[int, bool]]:
    """The cells that every number of a run fits in, points below each other, and whether there is a point."""
    values = set()
    for count, figure in enumerate(figures(at)):
        if figure.field != "refs":
            values.add(figure.value)
        if count % (8 * _SLICE) == 0:
            yield
        if len(values) > _LOOKED_AT:
            return 10, True
    texts = [short(value) for value in values] or ["0"]
    fraction = any("." in text and "e" not in text for text in texts)
    whole = max((len(text.partition(".")[0]) for text in texts if "e" not in text), default=1)
    return max(whole + 5 * fraction, *(len(text) for text in texts), 2), fraction


def _line_widths(end: Snapshot, parts: Sequence[Part], *, marks: bool) -> Slices[list[int]]:
    """The cells of each part in one row without its sides: label, data, grad and references at their most."""
    shown = (figure for figure in figures(end) if figure.field != "refs")
    many = next(islice(shown, _LOOKED_AT, None), None) is not None
    data, grad, refs = ([cells] * end.node_count for cells in ([_NUMBER, _NUMBER, 1] if many else [1, 1, 1]))
    widest = {"data": data, "grad": grad, "refs": refs}
    for index, (node, field, value) in enumerate(figures(end)):
        if field == "refs" or not many:
            size = len(str(int(value)) if field == "refs" else brief(value))
            widest[field][node] = max(widest[field][node], size)
        if index % (8 * _SLICE) == 0:
            yield
    widths = []
    users: list[int] = [0] * len(parts)
    for part in parts:
        for source in part.sources:
            users[source] += 1
    for index, part in enumerate(parts):
        label = min(_label_width(end, part), _LABEL) + marks + (users[index] > 1 and not part.folded)
        numbers = data[part.node] + 1 + grad[part.node]
        if part.folded:
            count = len(f"{len(part.nodes)} nodes")
            outputs = len(f"{len(part.outputs)} outputs") if len(part.outputs) > 1 else 0
            widths.append(label + 1 + max(numbers, outputs) + 1 + count)
        else:
            widths.append(label + (label > 0) + numbers + 1 + refs[part.node])
        if index % _SLICE == 0:
            yield
    return widths


def _label_width(end: Snapshot, part: Part) -> int:
    """The cells that a part's label has in a line if there is room: of a node without a name its sign."""
    if part.folded:
        return cell_len(part.name) + 2
    node, names = part.node, end.end.named(part.node)
    texts = [*names, end.label(node)] if names else []
    return max(map(cell_len, [*texts, end.operation(node).symbol if end.operands(node) else ""]))


def sign(at: Snapshot, part: Part, glyphs: Glyphs) -> str:
    """What stands for a part where there is no room for more: the same at every moment."""
    if part.folded:
        return clip(f"{glyphs.closed}{part.name}".split(" ")[0], _SIGN, glyphs.ellipsis)
    node = part.node
    if at.operands(node):
        return clip(at.operation(node).symbol, _SIGN, glyphs.ellipsis)
    names = at.end.named(node)
    text = names[0] if names else short(at.born_as(node))
    return clip(text, _SIGN, glyphs.ellipsis)
