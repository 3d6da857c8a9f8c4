"""A plane to draw data on: arrows move a cursor, digits put points, backspace takes them away."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.data.drawn import MOST_DRAWN, DrawnData
from tui.train.painting import Painting
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["DrawingPane"]

_FAR = 5
"""How many cells shift and an arrow go."""


def _moving(right: int, down: int, cells: int) -> Callable[[DrawingPane], None]:
    return lambda pane: pane.move(right * cells, down * cells)


def _putting(name: str) -> Callable[[DrawingPane], None]:
    return lambda pane: pane.put(name)


class DrawingPane(Widget, can_focus=True):
    """Points of up to nine classes, and a cursor."""

    TABLE: tuple[Command[DrawingPane], ...] = (
        *(
            Command(f"{name}{far}", f"{'shift+' * bool(far)}{key}{'' if far else f',{letter}'}",
                    name.capitalize(), f"Move {name}{', further' if far else ''}",
                    _moving(x, y, _FAR if far else 1), listed=False)
            for name, key, letter, x, y in (
                ("left", "left", "h", -1, 0), ("right", "right", "l", 1, 0), ("up", "up", "k", 0, -1),
                ("down", "down", "j", 0, 1),
            )
            for far in ("", "_far")
        ),
        *(
            Command(f"put_{digit}", str(digit), f"Class {digit}", f"Put a point of class {digit}",
                    _putting(str(digit)), listed=False)
            for digit in range(1, MOST_DRAWN + 1)
        ),
        Command("take", "backspace,delete", "Take away", "Take the point under the cursor away",
                lambda pane: pane.take(), ("remove", "delete", "undo")),
        Command("clear", "", "Clear the drawing", "Take all points away", lambda pane: pane.clear(),
                ("empty", "new")),
        Command("learn_drawn", "enter", "Save and learn", "Save what is drawn as a table, and learn from it",
                lambda pane: pane.post_message(pane.Drawn()), ("save", "csv", "train")),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Data of your own, drawn: arrows move the cursor, with shift further; a digit puts a point of that "
        "class, backspace takes it away. Enter saves the points as a CSV file and learns from them. As long "
        "as this pane has the focus digits belong to it: tab goes on, and then they show the modes again."
    )

    class Drawn(Message):
        """The person wants to learn from what is drawn."""

    class Moved(Message):
        """The cursor is elsewhere, or the points are others."""

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "drawing")
        self.glyphs = glyphs
        self.drawing = DrawnData()
        self._painting = Painting(self, self._paint)

    def show(self, drawing: DrawnData) -> None:
        """Go on with a drawing."""
        self.drawing = drawing
        self._changed()

    @property
    def title(self) -> str:
        """Where the cursor is, and how many points each class has."""
        x, y = self.drawing.place
        counts = ", ".join(f"{name}: {count}" for name, count in self.drawing.counts.items())
        first, second = self.drawing.names
        return f"Drawing  {first} {x:.2g}, {second} {y:.2g}" + (f"  ({counts})" if counts else "")

    def move(self, right: int, down: int) -> None:
        """Move the cursor by so many cells."""
        self.drawing.move(right, down, *self.size)
        self._changed()

    def put(self, name: str) -> None:
        """Put a point of a class under the cursor."""
        self.drawing.put(name, *self.size)
        self._changed()

    def take(self) -> None:
        """Take the point under the cursor away."""
        if not self.drawing.take(*self.size):
            self.app.bell()
        self._changed()

    def clear(self) -> None:
        """Take all points away."""
        self.show(DrawnData())

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the mouse."""
        column, row = self.drawing.cell(*self.size)
        self.move(event.x - column, event.y - row)

    def _changed(self) -> None:
        self._painting.forget()
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        return self._painting.row(y)

    def notify_style_update(self) -> None:
        """Forget what was painted in other colours."""
        super().notify_style_update()
        self._painting.forget()

    def _paint(self) -> list[Strip]:
        width, height = self.size
        signs = {
            self.drawing.cell_of(x, y, width, height): name for x, y, name in self.drawing.points
        }  # fmt: skip
        here = self.drawing.cell(width, height)
        base, quiet = self.look(), self.look("quiet")
        middle = self.drawing.cell_of(0.0, 0.0, width, height)
        rows = []
        for y in range(height):
            segments = []
            for x in range(width):
                name = signs.get((x, y))
                if (x, y) == here:
                    segments.append(Segment(name or "+", base + self.look("current")))
                elif name is not None:
                    segments.append(Segment(name, base + self._style(name)))
                else:
                    axis = self.glyphs.vertical if x == middle[0] else self.glyphs.horizontal
                    on_axis = x == middle[0] or y == middle[1]
                    segments.append(Segment(axis if on_axis else " ", base + quiet))
            rows.append(Strip(segments).simplify().adjust_cell_length(width, base))
        return rows

    def _style(self, name: str) -> Style:
        grounds = ("minus", "plus", "third", "fourth")
        return self.look("point") + self.look(grounds[(int(name) - 1) % len(grounds)]) + Style(bold=True)
