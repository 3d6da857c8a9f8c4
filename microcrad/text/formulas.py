"""Formulas for people: the operation table's texts with names or numbers put in."""

from __future__ import annotations

import ast
from collections.abc import Callable

from microcrad.ops import Operation, parse
from microcrad.records import Record
from microcrad.text.numbers import short

__all__ = ["ATOM", "Written", "forward", "number", "partial"]

_SUM, _PRODUCT, _UNARY, _POWER, ATOM = 1, 2, 3, 4, 9


class Written(Record):
    """A formula and how tightly its outermost operation binds, so that it can stand inside another."""

    text: str
    binds: int = ATOM
    condition: str = ""
    """Why this branch of the rule was taken, such as `0 < n`; empty where the rule has no branches."""

    def inside(self, binds: int) -> str:
        """The text, in parentheses if what surrounds it binds tighter."""
        return self.text if self.binds >= binds else f"({self.text})"


def number(x: float, write: Callable[[float], str] = short) -> Written:
    """A number as an operand; a negative one binds like a minus sign."""
    text = write(x)
    return Written(text, _UNARY if text.startswith("-") else ATOM)


def forward(op: Operation, operands: tuple[Written, ...], k: float) -> Written:
    """What an operation computes, with its operands put in: `x*w + b`, `tanh(n)`, `x**2`."""
    if op.infix and op.arity == 2:
        left, right = operands
        gap = " " if op.precedence == _SUM else ""
        text = f"{left.inside(op.precedence)}{gap}{op.symbol}{gap}{_right(right, op.precedence)}"
        return Written(text, op.precedence)
    if op.infix:
        return Written(f"{operands[0].inside(op.precedence + 1)}{op.symbol}{short(k)}", op.precedence)
    return Written(f"{op.symbol}({', '.join(operand.text for operand in operands)})")


def partial(op: Operation, slot: int, written: dict[str, Written], numbers: dict[str, float]) -> Written:
    """The local derivative for one slot, with `written` put in for `a`, `b`, `k` and `out`.

    Where the rule has branches, `numbers` decide which one applies.
    """
    return _write(parse(op.partials[slot]), written, numbers)


def _right(operand: Written, binds: int) -> str:
    """A right operand: a minus sign just after an operator is put in parentheses."""
    return f"({operand.text})" if operand.text.startswith("-") else operand.inside(binds)


def _write(node: ast.expr, written: dict[str, Written], numbers: dict[str, float]) -> Written:
    match node:
        case ast.Name(id=name):
            return written[name]
        case ast.Constant(value=value):
            return number(float(value))  # type: ignore[arg-type]
        case ast.UnaryOp(operand=operand):
            return Written(f"-{_write(operand, written, numbers).inside(_POWER)}", _UNARY)
        case ast.BinOp(left=left, op=operator, right=right):
            symbol, binds, gap = _SYMBOLS[type(operator)]
            first, second = _write(left, written, numbers), _write(right, written, numbers)
            tight = binds + isinstance(operator, ast.Sub | ast.Div)
            return Written(f"{first.inside(binds)}{gap}{symbol}{gap}{_right(second, tight)}", binds)
        case ast.Call(func=ast.Name(id="pow"), args=[base, exponent]):
            first, second = _write(base, written, numbers), _write(exponent, written, numbers)
            power = second.text if second.binds in (_UNARY, ATOM) else f"({second.text})"
            return Written(f"{first.inside(ATOM)}**{power}", _POWER)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            inner = ", ".join(_write(argument, written, numbers).text for argument in arguments)
            return Written(f"{name}({inner})")
        case ast.IfExp(
            test=ast.Compare(left=left, ops=[operator], comparators=[right]), body=body, orelse=orelse
        ):
            p, q = _evaluate(left, numbers), _evaluate(right, numbers)
            less = isinstance(operator, ast.Lt)
            holds = p < q if less else p == q
            sign = ("<" if holds else ">=") if less else ("==" if holds else "!=")
            sides = _write(left, written, numbers).text, _write(right, written, numbers).text
            chosen = _write(body if holds else orelse, written, numbers)
            return Written(chosen.text, chosen.binds, f"{sides[0]} {sign} {sides[1]}")
    raise AssertionError(f"the operation table uses {ast.unparse(node)}, which has no written form")


_SYMBOLS: dict[type[ast.operator], tuple[str, int, str]] = {
    ast.Add: ("+", _SUM, " "),
    ast.Sub: ("-", _SUM, " "),
    ast.Mult: ("*", _PRODUCT, ""),
    ast.Div: ("/", _PRODUCT, ""),
}


def _evaluate(node: ast.expr, numbers: dict[str, float]) -> float:
    """One side of a branch's condition: a name or a number."""
    if isinstance(node, ast.Name):
        return numbers[node.id]
    assert isinstance(node, ast.Constant)
    return float(node.value)  # type: ignore[arg-type]
