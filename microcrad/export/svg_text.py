"""Text for an SVG: how much room it takes, broken into rows, and safe to stand in XML.

There is no font here to measure with, and the viewer's may be any. So room is counted as a terminal counts
it, in columns as wide as a Latin letter, and what a font might draw wider than that is told its length.
"""

from __future__ import annotations

import unicodedata
from html import escape

__all__ = ["COLUMN", "FONT_SIZE", "columns", "rows", "text"]

FONT_SIZE = 13
"""Pixels."""
COLUMN = 8
"""Pixels that a column takes: a little more than a letter of any common monospaced font."""
_LETTER = 0.6
"""How wide such a letter is, in font sizes; those that take two columns are as wide as they are high."""


def columns(line: str) -> int:
    """How many columns a line of text takes."""
    return sum(map(_columns, line))


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0  # It is drawn over the character before it.
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def rows(line: str, width: int) -> list[str]:
    """A line in rows of at most `width` columns, broken after a space if there is one in the second half.

    Put together again, the rows are the line.
    """
    found, start, space, taken = [], 0, 0, 0
    for place, character in enumerate(line):
        more = _columns(character)
        if more and line[place - 1 : place] == " ":
            space = place
        if taken + more > width:
            end = space if space > (start + place) // 2 else place
            found.append(line[start:end])
            start, taken = end, columns(line[end:place])
        taken += more
    return [*found, line[start:]]


def text(x: int, y: int, line: str, attributes: str = "") -> str:
    """A text element that begins at `x`, on the base line `y`.

    The line must have no character that XML forbids.
    """
    if not line.isascii():
        length = sum((0, _LETTER, 1)[_columns(character)] * FONT_SIZE for character in line)
        attributes += f' textLength="{max(length, 1):.0f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x}" y="{y}"{attributes}>{escape(line, quote=False)}</text>'
