"""The little language: what a program is made of, once its text has been read.

Every expression is, by its form alone, a *Number* or a *Value*. Numbers (literals, loop variables, `x.data`,
`x.grad`, `uniform(lo, hi)` and arithmetic over these) make no nodes. A Number that meets a Value is lifted
into one leaf. Control flow never depends on data. `microcrad.language.parser` reads text into these classes;
`microcrad.run.interpreter` runs them.

A name may be dotted, such as `l0.n3.w1`, if none of its parts means something else (as `data`, `grad` and
`tanh` do) and it is first assigned above the lines that assign `l0.n3` or `l0`. Loop variables have no dots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from microcrad.errors import ProgramError

__all__ = [
    "ARITHMETIC", "COMMANDS", "FIELDS", "FUNCTIONS", "RESERVED", "Arithmetic", "Assign", "Backward", "Call",
    "Delete", "Discard", "Expression", "Field", "For", "Lift", "Literal", "LoopVariable", "Name", "Negate",
    "NegateNumber", "Number", "Operate", "Power", "Print", "Program", "Release", "Retain", "SetField", "Span",
    "Statement", "Uniform", "ZeroGrad", "excerpt",
]  # fmt: skip

FUNCTIONS = ("relu", "tanh", "exp", "log", "sqrt", "sigmoid")
"""What may be called on a Value, as a function or as a method."""

COMMANDS = ("backward", "print", "zero_grad", "retain", "release")
"""What is called on a line of its own."""

FIELDS = ("data", "grad")
"""What can be read and set of a Value, behind its name."""

RESERVED = frozenset((*FUNCTIONS, *COMMANDS, "uniform", "range"))
"""The names that mean something already."""

ARITHMETIC = ("+", "-", "*", "/", "**")
"""The operators, on Numbers and on Values."""


class Span(NamedTuple):
    """A place in a program: lines from 1, columns in characters from 1, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def error(self, message: str, hint: str = "", advice: str = "") -> ProgramError:
        """An error at this place; of one that goes over several lines, only where it starts is marked."""
        end = self.end_column if self.end_line == self.line else 0
        return ProgramError(message, self.line, self.column, end, hint, advice)


# --- Numbers: no nodes ---


class Literal(NamedTuple):
    """A number as written; too large a one is infinite, as in C."""

    value: float


class LoopVariable(NamedTuple):
    """The current value of a `for` loop's variable."""

    name: str


class Field(NamedTuple):
    """`name.data` or `name.grad`."""

    name: str
    field: str
    span: Span


class Uniform(NamedTuple):
    """A draw from the uniform distribution over `[low, high]`."""

    low: Number
    high: Number


class NegateNumber(NamedTuple):
    """`-x` on a Number."""

    operand: Number


class Arithmetic(NamedTuple):
    """One of the operators on two Numbers."""

    operator: str
    left: Number
    right: Number


Number = Literal | LoopVariable | Field | Uniform | NegateNumber | Arithmetic

# --- Values: nodes ---


class Name(NamedTuple):
    """A node by its name."""

    name: str
    span: Span


class Lift(NamedTuple):
    """A Number made into one leaf."""

    number: Number
    span: Span


class Negate(NamedTuple):
    """`-x` on a Value."""

    operand: Expression
    span: Span


class Operate(NamedTuple):
    """One of the operators on two Values."""

    operator: str
    left: Expression
    right: Expression
    span: Span


class Power(NamedTuple):
    """A Value to the power of a Number, which becomes the operation's parameter and not a node."""

    base: Expression
    exponent: Number
    span: Span


class Call(NamedTuple):
    """One of `FUNCTIONS` on a Value."""

    function: str
    operand: Expression
    span: Span


Expression = Name | Lift | Negate | Operate | Power | Call

# --- statements ---


class Assign(NamedTuple):
    """`name = expression`; `name += expression` is read as `name = name + expression`."""

    name: str
    value: Expression
    span: Span


class SetField(NamedTuple):
    """`name.data = number` or `name.grad = number`; nothing is recomputed."""

    name: str
    field: str
    value: Number
    span: Span


class Delete(NamedTuple):
    """`del name`."""

    name: str
    span: Span


class Backward(NamedTuple):
    """`backward(expression)`."""

    root: Expression
    span: Span


class Print(NamedTuple):
    """`print(expression)` of a Value or a Number."""

    value: Expression | Number
    text: str
    span: Span


class ZeroGrad(NamedTuple):
    """`zero_grad()` on every live node, or `zero_grad(a, b)` on exactly those named."""

    names: tuple[Name, ...]
    span: Span


class Retain(NamedTuple):
    """`retain(name)`."""

    name: Name
    span: Span


class Release(NamedTuple):
    """`release(name)`."""

    name: Name
    span: Span


class For(NamedTuple):
    """`for variable in range(start, stop):`; the bounds are integers or outer loops' variables."""

    variable: str
    start: int | str
    stop: int | str
    body: tuple[Statement, ...]
    span: Span


class Discard(NamedTuple):
    """An expression alone on a line: its result is a temporary."""

    value: Expression
    span: Span


Statement = Assign | SetField | Delete | Backward | Print | ZeroGrad | Retain | Release | For | Discard


@dataclass(frozen=True, slots=True)
class Program:
    """A text and what was read from it.

    With errors there are no statements: a program runs whole or not at all.
    """

    text: str
    statements: tuple[Statement, ...]
    errors: tuple[ProgramError, ...]
    ownership: str
    """`auto` or `manual`, from a first line `# ownership: manual`; `auto` without one."""
    seed: int
    """What `uniform` draws from, set by a leading line `# seed: 42`; 1337 without one."""

    def source(self, span: Span) -> str:
        """The text at a span, its line breaks and runs of spaces as single spaces."""
        return excerpt(self.text.split("\n"), span)


def excerpt(lines: list[str], span: Span) -> str:
    """The text at a span without its comments, its line breaks and runs of spaces as single spaces."""
    lines = lines[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return " ".join(" ".join(line.partition("#")[0] for line in lines).split())
