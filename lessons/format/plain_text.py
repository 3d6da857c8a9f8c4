"""A lesson's Markdown as plain text: paragraphs without marks, and code with its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = ["Paragraph", "paragraphs", "plain", "prose_and_task"]

_CODE = re.compile(r"`([^`]*)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


class Paragraph(NamedTuple):
    """One paragraph, list entry or block of code."""

    text: str
    code: bool = False
    """Whether it keeps its line breaks."""


def plain(text: str) -> str:
    """A text in a line, without the marks of code and bold type."""
    line = " ".join(text.split())
    code = iter(_CODE.findall(line))  # Set aside meanwhile: ** is a power there.
    bare = _BOLD.sub(r"\1", _CODE.sub("`", line))
    return re.sub("`", lambda _: next(code, ""), bare)


def prose_and_task(markdown: str) -> tuple[str, str]:
    """A step's text without its last paragraph, and that one, which says what to do, in a line."""
    before, _, last = markdown.strip().rpartition("\n\n")
    return before.strip(), " ".join(last.split())


def paragraphs(markdown: str, *, inline: Callable[[str], str] = plain) -> Iterator[Paragraph]:
    """The paragraphs of a text, the marks in each as `inline` leaves them."""
    lines: list[str] = []
    fenced = False
    for line in [*markdown.split("\n"), ""]:
        if line.startswith("```"):
            yield from _closed(lines, fenced, inline)
            fenced, lines = not fenced, []
        elif fenced:
            lines.append(line)
        elif not line.strip():
            yield from _closed(lines, False, inline)
            lines = []
        elif line.lstrip().startswith(("- ", "* ")):
            yield from _closed(lines, False, inline)
            lines = [line]
        else:
            lines.append(line)


def _closed(lines: list[str], code: bool, inline: Callable[[str], str]) -> Iterator[Paragraph]:
    if lines:
        yield Paragraph("\n".join(lines), True) if code else Paragraph(inline(" ".join(lines)))
