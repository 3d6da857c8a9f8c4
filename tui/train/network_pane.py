"""The network: a column a layer, a tile a neuron, and the weights between them as lines."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.network_picture import NetworkPicture
from tui.train.mark import MarkMoved, MarkOpened, MarkPicked, PictureSized
from tui.train.network_places import NetworkPlaces
from tui.train.painting import Painting
from tui.train.pixels import LEVELS, Palette
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["NetworkPane"]


class NetworkPane(Widget, can_focus=True):
    """What every neuron says, and what it reads."""

    TABLE: tuple[Command[NetworkPane], ...] = (
        Command("left", "left,h", "Left", "Choose a neuron of the layer before",
                lambda pane: pane.ask_next(-1, 0), listed=False),
        Command("right", "right,l", "Right", "Choose one of the next layer", lambda pane: pane.ask_next(1, 0),
                listed=False),
        Command("up", "up,k", "Up", "Choose the neuron above", lambda pane: pane.ask_next(0, 1),
                listed=False),
        Command("down", "down,j", "Down", "Choose the neuron below", lambda pane: pane.ask_next(0, -1),
                listed=False),
        Command("open_neuron", "enter", "Open", "Open the marked sample's graph at this neuron",
                lambda pane: pane.post_message(MarkOpened(pane)), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "The network: a column a layer, a tile a neuron. Where there is a plane, a tile is what the neuron "
        "says all over it, and else the weights that it reads its inputs with, as shares of their largest. "
        "Lines are weights: broken if small and, drawn in dots, thick if large. Those of the chosen neuron "
        "have the sign as their colour, or are made of - and + where there is no colour or only ASCII; tiles "
        "have a light sign there for less than 0 and a dark one for more. "
        "Arrows choose a neuron, whose numbers are told; enter opens the marked sample's graph at it."
    )

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "network")
        self.glyphs = glyphs
        self.picture: NetworkPicture | None = None
        self._palette: Palette | None = None
        self._painting = Painting(self, self._paint)

    @property
    def rows_per_cell(self) -> int:
        """How many rows of pixels a row of cells shows."""
        return 1 if self.app.no_color or not self.glyphs.blocks else 2

    def show(self, picture: NetworkPicture) -> None:
        """Show a network."""
        self.picture = picture
        self._painting.forget()

    def ask_next(self, right: int, up: int) -> None:
        """Ask for the next neuron in a direction to be chosen."""
        self.post_message(MarkMoved(self, right, up))

    def on_resize(self) -> None:
        """Ask for a picture that fits."""
        self.post_message(PictureSized(self))

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._palette = None
        self._painting.forget()

    def render_line(self, y: int) -> Strip:
        return self._painting.row(y)

    def on_click(self, event: events.Click) -> None:
        """Choose the neuron under the mouse; open one that is chosen already."""
        picture = self.picture
        if picture is None:
            return
        places = NetworkPlaces(picture, (self.size.width, self.size.height))
        found = places.at(event.x, event.y)
        if found is not None:
            self.post_message(MarkPicked(self, found))

    # --- drawing ---

    def _paint(self) -> list[Strip]:
        picture, (width, height) = self.picture, self.size
        if picture is None or width < 2 or height < 2:
            return []
        if self._palette is None:
            plain = self.rows_per_cell == 1
            signs = self.glyphs.tiles
            self._palette = Palette(self.look, ("minus", "plus"), signs, nothing="nothing", plain=plain)
        places = NetworkPlaces(picture, (width, height))
        columns, lines = places.room.tile
        if picture.tiles[0][0].shape != (lines * self.rows_per_cell, columns):
            return []  # It was made for another size; the one that was asked for comes next.
        base, quiet = self.look(), self.look() + self.look("quiet")
        strips = [Strip([Segment(fit(places.heading(self.glyphs), width, self.glyphs.ellipsis), quiet)])]
        gaps = [places.lines(layer, signs=self.rows_per_cell == 1) for layer in range(len(picture.tiles))]
        panel = self._panel(places) if places.room.panel else []
        for row in range(places.room.rows):
            segments = [Segment(places.name(row, self.glyphs), base)]
            for layer, dots in enumerate(gaps):
                segments += self._gap(dots.cells(row), places.is_edge(layer, row))
                segments += self._tile_row(places, layer, row)
            left = Strip(segments).adjust_cell_length(width - places.room.panel, base)
            beside = panel[row] if row < len(panel) else []
            strips.append(Strip([*left, *beside]).adjust_cell_length(width, base))
        if not places.room.panel:
            told = _flowing(picture.told, width)[: height - len(strips)]
            strips += [Strip([Segment(fit(line, width, self.glyphs.ellipsis), base)]) for line in told]
        return [strip.adjust_cell_length(width, base) for strip in strips[:height]]

    def _gap(self, cells: list[tuple[str, int]], chosen: bool) -> list[Segment]:
        base = self.look()
        styles = [base + self.look(name) for name in ("below", "above", "quiet")]
        segments = [Segment(text, base if which < 0 else styles[which]) for text, which in cells]
        if chosen:
            segments[-1] = Segment(self.glyphs.at_forward, base + self.look("current"))
        return segments

    def _tile_row(self, places: NetworkPlaces, layer: int, row: int) -> list[Segment]:
        columns = places.room.tile[0]
        found = places.neuron(layer, row)
        if found is None:
            return [Segment(" " * columns, self.look())]
        assert self._palette is not None
        place, line = found
        return self._palette.row(
            _pixels(places.picture.tiles[layer][place], line, self._palette.rows_per_cell)
        )

    def _panel(self, places: NetworkPlaces) -> list[list[Segment]]:
        """The chosen neuron, large, and its numbers."""
        assert self._palette is not None
        base, large = self.look(), places.picture.large
        rows = [
            [Segment("  ", base), *self._palette.row(_pixels(large, line, self._palette.rows_per_cell))]
            for line in range(len(large) // self._palette.rows_per_cell)
        ]
        first, *more = places.picture.told
        width = places.room.panel - 2
        written = [
            [Segment("  ", base), Segment(fit(line, width, self.glyphs.ellipsis), base + Style(bold=bold))]
            for line, bold in ((first, True), *((line, False) for line in more))
        ]
        return [written[0], *rows, *written[1:]]


def _flowing(told: Iterable[str], width: int) -> list[str]:
    """Short texts side by side where they have room; no space is worth what stands at a text's end."""
    rows: list[str] = []
    for text in told:
        if rows and cell_len(rows[-1]) + 3 + cell_len(text) <= width:
            rows[-1] += f"   {text}"
        else:
            rows.append(next((row for row in (f" {text}", text) if cell_len(row) <= width), _close(text)))
    return rows


def _close(text: str) -> str:
    """A text with one space wherever it has more."""
    return " ".join(text.split())


def _pixels(tile: NDArray[np.float64], line: int, rows_per_cell: int) -> list[list[int]]:
    """A row of cells of a tile as pixels of a palette."""
    part = tile[line * rows_per_cell : (line + 1) * rows_per_cell]
    level = np.rint(np.abs(part) * LEVELS).astype(np.intp)
    pixels: list[list[int]] = np.where(part > 0, LEVELS + 1 + level, level).tolist()
    return pixels
