"""The large pane: the decision boundary, or what there is in its place for other data."""

from __future__ import annotations

import numpy as np
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.views import Confusion
from tui.train.fit import FitCurve, paint_fit, sample_at
from tui.train.mark import MarkMoved, MarkOpened, MarkPicked, PictureSized
from tui.train.outlook import View
from tui.train.painting import Painting
from tui.train.pixels import Palette
from tui.train.plane import GROUNDS, Plane, cell_of, paint_plane, plane_room
from tui.train.table import paint_table
from tui.train.text_look import TextView
from tui.train.text_painting import paint_text, position_at
from tui.train.wall import Wall, paint_wall, place_at
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["Boundary"]


class Boundary(Widget, can_focus=True):
    """What the network makes of the data, with one sample marked."""

    TABLE: tuple[Command[Boundary], ...] = (
        Command("left", "left,h", "Left", "Mark the next sample to the left",
                lambda pane: pane.ask_next(-1, 0), listed=False),
        Command("right", "right,l", "Right", "Mark the next to the right", lambda pane: pane.ask_next(1, 0),
                listed=False),
        Command("up", "up,k", "Up", "Mark the next one above", lambda pane: pane.ask_next(0, 1),
                listed=False),
        Command("down", "down,j", "Down", "Mark the next one below", lambda pane: pane.ask_next(0, -1),
                listed=False),
        Command("open_marked", "enter", "Open", "Open it in the playground",
                lambda pane: pane.post_message(MarkOpened(pane)), listed=False),
        Command("probe", "a", "Anywhere", "Look at any place of the plane, or at samples again",
                lambda pane: pane.post_message(pane.Asked("probe")), ("probe", "cursor", "place")),
        Command("points", "x", "Points", "Show the points that are trained on, tested with, or both",
                lambda pane: pane.post_message(pane.Asked("points")), ("test", "train", "hide")),
        Command("discrete", "d", "Discrete", "Show regions as one colour a class, or shaded by how sure",
                lambda pane: pane.post_message(pane.Asked("discrete")), ("shade", "regions", "colour")),
        Command("input", "i", "Input", "Have the next input along the axis of a fit",
                lambda pane: pane.post_message(pane.Asked("input")), ("axis", "along")),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "What the network says at every place of the plane, and the samples it is trained on. Colour says "
        "which class, and how strongly; a sample in reverse is decided wrong, an underlined one is only to "
        "test with. a looks at any place, x chooses which samples stand there, d shows one colour a class "
        "or shades. For a regression it is "
        "the curve through the samples, for pictures a wall of them, for other data a table of how often "
        "each class was taken for each. Of a model that reads words it is what the model expects after each "
        "letter (* is the one that comes), where its heads look, or what it writes at a temperature; m goes "
        "from one to the next. Arrows mark a sample, or choose a position, a word, a head or the "
        "temperature; enter opens what is marked in the playground."
    )

    class Asked(Message):
        """The person asked to look otherwise."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "boundary")
        self.glyphs = glyphs
        self.called = ""
        """What it is called on screen, by what it shows."""
        self.view: View | None = None
        self.marked = 0
        self._palettes: dict[str, Palette] = {}
        self._painting = Painting(self, self._paint)

    @property
    def plain(self) -> bool:
        """Whether signs take the place of colours."""
        return self.app.no_color or not self.glyphs.blocks

    @property
    def dots(self) -> tuple[int, int]:
        """How many pixels a cell has, across and down."""
        return 2 if self.glyphs.blocks else 1, 1 if self.plain else 2

    def show(self, view: View, marked: int) -> None:
        """Show a view, with a place marked."""
        self.view, self.marked = view, marked
        self._painting.forget()

    def render_line(self, y: int) -> Strip:
        return self._painting.row(y)

    def _paint(self) -> list[Strip]:
        view, size = self.view, (self.size.width, self.size.height)
        if isinstance(view, Plane):
            ground = self._palette("ground", GROUNDS, self.glyphs.grounds)
            return paint_plane(view, self.marked, size, self.look, ground, self.glyphs)
        if isinstance(view, FitCurve):
            return paint_fit(view, self.marked, size, self.look, self.glyphs)
        if isinstance(view, Wall):
            return paint_wall(view, self.marked, size, self.look, self._inks(), self.glyphs)
        if isinstance(view, TextView):
            return paint_text(view, size, self.look, self._inks()[0], self.glyphs)
        if isinstance(view, Confusion):
            cell = divmod(self.marked, len(view.classes))
            return paint_table(view, cell, size, self.look, self.glyphs)
        return []

    def _inks(self) -> tuple[Palette, Palette]:
        weights = self._palette("weights", ("minus", "plus"), "-+")
        return self._palette("ink", ("ink",), self.glyphs.levels[-1], "paper"), weights

    def _palette(self, name: str, classes: tuple[str, ...], signs: str, nothing: str = "nothing") -> Palette:
        palette = self._palettes.get(name)
        if palette is None:
            palette = Palette(self.look, classes, signs, nothing=nothing, plain=self.plain)
            self._palettes[name] = palette
        return palette

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._palettes = {}
        self._painting.forget()

    def on_resize(self) -> None:
        """Ask for a view that fits."""
        self.post_message(PictureSized(self))

    # --- what the person does ---

    def ask_next(self, right: int, up: int) -> None:
        """Ask for the next sample in a direction to be marked."""
        self.post_message(MarkMoved(self, right, up))

    def on_click(self, event: events.Click) -> None:
        """Mark what is nearest to the mouse; what is marked already is opened."""
        place = self._place_at(event.x, event.y)
        if place is not None:
            self.post_message(MarkPicked(self, place))

    def _place_at(self, x: int, y: int) -> int | None:
        view, size = self.view, (self.size.width, self.size.height)
        if isinstance(view, Plane):
            room = plane_room(*size)
            columns, rows = cell_of(view.points, view.field.bounds, room.columns, room.rows)
            return int(np.argmin(np.hypot(np.array(columns) - (x - room.gutter), 2.0 * (np.array(rows) - y))))
        if isinstance(view, FitCurve):
            return sample_at(view, x, y, size)
        if isinstance(view, Wall):
            return place_at(view, x, y, size, self.dots[1])
        if isinstance(view, TextView):
            return position_at(view, y)
        return None
