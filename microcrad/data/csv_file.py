"""Tables that people bring: comma-separated text, one sample a line, one column of it the label."""

from __future__ import annotations

import contextlib
import csv
import math
import os
from array import array
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO

import numpy as np

from microcrad.data.dataset import DataError, DataSet, Kind
from microcrad.files.door import opened
from microcrad.slices import Shares, finish

__all__ = ["MAX_CLASSES", "MAX_ROWS", "Table", "finite", "open_table", "read_csv", "reading_csv"]

MAX_ROWS = 1_000_000
MAX_BYTES = 2**28
"""A file that holds more is not read: about 268 of them for each of so many rows."""
MAX_CLASSES = 1000
"""More than these are names or measurements rather than classes."""
_SLICE = 500
"""How many rows are read in a slice."""
FEW = 20
"""Whole-number labels with at most so many different values are taken for classes unless told otherwise."""


def read_csv(
    path: str | os.PathLike[str],
    *,
    label: str | None = None,
    header: bool | None = None,
    kind: Kind | None = None,
) -> DataSet:
    """The data set in a text file (UTF-8) whose cells are divided by commas, or else semicolons or tabs.

    `label` names the column to learn, the last unless told otherwise; the others are inputs and must be
    finite numbers. `header` says whether the first line holds names; unless told, it does if no cell of it
    is a number. `kind` says what the labels are; unless told, text and a few (20) different whole numbers
    are classes and anything else is a regression. Classes are ordered by number, or else by name. Empty
    lines are passed over. Raises `DataError`, with line and column, for anything that cannot be learned, and
    `FileError` for a file that cannot be opened.
    """
    return finish(reading_csv(path, label=label, header=header, kind=kind))


def reading_csv(
    path: str | os.PathLike[str],
    *,
    label: str | None = None,
    header: bool | None = None,
    kind: Kind | None = None,
) -> Shares[DataSet]:
    """`read_csv` in slices."""
    with open_table(path) as table:
        return (yield from table.reading(label, header, kind))


@contextlib.contextmanager
def open_table(path: str | os.PathLike[str]) -> Iterator[Table]:
    """A file to be read as a table. `FileError` if it cannot be opened, `DataError` if it is not text."""
    name = os.fspath(path)
    try:
        with opened(path, name, MAX_BYTES) as file:
            yield Table(name, file)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not UTF-8 text: found the byte {error.object[error.start]:#04x}. "
            "Save it as CSV in UTF-8."
        ) from None


class Table:
    """One file being read; it knows where it is, for errors."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name, self._file = name, file
        self._size = max(os.fstat(file.fileno()).st_size, 1)
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        first = text.readline(2**16)
        text.seek(0)
        delimiter = next((mark for mark in ",;\t" if mark in first), ",")
        self.reader = csv.reader(text, delimiter=delimiter)

    def reading(self, label: str | None, header: bool | None, kind: Kind | None) -> Shares[DataSet]:
        """The data set, in slices."""
        rows = self.rows()
        first = next(rows, None)
        if first is None:
            raise DataError(f"{self.name} is empty: expected a line for each sample.")
        width = len(first)
        if width < 2:
            raise self.wrong(1, f"found one column ({_brief(first[0])})", "at least one input and a label")
        header, names = self.header(first, header)
        if not header:
            rows = chain([first], rows)
        place = self.place_of(label, names, header)
        inputs, labels, lines = yield from self.columns(rows, names, place)
        count = len(labels)
        if count < 2:
            raise DataError(f"{self.name} has {count} samples: expected at least 2, one to a line.")
        points = np.frombuffer(inputs, np.float64).reshape(count, width - 1)
        index = np.frombuffer(labels, np.dtype("i"))
        others = tuple(names[:place] + names[place + 1 :])
        texts = list(lines)
        numbers = [finite(text) for text in texts]
        title = os.path.basename(self.name)
        if kind == "regression" or (kind is None and not _are_classes(numbers)):
            for text, number in zip(texts, numbers, strict=True):
                if number is None:
                    raise DataError(self.at(lines[text], place, names, text, "a finite number"))
            return DataSet(title, "regression", points, np.array(numbers)[index], others, names[place])
        order = _classes(texts, numbers)
        classes = tuple(dict.fromkeys(order.values()))
        self.check_classes(classes, kind, names[place])
        found = np.array([classes.index(order[text]) for text in texts])[index]
        kind = "binary" if len(classes) == 2 else "classes"
        return DataSet(title, kind, points, found, others, names[place], classes)

    def header(self, first: list[str], header: bool | None) -> tuple[bool, list[str]]:
        """Whether the first line holds names, and the columns' names."""
        if header is None:
            header = any(first) and all(finite(cell) is None for cell in first)
        names = [(header and cell) or f"column {i + 1}" for i, cell in enumerate(first)]
        if header:
            self.check_names(names)
        return header, names

    def rows(self) -> Iterator[list[str]]:
        """The rows that are not empty, their cells without the space around them."""
        try:
            for row in self.reader:
                cells = [cell.strip() for cell in row]
                if len(cells) > 1 or any(cells):
                    yield cells
        except csv.Error as error:
            raise DataError(f"{self.name}, line {self.reader.line_num}: {error}.") from None

    def columns(
        self, rows: Iterator[list[str]], names: list[str], place: int
    ) -> Shares[tuple[array[float], array[int], dict[str, int]]]:
        """The inputs, row by row; a code for each label; the different labels and their first lines."""
        inputs, labels = array("d"), array("i")
        codes: dict[str, int] = {}
        lines: dict[str, int] = {}
        width = len(names)
        for cells in rows:
            if len(cells) != width:
                raise self.wrong(
                    self.reader.line_num, f"found {len(cells)} columns", f"{width}, as in the first line"
                )
            if len(labels) == MAX_ROWS:
                raise DataError(f"{self.name} has more than {MAX_ROWS:,} samples. Keep fewer lines.")
            text = cells.pop(place)
            try:
                numbers = array("d", map(float, cells))
                usable = math.isfinite(sum(numbers)) or all(map(math.isfinite, numbers))
            except ValueError:
                usable = False
            if not usable or not text:
                self.explain(cells, text, names, place)
            inputs.extend(numbers)
            if text not in codes:
                codes[text] = len(codes)
                lines[text] = self.reader.line_num
            labels.append(codes[text])
            if len(labels) % _SLICE == 0:
                yield self._file.tell() / self._size
        return inputs, labels, lines

    def explain(self, cells: list[str], text: str, names: list[str], place: int) -> None:
        """Raise the error for the first cell of a row that cannot be used."""
        line = self.reader.line_num
        for column, cell in enumerate([*cells[:place], text, *cells[place:]]):
            if column == place:
                if not cell:
                    raise DataError(self.at(line, column, names, cell, "a label"))
            elif finite(cell) is None:
                raise DataError(self.at(line, column, names, cell, "a finite number"))

    def place_of(self, label: str | None, names: list[str], header: bool) -> int:
        if label is None:
            return len(names) - 1
        if label not in names:
            known = ", ".join(map(_brief, names[:20]))
            why = "" if header else " The first line holds no names; say so if it does."
            raise DataError(f"{self.name} has no column {label!r}: choose from {known}.{why}")
        return names.index(label)

    def check_names(self, names: list[str]) -> None:
        for column, name in enumerate(names):
            if name in names[:column]:
                raise self.wrong(1, f"column {column + 1} is called {_brief(name)} again", "different names")

    def check_classes(self, classes: tuple[str, ...], kind: Kind | None, label: str) -> None:
        if len(classes) == 1:
            raise DataError(
                f"{self.name}: every label ({label}) is {_brief(classes[0])}; expected at least 2 classes. "
                "Choose another column as the label."
            )
        if len(classes) > MAX_CLASSES:
            raise DataError(
                f"{self.name}: found {len(classes):,} different labels ({label}), expected at most "
                f"{MAX_CLASSES}. Choose another column as the label, or learn it as a regression."
            )
        if kind == "binary" and len(classes) != 2:
            raise DataError(f"{self.name}: found {len(classes)} different labels ({label}), expected 2.")

    def at(self, line: int, column: int, names: list[str], cell: str, expected: str) -> str:
        named = "" if names[column] == f"column {column + 1}" else f" ({_brief(names[column])})"
        return (
            f"{self.name}, line {line}, column {column + 1}{named}: found "
            f"{_brief(cell) if cell else 'nothing'}, expected {expected}. "
            "Correct the cell, or leave its line out."
        )

    def wrong(self, line: int, found: str, expected: str) -> DataError:
        return DataError(f"{self.name}, line {line}: {found}, expected {expected}.")


def _are_classes(numbers: list[float | None]) -> bool:
    whole = all(number is not None and number.is_integer() for number in numbers)
    return any(number is None for number in numbers) or (whole and len(set(numbers)) <= FEW)


def _classes(texts: list[str], numbers: list[float | None]) -> dict[str, str]:
    """The class each label means, in the order of classes: `1` and `1.0` are one if all are numbers."""
    known = [number for number in numbers if number is not None]
    if len(known) < len(texts):
        return {text: text for text in sorted(texts)}
    pairs = sorted(zip(known, texts, strict=True))
    return {text: f"{number:.17g}" for number, text in pairs}


def finite(cell: str) -> float | None:
    """The finite number that a cell holds, or None."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _brief(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")
