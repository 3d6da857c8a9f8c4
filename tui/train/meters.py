"""The small panes of training: rows of text that one reads off, worked out from the moment alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.strip import Strip
from textual.widget import Widget

from microcrad.train.charts import columns, last_step
from microcrad.train.history import Curve
from microcrad.train.training_moment import TrainingMoment
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.safe_text import SafeText

__all__ = ["Meter", "Reading", "bars"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pane reads off a moment."""

    help: str
    """What the rows mean, for the help."""
    rows: Callable[[Meter, TrainingMoment], list[SafeText]]
    """The rows, for a pane of the size and with the looks that this one has."""


class Meter(Widget, can_focus=True):
    """A few rows of text."""

    def __init__(self, reading: Reading, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "meter")
        self.glyphs = glyphs
        self.HELP = reading.help  # type: ignore[misc]  # Each instance is a pane of its own.
        self._reading = reading
        self._moment: TrainingMoment | None = None
        self._rows: list[SafeText] = []

    def show(self, moment: TrainingMoment) -> None:
        """Show how things stand."""
        self._moment = moment
        rows = self._reading.rows(self, moment)
        if rows != self._rows:
            self._rows = rows
            self.refresh()

    def on_resize(self) -> None:
        """Lay out anew."""
        if self._moment is not None:
            self.show(self._moment)

    def quiet(self, text: str) -> SafeText:
        """A row that is only a remark."""
        return SafeText().append(text, self.look("quiet"))  # A style of the whole text would not be rendered.

    def highest(self, curve: Curve, moment: TrainingMoment) -> list[float]:
        """The largest number of a curve in each cell of a row; nan where there is none."""
        last = last_step(moment.configuration.steps, moment.step)
        highest: list[float] = columns(curve, last, max(self.size.width - 2, 1)).high.tolist()
        return highest

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.look()
        if y >= len(self._rows):
            return Strip.blank(width, base)
        text = self._rows[y]
        strip = Strip(text.render(self.app.console, end=""), text.cell_len).apply_style(base)
        return strip.adjust_cell_length(width, base)


def bars(numbers: list[float], most: float, rows: int, levels: str) -> list[list[str]]:
    """Columns from 0 to `most`, so many rows high, from the top row down; nan is none."""
    steps = len(levels) - 1
    heights = [
        0 if number != number else max(round(min(number / most, 1.0) * rows * steps), int(number > 0))
        for number in numbers
    ]
    return [
        [levels[max(0, min(height - row * steps, steps))] for height in heights]
        for row in reversed(range(rows))
    ]
