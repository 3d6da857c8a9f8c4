"""What is known while a program is lowered: what all the objects that lower its parts have in common."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from microcrad.errors import ProgramError
from microcrad.gpt import GPT
from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.plain_numbers import PlainNumber, PlainNumbers
from microcrad.language.lower.scopes import Binding, Function, Items, NamedGPT, NamedNet, Part, Scope, Unclear
from microcrad.language.lower.spans import Spans, StopReading
from microcrad.language.network_files import NetworkFiles
from microcrad.language.source_places import Span
from microcrad.ops import on_numbers
from microcrad.records import Record

__all__ = ["Draft", "Lowered", "Mark", "NeedsNumber", "TurnsDiffer"]

Lowered = ex.Expression | ex.Number | Items
"""What an expression is: a Value, a Number or a list."""


class NeedsNumber(Exception):  # noqa: N818  Control flow, not an error.
    """Raised where a turn of a loop has to know its number: the loop is unrolled then."""

    def __init__(self, variable: str) -> None:
        self.variable = variable


class TurnsDiffer(NeedsNumber):
    """Raised where a turn of a loop has other lines than those before it: it begins another loop."""

    def __init__(self, variable: str, turn: int) -> None:
        super().__init__(variable)
        self.turn = turn


class Mark(Record):
    """How far a program was lowered, to go back to."""

    out: int
    pieces: int
    lets: int
    errors: int
    temporaries: list[str]
    bindings: list[tuple[Scope, dict[str, Binding | Unclear]]]
    """What names mean, here and in what called this."""
    counts: dict[str, int]
    owned: dict[str, None]
    saved: dict[str, str]
    plain: dict[str, PlainNumber]
    lists: list[tuple[Items, list[Part], str]]
    """The lists that something means, with what was in them and how they were called."""


class _Values(Protocol):
    """Lowers expressions."""

    depth: int

    def lower(self, node: ast.expr, *, number: bool = False) -> Lowered: ...
    def value(self, node: ast.expr) -> ex.Expression: ...
    def number(self, node: ast.expr) -> ex.Number: ...
    def computed(self, lowered: Lowered) -> Lowered: ...
    def known(self, lowered: Lowered) -> float | None: ...
    def said(self, node: ast.expr, *, in_text: bool) -> Lowered: ...
    def as_value(self, lowered: Lowered, node: ast.expr) -> ex.Expression: ...
    def as_number(self, lowered: Lowered, node: ast.expr) -> ex.Number: ...
    def node(self, owner: ast.expr, whole: ast.Attribute | None = None) -> ex.Name: ...
    def is_name(self, node: ast.expr) -> bool: ...
    def a_list(self, items: Items, node: ast.expr) -> StopReading: ...


class _Operators(Protocol):
    """Lowers operators."""

    def chain(self, node: ast.BinOp, *, number: bool) -> Lowered: ...
    def operate(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered: ...


class _Callables(Protocol):
    """Lowers calls."""

    modules: set[str]

    def call(self, node: ast.Call, number: bool) -> Lowered: ...
    def module(self, name: str) -> str | None: ...
    def constant(self, name: str) -> float | None: ...
    def is_list(self, node: ast.expr) -> bool: ...
    def text(self, node: ast.expr, message: str = "", hint: str = "") -> str: ...


class _Body(Protocol):
    """Lowers statements."""

    def of(self, nodes: Iterable[ast.stmt]) -> tuple[st.Statement, ...]: ...
    def into(self, nodes: Iterable[ast.stmt]) -> ast.Return | None: ...
    def refuse(self, node: ast.expr | ast.stmt, wrong: tuple[str, str] | None) -> None: ...
    def name(self, name: str, line: int) -> str: ...


class _Branches(Protocol):
    """Chooses what is lowered."""

    def taken(self, node: ast.If) -> list[ast.stmt]: ...
    def chosen(self, node: ast.IfExp) -> ast.expr: ...
    def holds(self, node: ast.expr, hint: str = ...) -> bool: ...


class _Loops(Protocol):
    """Lowers loops."""

    def loop(self, node: ast.For) -> None: ...
    def assume(self, variable: str, node: ast.For) -> None: ...


class _Elements(Protocol):
    """Lowers lists."""

    def of(self, node: ast.expr) -> Items: ...
    def list_of(self, node: ast.Subscript) -> Items: ...
    def literal(self, node: ast.expr) -> Items: ...
    def each(self, node: ast.expr, *, number: bool = False) -> Iterator[tuple[Lowered, ast.expr]]: ...
    def part(self, lowered: Lowered, node: ast.expr) -> Part: ...
    def lowered(self, part: Part, node: ast.expr, *, number: bool = False) -> Lowered: ...
    def element(self, node: ast.Subscript, *, number: bool = False) -> Lowered: ...
    def place(self, node: ast.Subscript, items: Items) -> int: ...
    def as_many(self, target: ast.Tuple | ast.List, parts: Sequence[object], hint: str) -> None: ...
    def turns(self, node: ast.expr, going: list[Items]) -> Iterator[Any]: ...
    def names(self, target: ast.expr) -> list[str]: ...
    def bind(self, target: ast.expr, turn: Any) -> None: ...
    def whole(self, node: ast.expr) -> int: ...
    def few(self, count: int, node: ast.expr) -> None: ...
    def total(self, node: ast.expr, start: ast.expr | None, call: ast.Call, *, number: bool) -> Lowered: ...
    def dot(self, first: ast.expr, second: ast.expr, call: ast.Call, *, number: bool) -> Lowered: ...


class _ListNames(Protocol):
    """Gives lists names."""

    def assign(self, name: str, node: ast.expr, span: Span) -> None: ...
    def assign_items(self, name: str, items: Items, span: Span) -> None: ...
    def renamed(self, name: str, items: Items, span: Span) -> Items: ...
    def copied(self, items: Items, span: Span) -> Items: ...
    def part_from(self, name: str, span: Span) -> None: ...
    def outlive(self, own: str, span: Span) -> None: ...
    def let_go(self, name: str, span: Span) -> None: ...
    def bound(self, name: str, items: Items, span: Span) -> None: ...
    def set(self, target: ast.Subscript, value: ast.expr, span: Span) -> None: ...
    def move(self, items: Items, name: str, span: Span) -> None: ...
    def append(self, target: ast.expr, value: ast.expr, span: Span) -> None: ...
    def extend(self, target: ast.expr, value: ast.expr, span: Span) -> None: ...
    def grows(self, node: ast.expr | ast.stmt, target: ast.expr, count: int) -> StopReading: ...


class _Commands(Protocol):
    """Lowers what is called on a line of its own."""

    def command(self, call: ast.Call, span: Span) -> bool: ...
    def imported(self, node: ast.Import | ast.ImportFrom) -> None: ...


class _WordModels(Protocol):
    """Lowers GPTs."""

    def make(self, name: str, node: ast.Call) -> None: ...
    def define(self, name: str, model: GPT, span: Span) -> None: ...
    def call(self, network: NamedGPT, node: ast.Call, dest: str | None) -> Lowered: ...


class _Networks(Protocol):
    """Lowers networks."""

    def make(self, name: str, kind: str, node: ast.Call) -> None: ...
    def parameters(self, network: NamedNet) -> Items: ...
    def part(self, node: ast.expr) -> object: ...
    def call(self, network: NamedNet, node: ast.Call, dest: str | None = None) -> Lowered: ...
    def called(self, node: ast.Call) -> NamedNet | None: ...
    def unnamed(self, node: ast.expr, kind: str, made: ast.Call) -> StopReading: ...


class _Refused(Protocol):
    """Goes on after a line with an error."""

    def assume(self, node: ast.stmt) -> None: ...
    def unknown(self, statement: ast.stmt) -> ProgramError | None: ...


class _Borrowed(Protocol):
    """Keeps what is meant by others' names."""

    def keep(self, start: int, span: Span) -> None: ...
    def keep_from(self, changed: set[str], start: int, span: Span) -> None: ...
    def end(self, span: Span) -> None: ...


class _Functions(Protocol):
    """Defines functions, and unrolls their calls."""

    def define(self, node: ast.FunctionDef) -> None: ...
    def call(self, function: Function, node: ast.Call, dest: str | None = None) -> Lowered | None: ...
    def no_value(self, name: str, node: ast.Call) -> StopReading: ...


class Draft:
    """One program on its way to the core, and the objects that lower its parts, each with one duty."""

    values: _Values
    operators: _Operators
    callables: _Callables
    body: _Body
    branches: _Branches
    loops: _Loops
    elements: _Elements
    list_names: _ListNames
    commands: _Commands
    functions: _Functions
    networks: _Networks
    word_models: _WordModels
    borrowed: _Borrowed
    refused: _Refused

    def __init__(self, files: NetworkFiles | None) -> None:
        self.files = files
        """The networks that can be loaded, which were read before; None if none can."""
        self.spans = Spans([])
        self.broken_lines: set[int] = set()
        self.scope = Scope()
        self.out: list[st.Statement] = []
        """The core statements of the block that is being lowered."""
        self.temporaries: list[str] = []
        """Names that the statement being lowered has given to what is used twice, or before its time."""
        self.lets = 0
        """How many Numbers were worked out before their use."""
        self.held: list[str] = []
        """The temporaries of the statements around it."""
        self.saved: dict[str, str] = {}
        """The names that were given to what is meant by others' names, with those."""
        self.counts: dict[str, int] = {}
        """How often each function was called, and a name was kept, by what the names start with."""
        self.called_by_number = False
        """Whether a list is called by a number, such as `rows[1]#2`, as another has its place's name."""
        self.plain = PlainNumbers()
        self.turns: dict[str, range] = {}
        """The turns that are lowered as one, by the loop's variable."""
        self.turn: dict[str, int] = {}
        """Those for which something is worked out."""
        self.calls: list[Function] = []
        """The functions that are being unrolled, outermost first."""
        self.errors: list[ProgramError] = []
        self.passed_over: list[str] = []
        self.drawn = False
        """Whether something would have been drawn in a notebook."""
        self.last_line = 0
        """The line of the last statement."""
        self.first_seed = 1337
        """What the program draws with unless it says so."""
        self.seed: int | None = None
        """What `random.seed` asked for, if it did."""

    def begin(
        self, tree: ast.Module, lines: list[str], broken_lines: set[int], unchanged: int = 0
    ) -> bool:  # fmt: skip
        """Go on in this text from here; False if it means something else by what was lowered so far.

        So many of its first statements are the same as in the text before.
        """
        self.spans.begin(lines)
        self.broken_lines = broken_lines
        self.last_line = tree.body[-1].end_lineno or 0 if tree.body else 0
        return self.plain.begin(tree, unchanged)

    # --- going back ---

    def mark(self) -> Mark:
        """How far the program was lowered."""
        return Mark(
            len(self.out), len(self.spans.pieces), self.lets, len(self.errors), list(self.temporaries),
            [(frame, dict(frame.bindings)) for frame in self.scope.frames()],
            dict(self.counts), dict(self.scope.owned), dict(self.saved), dict(self.plain.known),
            [(each, list(each.parts), each.said) for frame in self.scope.frames() for each in frame.lists()],
        )  # fmt: skip

    def reset(self, mark: Mark) -> None:
        """Go back, as if what came after had not been read."""
        del self.out[mark.out :], self.spans.pieces[mark.pieces :], self.errors[mark.errors :]
        self.lets, self.temporaries = mark.lets, list(mark.temporaries)
        for frame, bindings in mark.bindings:
            frame.bindings.clear()
            frame.bindings.update(bindings)
        self.counts, self.scope.owned, self.saved = dict(mark.counts), dict(mark.owned), dict(mark.saved)
        self.plain.known = dict(mark.plain)
        for items, parts, said in mark.lists:
            items.parts, items.said = list(parts), said

    # --- numbers that are known before anything runs ---

    def constant(self, number: ex.Number) -> float | None:
        """What a Number is, if that is known; None if it is read from data or drawn.

        Raises `NeedsNumber` if it depends on the turn of a loop that is not unrolled.
        """
        match number:
            case ex.Literal(value):
                return value
            case ex.LoopVariable(name):
                if name not in self.turn:
                    raise NeedsNumber(name)
                return float(self.turn[name])
            case ex.NegateNumber(operand):
                found = self.constant(operand)
                return None if found is None else -found
            case ex.Arithmetic(symbol, left, right):
                return self._computed(ex.ON_NUMBERS[symbol], left, right)
            case ex.Apply(function, operands):
                return self._computed(on_numbers(function), *operands)
        return None

    def _computed(self, compute: Callable[..., float], *operands: ex.Number) -> float | None:
        found = [self.constant(operand) for operand in operands]
        return None if None in found else compute(*found)

    # --- names for what has none ---

    def temporary(self, expression: ex.Expression, span: Span, at: int | None = None) -> ex.Name:
        """Give an expression a name until its statement ends, at a place among the statements so far."""
        number = 1
        taken = {*self.temporaries, *self.held}
        while (name := f"{self.scope.prefix}t{number}") in taken or self.scope.lookup(
            f"t{number}"
        ) is not None:
            number += 1
        self.temporaries.append(name)
        self.assign(name, expression, span, at)
        return ex.Name(name, span)

    def numbered(self, wanted: str) -> str:
        """A name that nothing has had yet and that cannot be written: `t#1`, `v#2`."""
        return f"{wanted}#{self._count(wanted)}"

    def group(self, name: str) -> str:
        """The group of the next call of what has this name: `f`, and `f#2` for the second one."""
        number = self._count(self.scope.prefix + name)
        return name if number == 1 else f"{name}#{number}"

    def _count(self, wanted: str) -> int:
        """How often names that start so have been asked for, this time included."""
        self.counts[wanted] = number = self.counts.get(wanted, 0) + 1
        return number

    def assign(
        self, name: str, made: ex.Expression | ex.Number, span: Span, at: int | None = None,
        *, where: Span | None = None,
    ) -> None:  # fmt: skip
        """Have a name of the core mean what an expression, which stands at `where`, makes.

        A Number is lifted into one leaf.
        """
        value = ex.Lift(made, where or span) if ex.is_number(made) else made
        self.out.insert(len(self.out) if at is None else at, st.Assign(name, value, span))
        self.plain.given(name, made)

    def known(self, number: ex.Number, span: Span, at: int | None = None) -> ex.Number:
        """A Number worked out once, now; one that is the same at any time stays as it is."""
        if is_steady(number):
            return number
        self.lets += 1
        name = f"{self.lets}"
        self.out.insert(len(self.out) if at is None else at, st.Let(name, number, span))
        return ex.Known(name)

    def end_statement(self, span: Span) -> None:
        """What only this statement has named lets go of its nodes, newest first."""
        if self.temporaries:
            self.out.append(st.Leave(tuple(reversed(self.temporaries)), span))
            self.temporaries = []
        self.borrowed.end(span)

    def keep(self, lowered: Lowered, node: ast.expr, before: int) -> Lowered:
        """What was lowered before statements that came after it: it is worked out before them, too."""
        if len(self.out) == before or isinstance(lowered, (ex.Name, Items)):
            return lowered
        span = self.spans.span(node)
        if ex.is_number(lowered):
            return self.known(lowered, span, before)
        return self.temporary(lowered, span, before)


def is_steady(number: ex.Number) -> bool:
    """Whether a Number is the same whenever it is worked out, and however often."""
    match number:
        case ex.Literal() | ex.LoopVariable() | ex.Known():
            return True
        case ex.NegateNumber(operand):
            return is_steady(operand)
        case ex.Arithmetic(_, left, right):
            return is_steady(left) and is_steady(right)
        case ex.Apply(_, operands):
            return all(map(is_steady, operands))
    return False
