"""From Python's syntax tree to our statements, by an allow-list.

What is not on the list is an error that says what to write instead. Each statement is read on its own, so
that one with an error does not hide the errors of the next.
"""

from __future__ import annotations

import ast
import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from microcrad.errors import ProgramError
from microcrad.names import Names
from microcrad.program import (
    ARITHMETIC,
    COMMANDS,
    FIELDS,
    FUNCTIONS,
    RESERVED,
    Arithmetic,
    Assign,
    Backward,
    Call,
    Delete,
    Discard,
    Expression,
    Field,
    For,
    Lift,
    Literal,
    LoopVariable,
    Name,
    Negate,
    NegateNumber,
    Number,
    Operate,
    Power,
    Print,
    Release,
    Retain,
    SetField,
    Span,
    Statement,
    Uniform,
    ZeroGrad,
    excerpt,
)

__all__ = ["MAX_COUNT", "MAX_ERRORS", "MAX_LOOPS", "MAX_NESTING", "Reader", "too_deep"]

MAX_ERRORS = 20
"""How many errors are told at once."""
MAX_NESTING = 100
MAX_LOOPS = 10
MAX_COUNT = 1_000_000_000

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_OTHER_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: ("^ is not power here.", "Write x**2."),
    ast.Mod: ("% has no gradient and is not part of this language.", "Use + - * / or **."),
    ast.FloorDiv: ("// has no gradient and is not part of this language.", "Write /."),
    ast.MatMult: ("@ multiplies matrices; every number here is a single one.", "Write *."),
}
_NOT_HERE: dict[type[ast.AST], tuple[str, str]] = {
    ast.If: ("There is no `if`: control flow never depends on data.", "Use relu to switch smoothly."),
    ast.IfExp: ("There is no `if`: control flow never depends on data.", "Use relu to switch smoothly."),
    ast.While: ("There is no `while`.", "Write for i in range(10):"),
    ast.FunctionDef: ("Functions cannot be defined here.", "Write the expression where it is needed."),
    ast.Lambda: ("Functions cannot be defined here.", "Write the expression where it is needed."),
    ast.ClassDef: ("Classes cannot be defined here.", "Only names and numbers are."),
    ast.Import: ("Nothing can be imported here.", f"The functions are {', '.join(FUNCTIONS)}."),
    ast.ImportFrom: ("Nothing can be imported here.", f"The functions are {', '.join(FUNCTIONS)}."),
    ast.Compare: ("Nodes are not compared here.", "Print them, or look at them in the graph."),
    ast.BoolOp: ("`and` and `or` are not part of this language.", "Use + - * / or **."),
    ast.Subscript: ("There are no lists to index.", "Give each number a name of its own."),
    ast.List: ("There are no lists.", "Give each number a name of its own."),
    ast.Tuple: ("One number at a time.", "Put each on a line of its own."),
    ast.NamedExpr: (":= is not part of this language.", "Write the assignment on a line of its own."),
    ast.AnnAssign: ("Types are not written here: everything is a number.", "Write name = expression."),
}


_FIRST_NAME = re.compile(r"\s*(?:for\s+)?(\w+(?:\s*\.\s*\w+)*)")


def too_deep(line: int, column: int, end_column: int = 0) -> ProgramError:
    """The error of an expression that goes deeper than anything can follow."""
    return ProgramError(
        f"This line is more than {MAX_NESTING} operations deep.", line, column, end_column,
        "Give the inner part a name on a line of its own.",
    )  # fmt: skip


class _Stop(Exception):  # noqa: N818  Control flow, not an error of its own.
    """Raised with the error that ends the reading of one statement; the next one is read all the same."""

    def __init__(self, error: ProgramError) -> None:
        self.error = error


class Reader:
    """Walks Python's tree by an allow-list, knowing which names have a value so far."""

    def __init__(self, lines: list[str], broken_lines: set[int]) -> None:
        self.lines = lines
        self.broken_lines = broken_lines
        self.errors: list[ProgramError] = []
        self.names = Names()
        self.loops = self.names.loops
        self.depth = 0
        self.byte_offsets: dict[int, list[int]] = {}
        """For lines that are not ASCII: the byte at which each character starts."""

    def block(self, nodes: Iterable[ast.stmt]) -> tuple[Statement, ...]:
        """The statements of a program or of a loop's body."""
        statements: list[Statement] = []
        for node in nodes:
            if len(self.errors) >= MAX_ERRORS:
                break  # No more are told, and what a long text's names look like takes long to say.
            self.depth = 0
            if node.lineno in self.broken_lines:
                self.assume(node)
                continue
            try:
                statements.extend(self.statement(node))
            except _Stop as stop:
                self.errors.append(stop.error)
                self.assume(node)
        return tuple(statements)

    def assume(self, node: ast.stmt) -> None:
        """Go on as if a line with an error were right: its name has a value, its body is a loop's."""
        found = _FIRST_NAME.match(self.lines[node.lineno - 1])
        name = "".join(found[1].split()) if found else ""
        if isinstance(node, ast.For):
            self.loops.append(name)
            self.block(node.body)
            self.loops.pop()
            return
        for field in FIELDS:
            name = name.removesuffix(f".{field}")
        if name and not self.names.unassignable(name):
            self.names.assign(name, node.lineno)

    # --- places and errors ---

    def span(self, node: ast.stmt | ast.expr) -> Span:
        """Where a node of Python's tree stands, in characters (`ast` counts UTF-8 bytes)."""
        end_line = node.end_lineno or node.lineno
        return Span(
            node.lineno, self.column(node.lineno, node.col_offset),
            end_line, self.column(end_line, node.end_col_offset or node.col_offset),
        )  # fmt: skip

    def column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return 1 + offset
        starts = self.byte_offsets.get(line)
        if starts is None:
            starts = list(accumulate((len(character.encode()) for character in text), initial=0))
            self.byte_offsets[line] = starts
        return bisect_right(starts, offset)

    def source(self, node: ast.expr) -> str:
        """The text of an expression, on one line."""
        return excerpt(self.lines, self.span(node))

    def stop(self, node: ast.stmt | ast.expr, message: str, hint: str = "") -> _Stop:
        span = self.span(node)
        end = span.end_column if span.end_line == span.line else len(self.lines[span.line - 1]) + 1
        return _Stop(ProgramError(message, span.line, span.column, end, hint))

    def not_here(self, node: ast.stmt | ast.expr) -> _Stop:
        message, hint = _NOT_HERE.get(
            type(node), ("This is not part of the language.", "Write name = expression, such as c = a*b + 2.")
        )
        return self.stop(node, message, hint)

    # --- statements ---

    def statement(self, node: ast.stmt) -> Iterator[Statement]:
        span = self.span(node)
        match node:
            case ast.Assign(targets=[target]):
                yield self.assignment(target, node.value, span)
            case ast.Assign():
                raise self.stop(node, "One name at a time.", "Write each assignment on a line of its own.")
            case ast.AugAssign(target=ast.Name() | ast.Attribute() as target):
                left = ast.copy_location(
                    ast.Name(target.id, ast.Load())
                    if isinstance(target, ast.Name)
                    else ast.Attribute(target.value, target.attr, ast.Load()),
                    target,
                )
                yield self.assignment(
                    target, ast.copy_location(ast.BinOp(left, node.op, node.value), node), span
                )
            case ast.Delete():
                for item in node.targets:
                    if not self.is_name(item):
                        raise self.stop(item, "`del` takes names.", "Write del a.")
                    yield Delete(self.known(item).name, self.span(item) if len(node.targets) > 1 else span)
            case ast.For():
                yield self.loop(node, span)
            case ast.Expr(value=ast.Call() as call) if (command := self.command(call, span)) is not None:
                yield command
            case ast.Expr(value=expression):
                if isinstance(expression, ast.Name) and expression.id in RESERVED:
                    raise self.stop(
                        expression, f"{expression.id} is not called.", f"Write {expression.id}(a)."
                    )
                yield Discard(self.value(expression), span)
            case ast.Pass():
                return
            case _:
                raise self.not_here(node)

    def assignment(self, target: ast.expr, value: ast.expr, span: Span) -> Statement:
        match target:
            case ast.Attribute(value=owner, attr=field) if field in FIELDS and _dotted(owner):
                return SetField(self.known(owner).name, field, self.number(value), span)
            case ast.Name() | ast.Attribute() if name := _dotted(target):
                expression = self.value(value)
                self.refuse(target, self.names.unassignable(name))
                self.names.assign(name, span.line)
                return Assign(name, expression, span)
            case ast.Attribute():
                raise self.stop(target, f".{target.attr} cannot be set.", "Only a.data and a.grad can.")
            case _:
                raise self.not_here(target)

    def refuse(self, node: ast.expr, wrong: tuple[str, str] | None) -> None:
        """Stop if there is something wrong with a name."""
        if wrong is not None:
            raise self.stop(node, *wrong)

    def loop(self, node: ast.For, span: Span) -> For:
        if not isinstance(node.target, ast.Name):
            raise self.stop(node.target, "A loop has one variable.", "Write for i in range(10):")
        variable = node.target.id
        self.refuse(node.target, self.names.not_a_variable(variable))
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
                bounds: tuple[int | str, int | str] = (0, self.bound(stop))
            case ast.Call(func=ast.Name(id="range"), args=[start, stop], keywords=[]):
                bounds = self.bound(start), self.bound(stop)
            case _:
                raise self.stop(node.iter, "A loop counts over range(n) or range(a, b).", "Write range(10).")
        if node.orelse:
            raise self.stop(node.orelse[0], "A loop has no `else`.", "Put this line after the loop.")
        if len(self.loops) >= MAX_LOOPS:
            raise self.stop(node, f"Loops nest at most {MAX_LOOPS} deep.", "Use fewer loops.")
        self.loops.append(variable)
        body = self.block(node.body)
        self.loops.pop()
        head = Span(span.line, span.column, span.line, len(self.lines[span.line - 1].rstrip()) + 1)
        return For(variable, *bounds, body, head)

    def bound(self, node: ast.expr) -> int | str:
        match node:
            case ast.Constant(value=int(count)) if not isinstance(count, bool):
                sign = 1
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(count))):
                sign = -1
            case ast.Name(id=name) if name in self.loops:
                return name
            case _:
                raise self.stop(
                    node, "range takes whole numbers and loop variables: control flow never depends on data.",
                    "Write range(10).",
                )  # fmt: skip
        if count > MAX_COUNT:
            raise self.stop(node, f"range counts to at most {MAX_COUNT:,}.", "Use a smaller number.")
        return sign * count

    def command(self, call: ast.Call, span: Span) -> Statement | None:
        """The statement that a call is, or None if it is an expression."""
        match call.func:
            case ast.Name(id=name) if name in COMMANDS:
                arguments = call.args
            case ast.Attribute(value=owner, attr="backward"):
                name, arguments = "backward", [owner, *call.args]
            case ast.Attribute(attr=("retain" | "release" | "zero_grad") as name):
                owner_text = self.source(call.func.value)[:20]
                raise self.stop(
                    call, f".{name}() is not written this way here.", f"Write {name}({owner_text})."
                )
            case _:
                return None
        if call.keywords:
            raise self.stop(call.keywords[0].value, f"{name} takes no named arguments.", f"Write {name}(a).")
        if name == "zero_grad":
            return ZeroGrad(tuple(self.named(name, argument) for argument in arguments), span)
        if len(arguments) != 1:
            raise self.stop(call, f"{name} takes one argument, not {len(arguments)}.", f"Write {name}(a).")
        if name == "retain":
            return Retain(self.named(name, arguments[0]), span)
        if name == "release":
            return Release(self.named(name, arguments[0]), span)
        if name == "print":
            text = self.source(arguments[0])
            is_number = self.is_number(arguments[0])
            return Print(self.number(arguments[0]) if is_number else self.value(arguments[0]), text, span)
        if self.is_number(arguments[0]):
            raise self.stop(
                arguments[0],
                "backward starts from a node, and this is a plain number.",
                "Name a result: L = a*b.",
            )
        return Backward(self.value(arguments[0]), span)

    def named(self, command: str, node: ast.expr) -> Name:
        if not self.is_name(node):
            raise self.stop(node, f"{command} takes a name, not an expression.", f"Write {command}(a).")
        return self.known(node)

    # --- expressions ---

    def deeper(self, node: ast.expr) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            span = self.span(node)
            raise _Stop(too_deep(span.line, span.column, span.end_column))

    def is_name(self, node: ast.expr) -> bool:
        """Whether an expression is a name by its form, and not a field of one."""
        return bool(_dotted(node)) and not (isinstance(node, ast.Attribute) and node.attr in FIELDS)

    def known(self, node: ast.expr) -> Name:
        """A name that has been assigned somewhere above."""
        name = _dotted(node)
        if name not in self.names.assigned:
            raise self.stop(node, *self.names.unknown(name))
        return Name(name, self.span(node))

    def nameless(self, node: ast.Attribute) -> _Stop:
        """The error of reading something of what has no name, such as `(a*b).data`."""
        if node.attr in FIELDS:
            return self.stop(node, f".{node.attr} stands behind a name.", "Give it a name on a line above.")
        return self.stop(node, f"Nodes have no .{node.attr} here.", "They have .data and .grad.")

    def is_number(self, node: ast.expr) -> bool:
        """Whether an expression is a Number by its form alone."""
        pending = [node]
        while pending:
            match pending.pop():
                case ast.Constant() | ast.Call(func=ast.Name(id="uniform")):
                    pass
                case ast.Attribute(attr=field) if field in FIELDS:
                    pass
                case ast.Name(id=name) if name in self.loops:
                    pass
                case ast.UnaryOp(operand=operand):
                    pending.append(operand)
                case ast.BinOp(left=left, right=right):
                    pending += left, right
                case _:
                    return False
        return True

    def value(self, node: ast.expr) -> Expression:
        """An expression where a node is wanted: a Number is lifted into one leaf."""
        self.deeper(node)
        try:
            return self._value(node)
        finally:
            self.depth -= 1

    def _value(self, node: ast.expr) -> Expression:
        span = self.span(node)
        if self.is_number(node):
            return Lift(self.number(node), span)
        match node:
            case ast.Name() | ast.Attribute() if _dotted(node):
                return self.known(node)
            case ast.UnaryOp(op=ast.USub()):
                return Negate(self.value(node.operand), span)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand)
            case ast.BinOp(op=ast.Pow()) if self.is_number(node.right):
                return Power(self.value(node.left), self.number(node.right), span)
            case ast.BinOp():
                operator = self.operator(node)
                return Operate(operator, self.value(node.left), self.value(node.right), span)
            case ast.Call():
                return self.call(node, span)
            case ast.Attribute():
                raise self.nameless(node)
            case _:
                raise self.not_here(node)

    def operator(self, node: ast.BinOp) -> str:
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            message, hint = _OTHER_OPERATORS.get(
                type(node.op), ("This operator is not part of the language.", f"Use {' '.join(ARITHMETIC)}.")
            )
            raise self.stop(node, message, hint)
        return operator

    def call(self, node: ast.Call, span: Span) -> Expression:
        match node.func:
            case ast.Name(id=name):
                arguments = node.args
            case ast.Attribute(value=owner, attr=name):
                arguments = [owner, *node.args]
            case _:
                raise self.stop(
                    node.func, "Only functions can be called.", f"They are {', '.join(FUNCTIONS)}."
                )
        if name in COMMANDS:
            raise self.stop(node, f"{name} gives no value.", f"Put {name}(...) on a line of its own.")
        if name not in FUNCTIONS:
            near = difflib.get_close_matches(name, [*FUNCTIONS, *COMMANDS], 1)
            hint = f"Did you mean {near[0]}?" if near else f"The functions are {', '.join(FUNCTIONS)}."
            raise self.stop(node.func, f"There is no function {name}.", hint)
        if node.keywords or len(arguments) != 1 or isinstance(arguments[0], ast.Starred):
            raise self.stop(node, f"{name} takes one argument.", f"Write {name}(a).")
        return Call(name, self.value(arguments[0]), span)

    def number(self, node: ast.expr) -> Number:
        """An expression where a Number is wanted: a Value is an error that suggests `.data`."""
        self.deeper(node)
        try:
            return self._number(node)
        finally:
            self.depth -= 1

    def _number(self, node: ast.expr) -> Number:
        match node:
            case ast.Constant(value=bool()) | ast.Constant(value=None) | ast.Constant(value=complex()):
                raise self.stop(
                    node, f"{node.value!r} is not a real number.", "Write a number such as 2 or 0.5."
                )
            case ast.Constant(value=int() | float() as value):
                try:
                    return Literal(float(value))
                except OverflowError:
                    return Literal(float("inf"))
            case ast.Constant():
                raise self.stop(node, "There is no text in this language, only numbers.", "Write a number.")
            case ast.Name(id=name) if name in self.loops:
                return LoopVariable(name)
            case ast.Attribute(value=owner, attr=field) if field in FIELDS and _dotted(owner):
                return Field(self.known(owner).name, field, self.span(node))
            case ast.Name() | ast.Attribute() if _dotted(node):
                name = self.known(node).name
                raise self.stop(
                    node, f"A plain number is needed here, and {name} is a node.", f"Write {name}.data."
                )
            case ast.Attribute():
                raise self.nameless(node)
            case ast.UnaryOp(op=ast.USub()):
                operand = self.number(node.operand)
                if isinstance(operand, Literal):
                    return Literal(-operand.value)
                return NegateNumber(operand)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.number(node.operand)
            case ast.UnaryOp():
                raise self.not_here(node)
            case ast.BinOp():
                return Arithmetic(self.operator(node), self.number(node.left), self.number(node.right))
            case ast.Call(func=ast.Name(id="uniform")):
                if len(node.args) != 2 or node.keywords:
                    raise self.stop(node, "uniform takes two numbers.", "Write uniform(-1, 1).")
                return Uniform(self.number(node.args[0]), self.number(node.args[1]))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in FUNCTIONS:
                raise self.stop(
                    node, f"A plain number is needed here, and {name}(...) makes a node.",
                    "Give it a name on a line above, then use name.data.",
                )  # fmt: skip
        raise self.not_here(node)


def _dotted(node: ast.expr) -> str:
    """The name that an expression is by its form, dotted or not; empty if it is something else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
