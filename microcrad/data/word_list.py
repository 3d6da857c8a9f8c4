"""Words to learn the letters of: names, or whatever stands in a text file, one a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from microcrad.data.cells import brief, finite
from microcrad.data.dataset import DataSet
from microcrad.data.text_table import MAX_BYTES, MAX_ROWS, encoding_of, is_comment, not_text
from microcrad.errors import DataError, FileError
from microcrad.files.door import opened, read_bytes
from microcrad.slices import Shares, finish

__all__ = [
    "END",
    "LONGEST_WORD",
    "MOST_LETTERS",
    "MOST_WORDS",
    "data_of",
    "is_list",
    "read_words",
    "reading_words",
    "word",
]

END = "end"
"""What the token is called that stands before a word and after it."""
LONGEST_WORD = 63
"""The most letters of a word: attention compares each with each, in every head."""
MOST_WORDS = 200_000
"""The most different words of a file."""
MOST_LETTERS = 200
"""The most different letters of a file: each has a row of parameters, and a score at every position."""
_LOOKED_AT = 4096
"""How many bytes tell whether a file is a list of words."""
_SLICE = 20_000
"""How many lines are read at once."""


def read_words(path: str | os.PathLike[str], *, encoding: str = "auto") -> DataSet:
    """The words in a text file, one a line, each once; empty lines and those that begin with # are none.

    Raises `DataError`, with line and letter and what to do, for what cannot be learned, and `FileError` for
    a file that cannot be opened.
    """
    return finish(reading_words(path, encoding))


def reading_words(path: str | os.PathLike[str], encoding: str = "auto") -> Shares[DataSet]:
    """`read_words` in slices."""
    name = os.fspath(path)
    content = read_bytes(path, MAX_BYTES, name)
    try:
        text = content.decode(encoding_of(content, encoding))
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeError as error:
        raise not_text(name, encoding, error) from None
    found: dict[str, None] = {}
    if len(lines) > MAX_ROWS + 1:
        raise DataError(f"{name} has {len(lines):,} lines, and at most {MAX_ROWS:,} are read. Keep so many.")
    for number, line in enumerate(lines, 1):
        if number % _SLICE == 0:
            yield number / len(lines)
        text = line.strip()
        if not text or is_comment(line):
            continue
        _check(name, number, text)
        found[text] = None
        if len(found) > MOST_WORDS:
            raise DataError(
                f"{name}, line {number}: more than {MOST_WORDS:,} different words. Keep as many lines as "
                "have so many."
            )
    if not found:
        raise DataError(f"{name} has no words: expected a text file with one word a line.")
    return data_of(os.path.basename(name), list(found))


def is_list(path: str | os.PathLike[str]) -> bool:
    """Whether a text file has a word on each line rather than a table's cells, by its first lines.

    What cannot be looked at counts as one: reading it says what is wrong.
    """
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return True
    return _is_list(os.fspath(path), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=16)
def _is_list(path: str, changed: int, size: int) -> bool:
    try:
        with opened(path) as file:
            start = file.read(_LOOKED_AT).decode(errors="replace")
    except FileError:
        return True
    lines = [line for line in start.split("\n")[:50] if line.strip() and not is_comment(line)]
    if len(lines) > 1:
        del lines[-1]  # It may be cut.
    divided = any(lines and all(mark in line for line in lines) for mark in ",;\t|")
    return not divided and not _has_numbers([line.split() for line in lines])


def _has_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows have as many cells each, and below the first one numbers in one place of all."""
    if len(rows) < 2 or len(set(map(len, rows))) > 1 or len(rows[0]) < 2:
        return False
    return any(None not in map(finite, cells) for cells in zip(*rows[1:], strict=True))


def _check(name: str, line: int, text: str) -> None:
    if len(text) > LONGEST_WORD:
        raise DataError(
            f"{name}, line {line}: found {len(text)} letters, {brief(text)}, expected a word of at most "
            f"{LONGEST_WORD}. Put one word or name on each line, or name a table as a file that ends in .csv."
        )
    for place, letter in enumerate(text, 1):
        if not letter.isprintable():
            raise DataError(
                f"{name}, line {line}, letter {place}: found the character {ord(letter):#04x}, which cannot "
                "be shown. Remove it."
            )


def data_of(name: str, words: Sequence[str]) -> DataSet:
    """Words as the tokens at each position and those that come next, with their letters as vocabulary.

    Raises `DataError` if they have too many different letters.
    """
    letters = sorted({letter for word in words for letter in word})
    if len(letters) > MOST_LETTERS:
        raise DataError(
            f"{name} has {len(letters)} different letters, such as {' '.join(letters[-5:])}: at most "
            f"{MOST_LETTERS} can be learned. Leave out what is rare."
        )
    tokens = {letter: place for place, letter in enumerate(letters)}
    end, longest = len(letters), max(map(len, words))
    points = np.full((len(words), longest + 1), -1.0)
    labels = points.copy()
    points[:, 0] = end
    for row, each in enumerate(words):
        points[row, 1 : len(each) + 1] = labels[row, : len(each)] = [tokens[letter] for letter in each]
        labels[row, len(each)] = end
    inputs = tuple(f"position {place}" for place in range(longest + 1))
    return DataSet(name, "text", points, labels, inputs, "next letter", (*letters, END))


def word(samples: DataSet, place: int) -> str:
    """The word that one sample is."""
    row = samples.points[place, 1:].astype(int).tolist()
    return "".join(samples.classes[token] for token in row if token >= 0)
