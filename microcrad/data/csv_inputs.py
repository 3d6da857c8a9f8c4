"""Tables to be predicted: the columns that were trained on, by their names, with or without a label."""

from __future__ import annotations

import math
import os
import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from microcrad.data.cells import FORMS, PLAIN, WORDS, brief, finite, word_of
from microcrad.data.csv_file import numbers_in
from microcrad.data.dataset import DataError, InputColumn
from microcrad.data.first_line import holds_names
from microcrad.data.remedies import EITHER_DECIMAL, sentence, setting
from microcrad.data.survey import Column, Survey, rows_in_slices, surveying
from microcrad.data.table_options import TableOptions
from microcrad.data.text_table import TextTable, names_in, open_table, unnamed
from microcrad.slices import finish
from microcrad.text.near import did_you_mean

__all__ = ["Inputs", "read_inputs"]

_MENTIONED = 6
"""Of how many columns a sentence has the names."""
_UNNAMED = re.compile(r"column [1-9]\d*")
"""What a column is called that had no name."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Samples of which the label may be unknown."""

    points: NDArray[np.float64]
    """Shape (samples, inputs)."""
    labels: tuple[str, ...] | None
    """What stands in the label's column, `1.0` as `1` and nothing for a gap, if there is one."""
    samples: tuple[int, ...]
    """Which samples of the table these are, counted from 1: lines with gaps may be left out."""
    notes: tuple[str, ...]
    """What was decided in reading it, in sentences."""


def read_inputs(
    path: str | os.PathLike[str],
    columns: Sequence[InputColumn],
    label: str,
    *,
    header: bool | None = None,
    gaps: str | None = None,
    decimal: str = "auto",
    encoding: str = "auto",
) -> Inputs:
    """The inputs that a table's `columns` become, and the column called `label` if it is there.

    Where the table and the columns have names, these tell which is which, in any order, and other columns are
    left out. Where one of the two is without, columns count by their places: those that they had, or as many
    as there are inputs, with the label behind them if it is known.

    The rest are `read_csv`'s: `header` is whether the first line holds names, `gaps` whether a line that
    lacks something is refused, left out (`skip`) or filled with the `mean` that a column has (by default,
    filled where it has one); `decimal` is the sign before decimals, and `encoding` how letters are written.
    Raises `DataError`, with line and column and what to do, for anything that is not as it was when it was
    learned, and `FileError` for a file that cannot be opened.
    """
    options = TableOptions(header=header, decimal=decimal, encoding=encoding)
    with open_table(path, encoding) as table:
        survey = finish(surveying(table, decimal, labelled=False))
        return _Reader(table, survey, columns, label, options, gaps).read()


class _Reader:
    """A table that was looked through, and what is wanted of it."""

    def __init__(
        self,
        table: TextTable,
        survey: Survey,
        columns: Sequence[InputColumn],
        label: str,
        options: TableOptions,
        gaps: str | None,
    ) -> None:
        self._table, self._survey, self._columns, self._gaps = table, survey, columns, gaps
        self._notes: list[str] = []
        wanted, names = [column.name for column in columns], names_in(survey.first)
        told, whole = options.header, set(wanted) <= set(names)
        words = {name for name in (*wanted, label) if finite(name) is None}
        known = whole or not words.isdisjoint(survey.first)
        # A line that stands alone is a sample: with names alone there would be nothing to ask.
        self._header = known or (survey.rows > 0 and holds_names(survey)) if told is None else told
        if not self._header:
            for column, cell in zip(survey.columns, survey.first, strict=True):
                column.see([survey.line], [cell])
        self._names = names
        if not self._header or (not whole and all(map(_UNNAMED.fullmatch, wanted))):
            self._names = [unnamed(place) for place in range(len(names))]
            if not set(wanted) <= set(self._names):
                self._names = self._in_order(wanted, label)
            whose = "the network's columns have" if self._header else "its first line is a sample and holds"
            self._notes.append(f"Columns count by their order, as {whose} no names.")
        self._check_names(wanted)
        self._places = [self._names.index(name) for name in wanted]
        self._label = self._names.index(label) if label in self._names else None

    def _check_names(self, wanted: Sequence[str]) -> None:
        """Raises `DataError` where a column is missing."""
        missing = [name for name in wanted if name not in self._names]
        if missing:
            others = [name for name in self._names if name not in wanted]
            raise DataError(
                f"{self._table.name} has no column {brief(missing[0])}, which the network reads: found "
                f"{_some(self._names)}.{did_you_mean(missing[0], others)} Call the column so in the first "
                "line, or remove that line: then columns count by their order, which is "
                f"{_some(wanted)}."
            )

    def _in_order(self, wanted: Sequence[str], label: str) -> list[str]:
        """What columns are called that count by their order."""
        count, found = len(wanted), len(self._survey.first)
        if found not in (count, count + 1):
            raise DataError(
                f"{self._table.name} has {found} column{'' if found == 1 else 's'}: expected the network's "
                f"{count} inputs ({_some(wanted)}), and the label behind them if it is known. Columns with "
                "names in the first line may be more, in any order."
            )
        return [*wanted, label][:found]

    def read(self) -> Inputs:
        """The samples."""
        left_out = [
            name for at, name in enumerate(self._names) if at not in self._places and at != self._label
        ]
        if left_out:
            self._notes.append(f"Left out: {_some(left_out)}, which the network does not read.")
        read = [
            (at, column, numbers_in(column))
            for at, each in zip(self._places, self._columns, strict=True)
            for column in [self._written(each, self._survey.columns[at])]
        ]
        rows = self._table.rows()
        first = next(rows)
        numbers, labels, samples, number = array("d"), [], [], 0
        every = rows if self._header else chain([first], rows)
        for lines, block in rows_in_slices(self._table, every, len(first)):
            for line, cells in zip(lines, block, strict=True):
                number += 1
                found = [self._numbers(line, at, column, cells[at], reading) for at, column, reading in read]
                if None in found:
                    continue
                samples.append(number)
                for each in found:
                    numbers.extend(each or ())
                if self._label is not None:
                    labels.append(word_of(cells[self._label]))
        self._check_count(number, len(samples))
        points = np.frombuffer(numbers, np.float64).reshape(len(samples), -1)
        known = None if self._label is None else tuple(labels)
        return Inputs(points, known, tuple(samples), tuple(self._notes))

    def _check_count(self, found: int, used: int) -> None:
        """Raises `DataError` where no sample is left; says how many were left out."""
        if not found:
            raise DataError(f"{self._table.name} has names and no samples: expected a line for each sample.")
        if not used:
            raise DataError(f"{self._table.name}: every line lacks something, and was left out.")
        if used < found:
            lines = "1 line lacked something, and was" if found - used == 1 else (
                f"{found - used:,} lines lacked something, and were"
            )  # fmt: skip
            self._notes.append(f"{lines} left out.")

    def _written(self, column: InputColumn, found: Column) -> InputColumn:
        """The column in the form that the table writes it in: that of training where all of it fits."""
        if column.form == WORDS:
            return column
        alike = _alike(column.form)
        fitting = [form for form in alike if form in found.forms]
        # Where all are numbers as programs write them, nobody has looked whether they are of other forms.
        form = PLAIN if PLAIN in fitting else fitting[0] if fitting else max(alike, key=found.share)
        if form != column.form and "comma" in (form, column.form) and found.sign == "either":
            sign = "point" if form == PLAIN else "comma"
            raise self._table.about(
                found.place, column.name,
                f"its {sign}s may stand before decimals or between thousands. {EITHER_DECIMAL}",
            )  # fmt: skip
        return replace(column, form=form)

    def _numbers(
        self,
        line: int,
        place: int,
        column: InputColumn,
        cell: str,
        reading: Callable[[str], Sequence[float]],
    ) -> Sequence[float] | None:
        """The inputs that a cell becomes; None if its line is left out."""
        try:
            numbers = reading(cell)
        except ValueError:
            if column.form == WORDS:
                known = ", ".join(map(brief, column.words[:8])) + (", ..." if len(column.words) > 8 else "")
                remedy, expected = "The network has seen no other words.", f"one of {known}"
            else:
                remedy, expected = "Correct the cell, or leave its line out.", _expected(column)
            raise self._table.at(line, place, column.name, cell, expected, remedy) from None
        if not any(map(math.isnan, numbers)):
            return numbers
        if self._gaps == "skip":
            return None
        if self._gaps == "refuse" or column.mean is None:
            filled = f", or {setting('gaps', 'mean')} to fill them" if self._gaps != "mean" else ""
            unknown = "The network knows no mean of it. " if self._gaps == "mean" else ""
            remedy = f"{unknown}{sentence(setting('gaps', 'skip'))} to leave such lines out{filled}."
            raise self._table.at(line, place, column.name, cell, _expected(column), remedy)
        return [column.mean] * len(numbers)


def _alike(form: str) -> tuple[str, ...]:
    """The forms that mean the same kind of number, that one first."""
    kind = next((kind for kind in _KINDS if form in kind), (form,))
    return (form, *(other for other in kind if other != form))


_KINDS = (("number", "comma", "groups"), ("date", "month first", "day first"))


def _expected(column: InputColumn) -> str:
    return "a word" if column.form == WORDS else FORMS[column.form].one


def _some(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _MENTIONED else ""
    return ", ".join(map(brief, names[:_MENTIONED])) + more
