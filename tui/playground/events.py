"""The timeline pane: the events around the current one, a row each, and a ruler of all of them."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from microcrad.session.moment import EventRow, Moment
from microcrad.timeline.log import Kind
from tui.playground.nothing_yet import nothing_in_view, nothing_yet
from tui.playground.read_pane import ReadPane, walk_row
from tui.playground.ruler import Ruler
from tui.widgets.command import Command, app_command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit, wrap

__all__ = ["Events"]

_BOLD = Style(bold=True)
_RULER_FROM = 5
"""The height from which there is a ruler."""
_SPARSE = 3
"""Of so many cells of the ruler one at most is a stop: more would hide how far one is."""

_STYLES = {
    Kind.COMPUTE: "data", Kind.WRITE_DATA: "data", Kind.SEED: "grad", Kind.EDGE: "grad",
    Kind.WRITE_GRAD: "grad", Kind.RETAIN: "owner", Kind.RELEASE: "owner", Kind.FREE: "freed",
    Kind.ERROR: "error", Kind.WARNING: "error",
}  # fmt: skip


class Events(ReadPane):
    """A window on the events of the view, the current one marked; what has not happened yet is dimmer.

    The window is about the present, unless one reads elsewhere, which moves nothing but the window.
    """

    TABLE: tuple[Command[Events], ...] = (
        walk_row("previous", "up,left,k", "Earlier", listed=False),
        walk_row("next", "down,right,j", "Later", listed=False),
        walk_row("first", "home", "First", listed=False),
        walk_row("last", "end,G", "Last", listed=False),
        Command("read_back", "pageup", "Read back", "Read earlier events; the present stays where it is",
                lambda pane: pane.read(-pane.page), listed=False),
        Command("read_on", "pagedown", "Read on", "Read later events; the present stays where it is",
                lambda pane: pane.read(pane.page), listed=False),
        Command("present", "escape", "Present", "Show the events around the present again",
                lambda pane: pane.end_reading() or app_command("give_back")(pane), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Everything the engine did, in order: what changed and to what, and then how. Arrows move through it "
        "in both directions, g goes to the event of a number; v chooses between the mathematics, the memory, "
        "and all of it. Page up, page down and the mouse's wheel read it without moving; a row or the ruler "
        "below can be clicked, and dragged."
    )

    def __init__(self, glyphs: Glyphs, aside: Callable[[str], None] = lambda text: None, *, id: str) -> None:
        """`aside` is told what is read, where that is not about the present."""
        super().__init__(self._rows, self._reading, aside, id=id)
        self.look = Looks(self, "events")
        self.glyphs = glyphs
        self.moment: Moment | None = None
        self._drags = ""
        """What the mouse drags: a row, the ruler, or nothing."""

    def show(self, moment: Moment) -> None:
        """Show the events around a moment."""
        before, self.moment = self.moment, moment
        if (before is None or _present(before) != _present(moment)) and not self._drags:
            self.end_reading()
        if not moment.looks_like(before):
            self.refresh()

    @property
    def page(self) -> int:
        """The rows that events have."""
        return self.outer_size.height - (self.outer_size.height >= _RULER_FROM)

    def _rows(self) -> tuple[int, int, int]:
        """The window about the present: the current event is in its middle row."""
        happened, total = (0, 0) if self.moment is None else self.moment.progress
        return happened - 1 - (self.page - 1) // 2, total, self.page

    def _reading(self) -> str:
        """Which events are read."""
        first, (_, total, room) = self.first_row, self._rows()
        reads = self.reads_from is not None and not self._drags
        return f"reading {first + 1} to {min(first + room, total)} of {total}" if reads else ""

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width, moment = self.outer_size.width, self.moment
        if moment is None or moment.progress[1] == 0:
            rows = wrap(self._instead(moment), max(width - 2, 1))
            text = f" {rows[y]}" if y < len(rows) else ""
            return Strip([Segment(fit(text, width), self.look())], width)
        if y >= self.page:
            return self._ruler(moment)
        row = next(iter(moment.rows(self.first_row + y, 1)), None)
        return Strip.blank(width, self.look()) if row is None else self._row(row, moment)

    def _instead(self, moment: Moment | None) -> str:
        """What stands in the place of events where there are none."""
        if moment is None or not moment.snapshot.node_count:
            return nothing_yet(self.screen.focused, moment, "Nothing has run yet.")
        return nothing_in_view(self.screen.focused)

    def _row(self, row: EventRow, moment: Moment) -> Strip:
        style = self.look() + self.look(_STYLES.get(row.kind, "quiet"))
        mark, mark_style = " ", style
        if row.is_current:
            mark, mark_style = self.glyphs.at(moment.direction), self.look() + self.look("current")
            style += _BOLD
        elif not row.happened:
            style = self.look() + self.look("quiet")
        width = self.outer_size.width
        stop = self.glyphs.stop if row.stops else " "
        text = fit(f"{stop}{row.place + 1:>3} {row.sentence}", width - 1, self.glyphs.ellipsis)
        return Strip([Segment(mark, mark_style), Segment(text, style)], width)

    def _ruler(self, moment: Moment) -> Strip:
        """All events of the view: a heavy line as far as they have happened, and the present on it."""
        (happened, total), width, base = moment.progress, self.outer_size.width, self.look()
        ruler = Ruler(total, width)
        line = [Segment(self.glyphs.ahead, base + self.look("ruler"))] * ruler.cells
        here = ruler.cell(happened - 1) - ruler.start if happened else -1
        line[: here + 1] = [Segment(self.glyphs.behind, base + self.look("ruler"))] * (here + 1)
        stops = moment.stop_places
        for place in stops if len(stops) <= ruler.cells // _SPARSE else ():
            line[ruler.cell(place) - ruler.start] = Segment(self.glyphs.stop, base + _BOLD)
        present = Segment(self.glyphs.at(moment.direction), base + self.look("current"))
        before = present if here < 0 else Segment(" ", base)
        if here >= 0:
            line[here] = present
        quiet = base + self.look("quiet")
        ends = Segment(" 1", quiet), Segment(f" {total}", quiet)
        return Strip([ends[0], before, *line, ends[1]]).adjust_cell_length(width, base)

    # --- pointing and dragging ---

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to the event under the mouse, and along with the mouse until it is let go."""
        if self.moment is None:
            return
        self._drags = "row" if event.y < self.page else "ruler"
        self.reads_from = self.first_row if self._drags == "row" else None
        self.capture_mouse()
        self._pick(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the present along."""
        if self._drags:
            self._pick(event)

    def on_mouse_up(self) -> None:
        """Let the present be."""
        if self._drags:
            self._drags = ""
            self.release_mouse()
            self.end_reading()

    def _pick(self, event: events.MouseEvent) -> None:
        assert self.moment is not None
        if self._drags == "ruler":
            place = Ruler(self.moment.progress[1], self.outer_size.width).place(event.x)
        else:
            if self.reads_from is not None and not 0 <= event.y < self.page:  # Beyond the edge it goes on.
                self.reads_from = max(0, self.first_row + (1 if event.y > 0 else -1))
            place = self.first_row + max(0, min(event.y, self.page - 1))
        position = 0 if place < 0 else self.moment.stop_at(place)
        if position is not None and position != self.moment.snapshot.position:
            self.post_message(self.Picked(position))


def _present(moment: Moment) -> tuple[int, int, str]:
    """Which event is the current one, and of which run and view."""
    return id(moment.run), moment.snapshot.position, moment.view
