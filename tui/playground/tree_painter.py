"""The rows of the graph pane: a node's label where it stands in the outline, and its numbers in columns.

The columns stand beside the names, as far to the right as the widest one in sight asks for. A deep row gives
up its indentation before its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from microcrad.session.moment import Moment
from microcrad.text.numbers import aligned
from microcrad.timeline.outline import FREED_GROUP, OutlineRow
from microcrad.timeline.snapshot import NodeRow
from tui.widgets.glyphs import Glyphs
from tui.widgets.looks import Looks
from tui.widgets.wrap import cell_len, fit

__all__ = ["COLUMNS", "Sight", "TreePainter", "columns"]

_OP, _REFS, _NUMBER = 5, 5, 11
"""Cells of a column with the blank before it, which no number ever takes."""
COLUMNS = (("op", _OP), ("data", _NUMBER), ("grad", _NUMBER), ("refs", _REFS))
"""The columns right of the label, with their widths in cells."""
_LEAST = 10
"""Cells that a row keeps for its name; before it has fewer, columns go, in the order of the next line."""
_GOES = ("data", "op", "refs", "right", "grad")
_HEADED = 9
"""Cells that the pane's own name has above the rows' names."""
_EXPRESSION = 12
"""Cells that a row with an expression for a name keeps for it."""
_MARK, _GAP = 1, 1
"""Cells of the current event's mark, and those left free after a name beside the columns' own."""


def columns(moment: Moment | None, width: int, fault: str) -> tuple[tuple[str, int], ...]:
    """The columns that a moment is shown with in so many cells.

    With a fault on they are what is, beside what would be right, with room for `fault`, the sign of what is
    wrong. Where there is none for all, the data goes first, which is right.
    """
    shown: tuple[tuple[str, int], ...] = COLUMNS
    if moment is not None and moment.comparison is not None:
        wrong = ("grad", _NUMBER + len(fault))
        shown = (("op", _OP), ("data", _NUMBER), wrong, ("right", _NUMBER), ("refs", _REFS))
    for name in _GOES:
        if width - sum(size for _, size in shown) >= _LEAST or len(shown) == 1:
            break
        if name != "data" or shown != COLUMNS:
            shown = tuple(each for each in shown if each[0] != name)
    return shown


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row as it is written: what stands before its name, its name, and what follows."""

    row: OutlineRow
    node: NodeRow | None
    head: str
    text: str
    shared: str
    below: str

    @property
    def size(self) -> int:
        """The cells of all that but the indentation."""
        return cell_len(self.head) + cell_len(self.text) + len(self.shared) + len(self.below)

    @property
    def least(self) -> int:
        """Those that it does not do without for its indentation: a name is never cut, an expression is."""
        named = self.node is not None and self.node.name is not None and not self.row.again
        return self.size if named else min(self.size, _EXPRESSION)


@dataclass(frozen=True, slots=True)
class Sight:
    """The rows in sight: what of their indentation is scrolled away, and where the columns begin."""

    rows: tuple[_Shown, ...] = ()
    scrolled: int = 0
    """Levels of indentation that no row shows."""
    deepest: int = 0
    """Cells of indentation that the deepest rows have: a row is never left of one that it stands under."""
    names: int = _HEADED
    """Cells from the left to the first column."""
    columns: tuple[tuple[str, int], ...] = COLUMNS

    def indent(self, shown: _Shown) -> int:
        """The cells of a row's indentation."""
        return min(shown.row.depth - self.scrolled, self.deepest)

    def fold_at(self, line: int) -> int:
        """The column of a row's fold sign."""
        return _MARK + self.indent(self.rows[line])


class TreePainter:
    """Draws rows of the outline in the looks of its pane."""

    def __init__(self, look: Looks, glyphs: Glyphs, below: Mapping[int, int]) -> None:
        """`below` says of folded nodes how many are below."""
        self.look, self.glyphs, self._below = look, glyphs, below

    def sight(self, rows: Sequence[OutlineRow], moment: Moment, width: int) -> Sight:
        """How the rows in sight stand in so many cells."""
        shown = columns(moment, width, self.glyphs.fault)
        room = width - sum(size for _, size in shown)
        written = tuple(self._written(row, moment) for row in rows)
        wanted = max((_MARK + each.row.depth + each.size + _GAP for each in written), default=0)
        scrolled, deepest = 0, max((each.row.depth for each in written), default=0)
        if written and wanted > room:
            scrolled = min(wanted - room, min(each.row.depth for each in written))
            widest = max(each.least for each in written)
            deepest = min(deepest - scrolled, max(room - _MARK - _GAP - widest, 1))
            wanted = max(
                _MARK + min(each.row.depth - scrolled, deepest) + each.size + _GAP for each in written
            )
        return Sight(written, scrolled, deepest, max(min(wanted, room), min(_HEADED, room)), shown)

    def _written(self, row: OutlineRow, moment: Moment) -> _Shown:
        glyphs, at = self.glyphs, moment.snapshot
        fold = " " if row.folded is None else glyphs.closed if row.folded else glyphs.open
        if row.node == FREED_GROUP:
            count = at.heap.freed
            text = f"{glyphs.freed} {count} freed node{'' if count == 1 else 's'}"
            return _Shown(row, None, f"{fold} ", text, "", "")
        node = at.row(row.node)
        if row.again:
            return _Shown(row, node, f"{glyphs.shared} ", node.label, "", "")
        sign = glyphs.freed if not node.live else glyphs.leaked if node.leaked else ""
        shared = f" {glyphs.shared}" if row.shared else ""
        below = f" [{self._below[node.id]}]" if row.folded else ""
        return _Shown(row, node, f"{fold} ", f"{sign} {node.label}" if sign else node.label, shared, below)

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
        self, sight: Sight, shown: _Shown, node: NodeRow, before: str, moment: Moment, width: int,
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
        room = max(sight.names - _MARK - _GAP, 0)
        # What it is called matters more than how many nodes are below.
        below = shown.below if shown.size <= room else ""
        text = f"{before}{shown.head}{shown.text}"
        text = fit(text, min(cell_len(text), max(room - len(shown.shared + below), 0)), glyphs.ellipsis)
        segments = [
            Segment(mark, mark_style),
            *_underlined(text, label_style, under),
            Segment(shown.shared, base + self.look("shared")),
            *([Segment(below, base + self.look("quiet"))] if below else []),
        ]
        used = sum(segment.cell_length for segment in segments)
        segments.append(Segment(" " * max(sight.names - used, 0), base))
        dim = label_style if not node.live else None
        comparison = moment.comparison
        cells = _cells(node, glyphs.unknown, None if comparison is None else comparison.right_grad(node.id))
        for name, size in sight.columns:
            style = dim or (base + self.look(name) if name != "op" else base)
            text = f" {cells[name]}".rjust(size)
            if comparison is not None and (
                (name == "grad" and comparison.grad_differs(node.id))
                or (name == "refs" and comparison.refs_differ(node.id))
            ):
                # The sign takes the place of blanks on the left, so that the points stay aligned.
                segments.append(Segment(" ", base))
                style = base + self.look("wrong")
                text = f"{glyphs.fault}{text[1 + len(glyphs.fault) :]}"
            # Not the operation: an underlined + is read as another sign.
            segments += _underlined(text, style, Style() if name == "op" else under)
        return Strip(segments).adjust_cell_length(width, base)

    def empty(self, text: str, width: int) -> Strip:
        """A text in the place of the first row where there is none."""
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
        "op": node.symbol.ljust(_OP - 1),
        "data": aligned(node.data, _NUMBER - 1, unknown),
        "grad": aligned(node.grad, _NUMBER - 1),
        "right": aligned(right, _NUMBER - 1, unknown),
        "refs": f"{node.refs}",
    }
    if node.hidden:
        # Where the last digit before the point would be.
        asked = {name: "?" if name == "refs" else f"{'?':>5}     " for name in cells}
        hidden = ("grad", "right") if node.hidden == "grad" else (node.hidden,)
        cells.update({name: asked[name] for name in hidden})
    return cells
