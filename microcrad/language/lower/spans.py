"""Where everything stands in a text, and what to say about what cannot stand there."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from microcrad.errors import ProgramError
from microcrad.language import source_places
from microcrad.language.source_places import Piece, Span

__all__ = ["MAX_NESTING", "Spans", "StopReading", "dotted", "too_deep", "walk"]

MAX_NESTING = 100
_SIGNS = ("ctx", "op", "ops")
"""The fields of a tree that hold no more than which operator it is, or what is done with a name."""
_PARTS: dict[type[ast.AST], tuple[str, ...]] = {ast.Name: (), ast.Constant: ()}
"""The other fields by the kind of a tree, the last one first."""

_NOT_HERE: dict[type[ast.AST], tuple[str, str]] = {
    ast.While: ("There is no `while`.", "Write for i in range(10):"),
    ast.FunctionDef: ("A function is defined outside of loops and other functions.", "Move it to the left."),
    ast.Lambda: ("A function has lines of its own here.", "Write def f(x): and return."),
    ast.ClassDef: (
        "Classes cannot be defined here.",
        "Value, Neuron, Layer and MLP are here already; else write def f(x):, or run it with the library, "
        'where open("graph.mc", "w").write(trace(loss).text) makes the program to open.',
    ),
    ast.Assert: ("There is no `assert`.", "Leave it out, or print what it is about."),
    ast.With: ("There is no `with`.", "Write its lines without it: a.data and a.grad make no nodes."),
    ast.Try: ("There is no `try`.", "Write its lines without it: an error stops the program and says why."),
    ast.Raise: ("There is no `raise`.", "Leave it out."),
    ast.Global: ("There is no `global`.", "A function gives its result with return: a = f(a)."),
    ast.Nonlocal: ("There is no `nonlocal`.", "A function gives its result with return: a = f(a)."),
    ast.Break: ("There is no `break`: control flow never depends on data.", "Count to a smaller number."),
    ast.Continue: ("There is no `continue`.", "Put what it leaves out in an if with the opposite condition."),
    ast.Yield: ("There is no `yield`.", "Write return and a list where the function ends."),
    ast.Tuple: ("One name at a time.", "Write each assignment on a line of its own: a = 1, then b = 2."),
    ast.List: ("One name at a time.", "Write each assignment on a line of its own: a = 1, then b = 2."),
    ast.DictComp: ("Curly brackets mean nothing here.", "Write a list: [a*2 for a in x]."),
    ast.SetComp: ("Curly brackets mean nothing here.", "Write a list: [a*2 for a in x]."),
    ast.Compare: ("Two numbers are compared at a time.", "Write a.data > b.data."),
    ast.BoolOp: ("`and` and `or` are not part of this language.", "Use + - * / or **."),
    ast.NamedExpr: (":= is not part of this language.", "Write the assignment on a line of its own."),
    ast.AnnAssign: ("Types are not written here: everything is a number.", "Write name = expression."),
    ast.Return: ("return stands at the end of a function.", "Write def f(x): on a line above."),
    ast.UnaryOp: ("`not` and `~` are not part of this language.", "Use + - * / or **."),
    ast.JoinedStr: ("Text stands in print(...) only.", "Write a number."),
    ast.Dict: ("Curly brackets mean nothing here.", "Write a list: [1, 2, 3]."),
    ast.Set: ("Curly brackets mean nothing here.", "Write a list: [1, 2, 3]."),
}


def too_deep(line: int, column: int, end_column: int = 0) -> ProgramError:
    """The error of an expression that goes deeper than anything can follow."""
    return ProgramError(
        f"This line is more than {MAX_NESTING} operations deep.", line, column, end_column,
        "Give the inner part a name on a line of its own.",
    )  # fmt: skip


class StopReading(Exception):  # noqa: N818  Control flow, not an error of its own.
    """Raised with the error that ends the reading of one statement; the next one is read all the same.

    Without one where a line above is the cause, which has its error: one cause, one note.
    """

    def __init__(self, error: ProgramError | None = None) -> None:
        self.error = error


class Spans:
    """Spans of what Python's tree holds, each with the unrolled piece that is being lowered."""

    def __init__(self, lines: list[str]) -> None:
        self.begin(lines)
        self.pieces: list[Piece] = [source_places.TOP]
        """Every unrolled piece so far, by its number."""
        self.piece = 0
        """The piece that is being lowered."""
        self.fixed: Span | None = None
        """Where everything stands while it is set: inside a text, whose parts have no places of their own."""

    def begin(self, lines: list[str]) -> None:
        """From here on places are those of these lines."""
        self.lines = lines
        self._ascii = all(map(str.isascii, lines))
        """Whether each byte is a character, as nearly always."""
        self._byte_offsets: dict[int, list[int]] = {}
        """Else the byte at which each character of a line starts."""

    def span(self, node: ast.stmt | ast.expr) -> Span:
        """Where a node of Python's tree stands, in characters (`ast` counts UTF-8 bytes)."""
        if self.fixed is not None:
            return self.fixed
        line, start, end_line, end = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        assert end_line is not None  # Python's parser gives all four.
        assert end is not None
        if self._ascii:
            return Span(line, 1 + start, end_line, 1 + end, self.piece)
        return Span(line, self._column(line, start), end_line, self._column(end_line, end), self.piece)

    def _column(self, line: int, offset: int) -> int:
        """The column of a byte of a line."""
        starts = self._byte_offsets.get(line)
        if starts is None:
            sizes = (len(character.encode()) for character in self.lines[line - 1])
            starts = list(accumulate(sizes, initial=0))
            self._byte_offsets[line] = starts
        return bisect_right(starts, offset)

    def source(self, node: ast.expr) -> str:
        """The text of an expression, on one line."""
        return source_places.excerpt(self.lines, self.span(node))

    def stop(self, node: ast.stmt | ast.expr, message: str, hint: str = "") -> StopReading:
        """An error at a node, with the call that led there if it stands in a function."""
        span = self.span(node)
        end = span.end_column if span.end_line == span.line else len(self.lines[span.line - 1]) + 1
        message = source_places.told_within(message, source_places.within(self.pieces, self.piece))
        return StopReading(ProgramError(message, span.line, span.column, end, hint))

    def not_here(self, node: ast.stmt | ast.expr) -> StopReading:
        """The error of something that is not part of the language."""
        message, hint = _NOT_HERE.get(
            type(node), ("This is not part of the language.", "Write name = expression, such as c = a*b + 2.")
        )
        return self.stop(node, message, hint)

    def enter(self, piece: Piece) -> int:
        """Start an unrolled piece inside the present one; the result is what `piece` was before."""
        before = self.piece
        self.pieces.append(piece)
        self.piece = len(self.pieces) - 1
        return before


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """All of a tree but its operators' signs, in its order. (`ast.walk` takes three times as long.)"""
    pending = [tree]
    while pending:
        each = pending.pop()
        yield each
        kind = type(each)
        parts = _PARTS.get(kind)
        if parts is None:
            parts = _PARTS[kind] = tuple(part for part in reversed(kind._fields) if part not in _SIGNS)
        for part in parts:
            found = getattr(each, part)
            if isinstance(found, ast.AST):
                pending.append(found)
            elif type(found) is list:
                pending += [one for one in reversed(found) if isinstance(one, ast.AST)]


def dotted(node: ast.expr) -> str:
    """The name that an expression is by its form, dotted or not; empty if it is something else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
