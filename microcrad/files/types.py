"""What a field of a file may hold, as tables of lesson files and everything that is saved are read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from microcrad.records import Record

__all__ = [
    "ANYTHING",
    "COUNT",
    "FINITE",
    "FLAG",
    "NUMBER",
    "TABLE",
    "TABLES",
    "TEXT",
    "TEXTS",
    "WHOLE",
    "Type",
    "one_of",
]


class Type(Record):
    """What a field may hold."""

    name: str
    """Completes `expected ...`."""
    accepts: Callable[[object], bool]


def one_of(words: Iterable[str]) -> Type:
    """One of some words."""
    known = tuple(words)
    return Type(" or ".join(known), lambda value: isinstance(value, str) and value in known)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_finite(value: object) -> bool:
    return _is_number(value) and abs(value) <= sys.float_info.max  # type: ignore[arg-type]


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _all(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


TEXT = Type("a text", lambda value: isinstance(value, str))
NUMBER = Type("a number", _is_number)
FINITE = Type("a finite number", _is_finite)
WHOLE = Type("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))
COUNT = Type("a whole number from 0", _is_count)
FLAG = Type("true or false", lambda value: isinstance(value, bool))
TEXTS = Type("a list of texts", lambda value: _all(value, str))
TABLE = Type("a table", lambda value: isinstance(value, dict))
TABLES = Type("a list of tables", lambda value: _all(value, dict))
ANYTHING = Type("anything", lambda value: True)
"""For what is read by somebody else."""
