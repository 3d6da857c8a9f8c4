"""A lesson's Markdown as plain text: paragraphs without marks, entries of lists, and code with its lines.

Markdown is read by markdown-it-py. What can be shown is few: what else there is, `unshown` names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from microcrad.records import Record

__all__ = ["Paragraph", "paragraphs", "plain", "prose_and_task", "unshown"]

_CODE = re.compile(r"`([^`]*)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["html_block", "reference"])
_UNSHOWN = {
    "heading_open": "a heading",
    "table_open": "a table",
    "blockquote_open": "a quotation",
    "hr": "a rule across the page",
    "link_open": "a link",
    "image": "a picture",
}
"""What Markdown has and no screen of ours shows."""


class Paragraph(Record):
    """One paragraph, entry of a list or block of code."""

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
    last = next((block for block in reversed(_read(markdown)) if block.level == 0 and block.map), None)
    if last is None or last.map is None:
        return "", ""
    lines = markdown.split("\n")
    before, task = lines[: last.map[0]], lines[last.map[0] : last.map[1]]
    return "\n".join(before).strip(), " ".join(" ".join(task).split())


def unshown(markdown: str, *, task: bool = False) -> Iterator[tuple[int, str]]:
    """What of a text cannot be shown: its line, from 0, and what to do.

    With `task` the text has to end in a paragraph, which says what to do.
    """
    tokens = _read(markdown)
    for token in tokens:
        line = token.map[0] if token.map else 0
        for each in (token, *(token.children or ())):
            if each.type in _UNSHOWN:
                yield line, f"{_UNSHOWN[each.type]} cannot be shown. Write paragraphs, lists and fenced code."
    if task and tokens and tokens[-1].type != "paragraph_close":
        last = next(token for token in reversed(tokens) if token.level == 0 and token.map)
        line = last.map[0] if last.map else 0
        yield line, "the text ends in no paragraph. Its last one says what to do, in a line or two."


def paragraphs(markdown: str, *, inline: Callable[[str], str] = plain) -> Iterator[Paragraph]:
    """The paragraphs of a text, the marks in each as `inline` leaves them."""
    mark = ""
    for token in _read(markdown):
        if token.type in ("fence", "code_block"):
            yield Paragraph(token.content.removesuffix("\n"), True)
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} "
        elif token.type == "inline":
            yield Paragraph(inline(mark + token.content.replace("\n", " ")))
            mark = ""


@lru_cache(maxsize=256)
def _read(markdown: str) -> list[Token]:
    return _MARKDOWN.parse(markdown)
