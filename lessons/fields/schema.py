"""Reading TOML tables against what they may hold: every mistake is reported, none stops the reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from microcrad.files.types import TEXT, Type
from microcrad.text.near import did_you_mean

__all__ = ["Report", "TableReader"]


class Report(Protocol):
    """Takes what is wrong with a table, and which of its fields it is about, if it is about one."""

    def __call__(self, message: str, key: str = "", /) -> None: ...


class TableReader:
    """One table while it is read: gives typed fields, and reports what is wrong, missing or unknown."""

    def __init__(self, table: Mapping[str, Any], what: str, report: Report) -> None:
        self.table = table
        self.what = what
        """What the table is, to begin messages with; may be empty."""
        self._report = report
        self.sound = True
        """Whether nothing was reported yet."""
        self._known: set[str] = set()

    def say(self, message: str, key: str = "") -> None:
        """Report something about this table, or about one of its fields."""
        self.sound = False
        self._report(f"{self.what}: {message}" if self.what else message, key)

    def take(self, key: str, type_: Type, default: Any = None, *, required: bool = False) -> Any:
        """The value of a field; `default` if it is missing or of another type."""
        self._known.add(key)
        if key not in self.table:
            if required:
                self.say(f"{key} is missing. Add {key} = ..., {type_.name}.")
            return default
        value = self.table[key]
        if type_.accepts(value):
            return value
        self.say(f"{key} is {value!r}, expected {type_.name}.", key)
        return default

    def one_of(self, key: str, values: Iterable[str], default: str, *, required: bool = False) -> str:
        """The value of a field that holds one of some words."""
        values = list(values)
        value: str = self.take(key, TEXT, default, required=required)
        if key in self.table and value not in values and TEXT.accepts(self.table[key]):
            expected = ", ".join(map(repr, values))
            self.say(f"{key} is {value!r}, expected one of {expected}.{did_you_mean(value, values)}", key)
            return default
        return value

    def end(self) -> None:
        """Report the fields that nobody asked for."""
        for key in self.table:
            if key not in self._known:
                self.say(f"there is no field {key!r}.{did_you_mean(key, self._known)}", key)
