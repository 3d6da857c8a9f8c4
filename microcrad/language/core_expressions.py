"""The expressions of the core. Each is, by its form alone, a *Number* or a *Value*.

Numbers (literals, loop variables, `x.data`, `x.grad`, `uniform(lo, hi)` and arithmetic over these) make no
nodes. A Number that meets a Value is lifted into one leaf.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

from microcrad import ops
from microcrad.language.source_places import Span
from microcrad.records import Record

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = [
    "ARITHMETIC",
    "COMPARISONS",
    "FIELDS",
    "FUNCTIONS",
    "MORE_FUNCTIONS",
    "ON_NUMBERS",
    "Apply",
    "Arithmetic",
    "Call",
    "Expression",
    "Field",
    "Known",
    "Lift",
    "Literal",
    "LoopVariable",
    "Name",
    "Negate",
    "NegateNumber",
    "Number",
    "Operate",
    "Power",
    "Uniform",
    "chain",
    "is_number",
    "number_chain",
]

FUNCTIONS = ("relu", "tanh", "exp", "log", "sqrt", "sigmoid")
"""What may be called on a Value, as a function or as a method."""


MORE_FUNCTIONS = ("sin", "cos", "leaky_relu")
"""More of them, whose names a program may give to nodes."""


FIELDS = ("data", "grad")
"""What can be read and set of a Value, behind its name."""


ARITHMETIC = ("+", "-", "*", "/", "**")
"""The operators, on Numbers and on Values."""


COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
"""Those that are on Numbers alone: 1 where it holds, and 0 where it does not."""


ON_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": ops.divide, "**": ops.power,
    "<": lambda a, b: float(a < b), "<=": lambda a, b: float(a <= b), ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b), "==": lambda a, b: float(a == b), "!=": lambda a, b: float(a != b),
}  # fmt: skip
"""What the operators do to Numbers."""


class Literal(Record):
    """A number as written; too large a one is infinite, as in C."""

    value: float


class LoopVariable(Record):
    """The current value of a `for` loop's variable."""

    name: str


class Field(Record):
    """`name.data` or `name.grad`."""

    name: str
    field: str
    span: Span


class Uniform(Record):
    """A draw from the uniform distribution over `[low, high]`."""

    low: Number
    high: Number


class NegateNumber(Record):
    """`-x` on a Number."""

    operand: Number


class Arithmetic(Record):
    """One of the operators, or a comparison, on two Numbers."""

    operator: str
    left: Number
    right: Number


class Apply(Record):
    """One of `FUNCTIONS` and `MORE_FUNCTIONS`, or abs, max, min, int or round, on Numbers."""

    function: str
    operands: tuple[Number, ...]


class Known(Record):
    """A Number that a `Let` has worked out."""

    name: str


Number = Literal | LoopVariable | Field | Uniform | NegateNumber | Arithmetic | Apply | Known
_NUMBERS = frozenset(get_args(Number))


def is_number(part: object) -> TypeIs[Number]:
    """Whether something is a Number: asked many times of every line, where `isinstance` takes longer."""
    return type(part) in _NUMBERS


class Name(Record):
    """A node by its name."""

    name: str
    span: Span


class Lift(Record):
    """A Number made into one leaf."""

    number: Number
    span: Span
    label: str = ""
    """What it is called where it has no name."""


class Negate(Record):
    """`-x` on a Value."""

    operand: Expression
    span: Span


class Operate(Record):
    """One of the operators on two Values."""

    operator: str
    left: Expression
    right: Expression
    span: Span


class Power(Record):
    """A Value to the power of a Number, which becomes the operation's parameter and not a node."""

    base: Expression
    exponent: Number
    span: Span


class Call(Record):
    """One of `FUNCTIONS` or `MORE_FUNCTIONS` on a Value."""

    function: str
    operand: Expression
    span: Span


Expression = Name | Lift | Negate | Operate | Power | Call


def chain(expression: Expression) -> tuple[Expression, list[Operate]]:
    """What stands leftmost in a sum or product, and its operations from there on: a chain may be long."""
    operations = []
    while isinstance(expression, Operate):
        operations.append(expression)
        expression = expression.left
    operations.reverse()
    return expression, operations


def number_chain(number: Number) -> tuple[Number, list[Arithmetic]]:
    """The same of Numbers."""
    operations = []
    while isinstance(number, Arithmetic):
        operations.append(number)
        number = number.left
    operations.reverse()
    return number, operations
