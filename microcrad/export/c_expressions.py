"""The operation table in C: its texts as C expressions, and the part of the runtime that follows from it."""

from __future__ import annotations

import ast
import math

from microcrad.ops import LEAF, OPERATIONS, Operation, parse

__all__ = ["as_c", "c_format", "c_number", "c_table"]

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Lt: "<", ast.Eq: "==",
}  # fmt: skip
_BINDS = {"?": 0, "==": 1, "<": 1, "+": 2, "-": 2, "*": 3, "/": 3}
_ATOM = 9


def c_number(x: float) -> str:
    """A double as the shortest C constant that reads back as the same double: 0.1, as it was written."""
    if math.isnan(x):
        return "NAN"
    if math.isinf(x):
        return "HUGE_VAL" if x > 0 else "-HUGE_VAL"
    return repr(x)


def c_format(spec: str) -> tuple[str, str]:
    """A format of a `print` as C's, and what the number is multiplied by."""
    left, digits = spec.startswith("<"), spec.lstrip("<>")
    if digits.endswith("%"):
        width, dot, behind = digits[:-1].partition(".")
        return f"%{int(width) - 1 if width.isdecimal() else width}{dot}{behind}f%%", "100.0 * "
    letter = "" if digits[-1:].isalpha() else ".17g"
    return f"%{'-' if left else ''}{digits}{letter}", ""


def as_c(text: str) -> str:
    """One of the table's texts as a C expression over doubles: C's own operators and `<math.h>`."""
    return _translate(parse(text))[0]


def _translate(node: ast.expr) -> tuple[str, int]:
    """An expression and how tightly its outermost operator binds."""
    match node:
        case ast.Name(id=name):
            return name, _ATOM
        case ast.Constant(value=int() | float() as value):
            return c_number(float(value)), _ATOM
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"-{_inside(operand, _ATOM)}", 4
        case ast.BinOp(left=left, op=operator, right=right):
            symbol = _OPERATORS[type(operator)]
            binds = _BINDS[symbol]  # What stands on the right binds tighter: a - (b - c), a * (b * c).
            return f"{_inside(left, binds)} {symbol} {_inside(right, binds + 1)}", binds
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return f"{name}({', '.join(_inside(argument, 0) for argument in arguments)})", _ATOM
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return f"{_inside(left, 2)} {_OPERATORS[type(operator)]} {_inside(right, 2)}", 1
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"{_inside(test, 1)} ? {_inside(body, 1)} : {_inside(orelse, 1)}", 0
    raise AssertionError(f"the operation table uses {ast.unparse(node)}, which has no C form")


def _inside(node: ast.expr, binds: int) -> str:
    text, own = _translate(node)
    return text if own >= binds else f"({text})"


def c_table() -> str:
    """The generated part of the runtime: the codes, what each operation computes, its slopes, its maker."""
    codes = ", ".join(f"OP_{op.name.upper()}" for op in OPERATIONS)
    return "\n".join(
        [
            f"enum {{ {codes} }};",
            "",
            "double value_forward(int op_code, double a, double b, double k)",
            "{",
            "    switch (op_code) {",
            *(f"    case OP_{op.name.upper()}: return {as_c(op.forward)};" for op in OPERATIONS),
            "    }",
            "    return NAN;  /* There is no other operation. */",
            "}",
            "",
            "/* The derivative of the result with respect to each slot. */",
            "void value_differentiate(int op_code, double a, double b, double k, double out,",
            "                         double local[2])",
            "{",
            "    switch (op_code) {",
            *(_slopes(op) for op in OPERATIONS if op.arity),
            "    }",
            "}",
            "",
            *(_maker(op) for op in OPERATIONS if op is not LEAF),
        ]
    )


def _slopes(op: Operation) -> str:
    assigned = "".join(f" local[{slot}] = {as_c(text)};" for slot, text in enumerate(op.partials))
    return f"    case OP_{op.name.upper()}:{assigned} break;"


def _maker(op: Operation) -> str:
    operands = ["a", "b"][: op.arity]
    parameters = [*(f"Value *{name}" for name in operands), *(["double k"] if op.takes_parameter else [])]
    slots = [*operands, "NULL"][:2]
    k = "k" if op.takes_parameter else "0.0"
    return (
        f"Value *{op.c_name}({', '.join(parameters)}) "
        f"{{ return value_make(OP_{op.name.upper()}, {', '.join(slots)}, {k}); }}"
    )
