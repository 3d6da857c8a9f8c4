"""Any text as part of a C file, so that no program can break out of its comments, strings and names."""

from __future__ import annotations

import re

__all__ = ["MAX_TEXT", "Identifiers", "bare", "c_comment", "c_string", "plain_spelling", "shown"]

MAX_TEXT = 1000
"""The longest text that is printed beside a number: four bytes a character stay below what C99 promises."""


def shown(text: str) -> str:
    """The text that an exported `print` repeats, cut if it is very long."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def c_comment(text: str) -> str:
    """One line as a comment. A space goes into whatever could end it, nest or join lines: */ /* ?? and \\."""
    text = re.sub(r"\*(?=/)|/(?=\*)|\?(?=\?)|\\", lambda found: f"{found[0]} ", text.strip())
    return f"/* {text} */"


def c_string(text: str) -> str:
    """A string literal: printable ASCII, the rest as octal bytes of UTF-8, and no trigraph."""
    return '"' + "".join(_character(byte) for byte in text.encode(errors="replace")) + '"'


def _character(byte: int) -> str:
    plain = 32 <= byte < 127 and byte not in b'"\\?%'
    return chr(byte) if plain else f"\\{byte:03o}"


class Identifiers:
    """C identifiers for names of programs: a prefix keeps them clear of keywords and of the runtime.

    A dot becomes two underscores, characters that C99 may not know their code points; names that would then
    meet get a number.
    """

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def __call__(self, prefix: str, name: str) -> str:
        """The identifier for a name; always the same one."""
        if (prefix, name) not in self._given:
            dotless = plain_spelling(name).replace(".", "__")
            spelled = "".join(c if c.isascii() else f"_u{ord(c):04x}" for c in dotless)
            # C99 need tell apart only the first 63 characters of a name inside a function.
            stem = unique = f"{prefix}{spelled}"[:50]
            number = 1
            while unique in self._taken:
                number += 1
                unique = f"{stem}_{number}"
            self._taken.add(unique)
            self._given[prefix, name] = unique
        return self._given[prefix, name]


def plain_spelling(name: str) -> str:
    """A name as letters and digits can spell it, but for its dots: `w_0` for `w[0]`, `f2.a` for `f#2.a`."""
    return name.replace("[", "_").replace("]", "").replace("#", "")


def bare(number: str) -> str:
    """An expression without the parentheses around all of it."""
    if not number.startswith("("):
        return number
    depth = 0
    for at, character in enumerate(number):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return number[1:-1] if at == len(number) - 1 else number
    return number
