"""Tables that people bring: text, one sample a line, one column of it the label.

A table is looked through once (`survey`), it is decided what becomes of it (`plan`), and then it is read.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from microcrad.data.cells import FORMS, GAPS, PLAIN, WORDS, word_of
from microcrad.data.dataset import DataSet, InputColumn, Kind, TableOrigin
from microcrad.data.plan import Plan, planned
from microcrad.data.survey import rows_in_slices, surveying
from microcrad.data.table_options import TableOptions
from microcrad.data.text_table import TextTable, open_table
from microcrad.errors import DataError
from microcrad.slices import Shares, finish, part

__all__ = ["numbers_in", "read_csv", "reading_csv"]

Numbers = NDArray[np.float64]


def read_csv(
    path: str | os.PathLike[str],
    *,
    label: str = "",
    header: bool | None = None,
    kind: str = "auto",
    drop: Sequence[str] = (),
    words: Sequence[str] = (),
    gaps: str = "refuse",
    decimal: str = "auto",
    dates: str = "auto",
    encoding: str = "auto",
) -> DataSet:
    """The data set in a text file, one sample a line.

    Its cells are divided by commas, semicolons, tabs, bars or spaces, whichever fits best; lines that begin
    with # are comments, and empty lines are passed over. What stands in the table decides how it is read, and
    the arguments say otherwise: `label` names the column to learn (the last); `header` whether the first line
    holds names (if it is unlike what stands below it); `kind` whether the label is a `number` or `classes`
    (words are, and at most 20 different whole numbers); columns in `drop` are left out; a column of `words`
    is an input for each word, as one with at most 20 different words is anyway; `gaps` whether a line that
    lacks something is refused, left out (`skip`), or filled with the `mean`; `decimal` the sign before
    decimals, `point` or `comma`; `dates` whether 1/2/2023 is `day-first` or `month-first`, where no date of
    the table tells (then the month is); `encoding` how letters are written (UTF-8, or UTF-16 by its mark).
    Percents, thousands with signs between them and dates are read too. The result's `origin` says what was
    decided.

    Raises `DataError`, with line and column and what to do, for anything that cannot be learned, and
    `FileError` for a file that cannot be opened.
    """
    options = TableOptions(label, header, kind, tuple(drop), tuple(words), gaps, decimal, dates, encoding)
    return finish(reading_csv(path, options))


def reading_csv(path: str | os.PathLike[str], options: TableOptions) -> Shares[DataSet]:
    """`read_csv` in slices."""
    with open_table(path, options.encoding) as table:
        survey = yield from part(surveying(table, options.decimal), 0.0, 0.5)
        reading = _reading(table, planned(table, survey, options), options.gaps)
        return (yield from part(reading, 0.5, 1.0))


def _reading(table: TextTable, plan: Plan, gaps: str) -> Shares[DataSet]:
    """Read a table as it was planned."""
    rows = table.rows()
    if plan.header:
        next(rows)
    columns = [(place, _block_reader(column)) for place, column in plan.inputs]
    labelled = _label_reader(plan.label_form, {name: float(code) for code, name in enumerate(plan.classes)})
    read_points, read_labels = [], []
    for _, block in rows_in_slices(table, rows, len(plan.names)):
        cells = list(zip(*block, strict=True))
        read_points.append(np.hstack([numbers(cells[place]) for place, numbers in columns]))
        read_labels.append(np.array([labelled(cell) for cell in cells[plan.label]]))
        yield table.share
    points, labels = np.concatenate(read_points), np.concatenate(read_labels)
    inputs = tuple(column for _, column in plan.inputs)
    notes = list(plan.said)
    if plan.incomplete:
        points, labels, inputs, note = _completed(points, labels, inputs, gaps)
        notes.append(note)
    kind: Kind = "regression" if not plan.classes else "binary" if len(plan.classes) == 2 else "classes"
    label = plan.names[plan.label]
    names = tuple(name for column in inputs for name in column.inputs)
    origin = TableOrigin(inputs, plan.rows, tuple(notes))
    try:
        return DataSet(table.title, kind, points, labels, names, label, plan.classes, origin)
    except DataError as error:
        raise DataError(f"{table.name}: {error}") from None


def numbers_in(column: InputColumn) -> Callable[[str], Sequence[float]]:
    """Reads a column's cells: the numbers of the inputs it becomes, nan where one is missing.

    Raises `ValueError` for a cell that is not written as those of the column, or a word it does not have.
    """
    if column.form == WORDS:
        places = {word: place for place, word in enumerate(column.words)}
        rows = {word: tuple(float(i == place) for i in range(len(places))) for word, place in places.items()}
        missing = (math.nan,) * len(places)

        def of_words(cell: str) -> Sequence[float]:
            found = rows.get(word_of(cell))
            if found is None and cell:
                raise ValueError
            return missing if found is None else found

        return of_words
    read = FORMS[column.form].read

    def of_numbers(cell: str) -> Sequence[float]:
        return (math.nan if cell.lower() in GAPS else read(cell),)

    return of_numbers


def _block_reader(column: InputColumn) -> Callable[[Sequence[str]], Numbers]:
    """Reads many cells of a column at once: shape (cells, inputs)."""
    read = numbers_in(column)

    def block(cells: Sequence[str]) -> Numbers:
        if column.form == PLAIN:
            try:
                return np.array(list(map(float, cells)))[:, None]
            except ValueError:  # Some are missing.
                pass
        return np.array([read(cell) for cell in cells])

    return block


def _label_reader(form: str, codes: dict[str, float]) -> Callable[[str], float]:
    if form == WORDS:
        return lambda cell: codes[cell] if cell in codes else codes.get(word_of(cell), math.nan)
    read = FORMS[form].read
    return lambda cell: math.nan if cell.lower() in GAPS else read(cell)


def _completed(
    points: Numbers, labels: Numbers, inputs: tuple[InputColumn, ...], gaps: str
) -> tuple[Numbers, Numbers, tuple[InputColumn, ...], str]:
    """Samples without gaps: those that lack something left out, or filled where it is an input."""
    whole = ~np.isnan(labels)
    if gaps == "skip":
        whole &= ~np.isnan(points).any(axis=1)
    count = len(labels) - int(whole.sum())
    points, labels = points[whole], labels[whole]
    lines = f"{count:,} line{'' if count == 1 else 's'}"
    if not np.isnan(points).any():
        return (
            points,
            labels,
            inputs,
            f"{lines} lacked something, and {'was' if count == 1 else 'were'} left out.",
        )
    points = points.copy()
    missing = np.isnan(points)
    filled, start = [], 0
    for column in inputs:
        of_it = slice(start, start := start + len(column.inputs))
        if missing[:, of_it].any():
            mean = 0.0 if column.form == WORDS else float(np.nanmean(points[:, of_it]))
            points[:, of_it][missing[:, of_it]] = mean
            column = replace(column, mean=mean)
        filled.append(column)
    cells = int(missing.sum())
    left = f" {lines} without a label left out." if count else ""
    filling = "missing inputs were filled, numbers with their column's mean and words with none"
    return points, labels, tuple(filled), f"{cells:,} {filling}.{left}"
