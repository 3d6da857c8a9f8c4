"""Where everything stands in the network's pane: its tiles, its neurons, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microcrad.train.network_picture import NetworkPicture, Place
from tui.widgets.dots import Dots
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, fit

__all__ = ["NetworkPlaces", "NetworkRoom", "network_room"]

_TILES = ((8, 4), (6, 3), (4, 2))
"""The columns and rows of a tile, the largest first."""
_PANEL = 36
"""The columns for the chosen neuron, where there is room beside the layers."""
_TOLD = 4
"""The rows for it, where there is not."""
_EVERY = 48
"""Up to how many weights between two layers all are drawn; of more, those of the chosen neuron."""
_NAMES = 7
"""The columns for the inputs' names."""


@dataclass(frozen=True, slots=True)
class NetworkRoom:
    """How a pane's cells are shared out."""

    tile: tuple[int, int]
    """Columns and rows of a tile."""
    pitch: int
    """Rows from one neuron to the next."""
    gap: int
    """Columns between two layers."""
    rows: int
    """Rows for neurons."""
    panel: int
    """Columns for the chosen neuron; 0 if it stands below."""
    large: tuple[int, int]
    """Columns and rows of its tile; (0, 0) if there is no room."""


def network_room(sizes: tuple[int, ...], width: int, height: int) -> NetworkRoom:
    """The room for a network of such layers, inputs first, in so many cells."""
    layers, most = len(sizes) - 1, max(sizes[1:])
    panel = _PANEL if width >= _NAMES + layers * 10 + _PANEL + 6 and height >= 12 else 0
    rows = max(height - 1 - (0 if panel else _TOLD), 1)
    across = width - panel - _NAMES
    fitting = [
        (columns, lines)
        for columns, lines in _TILES
        if most * lines <= rows and layers * (columns + 4) <= across
    ]
    tile = fitting[0] if fitting else _TILES[-1]
    pitch = tile[1] + (most * (tile[1] + 1) <= rows)
    gap = max(min((across - layers * tile[0]) // layers, 16), 3)
    large = (min(_PANEL - 2, 24), min(height - 8, 12)) if panel else (0, 0)
    return NetworkRoom(tile, pitch, gap, rows, panel, large)


class NetworkPlaces:
    """Where everything stands: which neurons are in sight, and in which rows."""

    def __init__(self, picture: NetworkPicture, size: tuple[int, int]) -> None:
        self.picture = picture
        counts = (len(picture.inputs), *map(len, picture.tiles))
        self.room = network_room(counts, *size)
        self._counts = counts
        self._fits = [max(self.room.rows // self.room.pitch, 1)] * len(counts)
        self._fits[0] = self.room.rows
        self._first = [self._top_place(column) for column in range(len(counts))]

    def _top_place(self, column: int) -> int:
        """The first neuron in sight of a column; the chosen one is in sight, in the middle if it can be."""
        count, fits = self._counts[column], self._fits[column]
        if column != self.picture.chosen[0] + 1:
            return 0
        return max(min(self.picture.chosen[1] - fits // 2, count - fits), 0)

    def _shown(self, column: int) -> int:
        return min(self._counts[column] - self._first[column], self._fits[column])

    def _row_of(self, column: int, place: int) -> int | None:
        """The middle row of a neuron or an input, if it is in sight."""
        index = place - self._first[column]
        if not 0 <= index < self._shown(column):
            return None
        if column == 0:
            return (2 * index + 1) * self.room.rows // (2 * self._shown(0))
        return self._start(column) + index * self.room.pitch + self.room.tile[1] // 2

    def _start(self, column: int) -> int:
        used = self._shown(column) * self.room.pitch - (self.room.pitch - self.room.tile[1])
        return max((self.room.rows - used) // 2, 0)

    def heading(self, glyphs: Glyphs) -> str:
        """What stands above the columns."""
        texts = [fit("inputs", _NAMES, glyphs.ellipsis)]
        for layer, does in enumerate(self.picture.activations):
            shown, count = self._shown(layer + 1), self._counts[layer + 1]
            room, name = self.room.gap + self.room.tile[0], f" l{layer}"
            wordings = [f"{name} {does}", name]
            if shown < count:
                part = f"{self._first[layer + 1]}-{self._first[layer + 1] + shown - 1}"
                whole, short = f"{part} of {count}", f"{part}/{count}"
                wordings = [f"{name} {does} {whole}", f"{name} {whole}", f"{name} {short}", f" {short}"]
            text = next((each for each in wordings if cell_len(each) < room), wordings[-1])
            texts.append(fit(text, room, glyphs.ellipsis))
        return "".join(texts)

    def name(self, row: int, glyphs: Glyphs) -> str:
        """The input that stands in a row."""
        names = self.picture.inputs
        if len(names) > self.room.rows:
            text = f"{len(names)}" if row == self.room.rows // 2 else ""
        else:
            text = next((name for i, name in enumerate(names) if self._row_of(0, i) == row), "")
        return fit(text, _NAMES, glyphs.ellipsis)

    def neuron(self, layer: int, row: int) -> Place | None:
        """Which neuron of a layer stands in a row, and which of its lines."""
        index, line = divmod(row - self._start(layer + 1), self.room.pitch)
        if row < self._start(layer + 1) or index >= self._shown(layer + 1) or line >= self.room.tile[1]:
            return None
        return self._first[layer + 1] + index, line

    def is_edge(self, layer: int, row: int) -> bool:
        """Whether the chosen neuron stands right of the gap in a row."""
        found = self.neuron(layer, row)
        return found is not None and (layer, found[0]) == self.picture.chosen

    def at(self, x: int, y: int) -> Place | None:
        """The neuron at a cell."""
        layer, column = divmod(x - _NAMES, self.room.gap + self.room.tile[0])
        if not 0 <= layer < len(self.picture.tiles) or column < self.room.gap or y < 1:
            return None
        found = self.neuron(layer, y - 1)
        return None if found is None else (layer, found[0])

    def lines(self, layer: int, *, signs: bool) -> Dots:
        """The weights between a layer and what it reads, as lines: the chosen neuron's in front.

        They are made of `signs` instead of dots where colour cannot tell which are negative.
        """
        weights, (chosen_layer, chosen) = self.picture.weights[layer], self.picture.chosen
        dots = Dots(self.room.gap, self.room.rows, "-+." if signs else ())
        most = float(np.nanmax(np.abs(weights), initial=0.0))
        if not 0 < most < np.inf or (layer == 0 and self._counts[0] > self.room.rows):
            return dots
        drawn: list[tuple[bool, float, int, int]] = []
        for target in range(weights.shape[0]):
            for source in range(weights.shape[1]):
                own = (layer, target) == (chosen_layer, chosen) or (layer - 1, source) == (
                    chosen_layer,
                    chosen,
                )
                if own or weights.size <= _EVERY:
                    drawn.append((own, abs(float(weights[target, source])), source, target))
        for own, size, source, target in sorted(drawn):
            ends = self._row_of(layer, source), self._row_of(layer + 1, target)
            if ends[0] is not None and ends[1] is not None:
                which = int(weights[target, source] > 0) if own else 2
                self._line(dots, ends[0], ends[1], which, size / most)
        return dots

    def _line(self, dots: Dots, start: int, end: int, which: int, share: float) -> None:
        """A line across the gap, as thick as a weight's share of the largest."""
        per_cell, last = dots.down, max(dots.height - 1, 1)
        y = np.linspace(start, end, dots.width) * per_cell + (per_cell - 1) / 2
        thick = 1.0 if share > 0.66 and per_cell > 1 else 0.0
        high, low = 1 - (y - thick) / last, 1 - (y + thick) / last
        places = list(zip(np.clip(low, 0, 1).tolist(), np.clip(high, 0, 1).tolist(), strict=True))
        dots.curve(places, which, period=1 if share > 0.33 else 4)
