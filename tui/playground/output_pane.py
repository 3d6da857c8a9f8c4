"""The output pane: what the program has printed up to the present moment, and a curve of a number in it."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from microcrad.session.moment import Moment, PrintedRow
from microcrad.text.numbers import short
from microcrad.timeline.output import PrintedCurve
from tui.playground.read_pane import ReadPane, walk_row
from tui.widgets.columns import columns, sampled
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, clip, fit, wrap

__all__ = ["OutputPane"]

_CURVE_FROM, _MOST_CURVE = 6, 8
"""The height from which there is room for a curve, and the most rows that it takes."""
_SCALE = 10
"""The cells of the numbers beside the curve."""
_WIDEST = 3
"""The most cells that a number has."""


class OutputPane(ReadPane):
    """A row for each `print`, the newest last, and below them the curve of what a loop prints."""

    TABLE: tuple[Command[OutputPane], ...] = (
        walk_row("previous_print", "up,left,k", "Earlier", listed=False),
        walk_row("next_print", "down,right,j", "Later", listed=False),
        Command("read_back", "pageup", "Read back", "Read what was printed before; nothing else moves",
                lambda pane: pane.read(-pane.page), listed=False),
        Command("read_on", "pagedown", "Read on", "Read what was printed later; nothing else moves",
                lambda pane: pane.read(pane.page), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "What the program has printed up to the present moment; beside it, where there is room, the event's "
        "number and its line. "
        "The arrows go from print to print. A number that one print has printed several times is drawn as a "
        "curve below, from the first time on."
    )

    def __init__(self, glyphs: Glyphs, aside: Callable[[str], None] = lambda text: None, *, id: str) -> None:
        """`aside` is told how much was printed before the first row."""
        super().__init__(self._rows, self._earlier, aside, id=id)
        self.look = Looks(self, "output")
        self.glyphs = glyphs
        self.moment: Moment | None = None

    def show(self, moment: Moment) -> None:
        """Show what was printed by a moment."""
        before, self.moment = self.moment, moment
        if before is not None and before.snapshot.position != moment.snapshot.position:
            self.reads_from = None
        self.tell()
        if not moment.looks_like(before):
            self.refresh()

    def on_resize(self) -> None:
        """Say anew how much is not shown."""
        self.tell()

    def on_hide(self) -> None:
        """Leave the title to what stands here now."""
        self._aside("")

    def _rows(self) -> tuple[int, int, int]:
        """The window about the present: the newest row is the last."""
        total = 0 if self.moment is None else len(self.moment.prints)
        return total - self.page, total, self.page

    def _earlier(self) -> str:
        """How much is before the first row."""
        return f"{self.first_row} more {self.glyphs.above}" if self.display and self.first_row else ""

    @property
    def _curve(self) -> PrintedCurve | None:
        return None if self.moment is None or self.size.height < _CURVE_FROM else self.moment.printed_curve

    @property
    def page(self) -> int:
        """The rows that what is printed has."""
        height = self.size.height
        return height if self._curve is None else height - min(height // 2, _MOST_CURVE)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width, moment, base = self.size.width, self.moment, self.look()
        if moment is None or not moment.prints:
            rows = wrap(_instead(moment), max(width - 2, 1))
            text = f" {rows[y]}" if y < len(rows) else ""
            return Strip([Segment(fit(text, width), base)], width)
        if y < self.page:
            row = next(iter(moment.printed(self.first_row + y, 1)), None)
            return Strip.blank(width, base) if row is None else self._row(row, moment)
        assert self._curve is not None
        return self._curve_row(self._curve, y - self.page)

    def _row(self, row: PrintedRow, moment: Moment) -> Strip:
        base, width = self.look(), self.size.width
        mark = self.glyphs.at(moment.direction) if row.is_current else " "
        line = f" line {row.line}"
        text = clip(row.text, width - 2, self.glyphs.ellipsis)
        room = width - 2 - cell_len(text)
        where = next((each for each in (f" {row.place + 1}{line}", line) if len(each) <= room), "")
        segments = [
            Segment(f"{mark} ", base + self.look("current") if row.is_current else base),
            Segment(text, base + self.look("data")),
            # What was printed comes first: where from is said as far as there is room beside it.
            Segment(where.rjust(room), base + self.look("quiet")),
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def _curve_row(self, curve: PrintedCurve, y: int) -> Strip:
        """One row of the curve: what it is of, or a row of it beside the largest and the least number."""
        base, width = self.look(), self.size.width
        quiet = base + self.look("quiet")
        if y == 0:
            said = f" line {curve.line}, {len(curve.numbers)} times: {curve.what}"
            return Strip([Segment(fit(said, width, self.glyphs.ellipsis), quiet)], width)
        rows, room = self.size.height - self.page - 1, max(width - _SCALE - 2, 1)
        numbers = [each for each in sampled(curve.numbers, room) for _ in range(self._wide(curve, room))]
        finite = [number for number in curve.numbers if abs(number) < float("inf")]
        scale = ""
        if finite and y in (1, rows):
            scale = short(max(finite) if y == 1 else min(finite))
        line = columns(numbers, rows, self.glyphs.levels, self.glyphs.error)[y - 1]
        segments = [
            Segment(f"{scale:>{_SCALE}} ", quiet), Segment(line, base + self.look("data")),
        ]  # fmt: skip
        return Strip(segments).adjust_cell_length(width, base)

    @staticmethod
    def _wide(curve: PrintedCurve, room: int) -> int:
        """The cells that each number has."""
        return max(min(room // len(curve.numbers), _WIDEST), 1)

    # --- what the person does ---

    def on_click(self, event: events.Click) -> None:
        """Go to where it was printed."""
        if self.moment is None or event.y >= self.page:
            return
        for row in self.moment.printed(self.first_row + event.y, 1):
            position = self.moment.stop_at(row.place)
            if position is not None:
                self.post_message(self.Picked(position))


def _instead(moment: Moment | None) -> str:
    """What stands in the place of what is printed where nothing is."""
    if moment is not None and moment.snapshot.telling.field:
        return "What is printed is shown once you have answered."
    return "Nothing was printed up to here. A line such as print(loss) prints."
