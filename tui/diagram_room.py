"""The room that the boxes of a diagram take at each zoom: the same at every moment of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from rich.cells import cell_len

from microcrad.diagram import Part
from microcrad.layout import Shape
from microcrad.numbers import aligned, short
from microcrad.snapshot import Snapshot
from microcrad.timeline import Kind, Log
from tui.glyphs import Glyphs
from tui.wrap import clip

__all__ = ["LABEL", "Room", "Zoom", "sign"]


class Zoom(IntEnum):
    """How much of a node is shown."""

    SIGNS = 0
    """Its operation's sign, or a leaf's name."""
    LINES = 1
    """Everything in one row."""
    BOXES = 2
    """A box with its numbers below each other."""


_NUMBERS = frozenset({Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA, Kind.WRITE_GRAD, Kind.SEED, Kind.EDGE})
_LOOKED_AT = 5_000
"""Different numbers, and nodes, that are looked at before the most room is taken unseen."""
_LEAST, _MOST = 12, 18
"""Cells that a box is wide."""
LABEL = 9
"""Cells that a label has in a line at most."""
_SIGN = 8
"""Cells of a sign at most."""


@dataclass(frozen=True, slots=True)
class Room:
    """The cells that the numbers and labels of a run need: the same at every moment, so nothing moves."""

    number: int
    fraction: bool
    """Whether points stand below each other; otherwise all numbers are whole."""
    label: int
    refs: int
    beside: bool
    """Whether the right grad stands in a row of its own, as it does with a fault on."""

    @classmethod
    def of(cls, at: Snapshot, parts: Sequence[Part], *, beside: bool) -> Room:
        """What a run needs, and the parts of it that are shown."""
        log = at.log
        # Where the last line begins: at the end names mean nothing any more.
        end = Snapshot(at.program, log, log.starts[-1] if log.starts else 0)
        nodes = end.nodes if log.node_count <= _LOOKED_AT else ()
        labels = [cell_len(end.label(node)) for node in nodes]
        labels += [cell_len(part.name) + 2 for part in parts if part.folded]
        counts = {
            int(value) for kind, value in zip(log.kinds, log.values, strict=True) if kind == Kind.RETAIN
        }
        return cls(*_number_room(log), max(labels, default=LABEL), len(str(max(counts, default=1))), beside)

    def shape(self, part: Part, zoom: Zoom, sign: str) -> Shape:
        """The room of one box, and where its edges touch it."""
        ports = len(part.sources)
        if zoom is Zoom.BOXES:
            # A corner and a blank on each side of the label, the operation with a blank on each side.
            width = max(_LEAST, 2 + self._heading + self.number, min(self.label + 8, _MOST))
            height = 5 if self.beside else 4
            return Shape(width, max(height, ports + 2), tuple(range(1, ports + 1)), 1)
        width = self.line_width if zoom is Zoom.LINES else cell_len(sign) + 2
        return Shape(width, max(ports, 1), tuple(range(ports)), 0)

    def written(self, number: float | None, unknown: str) -> str:
        """A number in the room there is for it."""
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

    @property
    def line_width(self) -> int:
        """Cells of a node in one row."""
        return min(self.label, LABEL) + 2 * self.number + self.refs + 8


def _number_room(log: Log) -> tuple[int, bool]:
    """The cells that every number of a run fits in, points below each other, and whether there is a point."""
    values = {value for kind, value in zip(log.kinds, log.values, strict=True) if kind in _NUMBERS}
    if len(values) > _LOOKED_AT:
        return 10, True
    texts = [short(value) for value in values] or ["0"]
    fraction = any("." in text and "e" not in text for text in texts)
    whole = max((len(text.partition(".")[0]) for text in texts if "e" not in text), default=1)
    return max(whole + 5 * fraction, *(len(text) for text in texts), 2), fraction


def sign(log: Log, part: Part, glyphs: Glyphs) -> str:
    """What stands for a part where there is no room for more: the same at every moment."""
    if part.folded:
        return clip(f"{glyphs.closed}{part.name}".split(" ")[0], _SIGN, glyphs.ellipsis)
    node = part.node
    if log.operands(node):
        return clip(log.operation(node).symbol, _SIGN, glyphs.ellipsis)
    names = log.names_of.get(node)
    text = names[0][1] if names else short(log.values[log.born[node]])
    return clip(text, _SIGN, glyphs.ellipsis)
