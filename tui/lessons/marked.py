"""A lesson's Markdown as styled text: bold, code, paragraphs, list entries, blocks of code."""

from __future__ import annotations

import re

from rich.style import Style

from lessons.format.plain_text import paragraphs
from tui.widgets.safe_text import SafeText

__all__ = ["inline", "page"]

_MARKS = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`")


def inline(text: str, bold: Style, code: Style) -> SafeText:
    """One paragraph. What stands in the text is shown as it is, and is never the terminal's to obey."""
    text = " ".join(text.split())
    styled, place = SafeText(), 0
    for mark in _MARKS.finditer(text):
        styled.append(text[place : mark.start()])
        styled.append(mark[1] or mark[2], bold if mark[1] else code)
        place = mark.end()
    return styled.append(text[place:])


def page(markdown: str, bold: Style, code: Style) -> SafeText:
    """A text of several paragraphs, with an empty row after each."""
    styled = SafeText()
    for paragraph in paragraphs(markdown, inline=str):
        if paragraph.code:
            rows = (f"  {line}" for line in paragraph.text.split("\n"))
            styled.append("\n".join(rows), code)
        else:
            styled.append_text(inline(paragraph.text, bold, code))
        styled.append("\n\n")
    return styled
