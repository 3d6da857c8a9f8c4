"""What a reference is made of, and the language in words: what its tables and the engine's cannot say.

The words stand in `language.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Entry", "Section", "entries", "entry", "rows"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be written, or one thing to know."""

    name: str
    """What it is called, and asked for by."""
    forms: tuple[str, ...]
    """How it is written; empty where there is nothing to write."""
    text: str
    """What it does, in sentences."""
    example: str = ""
    """A program that runs without an error; what it prints is worked out, not written down."""
    facts: tuple[tuple[str, str], ...] = ()
    """More about it: a word or two, and what is to be said."""
    also: tuple[str, ...] = ()
    """What else it is asked for by."""
    table: tuple[tuple[str, ...], ...] = ()
    """Rows below a first one of headings; the first column is code."""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together."""

    title: str
    text: str
    entries: tuple[Entry, ...]


@cache
def rows(kind: str) -> tuple[dict[str, Any], ...]:
    """The tables of one kind as they stand in the file."""
    text = files(__package__).joinpath("language.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[kind])


def entry(row: dict[str, Any], *, text: str = "", facts: tuple[tuple[str, str], ...] = ()) -> Entry:
    """One table of the file as an entry, with a text of its own if one is given."""
    said = " ".join((text or row.get("text", "")).split())
    example = row.get("example", "")
    return Entry(row["name"], tuple(row["forms"]), said, example, facts, tuple(row.get("also", ())))


def entries(kind: str) -> tuple[Entry, ...]:
    """The tables of one kind as entries."""
    return tuple(map(entry, rows(kind)))
