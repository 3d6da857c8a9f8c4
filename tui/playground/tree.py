"""The graph pane: the outline of nodes, which folds, and the way through it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from microcrad.session.moment import Moment
from microcrad.timeline.groups import groups
from microcrad.timeline.outline import FREED_GROUP, Outline, OutlineRow, count_below, outline, path_to
from tui.playground.no_effect import NoEffect
from tui.playground.nothing_yet import nothing_yet
from tui.playground.playground_commands import with_keys
from tui.playground.tree_painter import TreePainter
from tui.playground.tree_sight import Sight
from tui.widgets.command import Command, bindings, run_command
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks

__all__ = ["NodeTree"]

_LARGE = 500
"""Nodes of a run from which on the scrollbar stays."""
_KEPT = 8
"""Outlines kept at most."""
AT_THE_TOP = (
    "This is the first row. In the timeline {go_to} goes to the event of a number; {next_pane} leads there."
)


class NodeTree(ScrollView, can_focus=True):
    """Every node with its operation, data, grad and number of references, as an outline that folds.

    Only the rows in sight are ever worked out, so a graph of 100,000 nodes scrolls like a small one.
    """

    TABLE: tuple[Command[NodeTree], ...] = (
        Command("up", "up,k", "Up", "Select the row above",
                lambda tree: tree.move(-1), listed=False),
        Command("down", "down,j", "Down", "Select the row below",
                lambda tree: tree.move(1), listed=False),
        Command("close", "left,h", "Close", "Hide the node's operands, or go to its user",
                lambda tree: tree.close(), listed=False),
        Command("open", "right,l", "Open", "Show the node's operands, or go to the first",
                lambda tree: tree.open(), listed=False),
        Command("open_or_close", "enter", "Open", "Open or close; on a shared row, go to the node",
                lambda tree: tree.open_or_close(), listed=False),
        Command("page_up", "pageup", "Page up", "Move up a page",
                lambda tree: tree.page(-1), listed=False),
        Command("page_down", "pagedown", "Page down", "Move down a page",
                lambda tree: tree.page(1), listed=False),
        Command("top", "g,home", "Top", "Go to the first row", lambda tree: tree.top(), listed=False),
        Command("bottom", "G,end", "End", "Go to the last row", lambda tree: tree.bottom(), listed=False),
    )  # fmt: skip
    BINDINGS = bindings(TABLE)
    action_command = run_command
    HELP = (
        "Every node of the graph: results on top, their operands below. A node used more than once is "
        "marked as shared and spelled out once; s goes round its places. refs counts who holds it. A closed "
        "row says in brackets how many nodes are below it."
    )

    class Chosen(Message):
        """The person selected a node."""

        def __init__(self, node: int) -> None:
            super().__init__()
            self.node = node

    def __init__(self, glyphs: Glyphs, head: Callable[[Sight, str], None], *, id: str) -> None:
        """`head` is told how the rows in sight stand, for the columns' names above, and what is out of it."""
        super().__init__(id=id)
        self.look = Looks(self, "tree")
        self.glyphs, self._head = glyphs, head
        self._below: dict[int, int] = {}
        """For nodes of this run that were seen folded: how many nodes are below."""
        self._painter = TreePainter(self.look, glyphs, self._below)
        self.moment: Moment | None = None
        self.rows = Outline()
        self.cursor = 0
        """The selected row's index."""
        self.folded: set[int] = set()
        self.freed_open = False
        self._outlines: dict[object, Outline] = {}
        """The outlines of this run that were worked out lately: going to and fro asks for the same ones."""
        self._sight = Sight()
        self._arranges = False
        """Whether rows are arranged anyway once they have scrolled."""

    # --- what is shown ---

    def show(self, moment: Moment) -> None:
        """Show a moment, with the cursor on its selected node."""
        before, self.moment = self.moment, moment
        if moment.looks_like(before):
            return
        if before is None or not before.snapshot.same_run(moment.snapshot):
            self._begin(moment)
        self._stand_at(moment)

    def fold(self, moment: Moment, folded: Collection[int]) -> None:
        """Show a moment's run as it was left: with these nodes folded."""
        self._begin(moment)
        self.moment, self.folded = moment, set(folded)
        self._stand_at(moment)

    def _stand_at(self, moment: Moment) -> None:
        self._lay_out()
        self._arranges = True
        self._follow(moment.selected)
        self._arranges = False
        self._arrange()

    def _begin(self, moment: Moment) -> None:
        """Another run is shown: fold its groups, and forget what was worked out of the last one."""
        self.folded = set(groups(moment.snapshot).outputs())
        self.freed_open = moment.ownership == "manual"
        self._outlines.clear()
        self._below.clear()
        # A graph this large needs a scrollbar at most moments: one that came and went as one walks would lay
        # the whole screen out each time.
        self.styles.overflow_y = "scroll" if moment.snapshot.node_count > _LARGE else "auto"

    def on_resize(self) -> None:
        """Keep the selected row in sight."""
        self._scroll_to_cursor()
        self._arrange()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Arrange the rows that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if not self._arranges:
            self._arrange()

    def _arrange(self) -> None:
        """Arrange the rows in sight, and have the columns' names stand above them."""
        if self.moment is None:
            return
        width, height = self.scrollable_content_region.size
        top = self.scroll_offset.y
        rows = self.rows[top : top + height]
        folded = {row.node for row in rows if row.folded} - {FREED_GROUP}
        if unknown := folded - self._below.keys():
            self._below.update(count_below(self.moment.snapshot, unknown))  # At once: each goes far down.
        chosen = self.rows[self.cursor].depth if top <= self.cursor < top + len(rows) else None
        self._sight = self._painter.sight(rows, self.moment, width, chosen)
        above, below = min(top, len(self.rows)), max(len(self.rows) - top - height, 0)
        beyond = [f"{above} more {self.glyphs.above}"] if above else []
        beyond += [f"{below} more {self.glyphs.below}"] if below else []
        self._head(self._sight, "  ".join(beyond))
        self.refresh()

    def _lay_out(self) -> None:
        """Work the outline out again if it can have changed."""
        assert self.moment is not None
        at = self.moment.snapshot
        state = (len(at.nodes), at.heap.freed, frozenset(self.folded), self.freed_open)
        rows = self._outlines.get(state)
        if rows is None:
            rows = outline(at, self.folded, self.freed_open)
            if len(self._outlines) == _KEPT:
                self._outlines.clear()
            self._outlines[state] = rows
        if rows is not self.rows:
            self.rows = rows
            # Set quietly: the plain assignment asks for a new layout of the whole screen, for a scrollbar.
            size = Size(0, len(self.rows))
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def _follow(self, node: int | None) -> None:
        """Put the cursor on a node, opening what hides it; stay if it is there already."""
        if node is None or (self.cursor < len(self.rows) and self.rows[self.cursor].node == node):
            self.cursor = min(self.cursor, max(len(self.rows) - 1, 0))
            self._scroll_to_cursor()
            return
        assert self.moment is not None
        place = self.rows.place(node)
        if place is None:
            at = self.moment.snapshot
            self.folded -= path_to(at, node, self.folded)
            self.freed_open |= not at.is_live(node)
            self._lay_out()
            place = self.rows.place(node)
        self.cursor = place or 0
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width, index = self.scrollable_content_region.width, y + self.scroll_offset.y
        if self.moment is not None and y < len(self._sight.rows):
            chosen = index == self.cursor
            return self._painter.row(self._sight, y, self.moment, width, selected=chosen)
        if y == 0 and not self.rows:
            return self._painter.empty(nothing_yet(self.screen.focused, self.moment, "No nodes yet."), width)
        return Strip.blank(width, self.look())

    # --- what the person does ---

    def _move_to(self, index: int) -> None:
        if self.rows:
            self.cursor = max(0, min(index, len(self.rows) - 1))
            if self.rows[self.cursor].node != FREED_GROUP:
                # Everything is painted once, when the selection comes back from the session.
                self.post_message(self.Chosen(self.rows[self.cursor].node))
            else:
                self._scroll_to_cursor()
                self.refresh()

    def move(self, rows: int) -> None:
        """Select the row that many further down."""
        self._move_to(self.cursor + rows)

    def page(self, pages: int) -> None:
        """Move by the height of the pane."""
        self._move_to(self.cursor + pages * max(self.size.height - 1, 1))

    def top(self) -> None:
        """Select the first row; who is there already may have meant the event of a number."""
        if self.rows and not self.cursor:
            self.post_message(NoEffect(with_keys(AT_THE_TOP)))
        else:
            self._move_to(0)

    def bottom(self) -> None:
        """Select the last row."""
        self._move_to(len(self.rows) - 1)

    def close(self) -> None:
        """Hide what is below, or go to the row this one stands under."""
        if not self.rows:
            return
        row = self.rows[self.cursor]
        if row.folded is False:
            self._fold(row, True)
            return
        for index in reversed(range(self.cursor)):
            if self.rows[index].depth < row.depth:
                self._move_to(index)
                return

    def open(self) -> None:
        """Show what is below, or go to the first row below."""
        if not self.rows:
            return
        row = self.rows[self.cursor]
        if row.folded:
            self._fold(row, False)
        elif row.folded is False:
            self._move_to(self.cursor + 1)

    def open_or_close(self) -> None:
        """Open or close; on a shared row go to where the node is spelled out."""
        if not self.rows:
            return
        row = self.rows[self.cursor]
        if row.again:
            self._move_to(self.rows.place(row.node) or 0)
        elif row.folded is not None:
            self._fold(row, not row.folded)

    def _fold(self, row: OutlineRow, closed: bool) -> None:
        if row.node == FREED_GROUP:
            self.freed_open = not closed
        elif closed:
            self.folded.add(row.node)
        else:
            self.folded.discard(row.node)
        self._lay_out()
        self._arrange()

    def next_place(self) -> bool:
        """Go to the next row of the selected node, and around; False if it has only one."""
        if not self.rows:
            return False
        places = self.rows.places(self.rows[self.cursor].node)
        later = [index for index in places if index > self.cursor]
        if len(places) < 2:
            return False
        self._move_to((later or places)[0])
        return True

    def on_click(self, event: events.Click) -> None:
        """Select the row under the mouse; a click on its fold sign opens or closes it."""
        index = event.y + self.scroll_offset.y
        if index < len(self.rows) and event.y < len(self._sight.rows):
            fold_at = self._sight.fold_at(event.y)
            self._move_to(index)
            row = self.rows[index]
            if row.folded is not None and event.x <= fold_at + 1:
                self._fold(row, not row.folded)
