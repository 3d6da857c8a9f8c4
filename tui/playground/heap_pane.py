"""The heap pane: a cell a node, in the order they were allocated."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from microcrad.session.moment import Moment
from microcrad.timeline.snapshot import HeapState
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit

__all__ = ["HeapPane"]

_FACTS = ("live", "peak", "leaked", "allocated", "freed")
"""The numbers above the cells, in as many rows as they need."""


class HeapPane(Widget, can_focus=True):
    """Every node ever allocated as one cell; freed cells stay. Where there are more nodes than cells,
    a cell stands for several neighbours and shows the liveliest of them."""

    TABLE: tuple[Command[HeapPane], ...] = (
        Command("left", "left,h", "Left", "Select the cell before", lambda pane: pane.cell(-1), listed=False),
        Command("right", "right,l", "Right", "Select the next cell", lambda pane: pane.cell(1), listed=False),
        Command("up", "up,k", "Up", "Select the cell above", lambda pane: pane.row(-1), listed=False),
        Command("down", "down,j", "Down", "Select the cell below", lambda pane: pane.row(1), listed=False),
        Command("first", "home,g", "First", "Select the oldest node", lambda pane: pane.end(0), listed=False),
        Command("last", "end,G", "Last", "Select the newest node", lambda pane: pane.end(1), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "One cell a node, in the order they were allocated. Freed cells stay visible. Arrows choose a node, "
        "here as everywhere. The curve shows how many were live all along the run; a click on it goes to "
        "that moment."
    )

    class Chosen(Message):
        """The person selected a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    class Picked(Message):
        """The person pointed at a moment of the curve: the position there."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.look = Looks(self, "heap")
        self.glyphs = glyphs
        self.moment: Moment | None = None

    def show(self, moment: Moment) -> None:
        """Show the heap at a moment."""
        before, self.moment = self.moment, moment
        if not moment.looks_like(before):
            self.refresh()

    @property
    def _facts(self) -> tuple[tuple[str, ...], ...]:
        """The numbers of each row: where the largest of the run have room, so that none moves on."""
        assert self.moment is not None
        return _in_rows(self.moment.snapshot.end.heap, self.outer_size.width)

    @property
    def top(self) -> int:
        """The row of the first cells."""
        return len(self._facts)

    @property
    def per_cell(self) -> int:
        """How many nodes one cell stands for."""
        assert self.moment is not None
        cells = max(self._columns * (self.outer_size.height - self.top - 1), 1)
        return max(1, -(-len(self.moment.snapshot.nodes) // cells))

    @property
    def _columns(self) -> int:
        return max((self.outer_size.width - 1) // 2, 1)

    def render_line(self, y: int) -> Strip:
        width, moment = self.outer_size.width, self.moment
        if moment is None or not moment.snapshot.nodes:
            text = " No memory used yet." if y == 0 else ""
            return Strip([Segment(fit(text, width), self.look() + self.look("quiet"))], width)
        facts = self._facts
        if y < len(facts):
            heap = moment.snapshot.heap
            text = "  ".join(f"{getattr(heap, fact)} {fact}" for fact in facts[y])
            if y == len(facts) - 1 and self.per_cell > 1:
                text += f"  {self.per_cell} a cell"
            return Strip([Segment(fit(f" {text}", width, self.glyphs.ellipsis), self.look())], width)
        if y == self.outer_size.height - 1:
            return self._curve(moment, width)
        y -= len(facts)
        base, here = self.look(), self.look("current")
        segments = [Segment(" ", base)]
        for cell in moment.cells(y * self._columns, self._columns, self.per_cell):
            look = base + self.look(cell.state)
            if cell.is_selected:
                look += self.look("selected")
            if cell.is_touched:  # With the blanks around it: a full cell would hide the ground.
                look += here
                segments[-1] = Segment(" ", base + here)
            after = base + here if cell.is_touched else base
            segments += [Segment(self.glyphs.of(cell.state), look), Segment(" ", after)]
        return Strip(segments).adjust_cell_length(width, base)

    def _curve(self, moment: Moment, width: int) -> Strip:
        """How many nodes were live all along the timeline, the present marked."""
        levels, base = self.glyphs.levels, self.look()
        curve, here = moment.live_curve(max(width - 2, 2))
        most = max(*curve, 1)
        bars = [levels[-(-live * (len(levels) - 1) // most)] for live in curve]
        line = "".join(bars)
        return Strip(
            [
                Segment(" ", base),
                Segment(line[:here], base + self.look("live")),
                Segment(self.glyphs.at(moment.direction), base + self.look("current")),
                Segment(line[here + 1 :], base + self.look("quiet")),
            ]
        ).adjust_cell_length(width, base)

    # --- what the person does ---

    def _choose(self, cell: int) -> None:
        if self.moment is None or not self.moment.snapshot.nodes:
            return
        nodes = self.moment.snapshot.nodes
        node = max(0, min(cell * self.per_cell, len(nodes) - 1))
        self.post_message(self.Chosen(node))

    @property
    def _selected_cell(self) -> int:
        assert self.moment is not None
        return (self.moment.selected or 0) // self.per_cell

    def cell(self, cells: int) -> None:
        """Select the cell that many further on."""
        if self.moment is not None:
            self._choose(self._selected_cell + cells)

    def row(self, rows: int) -> None:
        """Select the cell that many rows further down."""
        if self.moment is not None:
            cell = self._selected_cell + rows * self._columns
            if cell >= 0:
                self._choose(cell)

    def end(self, last: int) -> None:
        """Select the oldest or the newest node."""
        if self.moment is not None:
            self._choose(len(self.moment.snapshot.nodes) if last else 0)

    def on_click(self, event: events.Click) -> None:
        """Select the node under the mouse; on the curve go to that moment."""
        if self.moment is not None and event.y == self.outer_size.height - 1:
            points = max(self.outer_size.width - 2, 2)
            point = min(max(event.x - 1, 0), points - 1)
            self.post_message(self.Picked(self.moment.curve_position(point, points)))
            return
        column = (event.x - 1) // 2
        row = event.y - self.top
        if 0 <= row < self.outer_size.height - self.top - 1 and 0 <= column < self._columns:
            self._choose(row * self._columns + column)


@lru_cache(8)  # It is asked for with every row.
def _in_rows(end: HeapState, width: int) -> tuple[tuple[str, ...], ...]:
    """The numbers that fit into each row where they are those of the end of a run."""
    rows: list[tuple[str, ...]] = [()]
    used = 1
    for fact in _FACTS:
        most = end.peak if fact == "live" else getattr(end, fact)
        size = len(f"{most} {fact}")
        if rows[-1] and used + 2 + size > width:
            rows.append(())
            used = 1
        used += size + 2 * bool(rows[-1])
        rows[-1] += (fact,)
    return tuple(rows)
