"""What a cell of a table may hold: the forms in which people and programs write numbers, dates and gaps."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

__all__ = ["FORMS", "GAPS", "LARGEST", "ORDERS", "PLAIN", "WORDS", "Form", "brief", "finite", "word_of"]

GAPS = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "--", "."})
"""What stands where a number is missing, in small letters; among words it is a gap only if it is empty."""
LARGEST = 1e100
"""Beyond this, squares of inputs and labels would overflow while a network is trained."""
PLAIN, WORDS = "number", "words"


def finite(cell: str) -> float | None:
    """The finite number that a cell holds, written as programs do; None for anything else."""
    try:
        return _plain(cell)
    except ValueError:
        return None


def word_of(cell: str) -> str:
    """What a cell says as a class or a word: `1` and `1.0` are one."""
    number = finite(cell)
    return cell if number is None else f"{number:.17g}"


def brief(cell: str) -> str:
    """A cell in quotes, shortened where it is long."""
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write numbers."""

    name: str
    read: Callable[[str], float]
    """The number that a cell holds; `ValueError` for one that is not written so."""
    about: str
    """How numbers of this form are read, for people; empty where that goes without saying."""
    decimal: str
    """The sign before its decimals; empty where it has none, or either."""
    one: str
    """What one such number is called in messages."""


_MINUS = "\u2212"
"""What people's programs write for a hyphen before a number."""
_COMMA = re.compile(
    r"[-+\u2212]?(\d{1,3}(\.\d{3})+|\d{1,3}([ '\u00a0\u202f]\d{3})+|\d*)(,\d+)?([eE][-+]?\d+)?"
)
_GROUPS = re.compile(r"[-+\u2212]?\d{1,3}(,\d{3})+(\.\d*)?([eE][-+]?\d+)?")
_SPACED = re.compile(r"[-+\u2212]?\d{1,3}([ '\u00a0\u202f]\d{3})+(\.\d*)?")


def _plain(cell: str) -> float:
    if "_" in cell:  # Only Python reads that.
        raise ValueError
    number = float(cell.replace(_MINUS, "-"))
    if not math.isfinite(number):
        raise ValueError
    return number


def _comma(cell: str) -> float:
    if not _COMMA.fullmatch(cell):
        raise ValueError
    return _plain(re.sub(r"[ .'\u00a0\u202f]", "", cell).replace(",", "."))


def _groups(cell: str) -> float:
    if _GROUPS.fullmatch(cell) or _SPACED.fullmatch(cell):
        return _plain(re.sub(r"[ ,'\u00a0\u202f]", "", cell))
    return _plain(cell)


def _percent(cell: str) -> float:
    if not cell.endswith("%"):
        raise ValueError
    number = cell[:-1].rstrip()
    return (_comma(number) if "," in number else _plain(number)) / 100.0


def _days(when: date | datetime) -> float:
    """Days from the start of 1970, with the time of day as their fraction; zones are taken into account."""
    if not isinstance(when, datetime):
        return float(when.toordinal() - _START)
    offset = when.utcoffset()
    minutes = 0.0 if offset is None else offset.total_seconds() / 60
    seconds = when.hour * 3600 + when.minute * 60 + when.second + when.microsecond / 1e6
    return when.toordinal() - _START + seconds / 86400 - minutes / 1440


_START = date(1970, 1, 1).toordinal()
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")


def _iso(cell: str) -> float:
    if not _ISO.fullmatch(cell):
        raise ValueError
    return _days(datetime.fromisoformat(cell))


def _day(first_is_month: bool) -> Callable[[str], float]:
    def read(cell: str) -> float:
        found = _DAY.fullmatch(cell)
        if found is None:
            raise ValueError
        one, other, year = int(found[1]), int(found[3]), int(found[4])
        if first_is_month and found[2] == ".":  # Nobody writes it so.
            raise ValueError
        return _days(date(year, one, other) if first_is_month else date(year, other, one))

    return read


_DATES = "dates, read as days from 1970-01-01"
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form(PLAIN, _plain, "", ".", "a finite number"),
        Form("comma", _comma, "numbers with a decimal comma", ",", "a number with a decimal comma"),
        Form("groups", _groups, "numbers with a sign between thousands", ".", "a number, such as 1,234.5"),
        Form("percent", _percent, "percents, read as shares: 57% is 0.57", "", "a percent, such as 57%"),
        Form("date", _iso, _DATES, "", "a date, such as 2024-02-29"),
        Form("month first", _day(True), f"{_DATES}, with the month first", "", "a date, such as 02/29/2024"),
        Form("day first", _day(False), f"{_DATES}, with the day first", "", "a date, such as 29.02.2024"),
    )
}
"""The forms that a column of numbers may have; of several that fit, the first is taken."""
ORDERS = ("month first", "day first")
"""Those of dates that may fit the same cells, and mean other days."""
