"""Text that people may have typed, made safe to show: terminals, drawings and files get nothing they obey."""

from __future__ import annotations

__all__ = ["visible"]


def visible(text: str) -> str:
    """The text with every character that cannot be seen written out, such as `\\x1b` for an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
