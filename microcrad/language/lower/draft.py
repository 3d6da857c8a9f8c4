"""What is known while a program is lowered: what all the objects that lower its parts have in common."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Protocol

from microcrad.errors import ProgramError
from microcrad.language import statements as st
from microcrad.language.lower.scopes import Items, Scope
from microcrad.language.lower.spans import Spans, StopReading
from microcrad.language.statements import Span

__all__ = ["Draft", "Lowered"]

Lowered = st.Expression | st.Number | Items
"""What an expression is: a Value, a Number or a list."""


class _Values(Protocol):
    """Lowers expressions."""

    depth: int

    def lower(self, node: ast.expr, *, number: bool = False) -> Lowered: ...
    def value(self, node: ast.expr) -> st.Expression: ...
    def number(self, node: ast.expr) -> st.Number: ...
    def as_value(self, lowered: Lowered, node: ast.expr) -> st.Expression: ...
    def as_number(self, lowered: Lowered, node: ast.expr) -> st.Number: ...
    def node(self, owner: ast.expr, whole: ast.Attribute | None = None) -> st.Name: ...
    def is_name(self, node: ast.expr) -> bool: ...
    def operate(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered: ...
    def a_list(self, items: Items, node: ast.expr) -> StopReading: ...


class _Callables(Protocol):
    """Lowers calls."""

    modules: set[str]

    def call(self, node: ast.Call, number: bool) -> Lowered: ...
    def module(self, name: str) -> str | None: ...
    def constant(self, name: str) -> float | None: ...
    def called(self, node: ast.Call) -> tuple[str, list[ast.expr]]: ...


class _Body(Protocol):
    """Lowers statements."""

    def of(self, nodes: Iterable[ast.stmt]) -> tuple[st.Statement, ...]: ...
    def into(self, nodes: Iterable[ast.stmt]) -> None: ...
    def refuse(self, node: ast.expr, wrong: tuple[str, str] | None) -> None: ...
    def name(self, name: str, line: int) -> str: ...


class _Loops(Protocol):
    """Lowers loops."""

    def loop(self, node: ast.For) -> None: ...
    def assume(self, variable: str, node: ast.For) -> None: ...


class Draft:
    """One program on its way to the core, and the objects that lower its parts, each with one duty."""

    values: _Values
    callables: _Callables
    body: _Body
    loops: _Loops

    def __init__(self, lines: list[str], broken_lines: set[int]) -> None:
        self.spans = Spans(lines)
        self.broken_lines = broken_lines
        self.scope = Scope()
        self.out: list[st.Statement] = []
        """The core statements of the block that is being lowered."""
        self.temporaries: list[str] = []
        """Names that the statement being lowered has given to what is used twice, or before its time."""
        self.lets = 0
        """How many Numbers were worked out before their use."""
        self.errors: list[ProgramError] = []
        self.passed_over: list[str] = []
        self.drawn = False
        """Whether something would have been drawn in a notebook."""
        self.last_line = 0
        """The line of the last statement."""
        self.seed: int | None = None
        """What `random.seed` asked for, if it did."""

    # --- names for what has none ---

    def temporary(self, expression: st.Expression, span: Span, at: int | None = None) -> st.Name:
        """Give an expression a name until its statement ends, at a place among the statements so far."""
        number = 1
        while (name := f"{self.scope.prefix}t{number}") in self.temporaries or self._taken(f"t{number}"):
            number += 1
        self.temporaries.append(name)
        statement = st.Assign(name, expression, span)
        self.out.insert(len(self.out) if at is None else at, statement)
        return st.Name(name, span)

    def _taken(self, name: str) -> bool:
        return self.scope.lookup(name) is not None

    def known(self, number: st.Number, span: Span, at: int | None = None) -> st.Number:
        """A Number worked out once, now; one that is the same at any time stays as it is."""
        if is_steady(number):
            return number
        self.lets += 1
        name = f"{self.lets}"
        self.out.insert(len(self.out) if at is None else at, st.Let(name, number, span))
        return st.Known(name)

    def end_statement(self, span: Span) -> None:
        """What only this statement has named lets go of its nodes, newest first."""
        if self.temporaries:
            self.out.append(st.Leave(tuple(reversed(self.temporaries)), span))
            self.temporaries = []

    def keep(self, lowered: Lowered, span: Span, before: int) -> Lowered:
        """What was lowered before statements that came after it: it is worked out before them, too."""
        if len(self.out) == before or isinstance(lowered, st.Name | Items):
            return lowered
        if isinstance(lowered, st.Number):
            return self.known(lowered, span, before)
        return self.temporary(lowered, span, before)


def is_steady(number: st.Number) -> bool:
    """Whether a Number is the same whenever it is worked out, and however often."""
    match number:
        case st.Literal() | st.LoopVariable() | st.Known():
            return True
        case st.NegateNumber(operand):
            return is_steady(operand)
        case st.Arithmetic(_, left, right):
            return is_steady(left) and is_steady(right)
        case st.Apply(_, operands):
            return all(map(is_steady, operands))
    return False
