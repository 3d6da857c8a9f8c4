"""The operation table in NumPy: its texts as calls that work on whole blocks of nodes at once.

Every operator becomes a call of the NumPy function that follows IEEE 754 as C's does. A condition becomes
`where`, which computes both sides and selects, so the floating-point warnings of the side that is not taken
must be silenced around the calls (`numpy.errstate`). The calls are bound to the blocks that they read and
write: to compute a text again, with what the blocks hold by then, is to make the same calls again.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microcrad.ops import parse

__all__ = ["Block", "Call", "Translation", "constant", "evaluate", "is_exact", "names", "plain_ufunc"]

Block = NDArray[np.float64]
"""Numbers of nodes, the last axis the lanes: one a sample, or a single one where samples do not differ."""
Call = Callable[[], object]

_FUNCTIONS: dict[type[ast.AST] | str, np.ufunc] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.USub: np.negative,
    ast.Lt: np.less, ast.Eq: np.equal,
    "pow": np.power, "exp": np.exp, "log": np.log, "tanh": np.tanh,
    "sin": np.sin, "cos": np.cos,
}  # fmt: skip
_parsed = cache(parse)


@cache
def names(text: str) -> frozenset[str]:
    """Which of `a b k out` a text uses, so that only those need to be fetched."""
    used = {node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)}
    return frozenset(used.difference(_FUNCTIONS))


@cache
def constant(text: str) -> float | None:
    """The number that a text is whatever its operands are; None if it depends on them."""
    return None if names(text) else float(evaluate(text))


@cache
def is_exact(text: str) -> bool:
    """Whether NumPy computes a text to the last bit as Python does: it calls no function."""
    return not any(isinstance(node, ast.Call) for node in ast.walk(_parsed(text)))


@cache
def plain_ufunc(text: str) -> np.ufunc | None:
    """The NumPy function of two operands that a text is, as `add` for `a + b`; None if it is more."""
    function, operands = _function_and_operands(_parsed(text))
    plain = [operand.id for operand in operands if isinstance(operand, ast.Name)] == ["a", "b"]
    return function if plain else None


def evaluate(text: str, **blocks: Block) -> Block | float:
    """A text's value for these numbers, once."""
    translation = Translation(blocks, np.empty)
    value = translation.value(text)
    with np.errstate(all="ignore"):
        for call in translation.calls:
            call()
    return value


class Translation:
    """Texts about some blocks, as the calls that compute them."""

    def __init__(self, blocks: Mapping[str, Block], room: Callable[[tuple[int, ...]], Block]) -> None:
        """`blocks` are what the names mean; `room` makes a block of a shape, for what comes in between."""
        self.calls: list[Call] = []
        self._blocks = blocks
        self._room = room

    def value(self, text: str) -> Block | float:
        """Where the text's value is once the calls were made; without calls for a name or a number."""
        value: Block | float = self._operand(_parsed(text))
        return value

    def write(self, text: str, into: Block) -> None:
        """Calls that write the text's value into a block, which the text does not use."""
        value = self._operand(_parsed(text), into)
        if value is not into:
            self.calls.append(partial(np.copyto, into, value))

    def _operand(self, node: ast.expr, into: Block | None = None) -> Any:
        match node:
            case ast.Name(id=name):
                return self._blocks[name]
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                chosen = [self._operand(part) for part in (test, body, orelse)]
                into = self._room_for(chosen) if into is None else into
                self.calls.append(partial(_select, into, *chosen))
                return into
        function, arguments = _function_and_operands(node)
        if function is None:
            raise AssertionError(f"the operation table uses {ast.unparse(node)}, which has no NumPy form")
        operands = [self._operand(argument) for argument in arguments]
        if isinstance(node, ast.Compare):
            into = np.empty(_shape(operands), dtype=np.bool_)
        elif into is None:
            into = self._room_for(operands)
        self.calls.append(partial(function, *operands, into))
        return into

    def _room_for(self, operands: list[Any]) -> Block:
        return self._room(_shape(operands))


def _function_and_operands(node: ast.expr) -> tuple[np.ufunc | None, list[ast.expr]]:
    match node:
        case ast.UnaryOp(op=operator, operand=operand):
            return _FUNCTIONS.get(type(operator)), [operand]
        case ast.BinOp(left=left, op=operator, right=right):
            return _FUNCTIONS.get(type(operator)), [left, right]
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _FUNCTIONS.get(type(operator)), [left, right]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS.get(name), arguments
    return None, []


def _shape(operands: list[Any]) -> tuple[int, ...]:
    return np.broadcast_shapes(*map(np.shape, operands))


def _select(into: Block, test: NDArray[np.bool_], body: Block | float, orelse: Block | float) -> None:
    # Faster than `copyto(..., where=test)`, whose time grows with how often the test changes.
    np.copyto(into, np.where(test, body, orelse))
