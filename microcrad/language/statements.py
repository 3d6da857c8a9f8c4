"""The core of the little language: what a program is made of, once its text has been read and lowered.

What people write may have functions, lists, networks and other spellings; `microcrad.language.lower` unrolls
it all to what is here, and everything behind it sees only that.

Every expression is, by its form alone, a *Number* or a *Value*. Numbers (literals, loop variables, `x.data`,
`x.grad`, `uniform(lo, hi)` and arithmetic over these) make no nodes. A Number that meets a Value is lifted
into one leaf. Control flow never depends on data. `microcrad.language.parser` reads text into these classes;
`microcrad.run.interpreter` runs them.

A name may be dotted, such as `l0.n3.w1`, if none of its parts means something else (as `data`, `grad` and
`tanh` do) and it is first assigned above the lines that assign `l0.n3` or `l0`. Loop variables have no dots.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from microcrad import ops
from microcrad.errors import ProgramError

__all__ = [
    "ARITHMETIC",
    "COMMANDS",
    "FIELDS",
    "FUNCTIONS",
    "MORE_FUNCTIONS",
    "RESERVED",
    "TOP",
    "Apply",
    "Arithmetic",
    "Assign",
    "Backward",
    "Call",
    "Delete",
    "Discard",
    "Expression",
    "Field",
    "For",
    "Known",
    "Label",
    "Leave",
    "Let",
    "Lift",
    "Literal",
    "LoopVariable",
    "Name",
    "Negate",
    "NegateNumber",
    "Number",
    "Operate",
    "Piece",
    "Power",
    "Print",
    "Program",
    "Release",
    "Retain",
    "Say",
    "SetField",
    "Span",
    "Statement",
    "Uniform",
    "ZeroGrad",
    "chain",
    "excerpt",
    "number_chain", "reads", "told_within",
    "unrolled",
    "within",
]  # fmt: skip

FUNCTIONS = ("relu", "tanh", "exp", "log", "sqrt", "sigmoid")
"""What may be called on a Value, as a function or as a method."""

MORE_FUNCTIONS = ("sin", "cos")
"""More of them, whose names a program may give to nodes."""

COMMANDS = ("backward", "print", "zero_grad", "retain", "release")
"""What is called on a line of its own."""

FIELDS = ("data", "grad")
"""What can be read and set of a Value, behind its name."""

RESERVED = frozenset((*FUNCTIONS, *COMMANDS, "uniform", "range"))
"""The names that mean something already."""

ON_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": ops.divide, "**": ops.power,
}  # fmt: skip
"""What the operators do to Numbers."""

ARITHMETIC = tuple(ON_NUMBERS)
"""The operators, on Numbers and on Values."""


class Span(NamedTuple):
    """A place in a program: lines from 1, columns in characters from 1, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    piece: int = 0
    """Which unrolled piece of the program it is of, as a place in its `pieces`; 0 for none."""

    def error(self, message: str, hint: str = "", advice: str = "") -> ProgramError:
        """An error at this place; of one that goes over several lines, only where it starts is marked."""
        end = self.end_column if self.end_line == self.line else 0
        return ProgramError(message, self.line, self.column, end, hint, advice)


class Piece(NamedTuple):
    """One unrolled piece: what one call of a function does, or one turn of a loop over a list."""

    group: str
    """The group that its nodes are: `f`, `f#2`, `for x=xs[0] (line 3)`; empty if they are none."""
    call: str
    """The function that is called; empty for a loop's turn, and for a part of a network."""
    turn: str
    """What the loop's variables are in this turn, such as `x = xs[0]`; empty for a call and its parts."""
    site: Span
    """Where the call or the loop stands; its piece is the piece around this one."""


TOP = Piece("", "", "", Span(1, 1, 1, 1))
"""What stands as written, in no unrolled piece."""


def within(pieces: Sequence[Piece], piece: int) -> str:
    """The calls that lead to a piece, as the end of a sentence; empty if none do."""
    calls = []
    while piece:
        each = pieces[piece]
        if each.call:
            calls.append(f"in {each.call}, called on line {each.site.line}")
        piece = each.site.piece
    if len(calls) > 3:
        calls[2:-1] = ["and so on"]
    return f" ({', '.join(calls)})" if calls else ""


def told_within(message: str, calls: str) -> str:
    """A sentence with the calls that lead to where it happened, before its full stop."""
    return f"{message.removesuffix('.')}{calls}." if calls else message


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


class Apply(NamedTuple):
    """One of `FUNCTIONS` and `MORE_FUNCTIONS`, or abs, max or min, on Numbers."""

    function: str
    operands: tuple[Number, ...]


class Known(NamedTuple):
    """A Number that a `Let` has worked out."""

    name: str


Number = Literal | LoopVariable | Field | Uniform | NegateNumber | Arithmetic | Apply | Known

# --- Values: nodes ---


class Name(NamedTuple):
    """A node by its name."""

    name: str
    span: Span


class Lift(NamedTuple):
    """A Number made into one leaf."""

    number: Number
    span: Span
    label: str = ""
    """What it is called where it has no name."""


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
    """One of `FUNCTIONS` or `MORE_FUNCTIONS` on a Value."""

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


class Say(NamedTuple):
    """`print(...)` of texts and Numbers: what is said is all of them, one after the other."""

    parts: tuple[str | tuple[Number, str], ...]
    """Texts, and Numbers each with its format: `.3f`, `.2e` or `.4g`, or nothing for every digit."""
    span: Span


class Label(NamedTuple):
    """`name.label = "text"`: what a node is called where it has no name. No event of the mathematics."""

    name: Name
    text: str
    span: Span


class Let(NamedTuple):
    """A Number worked out once, for a call or a loop's turn that may use it several times."""

    name: str
    number: Number
    span: Span


class Leave(NamedTuple):
    """The end of a call or of a line: these names let go of their nodes, those that have one."""

    names: tuple[str, ...]
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


Statement = (
    Assign | SetField | Delete | Backward | Print | Say | Label | Let | Leave | ZeroGrad | Retain | Release
    | For | Discard
)  # fmt: skip


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
    pieces: tuple[Piece, ...] = (TOP,)
    """What was unrolled, piece by piece: spans say which of them they are of."""
    passed_over: tuple[str, ...] = ()
    """What was read and left out, as it has nothing to do here, such as `import math`."""
    drawn: bool = False
    """Whether something of it would have drawn the graph."""

    def within(self, span: Span) -> str:
        """The calls that lead to a place, as the end of a sentence; empty if none do."""
        return within(self.pieces, span.piece)

    def line(self, span: Span) -> int:
        """The line that a person has got to in the program as written: that of the outermost call."""
        while span.piece:
            span = self.pieces[span.piece].site
        return span.line

    @property
    def notice(self) -> str:
        """What to say once about what was passed over; empty if nothing was."""
        if not self.passed_over:
            return ""
        shown = ", ".join(dict.fromkeys(self.passed_over))
        return f"Passed over, as nothing here needs it: {shown if len(shown) < 100 else shown[:99] + '…'}"

    @property
    def advice(self) -> str:
        """What command does what was passed over, its id in braces; empty if none does."""
        return "{diagram} draws the graph." if self.drawn else ""

    def source(self, span: Span) -> str:
        """The text at a span, its line breaks and runs of spaces as single spaces."""
        return excerpt(self.text.split("\n"), span)


def reads(part: object) -> set[str]:
    """The names whose nodes a statement or an expression reads."""
    found: set[str] = set()
    pending = [part]
    while pending:
        each = pending.pop()
        if isinstance(each, Name | Field):
            found.add(each.name)
        if isinstance(each, tuple):
            pending += each
    return found


def unrolled(program: Program, span: Span) -> str:
    """A line that was unrolled, as a comment says it: its number, where it comes from, and its text."""
    pieces, piece, said = program.pieces, span.piece, []
    while piece:
        each = pieces[piece]
        said.append(f"{each.call} called on line {each.site.line}" if each.call else each.turn or each.group)
        piece = each.site.piece
    text = program.text.split("\n")[span.line - 1].strip()
    return f"line {span.line}, {', '.join(said)}: {text}"


def excerpt(lines: list[str], span: Span) -> str:
    """The text at a span without its comments, its line breaks and runs of spaces as single spaces."""
    lines = lines[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return " ".join(" ".join(line.partition("#")[0] for line in lines).split())
