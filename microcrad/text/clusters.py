"""What looks like one letter and is several characters: an emoji of parts, a letter with accents, a flag.

A part of Unicode's rules for grapheme clusters (UAX 29): joiners, marks, skin tones, tags and pairs of flags.
"""

from __future__ import annotations

import unicodedata

__all__ = ["cluster_end", "cluster_start"]

_JOINER = "\u200d"


def cluster_start(text: str, index: int) -> int:
    """Where what looks like one letter begins that ends at an index, which is above 0."""
    index -= 1
    while index > 0 and _belongs(text, index):
        index -= 1
    return index


def cluster_end(text: str, index: int) -> int:
    """Where what looks like one letter ends that begins at an index, which is below the text's length."""
    index += 1
    while index < len(text) and _belongs(text, index):
        index += 1
    return index


def _belongs(text: str, index: int) -> bool:
    """Whether the character at an index, which is above 0, belongs to the one before it."""
    character, before = text[index], text[index - 1]
    if character.isascii():
        return False
    if _extends(character) or (before == _JOINER and unicodedata.category(character) == "So"):
        return True
    if not _is_indicator(character):
        return False
    first = index
    while first > 0 and _is_indicator(text[first - 1]):
        first -= 1
    return (index - first) % 2 == 1  # The second of a pair, which is one flag.


def _extends(character: str) -> bool:
    return (
        character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # Skin tones.
        or "\U000e0020" <= character <= "\U000e007f"  # Tags, of which some flags are made.
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )


def _is_indicator(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
