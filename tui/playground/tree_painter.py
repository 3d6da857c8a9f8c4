"""The rows of the graph pane: a node's label where it stands in the outline, and its numbers in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.session.moment import Moment
from microcrad.timeline.outline import FREED_GROUP, OutlineRow
from microcrad.timeline.snapshot import NodeRow
from tui.playground.tree_sight import GAP, MARK, Sight, WrittenRow, cells_of, sight_of
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["TreePainter"]


class TreePainter:
    """Draws rows of the outline in the looks of its pane."""

    def __init__(self, look: Looks, glyphs: Glyphs, below: Mapping[int, int]) -> None:
        """`below` says of folded nodes how many are below."""
        self.look, self.glyphs, self._below = look, glyphs, below

    def sight(
        self, rows: Sequence[OutlineRow], moment: Moment, width: int, chosen: int | None = None
    ) -> Sight:
        """How the rows in sight stand in so many cells; `chosen` is the depth of the one that is selected."""
        written = [self._written(row, moment) for row in rows]
        return sight_of(written, moment, width, self.glyphs.fault, chosen)

    def _written(self, row: OutlineRow, moment: Moment) -> WrittenRow:
        glyphs, at = self.glyphs, moment.snapshot
        fold = " " if row.folded is None else glyphs.closed if row.folded else glyphs.open
        if row.node == FREED_GROUP:
            count = at.heap.freed
            text = f"{glyphs.freed} {count} freed node{'' if count == 1 else 's'}"
            return WrittenRow(row, None, f"{fold} ", text, "", "", {})
        node = at.row(row.node)
        if row.again:
            return WrittenRow(row, node, f"{glyphs.shared} ", node.label, "", "", {})
        sign = glyphs.freed if not node.live else glyphs.leaked if node.leaked else ""
        shared = f" {glyphs.shared}" if row.shared else ""
        below = f" [{self._below[node.id]}]" if row.folded else ""
        label = f"{sign} {node.label}" if sign else node.label
        cells = cells_of(node, moment, glyphs.unknown)
        return WrittenRow(row, node, f"{fold} ", label, shared, below, cells)

    def row(self, sight: Sight, line: int, moment: Moment, width: int, *, selected: bool) -> Strip:
        """One of the rows in sight."""
        base, shown = self.look(), sight.rows[line]
        under = Style()
        if selected:
            # Underlining the words is enough: across the gaps it would look like a rule.
            chosen = self.look("selected")
            base += Style(bgcolor=chosen.bgcolor, bold=chosen.bold)
            under = Style(underline=chosen.underline)
        indent = sight.indent(shown)
        # What is scrolled away is announced, in the last cell of the indentation that there is.
        hidden = self.glyphs.ellipsis if shown.row.depth > indent and indent else ""
        before = " " * (indent - len(hidden)) + hidden
        if shown.node is None or shown.row.again:
            text = f"{shown.head}{shown.text}"
            if shown.row.again:
                text += f"   the same node, slot {shown.row.slot} of {moment.snapshot.label(shown.row.user)}"
            look = base + self.look("shared" if shown.row.again else "quiet")
            text = fit(f" {before}{text}", width, self.glyphs.ellipsis)
            return Strip(_underlined(text, look, under), width)
        return self._node(sight, shown, shown.node, before, moment, width, base, under)

    def _node(
        self, sight: Sight, shown: WrittenRow, node: NodeRow, before: str, moment: Moment, width: int,
        base: Style, under: Style,
    ) -> Strip:  # fmt: skip
        glyphs = self.glyphs
        mark, mark_style = " ", base
        if moment.breakpoints and node.id in moment.stop_nodes:
            mark, mark_style = glyphs.stop, base + Style(bold=True)
        if node.id == moment.touched:
            mark = glyphs.at(moment.direction)
            mark_style = base + self.look("current")
        label_style = base
        if not node.live:
            label_style += self.look("freed")
        elif node.leaked:
            label_style += self.look("leaked")
        room = max(sight.names - MARK - GAP, 0)
        # What it is called matters more than how many nodes are below.
        below = shown.below if shown.size <= room else ""
        left = max(room - len(before) - len(shown.shared + below), 0)
        segments = [
            Segment(mark, mark_style),
            *(
                [Segment(before, base + self.look("quiet") if before.strip() else label_style)]
                if before
                else []
            ),
            *_underlined(_fitting(shown, left, glyphs.ellipsis), label_style, under),
            Segment(shown.shared, base + self.look("shared")),
            *([Segment(below, base + self.look("quiet"))] if below else []),
        ]
        used = sum(segment.cell_length for segment in segments)
        segments.append(Segment(" " * max(sight.names - used, 0), base))
        dim = label_style if not node.live else None
        comparison = moment.comparison
        for name, size in sight.columns:
            # Of the grads those that have arrived stand out.
            waits = name == "grad" and not (node.hidden or moment.snapshot.received(node.id))
            style = dim or (base + self.look("quiet" if waits else name) if name != "op" else base)
            text = f" {shown.cells[name]}".rjust(size)[-size:]  # Where numbers close up, only blanks go.
            if comparison is not None and (
                (name == "grad" and comparison.grad_differs(node.id))
                or (name == "refs" and comparison.refs_differ(node.id))
            ):
                segments += self._wrong(text, base, under)
                continue
            # Not the operation: an underlined + is read as another sign.
            segments += _underlined(text, style, Style() if name == "op" else under)
        return Strip(segments).adjust_cell_length(width, base)

    def _wrong(self, text: str, base: Style, under: Style) -> list[Segment]:
        """A number that is wrong and, in the place of blanks on its left, the sign of that: the points stay
        aligned."""
        sign, number = self.glyphs.fault, text.strip()
        left = text.index(number)
        start = max(left - len(sign) - 1, 1)
        style = base + self.look("wrong")
        return [
            Segment(" " * start, base),
            Segment(sign.ljust(left - start), style),
            Segment(number, style + under),
            Segment(" " * (len(text) - left - len(number)), base),
        ]

    def empty(self, text: str, width: int) -> Strip:
        """A text in the place of the first row where there is none."""
        look = self.look() + self.look("quiet")
        return Strip([Segment(fit(f" {text}", width, self.glyphs.ellipsis), look)], width)


def _fitting(shown: WrittenRow, room: int, ellipsis: str) -> str:
    """A row's fold sign and name in so many cells: of a name the end stays, which tells it from others."""
    text = f"{shown.head}{shown.text}"
    if cell_len(text) <= room or not shown.named:
        return fit(text, min(cell_len(text), room), ellipsis)
    name = shown.text
    while name and cell_len(shown.head) + len(ellipsis) + cell_len(name) > room:
        name = name[1:]
    return fit(f"{shown.head}{ellipsis}{name}", room, ellipsis)


def _underlined(text: str, style: Style, under: Style) -> list[Segment]:
    """A text with `under` added to its words, and not to the spaces around them."""
    words = text.strip()
    start = text.find(words)
    parts = [(text[:start], style), (words, style + under), (text[start + len(words) :], style)]
    return [Segment(part, look) for part, look in parts if part]
