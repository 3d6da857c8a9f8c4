"""A C file with the way back to the program it was written from, and the runtime it starts with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from microcrad.export.c_expressions import c_table
from microcrad.language.source_places import Span

__all__ = ["CSource", "Line", "runtime"]

_NOTED = re.compile(r"line = \d+;")
_START = "/* --- generated from the table of operations --- */\n"
_END = "/* --- end of what is generated --- */\n"


@dataclass(frozen=True, slots=True)
class CSource:
    """A C file, and which part of the program each of its lines comes from. Lines count from 1."""

    text: str
    lines: tuple[int, ...]
    """For each line of C the line of the program, or 0 for the runtime and what the program does not say."""
    spans: tuple[tuple[Span, ...], ...]
    """For each line of C the spans of the events that it causes."""
    first: int
    """The line of C after the runtime, where what comes from the program starts."""

    def at(self, span: Span) -> tuple[int, ...]:
        """The lines of C that do what an event with this span did, such as `log.span(index)`.

        Where no line does exactly that, all that come from the same line of the program.
        """
        exact = tuple(number for number, spans in enumerate(self.spans, 1) if span in spans)
        return exact or self.lines_for(span.line)

    def lines_for(self, line: int) -> tuple[int, ...]:
        """The lines of C that come from a line of the program, its comment first."""
        return tuple(number for number, source in enumerate(self.lines, 1) if source == line > 0)

    @property
    def own(self) -> tuple[int, ...]:
        """The lines after the runtime, but for those that only note for the runtime at which line one is."""
        texts = self.text.split("\n")
        return tuple(
            number
            for number in range(self.first, len(self.lines) + 1)
            if not _NOTED.fullmatch(texts[number - 1].strip())
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of C, the line of the program and the spans it comes from."""

    text: str
    source: int = 0
    spans: tuple[Span, ...] = ()


@cache
def runtime() -> str:
    """The runtime's C, with what follows from the table of operations put in."""
    text = files(__package__).joinpath("runtime.c").read_text(encoding="utf-8")
    head, _, rest = text.partition(_START)
    _, _, tail = rest.partition(_END)
    return f"{head}{_START}{c_table()}\n{_END}{tail}"
