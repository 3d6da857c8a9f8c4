"""`if` and what it asks: which lines there are is settled while a program is lowered, before anything runs.

So a condition is of numbers that are known by then, such as a loop's variable. Turns that come to the same
lines stay one loop: `if k % 10 == 0` makes two of every ten turns. Control flow never depends on data.
"""

from __future__ import annotations

import ast

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft, NeedsNumber, TurnsDiffer
from microcrad.language.lower.signs import COMPARISONS

__all__ = ["Branches"]

_HINT = "Ask for a loop's variable, as in k % 10 == 0; what switches on data is relu."
_MAX_TURNS = 100_000
"""Of how many turns one condition is worked out."""


class Branches:
    """Chooses what is lowered."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    def taken(self, node: ast.If) -> list[ast.stmt]:
        """The lines that an `if` comes to; those of other branches are not read any further."""
        while not self.holds(node.test):
            match node.orelse:
                case [ast.If() as node]:
                    continue
                case lines:
                    return lines
        return node.body

    def chosen(self, node: ast.IfExp) -> ast.expr:
        """The same of `a if condition else b`. `1 if a > b else 0` is what `a > b` is, which may be data."""
        match node:
            case ast.IfExp(test=ast.Compare(ops=[_]), body=ast.Constant(1), orelse=ast.Constant(0)):
                return node.test
        return node.body if self.holds(node.test) else node.orelse

    def holds(self, node: ast.expr, hint: str = _HINT) -> bool:
        """Whether a condition is true, in all turns of a loop that are lowered as one.

        Of data `hint` is said. Raises `TurnsDiffer` for the first turn that differs, and `NeedsNumber` where
        there may be too many.
        """
        try:
            return self._holds(node, hint)
        except NeedsNumber as need:
            turns = self._of.turns.get(need.variable, range(0))
            if not 0 < len(turns) <= _MAX_TURNS or isinstance(need, TurnsDiffer):
                raise
            holds = self._in_turn(node, hint, need.variable, turns[0])
            for turn in turns:
                if self._in_turn(node, hint, need.variable, turn) != holds:
                    raise TurnsDiffer(need.variable, turn) from None
            return holds

    def _in_turn(self, node: ast.expr, hint: str, variable: str, turn: int) -> bool:
        self._of.turn[variable] = turn
        try:
            return self._holds(node, hint)
        finally:
            del self._of.turn[variable]

    def _holds(self, node: ast.expr, hint: str) -> bool:
        negated = False
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node, negated = node.operand, not negated
        return self._true(node, hint) is not negated

    def _true(self, node: ast.expr, hint: str) -> bool:
        match node:
            case ast.Constant(value=bool() as value):
                return value
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self._holds(part, hint) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self._holds(part, hint) for part in parts)
            case ast.Compare(
                left=ast.Name("__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]
            ):
                return True  # Every program that is run is the main one.
            case ast.Compare():
                return self._compared(node, hint)
        return self._known(node, hint) != 0

    def _compared(self, node: ast.Compare, hint: str) -> bool:
        left = self._known(node.left, hint)
        for sign, other in zip(node.ops, node.comparators, strict=True):
            symbol = COMPARISONS.get(type(sign))
            if symbol is None:
                raise self._spans.stop(
                    node,
                    "`in` and `is` are not part of this language.",
                    "Compare with == and <, or with `or`.",
                )
            right = self._known(other, hint)
            if not ex.ON_NUMBERS[symbol](left, right):
                return False
            left = right
        return True

    def _known(self, node: ast.expr, hint: str) -> float:
        value = self._of.values.known(self._of.values.lower(node))
        if value is None:
            said = self._spans.source(node)
            raise self._spans.stop(
                node, f"`if` asks for what is known before anything runs, and {said} is not.", hint
            )
        return value
