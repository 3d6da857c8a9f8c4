"""The rows of a text file: how its letters are written, what divides its cells, which lines are none."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import BinaryIO

from microcrad.data.cells import brief
from microcrad.data.remedies import setting
from microcrad.errors import DataError
from microcrad.files.door import opened

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "TextTable",
    "encoding_of",
    "is_comment",
    "names_in",
    "not_text",
    "open_table",
    "unnamed",
]

MAX_ROWS = 1_000_000
MAX_BYTES = 2**28
"""A file that holds more is not read: about 268 of them for each of so many rows."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NO_TEXT = {
    b"PK\x03\x04": "a spreadsheet or an archive", b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"\x1f\x8b": "compressed", b"PAR1": "a table of another kind",
}  # fmt: skip
"""How files begin that hold tables otherwise than as text, and what they are."""
_OBJECTS = (b'{"', b"{\n", b"{\r\n")
"""How JSON begins that holds fields, as a saved network does."""
_DELIMITERS = ",;\t| "
_LOOKED_AT = 50
"""How many rows tell what divides cells."""
_LONGEST = 2**18
"""How many characters of the file these may have."""


@contextlib.contextmanager
def open_table(path: str | os.PathLike[str], encoding: str = "auto") -> Iterator[TextTable]:
    """A file to be read as a table. `FileError` if it cannot be opened, `DataError` if it is not text."""
    name = os.fspath(path)
    try:
        with opened(path, name, MAX_BYTES) as file:
            yield TextTable(name, file, encoding)
    except UnicodeError as error:
        raise not_text(name, encoding, error) from None


def not_text(name: str, encoding: str, error: UnicodeError) -> DataError:
    """That a file's letters are not written in an encoding, or not in that of `auto`."""
    at = error.object[error.start] if isinstance(error, UnicodeDecodeError) else 0
    found = f"found the byte {at:#04x}" if at else str(error)
    written = "UTF-8" if encoding == "auto" else encoding
    return DataError(
        f"{name} is not {written} text: {found}. Save it in UTF-8, or "
        f"{setting('encoding', 'latin-1')}, or to whatever it is written in."
    )


def encoding_of(start: bytes, encoding: str) -> str:
    """How a file is written that starts so: as it is said to be, or by its mark, or else in UTF-8.

    UTF-16 without its mark is known by the zero in a letter's two bytes, which no other text has.
    """
    found = next((named for mark, named in _MARKS if start.startswith(mark)), "utf-8")
    if found == "utf-8" and start[:2].count(0) == 1:
        found = "utf-16-be" if start[0] == 0 else "utf-16-le"
    if encoding == "auto" or (encoding == "utf-16" and found.startswith(encoding)):
        return found
    return encoding


class TextTable:
    """One file, read from its start as often as is needed; it knows where it is, for errors."""

    def __init__(self, name: str, file: BinaryIO, encoding: str) -> None:
        self.name, self._file = name, file
        self.title = os.path.basename(name)
        self._size = max(os.fstat(file.fileno()).st_size, 1)
        start = file.read(4)
        what = next((what for mark, what in _NO_TEXT.items() if start.startswith(mark)), "")
        if what:
            raise DataError(f"{name} is {what}, and no text: save the table as CSV, and name that file.")
        if start.startswith(_OBJECTS):
            raise DataError(
                f"{name} is JSON, and no table: save the table as CSV, and name that file. "
                "A saved network is opened by microcrad train --from FILE, or by Open network in Train."
            )
        encoding = encoding_of(start, encoding)
        self._text = io.TextIOWrapper(file, encoding=encoding, newline="")
        self.delimiter = self._delimiter()
        self.line = 0
        """The line that was read last, counted from 1."""
        self.comments = 0
        """How many lines were passed over because they are comments."""

    @property
    def share(self) -> float:
        """How much of the file has been read."""
        return self._file.tell() / self._size

    def rows(self) -> Iterator[list[str]]:
        """The rows that are neither empty nor comments, their cells without the space around them."""
        self._text.seek(0)
        self.comments = 0
        line = self._text.readline()
        while is_comment(line):
            self.comments += 1
            line = self._text.readline()
        before = self.comments
        width = 0
        """That of the first row, if what divides cells ends it, as it need not end the others."""
        raw: list[str] = []
        """The lines of the row that is being read."""

        def lines() -> Iterator[str]:
            for each in chain([line], self._text):
                raw.append(each)
                yield each

        reader = csv.reader(lines(), delimiter=self.delimiter, skipinitialspace=True)
        try:
            for row in reader:
                self.line = before + reader.line_num
                if len(raw) > 1 and sum(each.count('"') for each in raw) % 2:
                    raise self.wrong(
                        self.line - len(raw) + 1, "found a quote that is never closed", "a second one"
                    )
                raw.clear()
                cells = list(map(str.strip, row))
                if cells and cells[0][:1] == "#" and cells[0] != "#":
                    self.comments += 1
                elif len(cells) > 1 or any(cells):
                    if len(cells) == width - 1:
                        cells.append("")
                    width = width or (-1 if cells[-1] else len(cells))
                    yield cells
        except csv.Error as error:
            long = "A cell ends where what divides cells stands, or its second quote."
            raise DataError(f"{self.name}, line {before + reader.line_num}: {error}. {long}") from None

    def _delimiter(self) -> str:
        """What divides cells: with it, the most rows are equally wide, and are widest."""
        self._text.seek(0)
        start = self._text.read(_LONGEST)
        lines = [line for line in start.splitlines(keepends=True) if line.strip() and not is_comment(line)]
        if len(start) == _LONGEST and len(lines) > 1:
            del lines[-1]  # It may be cut.
        best, delimiter = (0, 0), ","
        for mark in _DELIMITERS:
            with contextlib.suppress(csv.Error):
                rows = csv.reader(lines[:_LOOKED_AT], delimiter=mark, skipinitialspace=True)
                ((width, count),) = Counter(map(len, rows)).most_common(1) or ((0, 0),)
                if width > 1 and (count, width) > best:
                    best, delimiter = (count, width), mark
        return delimiter

    # --- errors ---

    def at(self, line: int, place: int, name: str, cell: str, expected: str, remedy: str) -> DataError:
        """That a cell cannot be used."""
        found = brief(cell) if cell else "nothing"
        return DataError(
            f"{self.name}, line {line}, {column(place, name)}: found {found}, expected {expected}. {remedy}"
        )

    def about(self, place: int, name: str, wrong: str) -> DataError:
        """That a column cannot be used."""
        return DataError(f"{self.name}, {column(place, name)}: {wrong}")

    def wrong(self, line: int, found: str, expected: str, remedy: str = "") -> DataError:
        """That a line cannot be used."""
        return DataError(f"{self.name}, line {line}: {found}, expected {expected}.{remedy and ' ' + remedy}")


def names_in(first: Sequence[str]) -> list[str]:
    """What the columns are called whose names stand in a line: each by a name that no other has."""
    names: list[str] = []
    for place, each in enumerate(first):
        name = each or unnamed(place)
        of_it = next(n for n in count(1) if (name if n == 1 else f"{name} ({n})") not in names)
        names.append(name if of_it == 1 else f"{name} ({of_it})")
    return names


def unnamed(place: int) -> str:
    """What a column is called that has no name, by its place from 0."""
    return f"column {place + 1}"


def column(place: int, name: str) -> str:
    """How messages call a column."""
    named = unnamed(place)
    return named if name == named else f"{named} ({brief(name)})"


def is_comment(line: str) -> bool:
    """Whether a line is none of the table: it begins with #, and not as a cell that holds only that.

    Nor is `sep=;`, which tells Excel what divides cells.
    """
    start = line.lstrip()
    if start[:1] == "#":
        return start[1:2] not in (",", ";", "\t", "|")
    return start[:4].lower() == "sep=" and len(start.rstrip("\r\n")) == 5
