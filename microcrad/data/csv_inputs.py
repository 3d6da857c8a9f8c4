"""Tables to be predicted: the same columns as those that were trained on, with or without a label."""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from microcrad.data.cells import FORMS, WORDS, brief, word_of
from microcrad.data.csv_file import numbers_in
from microcrad.data.dataset import DataError, InputColumn
from microcrad.data.survey import rows_in_slices
from microcrad.data.text_table import TextTable, names_in, open_table

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Samples of which the label may be unknown."""

    points: NDArray[np.float64]
    """Shape (samples, inputs)."""
    labels: tuple[str, ...] | None
    """What stands in the label's column, `1.0` as `1` and nothing for a gap, if there is one."""


def read_inputs(
    path: str | os.PathLike[str], columns: Sequence[InputColumn], label: str, encoding: str = "auto"
) -> Inputs:
    """The inputs that a table's `columns` become, and the column called `label` if it is there.

    Where the first line has no such names, columns count by their order: as many as there are columns, or one
    more for the label, which is then the last. Raises `DataError`, with line and column, for anything else,
    and `FileError` for a file that cannot be opened.
    """
    with open_table(path, encoding) as table:
        rows = table.rows()
        first = next(rows, None)
        if first is None:
            raise DataError(f"{table.name} is empty: expected a line for each sample.")
        wanted, names = [column.name for column in columns], names_in(first)
        named = set(wanted) <= set(names)
        places, place = _places(table.name, names, wanted, label, named=named)
        read = [(at, column, numbers_in(column)) for at, column in zip(places, columns, strict=True)]
        header = named or not any(_reads(reading, first[at]) for at, _, reading in read)
        numbers, labels = array("d"), []
        table.line = 1
        for lines, block in rows_in_slices(table, rows if header else chain([first], rows), len(first)):
            for line, cells in zip(lines, block, strict=True):
                for at, column, reading in read:
                    numbers.extend(_numbers(table, line, at, column, cells[at], reading))
                if place is not None:
                    labels.append(word_of(cells[place]))
        if not numbers:
            raise DataError(f"{table.name} has names and no samples: expected a line for each sample.")
        points = np.frombuffer(numbers, np.float64).reshape(-1, sum(len(each.inputs) for each in columns))
        return Inputs(points, None if place is None else tuple(labels))


def _numbers(
    table: TextTable,
    line: int,
    place: int,
    column: InputColumn,
    cell: str,
    reading: Callable[[str], Sequence[float]],
) -> Sequence[float]:
    """The inputs that a cell becomes."""
    try:
        numbers = reading(cell)
    except ValueError:
        if column.form == WORDS:
            known = ", ".join(map(brief, column.words[:8])) + (", ..." if len(column.words) > 8 else "")
            remedy, expected = "The network has seen no other words.", f"one of {known}"
        else:
            remedy, expected = "Correct the cell, or leave its line out.", _expected(column)
        raise table.at(line, place, column.name, cell, expected, remedy) from None
    if not any(map(math.isnan, numbers)):
        return numbers
    if column.mean is None:
        remedy = "Correct the cell, or leave its line out."
        raise table.at(line, place, column.name, cell, _expected(column), remedy)
    return [column.mean] * len(numbers)


def _reads(reading: Callable[[str], Sequence[float]], cell: str) -> bool:
    try:
        return not any(map(math.isnan, reading(cell)))
    except ValueError:
        return False


def _expected(column: InputColumn) -> str:
    return "a word" if column.form == WORDS else FORMS[column.form].one


def _places(
    name: str, first: Sequence[str], wanted: Sequence[str], label: str, *, named: bool
) -> tuple[list[int], int | None]:
    """Which columns are read, and which is the label."""
    if named:
        return [first.index(each) for each in wanted], first.index(label) if label in first else None
    count = len(wanted)
    if len(first) not in (count, count + 1):
        raise DataError(
            f"{name} has {len(first)} columns: expected the network's {count} inputs, and the label behind "
            "them if it is known."
        )
    return list(range(count)), count if len(first) > count else None
