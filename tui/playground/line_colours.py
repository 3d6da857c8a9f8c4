"""The colours of this language in a line of a program."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.style import Style
from rich.text import Text

from microcrad.language.core_expressions import FIELDS, FUNCTIONS, MORE_FUNCTIONS
from microcrad.language.vocabulary import KEYWORDS

__all__ = ["coloured"]

_TOKENS = re.compile(
    r"(?P<comment>\#.*)|(?P<number>\b\d[\w.]*)|(?P<word>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/=().,:])"
)
_CONCERNS = {
    **dict.fromkeys((*FUNCTIONS, *MORE_FUNCTIONS), "data"),
    "backward": "grad", "zero_grad": "grad", "retain": "owner", "release": "owner",
}  # fmt: skip
"""The words that are written in the colour of what they are about."""


def coloured(line: str, look: Callable[[str], Style]) -> Text:
    """A line with the looks of comments, numbers and keywords, and of what words are about."""
    text = Text(line, end="", no_wrap=True)
    for token in _TOKENS.finditer(line):
        name = token.lastgroup or ""
        if name == "word":
            name = "keyword" if token[0] in KEYWORDS else _CONCERNS.get(token[0], "")
            if token[0] in FIELDS and line[: token.start()].endswith("."):
                name = token[0]
        if name and name != "sign":
            text.stylize(look(name), *token.span())
    return text
