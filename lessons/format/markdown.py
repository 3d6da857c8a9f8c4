"""The outer form of a lesson file: a TOML header between `+++` lines, then `## Title {#slug}` sections.

Each section is prose with at most one fenced block, which starts with three backticks and `toml step`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

from microcrad.records import Record

__all__ = ["Block", "Document", "LessonSection", "split"]

_FENCE = "+++"
_HEADING = re.compile(r"##\s+(.*?)\s*(?:\{#([^}]*)\})?\s*")
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
Report = Callable[[int, str], None]


class Block(Record):
    """Some TOML, and where it stands."""

    table: dict[str, Any]
    text: str
    line: int
    """The line of the file its first line is on."""
    broken: bool = False
    """Whether it could not be read, so that nothing is known of it."""

    def line_of(self, key: str, index: int | None = None) -> int:
        """The line of a field, or of one entry of its list, as near as that can be told."""
        lines = self.text.split("\n")
        tables = [i for i, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{re.escape(key)}\s*\]\]", line)]
        if tables:
            return self.line + tables[min(index or 0, len(tables) - 1)]
        for place, line in enumerate(lines):
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                entries = [i for i in range(place + 1, len(lines)) if re.match(r"\s*\{", lines[i])]
                begins = index is not None and not line.partition("=")[2].strip().startswith("[{")
                if begins and index is not None and index < len(entries):
                    return self.line + entries[index]
                return self.line + place
        return self.line


class LessonSection(Record):
    """One `##` section."""

    title: str
    slug: str
    prose: str
    block: Block | None
    line: int
    prose_line: int
    """The line of the file that its prose begins on."""


class Document(Record):
    """A lesson file in its parts."""

    header: Block
    intro: str
    intro_line: int
    """The line of the file that it begins on."""
    sections: tuple[LessonSection, ...]


def split(text: str, report: Report) -> Document:
    """Take a file apart. Mistakes are reported with their lines; what they spoil is left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    header, start = _header(lines, report)
    intro: list[str] = []
    sections: list[LessonSection] = []
    place = start
    while place < len(lines) and not lines[place].startswith("## "):
        intro.append(lines[place])
        place += 1
    while place < len(lines):
        end = place + 1
        fenced = False
        while end < len(lines) and (fenced or not lines[end].startswith("## ")):
            fenced ^= lines[end].startswith("```")
            end += 1
        sections.append(_section(lines[place:end], place + 1, report))
        place = end
    seen: dict[str, int] = {}
    for section in sections:
        if section.slug and section.slug in seen:
            report(section.line, f"the slug {section.slug!r} is that of line {seen[section.slug]} too.")
        seen.setdefault(section.slug, section.line)
    return Document(header, "\n".join(intro).strip(), start + 1 + _blank(intro), tuple(sections))


def _header(lines: list[str], report: Report) -> tuple[Block, int]:
    """The header, and the index of the line after it."""
    if not lines or lines[0].strip() != _FENCE:
        report(1, f"a lesson begins with a line {_FENCE}, its header, and another line {_FENCE}.")
        return Block({}, "", 1, True), 0
    for place in range(1, len(lines)):
        if lines[place].strip() == _FENCE:
            return _toml("\n".join(lines[1:place]), 2, report), place + 1
    report(1, f"the header has no end. Write a line {_FENCE} below it.")
    return Block({}, "", 2, True), len(lines)


def _toml(text: str, line: int, report: Report) -> Block:
    try:
        return Block(tomllib.loads(text), text, line)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        place = int(found[1]) if found else text.count("\n") + 1
        report(line + place - 1, f"this is not TOML: {re.sub(r' ?[(]at .*[)]', '', str(error))}.")
    except (ValueError, RecursionError):  # A number of thousands of digits; thousands of brackets.
        report(line, "this is not TOML: its numbers or brackets are beyond all measure.")
    return Block({}, text, line, True)


def _section(lines: list[str], line: int, report: Report) -> LessonSection:
    heading = _HEADING.fullmatch(lines[0])
    title, slug = (heading[1], heading[2] or "") if heading else (lines[0], "")
    if not _SLUG.fullmatch(slug):
        found = f"found {{#{slug}}}, " if slug else ""
        report(line, f"{found}expected a slug after the title: ## {title or 'Title'} {{#small-words}}.")
        slug = ""
    prose: list[str] = []
    block: Block | None = None
    place = 1
    while place < len(lines):
        info = lines[place].strip()
        if not info.startswith("```"):
            prose.append(lines[place])
            place += 1
            continue
        end = next((i for i in range(place + 1, len(lines)) if lines[i].strip() == "```"), None)
        if end is None:
            report(line + place, "this block has no end. Write a line of three backticks below it.")
            block = Block({}, "", line + place, True)
            break
        if info.split() != ["```toml", "step"]:
            prose += lines[place : end + 1]
        elif block is not None:
            report(line + place, "this step has a second block. Put all of its fields into one.")
        else:
            block = _toml("\n".join(lines[place + 1 : end]), line + place + 1, report)
        if info.split() == ["```toml", "step"]:
            prose += [""] * (end + 1 - place)  # So that what stands below it keeps its line.
        place = end + 1
    return LessonSection(title, slug, "\n".join(prose).strip(), block, line, line + 1 + _blank(prose))


def _blank(lines: list[str]) -> int:
    """How many lines before the first that is not blank."""
    return next((place for place, line in enumerate(lines) if line.strip()), 0)
