"""The room that the boxes of a diagram take at each zoom: the same at every moment of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from microcrad.drawing.diagram import Part
from microcrad.drawing.figures import figures
from microcrad.drawing.layout import Shape
from microcrad.drawing.zooming import Zoom
from microcrad.slices import Slices
from microcrad.text.numbers import aligned, short, tight, tightest
from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot, run_of
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip

__all__ = ["MANY", "Room", "kinds", "measuring", "sign"]


_SLICE = 1_000
_LOOKED_AT = 5_000
"""Different numbers, and nodes, that are looked at before the most room is taken unseen."""
MANY = 250
"""Parts from which on there is room for grads before there are any."""
_LEAST, _MOST = 12, 18
"""Cells that a box is wide."""
_CARD_LEAST, _CARD_MOST = 10, 12
"""Cells that a card is wide."""
_GROUP_MOST = 15
"""Cells that the card of a group is wide at most: it is read by its name."""
_LABEL = 9
"""Cells that a label has in a line at most."""
_NUMBER = 7
"""Cells that a number has on a card at most."""
_TIGHT = 6
"""Cells that a number has in a line at most."""
_SIGN = 8
"""Cells of a sign at most."""


@dataclass(frozen=True, slots=True)
class Room:
    """The cells that the numbers and labels of a run need: the same at every moment."""

    number: int
    fraction: bool
    """Whether points stand below each other; otherwise all numbers are whole."""
    label: int
    beside: bool
    """Whether the right grad stands in a row of its own, as it does with a fault on."""
    lines: Sequence[int]
    """For each part, the cells of all that there is to say in one row; empty at other zooms."""
    dense: bool = False
    """Whether numbers in one row have the fewest digits."""
    grads: bool = True
    """Whether grads are shown: there are none before the first gradient is sent."""

    def shape(self, index: int, part: Part, zoom: Zoom, sign: str, *, down: bool = False) -> Shape:
        """The room of one box, and where its edges touch it: on its sides, or `down` at top and bottom."""
        ports = len(part.sources)
        if zoom is Zoom.BOXES:
            # A corner and a blank on each side of the label, the operation with a blank on each side.
            width = max(_LEAST, 2 + self._heading + self.number, min(self.label + 8, _MOST))
            height, first = 3 + self._grads, 1
        elif zoom is Zoom.CARDS:
            width, height, first = min(max(_CARD_LEAST, self.label + 4), _CARD_MOST), 2 + self._grads, 1
            if part.folded:  # It says how many nodes it has as well, or that in the place of numbers.
                height = 3 if self.several(part) else height + 1
                name = part.name.rpartition(".")[2]  # The groups that it lies in are said by their frames.
                words = max(cell_len(name) + 4, len(kinds(part)), len(f"{len(part.nodes)} nodes"))
                width = max(_CARD_LEAST, min(words + 2, _GROUP_MOST))
        else:
            width, height, first = 2 + (self.lines[index] if zoom is Zoom.LINES else cell_len(sign)), 1, 0
        if down:
            width = max(width, ports)
            places = (((2 * port + 1) * width) // (2 * ports) for port in range(ports))
            return Shape(width, height, tuple(places), width // 2)
        # The last edge may touch a card at its lower line, where the grad stands.
        most = ports + first + (zoom is Zoom.BOXES)
        return Shape(width, max(height, most), tuple(range(first, ports + first)), first)

    def written(self, number: float | None, unknown: str) -> str:
        """A number in the room there is for it in a box."""
        if number is not None and not self.fraction:
            return short(number).rjust(self.number)
        return aligned(number, max(self.number, 6), unknown)[-self.number :]

    def in_line(self, number: float) -> str:
        """A number as it stands in one row with others."""
        return tightest(number) if self.dense else tight(number)

    @property
    def asked(self) -> str:
        """What stands for a number that is asked for."""
        return self.written(0.0, "").replace("0", "?")

    @staticmethod
    def several(part: Part) -> bool:
        """Whether a group has no one number that stands for it."""
        return len(part.outputs) > 1 or bool(part.turns)

    @property
    def _grads(self) -> int:
        """The rows that the grads of a box take: with a fault on the right one has a row of its own."""
        return self.grads * (1 + self.beside)

    @property
    def _heading(self) -> int:
        return 6 if self.beside else 5


def measuring(
    at: Snapshot, parts: Sequence[Part], zoom: Zoom, *, beside: bool, dense: bool = False
) -> Slices[Room]:
    """What a run needs, and the parts of it that are shown, in pieces."""
    end = at.last_line  # At the very end names mean nothing any more.
    # Many boxes are not laid out anew for the first gradient.
    grads = at.graded or (len(parts) > MANY and at.end.graded)
    yield
    if zoom is Zoom.LINES:
        marks = bool(at.end.leaks or at.end.heap.freed)
        widths = yield from _line_widths(end, parts, marks=marks, dense=dense, grads=grads)
        return Room(_NUMBER, True, _LABEL, beside, widths, dense, grads)
    if zoom is Zoom.SIGNS:
        return Room(_NUMBER, True, _LABEL, beside, ())
    label = 0 if len(parts) <= _LOOKED_AT else _LABEL
    for index, part in enumerate(parts):
        if part.folded:
            label = max(label, cell_len(part.name) + 2)
        elif len(parts) <= _LOOKED_AT and part.node < len(end.nodes):
            label = max(label, cell_len(end.label(part.node)))
        if index % _SLICE == 0:
            yield
    if zoom is Zoom.CARDS:
        return Room(_NUMBER, True, label, beside, (), grads=grads)
    number, fraction = yield from _number_room(at)
    return Room(number, fraction, label, beside, (), grads=grads)


_rooms: WeakKeyDictionary[Log, tuple[int, bool]] = WeakKeyDictionary()
_widest: WeakKeyDictionary[Log, dict[bool, tuple[list[int], list[int]]]] = WeakKeyDictionary()
"""What was found out of runs: it is the same at each of their moments, and goes with them."""


def _number_room(at: Snapshot) -> Slices[tuple[int, bool]]:
    """The cells that every number of a run fits in, points below each other, and whether there is a point."""
    if run_of(at) not in _rooms:
        _rooms[run_of(at)] = yield from _finding_room(at)
    return _rooms[run_of(at)]


def _finding_room(at: Snapshot) -> Slices[tuple[int, bool]]:
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


def _line_widths(
    end: Snapshot, parts: Sequence[Part], *, marks: bool, dense: bool, grads: bool
) -> Slices[list[int]]:
    """The cells of each part in one row without its sides: label, data and grad at their most."""
    known = _widest.setdefault(run_of(end), {})
    if dense not in known:
        known[dense] = yield from _widest_numbers(end, tightest if dense else tight)
    data, grad = known[dense]
    widths = []
    users: list[int] = [0] * len(parts)
    for part in parts:
        for source in part.sources:
            users[source] += 1
    for index, part in enumerate(parts):
        label = min(_label_width(end, part), _LABEL) + marks + (users[index] > 1 and not part.folded)
        numbers = data[part.node] + (1 + grad[part.node]) * grads
        if part.folded:
            widths.append(label + 1 + max(numbers, len(kinds(part))) + 1 + len(f"{len(part.nodes)} nodes"))
        else:
            widths.append(label + (label > 0) + numbers)
        if index % _SLICE == 0:
            yield
    return widths


def _widest_numbers(end: Snapshot, write: Callable[[float], str]) -> Slices[tuple[list[int], list[int]]]:
    """The most cells that each node's data takes in a line, and its grad."""
    shown = (figure for figure in figures(end) if figure.field != "refs")
    many = next(islice(shown, _LOOKED_AT, None), None) is not None
    data, grad = ([cells] * end.node_count for cells in ([_TIGHT, _TIGHT] if many else [1, 1]))
    widest = {"data": data, "grad": grad}
    for index, (node, name, value) in enumerate(() if many else figures(end)):
        if name != "refs":
            widest[name][node] = max(widest[name][node], len(write(value)))
        if index % (8 * _SLICE) == 0:
            yield
    return data, grad


def kinds(part: Part, outputs: int | None = None) -> str:
    """What a folded group says in the place of numbers: its turns, or of several outputs how many by now."""
    count = len(part.outputs) if outputs is None else outputs
    return f"{len(part.turns)} turns" if part.turns else f"{count} outputs" if count > 1 else ""


def _label_width(end: Snapshot, part: Part) -> int:
    """The cells that a part's label has in a line if there is room: of a node never named its sign."""
    if part.folded:
        return cell_len(part.name) + 2
    names = end.end.named(part.node)
    if names:
        return max(map(cell_len, [*names, end.label(part.node)]))
    return cell_len(end.operation(part.node).symbol) if end.operands(part.node) else 0


def sign(at: Snapshot, part: Part, glyphs: Glyphs) -> str:
    """What stands for a part where there is no room for more: the same at every moment."""
    if part.folded:
        return clip(f"{glyphs.closed}{part.name}".split(" ")[0], _SIGN, glyphs.ellipsis)
    names = at.end.named(part.node)
    if names:
        return clip(names[0], _SIGN, glyphs.ellipsis)
    leaf = not at.operands(part.node)
    return clip(
        short(at.born_as(part.node)) if leaf else at.operation(part.node).symbol, _SIGN, glyphs.ellipsis
    )
