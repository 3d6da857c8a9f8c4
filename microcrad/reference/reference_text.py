"""The reference as plain text, for terminals and dialogs, and as Markdown, for the page in docs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from microcrad.reference.build import printed, reference
from microcrad.reference.entries import Entry, Section

__all__ = ["entry_lines", "markdown", "reference_lines"]

WIDTH = 88
_PAGE_WIDTH = 110
_LABEL = 10


def reference_lines() -> Iterator[str]:
    """All of it as plain text."""
    for place, section in enumerate(reference()):
        yield from ("", "") if place else ()
        yield section.title.upper()
        yield from textwrap.wrap(section.text, WIDTH)
        for entry in section.entries:
            yield ""
            yield from entry_lines(entry)


def entry_lines(entry: Entry, width: int = WIDTH) -> Iterator[str]:
    """One entry as plain text: its name, and below it, indented, all that there is to say."""
    yield entry.name
    yield from (f"  {line}" for line in textwrap.wrap(entry.text, width - 2))
    yield from _labelled((("write", form) for form in entry.forms), width)
    yield from _labelled(entry.facts, width)
    for row in entry.table[1:]:
        yield ""
        yield from _labelled(zip(entry.table[0], (cell.strip("`") for cell in row), strict=True), width)
    for label, lines in (("example", entry.example.splitlines()), ("prints", printed(entry.example))):
        yield from (f"  {'' if place else label:<{_LABEL}}  {line}" for place, line in enumerate(lines))


def _labelled(facts: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    for label, text in facts:
        for place, line in enumerate(textwrap.wrap(text, width - _LABEL - 4)):
            yield f"  {'' if place else label:<{_LABEL}}  {line}"


# --- the page ------------------------------------------------------------------------------------------

_HEAD = """\
# The language and its operations

It looks like Python and is parsed like it, but nothing that is written in it is ever run as Python. Every
expression is, by its form alone, either a plain number or a node of the graph. `microcrad reference` prints
this page in a terminal, `microcrad reference tanh` one entry of it, and Reference in the playground's action
list shows it there.

This page is written by `make reference` from the tables that the language and the engine go by.
"""


def markdown() -> str:
    """The page: what `docs/reference.md` holds."""
    return _HEAD + "".join(_section(section) for section in reference())


def _section(section: Section) -> str:
    text = f"\n{section.text}\n" if section.text else ""
    return f"\n## {section.title}\n{text}" + "".join(map(_entry, section.entries))


def _entry(entry: Entry) -> str:
    parts = [f"\n### {entry.name}\n"]
    if entry.forms:
        parts.append("\n" + ", ".join(f"`{form}`" for form in entry.forms) + "\n")
    parts.append("\n" + textwrap.fill(_code_safe(entry.text), _PAGE_WIDTH, break_long_words=False) + "\n")
    if entry.facts:
        parts.append("\n" + "".join(f"- {label}: {_fact(label, text)}\n" for label, text in entry.facts))
    if entry.table:
        headings, *table = entry.table
        page = [" | ".join(headings), " | ".join("---" for _ in headings)]
        page += [" | ".join([f"`{code}`", *map(_cell, words)]) for code, *words in table]
        parts.append("\n" + "".join(f"| {line} |\n" for line in page))
    if entry.example:
        parts.append(f"\n```mc\n{entry.example}```\n")
        lines = printed(entry.example)
        if lines:
            parts.append("\nprints\n\n```\n" + "".join(f"{line}\n" for line in lines) + "```\n")
    return "".join(parts)


_IN_CODE = ("value", "slope", "in C")


def _fact(label: str, text: str) -> str:
    return f"`{text}`" if label.startswith(_IN_CODE) else text


def _cell(text: str) -> str:
    """A cell of a table: sentences, or code in backquotes as it is."""
    return text if text[:1] == text[-1:] == "`" else _code_safe(text)


def _code_safe(text: str) -> str:
    """Sentences with what Markdown would take for something else kept as it is."""
    return "".join(f"\\{character}" if character in "*_#<" else character for character in text)
