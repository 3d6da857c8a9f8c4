"""What a person says of how their table is to be read, where they say anything."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DATES", "DECIMALS", "ENCODINGS", "GAPS_CHOICES", "KINDS", "TableOptions"]

KINDS = ("auto", "classes", "number", "text")
GAPS_CHOICES = ("refuse", "skip", "mean")
DECIMALS = ("auto", "point", "comma")
DATES = ("auto", "day-first", "month-first")
ENCODINGS = (
    "auto", "utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "cp1251", "koi8-r", "shift_jis", "gb18030",
    "big5", "euc-kr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is read; the defaults leave it to what stands in it."""

    label: str = ""
    """The column to learn; its last if empty."""
    header: bool | None = None
    """Whether the first line holds names."""
    kind: str = "auto"
    """What the label is: one of `KINDS`."""
    drop: tuple[str, ...] = ()
    """Columns that are left out."""
    words: tuple[str, ...] = ()
    """Columns whose cells are words, also where they look like numbers: an input for each word."""
    gaps: str = "refuse"
    """What becomes of a row without a number: one of `GAPS_CHOICES`. One without a label is never filled."""
    decimal: str = "auto"
    """The sign before decimals: one of `DECIMALS`."""
    dates: str = "auto"
    """What comes first in dates whose order nothing tells: one of `DATES`."""
    encoding: str = "auto"
    """How letters are written: one of `ENCODINGS`."""
