"""How the rows of the graph pane in sight stand: their columns, and what is left of their indentation.

The columns stand beside the names, as far to the right as the widest one in sight asks for. Before a name is
cut, numbers close up, the columns go that the program and the inspector say too, and deep rows give up their
indentation, all but what is around the selected one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from microcrad.records import Record
from microcrad.session.moment import Moment
from microcrad.text.numbers import aligned
from microcrad.timeline.outline import OutlineRow
from microcrad.timeline.snapshot import NodeRow
from tui.widgets.wrap import cell_len

__all__ = ["COLUMNS", "GAP", "MARK", "Sight", "WrittenRow", "cells_of", "sight_of"]

_OP, _REFS, _NUMBER = 5, 5, 11
"""Cells of a column with the blank before it, which no number ever takes."""
COLUMNS = (("op", _OP), ("data", _NUMBER), ("grad", _NUMBER), ("refs", _REFS))
"""The columns right of the label, with their widths in cells."""
_LEAST = 10
"""Cells that a row keeps for its name; before it has fewer, columns go, in the order of the next line."""
_GOES = ("data", "op", "refs", "right", "grad")
_NUMBERS = ("data", "grad", "right")
_GOES_FOR_NAMES = ("op", "refs")
"""The columns that go, in order, before a name is cut: both are read elsewhere."""
_CLOSEST = 8
"""Cells of a column of numbers that have closed up, with the blank before it: as for -0.0000."""
_LEVELS = 3
"""Levels of indentation to make room for, where there are as many."""
_HEADED = 9
"""Cells that the pane's own name has above the rows' names."""
_EXPRESSION = 12
"""Cells that a row with an expression for a name keeps for it."""
_LONG_EXPRESSION = 20
"""Cells of an expression for which columns give way."""
_NAME = re.compile(r"[\w.#\[\]]+")
"""A name in one piece, as `net#2.head0.p2.share[1]`."""
MARK, GAP = 1, 1
"""Cells of the current event's mark, and those left free after a name beside the columns' own."""

_Columns = tuple[tuple[str, int], ...]


class WrittenRow(Record):
    """A row as it is written: what stands before its name, its name, and what follows."""

    row: OutlineRow
    node: NodeRow | None
    head: str
    text: str
    shared: str
    below: str
    cells: Mapping[str, str]
    """What stands in each column; nothing in a row that is no node's."""

    @property
    def size(self) -> int:
        """The cells of all that but the indentation; none of what goes on below the columns."""
        if self.node is None or self.row.again:
            return 0
        return cell_len(self.head) + cell_len(self.text) + len(self.shared) + len(self.below)

    @property
    def named(self) -> bool:
        """Whether it is called by a name, its own or one inside a network, and by no expression."""
        if self.node is None or self.row.again:
            return False
        return self.node.name is not None or _NAME.fullmatch(self.node.label) is not None

    @property
    def least(self) -> int:
        """The cells that it keeps: a name is never cut for its indentation, an expression is."""
        return self.size - len(self.below) if self.named else min(self.size, _EXPRESSION)

    @property
    def wanted(self) -> int:
        """The cells for which columns give way."""
        return self.least if self.named else min(self.size, _LONG_EXPRESSION)


class Sight(Record):
    """The rows in sight: what of their indentation is scrolled away, and where the columns begin."""

    rows: tuple[WrittenRow, ...] = ()
    scrolled: int = 0
    """Levels of indentation that no row shows."""
    deepest: int = 0
    """Cells of indentation that the deepest rows have: a row is never left of one that it stands under."""
    names: int = _HEADED
    """Cells from the left to the first column."""
    columns: _Columns = COLUMNS

    def indent(self, shown: WrittenRow) -> int:
        """The cells of a row's indentation."""
        return max(min(shown.row.depth - self.scrolled, self.deepest), 0)

    def fold_at(self, line: int) -> int:
        """The column of a row's fold sign."""
        return MARK + self.indent(self.rows[line])


def sight_of(
    written: Sequence[WrittenRow], moment: Moment, width: int, fault: str, chosen: int | None = None
) -> Sight:
    """How rows stand in so many cells, where `chosen` is the depth of the one that is selected.

    `fault` is the sign of what is wrong.
    """
    wide = _wide(moment, fault)
    shown = _columns(wide, width, written)
    room = width - _cells(shown)
    depths = [each.row.depth for each in written]
    widest = max((d + each.size for d, each in zip(depths, written, strict=True)), default=0) + MARK + GAP
    for closer in (False, True):
        fitting = _closer(wide, shown, written) if closer else shown
        if not written or widest <= width - _cells(fitting):
            return _placed(written, 0, max(depths, default=0), width - _cells(fitting), fitting)
    levels = min(max(depths) - min(depths), _LEVELS)
    needed = MARK + max(each.wanted for each in written) + GAP + levels
    if needed > room:
        shown = _for_names(wide, shown, width - needed, written)
        room = width - _cells(shown)
    deepest = max(room - MARK - GAP - max(each.least for each in written), 1)
    least, most = _scrolling(depths, deepest, written, room)
    # With one level below the selected row, if it can be.
    scrolled = min(max(least, (min(depths) if chosen is None else chosen) + 1 - deepest), most)
    return _placed(written, scrolled, deepest, room, shown)


def _scrolling(
    depths: Sequence[int], deepest: int, written: Sequence[WrittenRow], room: int
) -> tuple[int, int]:
    """The fewest and the most levels of indentation that it makes sense to scroll away."""
    wanted = max(MARK + depth + each.size + GAP for depth, each in zip(depths, written, strict=True))
    least = min(max(wanted - room, 0), min(depths))
    return least, max(least, max(depths) - deepest)


def _placed(written: Sequence[WrittenRow], scrolled: int, deepest: int, room: int, shown: _Columns) -> Sight:
    """The columns as far to the right as the widest row asks for that stands like this."""
    sight = Sight(tuple(written), scrolled, deepest, _HEADED, shown)
    wanted = max((MARK + sight.indent(each) + each.size + GAP for each in written), default=0)
    return Sight(sight.rows, scrolled, deepest, max(min(wanted, room), min(_HEADED, room)), shown)


def _cells(shown: _Columns) -> int:
    return sum(size for _, size in shown)


def _wide(moment: Moment, fault: str) -> _Columns:
    """The columns of a moment: with a fault on what is, beside what would be right."""
    if moment.comparison is None:
        return COLUMNS
    wrong = ("grad", _NUMBER + len(fault))
    return (("op", _OP), ("data", _NUMBER), wrong, ("right", _NUMBER), ("refs", _REFS))


def _columns(wide: _Columns, width: int, written: Sequence[WrittenRow]) -> _Columns:
    """The columns in so many cells: where there is no room for all, closer, and then fewer of them.

    With a fault on the data goes first, which is right.
    """
    shown = wide
    for name in ("", *_GOES):
        if name != "data" or wide != COLUMNS:
            shown = tuple(each for each in shown if each[0] != name) or shown
        for closer in (False, True):
            fitting = _closer(wide, shown, written) if closer else shown
            if width - _cells(fitting) >= _LEAST:
                return fitting
    return shown


def _closer(wide: _Columns, shown: _Columns, written: Sequence[WrittenRow]) -> _Columns:
    """The same columns without the blanks that all of their numbers have on their left."""
    blanks = dict.fromkeys(_NUMBERS, _NUMBER - _CLOSEST)
    for each in written:
        if each.node is not None and not each.row.again:
            for name in _NUMBERS:
                cell = each.cells[name]
                blanks[name] = min(blanks[name], len(cell) - len(cell.lstrip()))
    sizes = dict(wide)
    return tuple((name, sizes[name] - blanks.get(name, 0)) for name, _ in shown)


def _for_names(wide: _Columns, shown: _Columns, most: int, written: Sequence[WrittenRow]) -> _Columns:
    """The columns in at most so many cells if it can be: closer, then fewer of them."""
    shown = _closer(wide, shown, written)
    for gone in _GOES_FOR_NAMES:
        if _cells(shown) <= most:
            break
        if len(shown) > 1:
            shown = tuple(each for each in shown if each[0] != gone)
    return shown


def cells_of(node: NodeRow, moment: Moment, unknown: str) -> dict[str, str]:
    """What stands in each column."""
    right = None if moment.comparison is None else moment.comparison.right_grad(node.id)
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
