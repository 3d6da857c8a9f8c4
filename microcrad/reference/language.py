"""The language in words, from `language.toml`: what the tables of the language and the engine cannot say."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from microcrad.reference.entries import Entry

__all__ = ["entries", "entry", "rows"]


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
