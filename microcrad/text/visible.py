"""Text that people may have typed, made safe to show: terminals, drawings and files get nothing they obey."""

from __future__ import annotations

import re

__all__ = ["in_place", "visible", "visible_lines"]

_OBEYED = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Control characters, what turns the direction of writing, other line ends, and halves of letters."""


def visible(text: str) -> str:
    """The text with every character that cannot be seen written out, such as `\\x1b` for an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def visible_lines(text: str) -> str:
    """A text of several lines with each of them visible; a tab is four spaces."""
    if text.isprintable():
        return text
    return "\n".join(visible(line.replace("\t", "    ")) for line in text.split("\n"))


def in_place(text: str, sign: str = "�") -> str:
    """The text with a sign for every character that a terminal obeys; as long as it was."""
    return text if text.isprintable() else re.sub(_OBEYED, sign, text)
