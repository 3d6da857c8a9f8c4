"""The timeline pane: the events around the current one, a sentence each."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.session.moment import Moment
from microcrad.timeline.log import Kind
from tui.playground.move_rows import move_rows
from tui.widgets.command import bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit

__all__ = ["Events"]

_BOLD = Style(bold=True)

_STYLES = {
    Kind.COMPUTE: "data", Kind.WRITE_DATA: "data", Kind.SEED: "grad", Kind.EDGE: "grad",
    Kind.WRITE_GRAD: "grad", Kind.RETAIN: "owner", Kind.RELEASE: "owner", Kind.FREE: "freed",
    Kind.ERROR: "error", Kind.WARNING: "error",
}  # fmt: skip


def _walk(pane: Events, id: str) -> None:
    pane.walk(id)


_move = move_rows(_walk)


class Events(Widget, can_focus=True):
    """A window on the events of the view, the current one marked; what has not happened yet is dimmer."""

    TABLE = (
        _move("previous", "up,left,k", "Earlier", listed=False),
        _move("next", "down,right,j", "Later", listed=False),
        _move("first", "home,g", "First", listed=False),
        _move("last", "end,G", "Last", listed=False),
    )
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Everything the engine did, in order. Arrows move through it in both directions; v chooses between "
        "the mathematics, the memory, and all of it."
    )
    COMPONENT_CLASSES = {
        f"events--{name}" for name in ("data", "grad", "owner", "freed", "error", "current", "quiet")
    }

    class Moved(Message):
        """The person asked to go somewhere: one of the session's moves."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    class Picked(Message):
        """The person pointed at an event: the position just after it."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "events")
        self.glyphs = glyphs
        self.moment: Moment | None = None

    def show(self, moment: Moment) -> None:
        """Show the events around a moment."""
        self.moment = moment
        self.refresh()

    def _first_row(self) -> int:
        """The place in the view of the event on the first row."""
        assert self.moment is not None
        happened, total = self.moment.progress
        return max(0, min(happened - 1 - self.size.height // 2, total - self.size.height))

    def render_line(self, y: int) -> Strip:
        width, moment = self.size.width, self.moment
        if moment is None or moment.progress[1] == 0:
            text = _instead(moment) if y == 0 else ""
            return Strip([Segment(fit(text, width), self.look())], width)
        row = next(iter(moment.rows(self._first_row() + y, 1)), None)
        if row is None:
            return Strip.blank(width, self.look())
        style = self.look() + self.look(_STYLES.get(row.kind, "quiet"))
        mark, mark_style = " ", style
        if row.is_current:
            mark, mark_style = self.glyphs.at(moment.direction), self.look() + self.look("current")
            style += _BOLD
        elif not row.happened:
            style = self.look() + self.look("quiet")
        text = fit(f" {row.place + 1:>3} {row.sentence}", width - 1, self.glyphs.ellipsis)
        return Strip([Segment(mark, mark_style), Segment(text, style)], width)

    def walk(self, id: str) -> None:
        """Ask for a move."""
        self.post_message(self.Moved(id))

    def on_click(self, event: events.Click) -> None:
        """Go to the event under the mouse."""
        if self.moment is not None:
            position = self.moment.stop_at(self._first_row() + event.y)
            if position is not None:
                self.post_message(self.Picked(position))

    def on_mouse_scroll_down(self) -> None:
        """Go on one event."""
        self.walk("next")

    def on_mouse_scroll_up(self) -> None:
        """Go back one event."""
        self.walk("previous")


def _instead(moment: Moment | None) -> str:
    """What stands in the place of events where there are none."""
    if moment is None or not moment.snapshot.node_count:
        return " Nothing has run yet. Press e, write a line."
    return " It ran, and computed nothing: no event of this view. v shows those of the memory."
