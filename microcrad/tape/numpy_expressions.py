"""The operation table in NumPy: its texts as calls that work on whole blocks of nodes at once.

Every operator becomes a call of the NumPy function that follows IEEE 754 as C's does. A condition becomes
`where`, which computes both sides and selects, so the floating-point warnings of the side that is not taken
must be silenced around the calls (`numpy.errstate`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import parse

__all__ = ["Block", "as_numpy", "compile_into", "compile_value", "names"]

Block = NDArray[np.float64]
"""Numbers of shape (rows, lanes): a row a node, a lane a sample."""

_CALLS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
    ast.Lt: "less", ast.Eq: "equal",
}  # fmt: skip
_FUNCTIONS = {"pow": "power", "exp": "exp", "log": "log", "tanh": "tanh"}
_SCOPE: dict[str, Any] = {
    name: getattr(np, name)
    for name in (*_CALLS.values(), *_FUNCTIONS.values(), "negative", "where", "copyto")
}
_ARGUMENTS = "a=None, b=None, k=None, out=None"


def as_numpy(text: str) -> str:
    """One of the table's texts as a NumPy expression over blocks `a`, `b`, `k` and `out`."""
    return ast.unparse(ast.fix_missing_locations(_translate(parse(text))))


def names(text: str) -> frozenset[str]:
    """Which of `a b k out` a text uses, so that only those need to be fetched."""
    return frozenset(node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name)) - set(
        _FUNCTIONS
    )


def compile_value(text: str) -> Callable[..., Block | float]:
    """A text as a function of the keywords `a b k out` it uses; a text without any gives a number."""
    return _evaluated(f"lambda {_ARGUMENTS}: {as_numpy(text)}")


def compile_into(text: str) -> Callable[..., None]:
    """The same, writing the result into the block given first instead of returning it."""
    call = _translate(parse(text))
    if isinstance(call, ast.Call) and isinstance(_SCOPE[call.func.id], np.ufunc):  # type: ignore[attr-defined]
        call.args.append(ast.Name("into", ast.Load()))  # Spares a block and a copy of it.
    else:
        call = _call("copyto", ast.Name("into", ast.Load()), call)
    return _evaluated(f"lambda into, {_ARGUMENTS}: {ast.unparse(ast.fix_missing_locations(call))}")


def _evaluated(source: str) -> Callable[..., Any]:
    # Only the texts of the operation table ever get here; nothing a person types does.
    function: Callable[..., Any] = eval(source, dict(_SCOPE))
    return function


def _call(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _translate(node: ast.expr) -> ast.expr:
    match node:
        case ast.Name():
            return node
        case ast.Constant(value=int() | float() as value):
            return ast.Constant(float(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _call("negative", _translate(operand))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _CALLS:
            return _call(_CALLS[type(operator)], _translate(left), _translate(right))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _call(_CALLS[type(operator)], _translate(left), _translate(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(_FUNCTIONS[name], *map(_translate, arguments))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _call("where", _translate(test), _translate(body), _translate(orelse))
    raise AssertionError(f"the operation table uses {ast.unparse(node)}, which has no NumPy form")
