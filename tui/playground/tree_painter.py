"""The rows of the graph pane: a node's label where it stands in the outline, and its numbers in columns."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.session.moment import Moment
from microcrad.text.numbers import aligned
from microcrad.timeline.outline import FREED_GROUP, OutlineRow
from microcrad.timeline.snapshot import NodeRow
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import fit

__all__ = ["COLUMNS", "TreePainter", "columns"]

COLUMNS = (("op", 5), ("data", 10), ("grad", 11), ("refs", 5))
"""The columns right of the label, with their widths in cells."""
BESIDE = (("op", 5), ("grad", 11), ("right", 10), ("refs", 5))
"""The same with a fault on: what is, beside what would be right."""
_NUMBERS = max(sum(width for _, width in each) for each in (COLUMNS, BESIDE))


def columns(moment: Moment | None) -> tuple[tuple[str, int], ...]:
    """The columns that a moment is shown with."""
    return BESIDE if moment is not None and moment.comparison is not None else COLUMNS


class TreePainter:
    """Draws rows of the outline in the looks of its pane."""

    def __init__(self, look: Looks, glyphs: Glyphs, below: Callable[[int], int]) -> None:
        """`below` counts the nodes below a folded one."""
        self.look, self.glyphs, self._below = look, glyphs, below

    def row(self, row: OutlineRow, moment: Moment, width: int, *, selected: bool) -> Strip:
        """A row of the outline at a moment."""
        base, at = self.look(), moment.snapshot
        under = Style()
        if selected:
            # Underlining the words is enough: across the gaps it would look like a rule.
            chosen = self.look("selected")
            base += Style(bgcolor=chosen.bgcolor, bold=chosen.bold)
            under = Style(underline=chosen.underline)
        if row.node == FREED_GROUP:
            return self._freed_group(row, at.heap.freed, width, base + self.look("quiet"), under)
        node = at.row(row.node)
        if row.again:
            user = at.label(row.user)
            text = f"{self.glyphs.shared} {node.label}   the same node, slot {row.slot} of {user}"
            text = fit(" " * (row.depth + 1) + text, width, self.glyphs.ellipsis)
            return Strip(_underlined(text, base + self.look("shared"), under), width)
        return self._node(row, node, moment, width, base, under)

    def _node(
        self, row: OutlineRow, node: NodeRow, moment: Moment, width: int, base: Style, under: Style
    ) -> Strip:
        glyphs = self.glyphs
        fold = " " if row.folded is None else glyphs.closed if row.folded else glyphs.open
        mark, mark_style = " ", base
        if node.id == moment.touched:
            mark = glyphs.at(moment.direction)
            mark_style = base + self.look("current")
        label_style = base
        if not node.live:
            label_style += self.look("freed")
        elif node.leaked:
            label_style += self.look("leaked")
        shared = f" {glyphs.shared}" if row.shared else ""
        sign = glyphs.freed if not node.live else glyphs.leaked if node.leaked else ""
        name_width = width - _NUMBERS - 2
        text = f"{' ' * row.depth}{fold} {sign}{' ' if sign else ''}{node.label}"
        room = name_width - len(shared)
        below = f" [{self._below(node.id)}]" if row.folded else ""
        if cell_len(text) + len(below) > room:
            below = ""  # What it is called matters more.
        segments = [
            Segment(mark, mark_style),
            *_underlined(fit(text, min(cell_len(text), room), glyphs.ellipsis), label_style, under),
            Segment(shared, base + self.look("shared")),
            *([Segment(below, base + self.look("quiet"))] if below else []),
        ]
        used = sum(segment.cell_length for segment in segments)
        segments.append(Segment(" " * max(width - _NUMBERS - used, 0), base))
        dim = label_style if not node.live else None
        comparison = moment.comparison
        shown = _cells(node, glyphs.unknown, None if comparison is None else comparison.right_grad(node.id))
        for name, column in columns(moment):
            style = dim or (base + self.look(name) if name != "op" else base)
            if comparison is not None and (
                (name == "grad" and comparison.grad_differs(node.id))
                or (name == "refs" and comparison.refs_differ(node.id))
            ):
                style = base + self.look("wrong")
                # The sign takes the place of the blanks on the left, so that the points stay aligned.
                text = shown[name].strip() if shown[name][0] != " " else shown[name][len(glyphs.fault) :]
                text = f"{glyphs.fault}{text}"
            else:
                text = shown[name]
            # Not the operation: an underlined + is read as another sign.
            segments += _underlined(fit(text, column, ""), style, Style() if name == "op" else under)
        return Strip(segments).adjust_cell_length(width, base)

    def _freed_group(self, row: OutlineRow, count: int, width: int, style: Style, under: Style) -> Strip:
        fold = self.glyphs.closed if row.folded else self.glyphs.open
        text = f" {fold} {self.glyphs.freed} {count} freed node{'' if count == 1 else 's'}"
        return Strip(_underlined(fit(text, width, self.glyphs.ellipsis), style, under), width)

    def empty(self, moment: Moment | None, width: int) -> Strip:
        """What stands in the place of the first row where there is none."""
        text = "No nodes yet. Press e and type a = 2."
        if moment is not None and moment.errors:
            text = f"Line {moment.errors[0].line} needs fixing: e."
        elif moment is not None and moment.snapshot.node_count:
            text = "Nothing has happened yet. Press n."
        look = self.look() + self.look("quiet")
        return Strip([Segment(fit(f" {text}", width, self.glyphs.ellipsis), look)], width)


def _underlined(text: str, style: Style, under: Style) -> list[Segment]:
    """A text with `under` added to its words, and not to the spaces around them."""
    words = text.strip()
    start = text.find(words)
    parts = [(text[:start], style), (words, style + under), (text[start + len(words) :], style)]
    return [Segment(part, look) for part, look in parts if part]


def _cells(node: NodeRow, unknown: str, right: float | None) -> dict[str, str]:
    """What stands in each column; `right` is the grad that would be right, where a fault is on."""
    cells = {
        "op": node.symbol,
        "data": aligned(node.data, 10, unknown),
        "grad": f"{aligned(node.grad, 10)} ",
        "right": aligned(right, 10, unknown),
        "refs": f"{node.refs:>4} ",
    }
    if node.hidden:
        # Where the last digit before the point would be.
        asked = {
            "data": f"{'?':>5}     ",
            "grad": f"{'?':>5}      ",
            "right": f"{'?':>5}     ",
            "refs": "   ? ",
        }
        hidden = ("grad", "right") if node.hidden == "grad" else (node.hidden,)
        cells.update({name: asked[name] for name in hidden})
    return cells
