"""What an editor does with whole lines and with words, on texts: no widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from microcrad.records import Record

__all__ = [
    "MeantLines",
    "changed_place",
    "commented",
    "completions",
    "duplicated",
    "indent_after",
    "indented",
    "moved",
    "next_place",
    "replaced",
    "step_back",
]

INDENT = "  "
"""What one level of a loop's or a function's body begins with."""
_WORD = r"(?<![\w.])[^\W\d][\w.]*$"
_TEXT = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
"""A text in quotes."""
_BEGUN = r"['\"#]"
"""What a text or a comment begins with."""
_RETURN = r"\s*return\b"
_MIN_PREFIX = 2
"""Of how many letters a word is that is completed: shorter ones are names of their own."""


class MeantLines(Record):
    """Lines of a text, and which of them are meant."""

    lines: tuple[str, ...]
    first: int
    last: int
    """The first and the last of those that are meant, both included, from 0."""

    @property
    def meant(self) -> tuple[str, ...]:
        """The lines that are meant."""
        return self.lines[self.first : self.last + 1]

    def with_meant(self, change: Callable[[str], str]) -> MeantLines:
        """Each of the lines that are meant changed."""
        return self._with(self.lines[: self.first], map(change, self.meant), self.lines[self.last + 1 :])

    def _with(self, before: Sequence[str], meant: Iterable[str], after: Sequence[str]) -> MeantLines:
        meant = tuple(meant)
        return MeantLines((*before, *meant, *after), len(before), len(before) + len(meant) - 1)


def commented(text: MeantLines) -> MeantLines:
    """The lines as comments; as code again if all of them that hold anything are comments already."""
    full = [line for line in text.meant if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return text.with_meant(lambda line: re.sub(r"^(\s*)# ?", r"\1", line))
    indent = min((len(line) - len(line.lstrip()) for line in full), default=0)
    return text.with_meant(lambda line: f"{line[:indent]}# {line[indent:]}" if line.strip() else line)


def indented(text: MeantLines, by: int) -> MeantLines:
    """The lines a level further in, or out where `by` is negative; out of nothing they do not go."""
    if by > 0:
        return text.with_meant(lambda line: INDENT + line if line.strip() else line)
    return text.with_meant(lambda line: line[min(len(INDENT), len(line) - len(line.lstrip())) :])


def indent_after(lines: Sequence[str], row: int, column: int) -> str:
    """What a new line begins with that is broken off at a place: the indent of the line there.

    After a colon it is a level more; after what `return` gives back, that of the lines around the function.
    """
    before = lines[row][:column]
    indent = before[: _indent(before)]
    if re.match(_RETURN, before):
        return indent[: step_back(lines, row, len(indent))]
    return indent + INDENT if before.split("#")[0].rstrip().endswith(":") else indent


def step_back(lines: Sequence[str], row: int, column: int) -> int:
    """The next smaller indent to that of a line, in letters: that of the nearest line above it with less."""
    above = (_indent(line) for line in reversed(lines[:row]) if line.strip())
    return next((indent for indent in above if indent < column), 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def moved(text: MeantLines, by: int) -> MeantLines:
    """The lines one further up (-1) or down (1); at the end of the text they stay."""
    lines, first, last = text.lines, text.first, text.last
    if by < 0 and first > 0:
        beside = lines[first - 1]
        return MeantLines((*lines[: first - 1], *text.meant, beside, *lines[last + 1 :]), first - 1, last - 1)
    if by > 0 and last + 1 < len(lines):
        beside = lines[last + 1]
        return MeantLines((*lines[:first], beside, *text.meant, *lines[last + 2 :]), first + 1, last + 1)
    return text


def duplicated(text: MeantLines) -> MeantLines:
    """The lines twice; the second time is what is meant then."""
    count = text.last - text.first + 1
    lines = (*text.lines[: text.last + 1], *text.meant, *text.lines[text.last + 1 :])
    return MeantLines(lines, text.first + count, text.last + count)


def next_place(lines: Sequence[str], wanted: str, start: tuple[int, int]) -> tuple[int, int] | None:
    """The row and column of a text next from a place on, from the top again; capitals count as small."""
    parts = re.compile(re.escape(wanted), re.IGNORECASE)
    places = [(row, found.start()) for row, line in enumerate(lines) for found in parts.finditer(line)]
    return next((place for place in places if place >= start), next(iter(places), None))


def changed_place(before: str, after: str) -> tuple[int, int]:
    """The row and column behind what is different in a text that was another one before."""
    same = next((at for at in range(min(len(before), len(after))) if before[at] != after[at]), None)
    same = min(len(before), len(after)) if same is None else same
    end, left = len(after), len(before)
    while end > same and left > same and after[end - 1] == before[left - 1]:
        end, left = end - 1, left - 1
    return after.count("\n", 0, end), end - (after.rfind("\n", 0, end) + 1)


def replaced(text: str, wanted: str, by: str) -> tuple[str, int]:
    """A text with another one in the place of each that is the same, capitals included, and how many."""
    return text.replace(wanted, by), text.count(wanted)


def completions(before: str, text: str, known: Iterable[str]) -> str:
    """What the word that ends `before` goes on with, as far as it is clear; empty where it is not.

    Names of the text count before the known words; of several ones, what all of them begin with.
    """
    found = re.search(_WORD, before)
    word = found[0] if found else ""
    if len(word) < _MIN_PREFIX or re.search(_BEGUN, re.sub(_TEXT, "", before)):
        return ""
    named = re.findall(rf"(?<![\w.]){re.escape(word)}[\w.]*\w", text)
    for words in (named, known):
        longer = [each for each in words if each.startswith(word) and each != word]
        if longer:
            first, last = min(longer), max(longer)
            same = [at for at in range(len(first) + 1) if last.startswith(first[:at])]
            return first[len(word) : same[-1]]
    return ""
