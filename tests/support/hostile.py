"""Text that a terminal would obey, or a reader of markup, and how to tell that none of it arrives."""

from __future__ import annotations

import unicodedata

__all__ = ["HOSTILE", "LONG", "obeyed"]

HOSTILE = (
    "a\x1b]0;TITLE\x07\x1b[2J\x08\x0b\x0c\r\x7f\x90\x9b3Jb\u202e\u2066c\u2028[red]d[/][@click=app.quit]e"
)
"""A title, a cleared screen, what goes back over letters, C1, letters turned round, and markup."""
LONG = HOSTILE * (1_000_000 // len(HOSTILE))

_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def obeyed(text: str) -> set[str]:
    """The characters of a text, but for ends of lines, that a terminal does not draw but obeys."""
    return {
        c for c in text
        if c != "\n"
        and (unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(c) in _TURNS)
    }  # fmt: skip
