"""The one reader of what microcrad saved: sessions, networks and graphs (JSON), progress and state (TOML).

Each says what it is and in which version. What is read is refused in the same words, whatever it is: it is of
another sort, a newer microcrad saved it, or it is damaged, at a place that is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microcrad.errors import ContentError, NewerError
from microcrad.files.types import Type
from microcrad.records import Record
from microcrad.text.json_text import brief, parsed

__all__ = ["Fields", "SavedFormat"]


class SavedFormat(Record):
    """What something that is saved says of itself, and what is said of what cannot be used."""

    title: str
    """Completes `is not ...`, such as `a saved session`."""
    version: int
    """The newest that is written, and read."""
    name: str = ""
    """What stands under `format`; empty for a file that is for us alone, which is TOML and has none."""
    choose: str = "Choose a file that microcrad saved."
    """What to do about something of another sort."""
    again: str = "Save it again."
    """What to do about something that is damaged."""
    oldest: int = 0
    """The oldest version that is read; 0 if the newest alone is."""

    def read(self, text: str, called: str) -> Fields:
        """The fields of a text, which messages call `called`. Raises `ContentError`, or `NewerError`."""
        try:
            found = parsed(text) if self.name else _parsed_toml(text)
        except ValueError as error:
            raise self.other(called, str(error)) from None
        if not isinstance(found, dict) or (self.name and found.get("format") != self.name):
            raise self.other(called, f'expected an object with "format": "{self.name}"')
        fields = Fields(found, self, called)
        version = found.get("version")
        if type(version) is int and version > self.version:
            raise NewerError(
                f"{called} was saved by a newer microcrad: its version is {version}, and this one reads up "
                f"to {self.version}. Update microcrad; the file stays as it is."
            )
        if type(version) is not int or version < (self.oldest or self.version):
            known = range(self.oldest or self.version, self.version + 1)
            raise fields.wrong("version", " or ".join(map(str, known)))
        return fields

    def other(self, called: str, why: str) -> ContentError:
        """What is said of something of another sort."""
        return ContentError(f"{called} is not {self.title}: {why}. {self.choose}".rstrip())


class Fields(Record):
    """An object or table of something saved: gives fields of the type that is asked for, or refuses them."""

    found: Mapping[str, Any]
    format: SavedFormat
    called: str
    """What messages call the file."""
    where: str = ""
    """What stands before the names of these fields, such as `nodes[3].`."""

    def __contains__(self, key: object) -> bool:
        return key in self.found

    def take(self, key: str, type_: Type) -> Any:
        """A field, which has to be there."""
        if key not in self.found or not type_.accepts(self.found[key]):
            raise self.wrong(key, type_.name)
        return self.found[key]

    def maybe(self, key: str, type_: Type, default: Any) -> Any:
        """A field that may be missing."""
        return self.take(key, type_) if key in self.found else default

    def inner(self, key: str) -> Fields:
        """A field that is an object or a table itself."""
        return self._inner(key, self.found.get(key))

    def rows(self, key: str) -> list[Fields]:
        """A field that is a list of them."""
        rows = self.found.get(key)
        if not isinstance(rows, list):
            raise self.wrong(key, "a list")
        return [self._inner(f"{key}[{place}]", row) for place, row in enumerate(rows)]

    def tables(self, key: str) -> dict[str, Fields]:
        """A field that has one of them for each of some names."""
        inner = self.inner(key)
        return {name: inner.inner(name) for name in inner.found}

    def numbers(self, key: str, row: object, count: int, type_: Type) -> list[float]:
        """So many numbers of a list that stands at `key`."""
        if not isinstance(row, list) or len(row) != count:
            found = f"{len(row)} numbers" if isinstance(row, list) else brief(row)
            raise self.damaged(key, found, f"a list of {count} numbers")
        for place, item in enumerate(row):
            if not type_.accepts(item):
                raise self.damaged(f"{key}[{place}]", brief(item), type_.name)
        return list(map(float, row))

    def wrong(self, key: str, expected: str) -> ContentError:
        """What is said of a field that is there, or is not, and cannot be used."""
        return self.damaged(key, brief(self.found.get(key)), expected)

    def damaged(self, key: str, found: str, expected: str) -> ContentError:
        """The same, of what was found at a place."""
        said = f"{self.called} is damaged: {self.where}{key} is {found}, expected {expected}."
        return ContentError(f"{said} {self.format.again}".rstrip())

    def _inner(self, key: str, found: object) -> Fields:
        if not isinstance(found, dict):
            raise self.damaged(key, brief(found), "an object" if self.format.name else "a table")
        return Fields(found, self.format, self.called, f"{self.where}{key}.")


def _parsed_toml(text: str) -> object:
    """What a TOML text holds. Raises `ValueError` with the reason, a sentence's end, if it is none."""
    import tomllib  # With the first file, as JSON.

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not TOML ({error})") from None
    except (ValueError, RecursionError):  # A number of thousands of digits; thousands of brackets.
        raise ValueError("its numbers or brackets are beyond all measure") from None
