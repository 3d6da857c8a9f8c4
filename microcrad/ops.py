"""The table of operations: the only place that knows what an operation is.

Each row gives an operation's value and its partial derivatives as *texts* in a tiny expression language,
because a text can be run, shown with names, shown with numbers and translated to other languages, while a
function can only be run. What depends on an operation derives from its row.

The texts may use the operands `a` and `b`, the parameter `k`, the result `out`, numbers, `+ - * /`, unary
minus, `x if p < q else y` (or `==`) and calls of `pow exp log tanh sin cos`. To add an operation, add a row.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from microcrad.records import Record

__all__ = [
    "ADD", "COS", "EXP", "LEAF", "LEAKY_RELU", "LOG", "MUL", "OPERATIONS", "POW", "RELU", "SIN", "TANH",
    "Limit", "Operation", "on_numbers",
]  # fmt: skip


class Limit(Record):
    """One way in which finite operands fail to give a finite number.

    `needs` and `repair` are words with `{a}`, `{b}` and `{k}` in them for the operands and the parameter.
    """

    needs: str
    """What the operands must be, completing the sentence `log needs ...`."""
    repair: str
    """What to do about it, in one sentence."""
    where: str = ""
    """A condition in the language of the texts, `p < q` or `p == q`; empty if this is the only way left."""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One row of the table.

    `forward` computes the result; `partials` has one text per operand: the derivative of the result with
    respect to it. `evaluate(a, b, k)` and `differentiate(a, b, k, out)` are those texts as Python functions
    on floats; the second returns one local derivative per operand slot. Both follow IEEE 754: no Python
    exception ever leaves them. `limits` say, in words, where finite operands do not give a finite result.
    """

    name: str
    symbol: str
    precedence: int
    """How tightly the symbol binds when the operation is printed; a call or a leaf binds tightest."""
    forward: str
    partials: tuple[str, ...]
    c_name: str
    why: str
    """One sentence saying why the derivative is what it is."""
    limits: tuple[Limit, ...] = ()
    """Where finite operands give no finite result; the first whose condition holds applies."""
    slope_limits: tuple[Limit, ...] = ()
    """Where they give a finite result, and a derivative that is not finite."""
    flat: Limit | None = None
    """What it needs to pass a gradient on, for rows whose slope is 0 at a stretch of operands."""
    takes_parameter: bool = False
    micrograd: str = ""
    """What micrograd's `_op` says, where that is not the symbol."""
    code: int = field(init=False, default=-1)
    """The row's place in the table: what compact records store for it."""
    evaluate: Callable[[float, float, float], float] = field(init=False, repr=False)
    differentiate: Callable[[float, float, float, float], tuple[float, ...]] = field(init=False, repr=False)

    operands: ClassVar[tuple[Any, ...]] = ()
    """What an operation of one's own keeps here; a node of a row has them itself."""

    def __post_init__(self) -> None:
        partials = ast.Tuple([_floats(text) for text in self.partials], ast.Load())
        object.__setattr__(self, "evaluate", _compile(("a", "b", "k"), _floats(self.forward)))
        object.__setattr__(self, "differentiate", _compile(("a", "b", "k", "out"), partials))

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """A copy is the table's own row: which it is, is all that is written."""
        return _row, (self.name,)

    @property
    def arity(self) -> int:
        """How many operand slots a node of this operation has."""
        return len(self.partials)

    @property
    def infix(self) -> bool:
        """Whether the operation is written between its operands, rather than as a call."""
        return not self.symbol.isidentifier()

    @property
    def kinked(self) -> bool:
        """Whether the derivative jumps from one branch of its rule to another."""
        return any(" < " in partial for partial in self.partials)

    def limit(self, a: float, b: float, k: float, out: float) -> Limit | None:
        """The limit that explains why the result, or else the derivative, is not finite at finite operands.

        None where both are finite, or where the row has no words for it.
        """
        limits = self.slope_limits if math.isfinite(out) else self.limits
        numbers = {"a": a, "b": b, "k": k, "out": out}
        return next((limit for limit in limits if holds(limit.where, numbers)), None)


# --- IEEE 754 arithmetic: what C's operators and <math.h> do where Python would raise ------------------


def divide(x: float, y: float) -> float:
    """`x / y` as C divides: a zero divisor gives an infinity or nan."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0 or math.isnan(x):
            return math.nan
        return math.copysign(math.inf, x) * math.copysign(1.0, y)


def power(x: float, k: float) -> float:
    """C's `pow`: a negative base with a fractional exponent is nan, zero to a negative power is infinite."""
    try:
        return math.pow(x, k)
    except OverflowError:
        return -math.inf if x < 0 and k % 2 == 1 else math.inf
    except ValueError:
        if x != 0:
            return math.nan
        return math.copysign(math.inf, x) if k % 2 == 1 else math.inf


def exponential(x: float) -> float:
    """C's `exp`: too large an argument gives infinity."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def logarithm(x: float) -> float:
    """C's `log`: minus infinity at zero, nan below it."""
    try:
        return math.log(x)
    except ValueError:
        return -math.inf if x == 0 else math.nan


def sine(x: float) -> float:
    """C's `sin`: nan of an infinity."""
    return math.sin(x) if math.isfinite(x) else math.nan


def cosine(x: float) -> float:
    """C's `cos`: nan of an infinity."""
    return math.cos(x) if math.isfinite(x) else math.nan


FUNCTIONS: dict[str, Callable[..., float]] = {
    "pow": power,
    "exp": exponential,
    "log": logarithm,
    "tanh": math.tanh,
    "sin": sine,
    "cos": cosine,
}
"""What the calls in the texts mean."""


# --- From text to Python -------------------------------------------------------------------------------


def parse(text: str) -> ast.expr:
    """The syntax tree of one of the table's texts."""
    return ast.parse(text, mode="eval").body


class _ToPython(ast.NodeTransformer):
    """Numbers become floats, `/` becomes a call that follows IEEE 754; the rest is Python already."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(float(node.value))  # type: ignore[arg-type]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div):
            return ast.Call(ast.Name("divide", ast.Load()), [node.left, node.right], [])
        return node


def as_python(text: str) -> str:
    """One of the table's texts as a Python expression over floats."""
    return ast.unparse(_floats(text))


def _floats(text: str) -> ast.expr:
    tree: ast.expr = _ToPython().visit(parse(text))
    return tree


def _compile(names: Iterable[str], body: ast.expr) -> Callable[..., object]:
    # Only the texts of this module ever get here; nothing a person types does.
    takes = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(takes, body)))
    function: Callable[..., object] = eval(
        compile(tree, "<the table>", "eval"), {"divide": divide, **FUNCTIONS}
    )
    return function


def holds(condition: str, numbers: dict[str, float]) -> bool:
    """Whether a condition of the table is true at some numbers; an empty one always is."""
    return not condition or bool(_compile(numbers, _floats(condition))(*numbers.values()))


# --- The table -----------------------------------------------------------------------------------------

LEAF = Operation(
    "leaf", "leaf", 9, "a", (), "value_create",
    limits=(Limit("a finite number", "Write a finite number there."),),
    why="A leaf was not computed from anything, so no gradient flows out of it.",
)  # fmt: skip
ADD = Operation(
    "add", "+", 1, "a + b", ("1", "1"), "value_add",
    limits=(Limit("a sum below 1.8e308", "Keep {a} and {b} smaller: what makes them grows too fast."),),
    why="Nudging either operand moves a sum by just as much.",
)  # fmt: skip
MUL = Operation(
    "mul", "*", 2, "a * b", ("b", "a"), "value_mul",
    limits=(Limit("a product below 1.8e308", "Multiply fewer or smaller numbers, or use tanh in between."),),
    why="Nudging one operand moves a product by the other operand times as much.",
)  # fmt: skip
POW = Operation(
    "pow", "**", 4, "pow(a, k)", ("0 if k == 0 else k * pow(a, k - 1)",), "value_pow",
    limits=(
        Limit(
            "{a} other than 0 where it is divided by or has a negative exponent",
            "Keep {a} away from 0, as in {a} + 1e-6.",
            where="a == 0",
        ),
        Limit(
            "a result below 1.8e308",
            "Use a smaller exponent, or keep {a} nearer to 1 or, where it is divided by, further from 0.",
            where="out == out",  # Anything but nan.
        ),
        Limit("{a} > 0 where the exponent is not whole", "Keep {a} above 0, or use a whole exponent."),
    ),
    slope_limits=(
        Limit("{a} other than 0 for a finite slope", "Keep {a} above 0, as in {a} + 1e-6.", where="a == 0"),
        Limit("a slope below 1.8e308", "Use a smaller exponent, or keep {a} nearer to 1."),
    ),
    why="The power rule: the exponent comes down in front and drops by one.",
    takes_parameter=True,
)  # fmt: skip
EXP = Operation(
    "exp", "exp", 9, "exp(a)", ("out",), "value_exp",
    limits=(Limit("{a} < 709.78", "Keep {a} small: squash it with tanh first, or scale it down."),),
    why="exp grows exactly as fast as it is large: it is its own derivative.",
)  # fmt: skip
LOG = Operation(
    "log", "log", 9, "log(a)", ("1 / a",), "value_log",
    limits=(
        Limit("{a} > 0", "Keep {a} away from 0, as in {a} + 1e-6.", where="a == 0"),
        Limit("{a} > 0", "Keep {a} above 0, as exp({a}) + 1e-6 always is."),
    ),
    slope_limits=(Limit("{a} further from 0 for a finite slope", "Keep {a} away from 0, as in {a} + 1e-6."),),
    why="log flattens out as its operand grows: its slope is one over the operand.",
)  # fmt: skip
RELU = Operation(
    "relu", "relu", 9, "0 if a < 0 else a", ("1 if 0 < out else 0",), "value_relu",
    micrograd="ReLU",
    why="relu passes a positive operand through unchanged and blocks everything else.",
    flat=Limit("{a} > 0 to pass a gradient on", "Move {a} above 0, with a larger bias or a smaller step."),
)  # fmt: skip
TANH = Operation(
    "tanh", "tanh", 9, "tanh(a)", ("1 - out * out",), "value_tanh",
    why="tanh is steepest at 0 and flattens as it nears 1 or -1; 1 - out*out says exactly how much.",
    flat=Limit(
        "{a} between -3 and 3 to pass on 1 % of a gradient",
        "Bring {a} nearer to 0, with smaller weights or smaller inputs.",
    ),
)  # fmt: skip

SIN = Operation(
    "sin", "sin", 9, "sin(a)", ("cos(a)",), "value_sin",
    why="sin climbs where cos is positive: its slope is cos.",
)  # fmt: skip
COS = Operation(
    "cos", "cos", 9, "cos(a)", ("-sin(a)",), "value_cos",
    why="cos falls where sin is positive: its slope is minus sin.",
)  # fmt: skip

LEAKY_RELU = Operation(
    "leaky_relu", "leaky_relu", 9, "0.01 * a if a < 0 else a", ("1 if 0 < out else 0.01",),
    "value_leaky_relu",
    why="leaky_relu passes a positive operand through unchanged and lets a hundredth of any other through.",
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (LEAF, ADD, MUL, POW, EXP, LOG, RELU, TANH, SIN, COS, LEAKY_RELU)
"""The rows, by code."""

for _code, _operation in enumerate(OPERATIONS):
    object.__setattr__(_operation, "code", _code)


def _row(name: str) -> Operation:
    """The row of a name that was in a copy or a pickle."""
    return next(row for row in OPERATIONS if row.name == name)


# --- On plain numbers -----------------------------------------------------------------------------------

_ON_NUMBERS: dict[str, Callable[..., float]] = {
    "sqrt": lambda x: power(x, 0.5),
    "sigmoid": lambda x: divide(1.0, 1.0 + exponential(-x)),
    "abs": abs,
    "max": lambda x, y: y if x < y else x,
    "min": lambda x, y: y if y < x else x,
    "round": lambda x, digits: round(x, int(digits)),
    "int": lambda x: float(int(x)) if math.isfinite(x) else x,
}
"""What is made of several operations on nodes."""


def on_numbers(name: str) -> Callable[..., float]:
    """A function of the language on plain numbers, which makes no nodes."""
    if name in _ON_NUMBERS:
        return _ON_NUMBERS[name]
    evaluate = _row(name).evaluate
    return lambda x: evaluate(x, 0.0, 0.0)
