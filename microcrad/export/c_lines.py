"""Writing C line by line, each with its place in the program."""

from __future__ import annotations

from collections.abc import Callable

from microcrad.export.c_source import Line
from microcrad.export.c_text import c_comment
from microcrad.language import statements as st
from microcrad.language.source_places import Span
from microcrad.language.statements import Program

__all__ = ["LineWriter"]


class LineWriter:
    """The lines of a C function so far, and where in the program the next one comes from.

    `place` and `span` follow the interpreter's: where it would stop, and where its events come from.
    """

    def __init__(self, program: Program, ownership: str) -> None:
        self.program = program
        self.source_lines = program.text.split("\n")
        self.auto = ownership == "auto"
        self.lines: list[Line] = []
        self.indent = 1
        self.place = self.span = Span(1, 1, 1, 1)
        self.line_said: int | None = None
        """What the C variable `line` holds here, if that is known."""
        self.commented = 0
        """The last line of the program that stands in a comment."""
        self.piece = (0, 0)
        """Which unrolled piece and line the last lines come from."""
        self.temporaries: list[str] = []
        """What the current statement created and no name has taken, oldest first."""
        self.count = 0

    def emit(self, text: str, *spans: Span) -> None:
        """Write a line that causes the events of `spans`, or of the current one."""
        spans = spans or (self.span,)
        self.lines.append(Line("    " * self.indent + text, spans[0].line, spans))

    def touch(self, text: str, *spans: Span) -> None:
        """Write a call that stops the program if it meets freed memory; only `manual` programs can."""
        if not self.auto:
            self.say_line(self.place)
        self.emit(text, *spans)

    def make(self, text: str, *spans: Span) -> None:
        """Write a line that makes a node; only one that has operands can touch freed memory."""
        (self.emit if "value_create(" in text else self.touch)(text, *spans)

    def say_line(self, place: Span) -> None:
        """Have the C variable `line` hold the line at which the next call may stop."""
        if self.line_said != place.line:
            self.line_said = place.line
            self.emit(f"line = {place.line};", place)

    def comments_to(self, end: int) -> None:
        """The program's lines up to `end` as comments, those that are not there yet."""
        for number in range(self.commented + 1, end + 1):
            text = self.source_lines[number - 1].strip().lstrip("#").strip()
            if text:
                self.lines.append(Line("    " * self.indent + c_comment(text), number))
        self.commented = max(self.commented, end)

    def comment(self, span: Span) -> None:
        """The program's lines up to a statement, and for what was unrolled the line that it does again."""
        self.comments_to(self.program.line(span) if span.piece else span.end_line)
        piece = span.piece, span.line
        if span.piece and piece != self.piece:
            text = st.unrolled(self.program, span)
            self.lines.append(Line("    " * self.indent + c_comment(text), span.line))
        self.piece = piece

    def temporary(self, call: str) -> str:
        """Give a call's result a name of its own; in `auto` it is released when its statement ends."""
        self.count += 1
        name = f"t{self.count}"
        self.make(f"Value *{name} = {call};")
        self.temporaries.append(name)
        return name

    def hoisted(self, call: str, write: Callable[[str], None]) -> str:
        """Give a plain number that is read or drawn a name of its own."""
        self.count += 1
        write(f"double n{self.count} = {call};")
        return f"n{self.count}"
