"""What a program's `uniform` will draw. Control flow never depends on data, so the text tells how often."""

from __future__ import annotations

import random

from microcrad.errors import ProgramError
from microcrad.language.core_expressions import Uniform
from microcrad.language.source_places import Span
from microcrad.language.statements import For, Program, Statement

__all__ = ["MAX_DRAWS", "draws"]

MAX_DRAWS = 100_000


def draws(program: Program) -> list[float]:
    """The numbers from 0 to 1 behind each draw of a run, in order.

    Raises `ProgramError` if there are more than `MAX_DRAWS`.
    """
    generator = random.Random(program.seed)
    counter = _Counter()
    counter.block(program.statements)
    return [generator.random() for _ in range(counter.draws)]


class _Counter:
    """Walks through the loops that draw, turn by turn."""

    def __init__(self) -> None:
        self.draws = self.turns = 0
        self.loops: dict[str, int] = {}

    def block(self, statements: tuple[Statement, ...]) -> None:
        for statement in statements:
            written = _in(statement)
            if written and isinstance(statement, For):
                for turn in range(self.bound(statement.start), self.bound(statement.stop)):
                    self.loops[statement.variable] = turn
                    self.turns += 1
                    self.check(statement.span)
                    self.block(statement.body)
            else:
                self.draws += written
                self.check(statement.span)

    def bound(self, bound: int | str) -> int:
        return self.loops[bound] if isinstance(bound, str) else bound

    def check(self, span: Span) -> None:
        if max(self.draws, self.turns) > MAX_DRAWS:
            raise ProgramError(
                f"uniform would draw more than {MAX_DRAWS:,} numbers, too many for a table.",
                span.line, span.column, span.end_column, "Repeat the loop fewer times.",
            )  # fmt: skip


def _in(part: object) -> int:
    """How many times `uniform` is written in a part of a program."""
    count, pending = 0, [part]
    while pending:  # A chain of operations may be deeper than Python's own stack.
        each = pending.pop()
        if isinstance(each, tuple):  # Every part of a program is a named tuple, whose fields are looked at.
            count += isinstance(each, Uniform)
            pending += each
    return count
