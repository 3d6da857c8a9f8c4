"""One look at a whole table before anything is made of it: what the cells of each column are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from microcrad.data.cells import FORMS, GAPS, ORDERS, PLAIN, finite, word_of
from microcrad.data.text_table import MAX_ROWS, TextTable
from microcrad.errors import DataError
from microcrad.slices import Shares

__all__ = ["MAX_CLASSES", "SLICE", "Column", "Survey", "rows_in_slices", "surveying"]

MAX_CLASSES = 1000
"""More different words than these are names or measurements rather than classes."""
_IN_THREES = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+")
_TWICE = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?")
"""A number whose points can only divide thousands."""
SLICE = 500
"""How many rows are read in a slice."""


@dataclass(slots=True, eq=False)
class Column:
    """What the cells of a column are, without the first line, which may hold names."""

    place: int
    """Counted from 0."""
    forms: dict[str, tuple[float, float]]
    """The forms that every cell has, gaps left aside, and from where to where the numbers read so go."""
    cells: int = 0
    """How many cells hold something."""
    missing: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How often each thing stands there that stands for a number that is missing, and its first line."""
    numbers: int = 0
    """How many are numbers as programs write them."""
    dotted: bool = False
    """Whether one of these has a decimal point."""
    in_threes: bool = True
    """Whether every such point may as well divide thousands."""
    divided: bool = False
    """Whether a number has more than one."""
    pointed: bool = True
    """Whether a point may stand before decimals."""
    other: tuple[int, str] = (0, "")
    """The line and text of the first cell that is no such number."""
    unlike: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The line and text of the first cell that is not of a form, by the form."""
    words: dict[str, int] = field(default_factory=dict)
    """How often each different cell stands there, by `word_of`; only some of more than `MAX_CLASSES`."""

    @property
    def form(self) -> str:
        """How its numbers are written; an empty string if they are none."""
        return next(iter(self.forms), "") if self.cells else ""

    @property
    def sign(self) -> str:
        """What stands before decimals: `point`, `comma`, `either` where that cannot be told, or nothing."""
        if self.divided:
            return "comma"
        if self.form == PLAIN:
            return ("either" if self.in_threes else "point") if self.dotted else ""
        if self.form == "comma":
            other = self.forms.get("groups")
            return "comma" if other is None else "either" if other != self.forms["comma"] else ""
        return "point" if self.form == "groups" else ""

    @property
    def order(self) -> str:
        """Which of the `ORDERS` its dates have: `either` where that cannot be told, or nothing."""
        if self.form not in ORDERS:
            return ""
        return "either" if set(ORDERS) <= self.forms.keys() else self.form

    def share(self, form: str) -> float:
        """How many of its cells are of a form; about, if there are many different ones."""
        fitting = sum(count for word, count in self.words.items() if _is_of(form, word))
        return fitting / max(sum(self.words.values()), 1)

    def see(self, lines: list[int], cells: list[str]) -> None:
        """Take some more cells into account."""
        if PLAIN in self.forms and self._all_plain(lines, cells):
            return
        counts = Counter(cells)
        first = dict(zip(reversed(cells), reversed(lines), strict=True))
        for cell, count in counts.items():
            self._see(first[cell], cell, count)

    def _all_plain(self, lines: list[int], cells: list[str]) -> bool:
        """Take cells into account that all are plain numbers; False if they are not."""
        together = "".join(cells)
        try:
            numbers = np.array(list(map(float, cells)))
        except ValueError:
            return False
        if "_" in together or not np.isfinite(numbers).all() or ("." in together and not self.pointed):
            return False
        self._see_points(cells if "." in together else ())
        if not self.numbers:
            self._is_plain(lines[0], cells[0])
        self.cells += len(cells)
        self.numbers += len(cells)
        low, high = self.forms[PLAIN]
        self.forms[PLAIN] = min(low, float(numbers.min())), max(high, float(numbers.max()))
        if len(self.words) <= MAX_CLASSES:
            for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
                self._count(f"{number:.17g}", int(count))
        return True

    def _see(self, line: int, cell: str, times: int) -> None:
        if cell.lower() in GAPS:
            before, first = self.missing.get(cell, (0, line))
            self.missing[cell] = before + times, first
            return
        self.cells += times
        self._count(word_of(cell), times)
        number = finite(cell)
        if number is None and _is_number(cell):
            self.numbers += times  # One that is too large, or none: not a word.
        plain = number is not None and (self.pointed or "." not in cell)
        if plain:
            self._is_plain(line, cell)
            self.numbers += times
            self._see_points([cell])
        elif not self.other[0] or line < self.other[0]:
            self.other = line, cell
        if PLAIN in self.forms and number is not None and plain:
            low, high = self.forms[PLAIN]
            self.forms[PLAIN] = min(low, number), max(high, number)
        else:
            self._narrow(line, cell)

    def _see_points(self, cells: Iterable[str]) -> None:
        """Take into account what the points in plain numbers may be."""
        for cell in cells:
            if "." in cell:
                self.dotted = True
                self.in_threes = self.in_threes and _IN_THREES.fullmatch(cell) is not None
                if not self.in_threes:
                    return

    def _is_plain(self, line: int, cell: str) -> None:
        """Take into account that a cell is a number as programs write them, which dates are not."""
        for name in FORMS.keys() - {PLAIN, "comma", "groups"}:
            self.unlike.setdefault(name, (line, cell))

    def _narrow(self, line: int, cell: str) -> None:
        """Keep those forms alone that this cell has, and those before it had."""
        self.divided = self.divided or _TWICE.fullmatch(cell) is not None
        plain = self.forms.pop(PLAIN, None)
        if plain is not None and self.numbers:
            self.forms = {
                name: plain
                for name in self.forms
                if name == "groups" or (name == "comma" and not self.dotted)
            }
        for name, (low, high) in list(self.forms.items()):
            try:
                number = FORMS[name].read(cell)
            except ValueError:
                del self.forms[name]
                self.unlike.setdefault(name, (line, cell))
            else:
                self.forms[name] = min(low, number), max(high, number)

    def _count(self, word: str, times: int) -> None:
        if word in self.words or len(self.words) <= MAX_CLASSES:
            self.words[word] = self.words.get(word, 0) + times


def _is_of(form: str, cell: str) -> bool:
    if form == PLAIN:
        return _is_number(cell)
    try:
        FORMS[form].read(cell)
    except ValueError:
        return False
    return True


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What a table holds."""

    first: list[str]
    """The first line, which the columns leave out."""
    line: int
    """Which line of the file that is."""
    columns: list[Column]
    rows: int
    """How many lines there are besides the first."""

    @property
    def decimal(self) -> str:
        """The sign before decimals where one number tells it of others, which alone could have either."""
        signs = {column.sign for column in self.columns}
        told = signs & {"point", "comma"}
        asked = "either" in signs or any(column.divided and column.dotted for column in self.columns)
        return told.pop() if asked and len(told) == 1 else ""

    @property
    def order(self) -> str:
        """Which of the `ORDERS` dates have, where those of a column tell it of all; else nothing."""
        told = {column.order for column in self.columns} & set(ORDERS)
        return told.pop() if len(told) == 1 else ""


def surveying(table: TextTable, decimal: str = "auto", *, labelled: bool = True) -> Shares[Survey]:
    """Look through a table, in slices; the sign before decimals is told, or found.

    Raises `DataError` for what is no table, and where it is to be `labelled` for one without an input.
    """
    survey = yield from _looking(table, decimal, labelled)
    if decimal == "auto" and survey.decimal:
        survey = yield from _looking(table, survey.decimal, labelled)
    return survey


def _looking(table: TextTable, decimal: str, labelled: bool) -> Shares[Survey]:
    rows = table.rows()
    first = next(rows, None)
    if first is None:
        raise DataError(f"{table.name} is empty: expected a line for each sample.")
    if labelled and len(first) < 2:
        found, line = f"found one column ({first[0]!r:.45})", table.line
        title = len(next(rows, first)) > 1
        remedy = "Lines below it have more: remove it, or begin it with #." if title else ""
        raise table.wrong(line, found, "at least one input and a label", remedy)
    line = table.line
    signs = {"auto": ".,", "point": ".", "comma": ","}[decimal]
    known = [n for n, form in FORMS.items() if n == PLAIN or not form.decimal or form.decimal in signs]
    none = math.inf, -math.inf
    columns = [Column(at, dict.fromkeys(known, none), pointed="." in signs) for at in range(len(first))]
    count = 0
    for lines, block in rows_in_slices(table, rows, len(first)):
        count += len(block)
        if count > MAX_ROWS:
            raise DataError(f"{table.name} has more than {MAX_ROWS:,} samples. Keep fewer lines.")
        for column, cells in zip(columns, zip(*block, strict=True), strict=True):
            column.see(lines, list(cells))
        yield table.share
    return Survey(first, line, columns, count)


def rows_in_slices(
    table: TextTable, rows: Iterable[list[str]], width: int
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Rows of one width, some at a time, and their lines. Raises `DataError` for one of another width."""
    each = iter(rows)
    while True:
        lines, block = [], []
        for cells in islice(each, SLICE):
            if len(cells) > width and not any(cells[width:]):
                del cells[width:]  # Each line but the first ends with what divides cells.
            if len(cells) != width:
                found = f"found {len(cells)} column{'' if len(cells) == 1 else 's'}"
                remedy = "Correct the line, or leave it out."
                raise table.wrong(table.line, found, f"{width}, as in the first line", remedy)
            lines.append(table.line)
            block.append(cells)
        if not block:
            return
        yield lines, block
