"""What a reference is made of: sections of entries, each with an example that runs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "Section"]


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


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together."""

    title: str
    text: str
    entries: tuple[Entry, ...]
