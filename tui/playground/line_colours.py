"""The colours of this language in a line of a program."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.style import Style
from rich.text import Text

from microcrad.language.statements import RESERVED

__all__ = ["WORDS", "coloured"]

_TOKENS = re.compile(
    r"(?P<comment>\#.*)|(?P<number>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/=().,:])"
)
_KEYWORDS = frozenset({"for", "in", "del", "range"})
WORDS = RESERVED | _KEYWORDS
"""The words of the language."""


def coloured(line: str, look: Callable[[str], Style]) -> Text:
    """A line with the looks of comments, numbers, functions and keywords."""
    text = Text(line, end="", no_wrap=True)
    for token in _TOKENS.finditer(line):
        name = token.lastgroup or ""
        if name == "word":
            name = "keyword" if token[0] in _KEYWORDS else "function" if token[0] in RESERVED else ""
        if name in ("comment", "number", "function", "keyword"):
            text.stylize(look(name), *token.span())
    return text
