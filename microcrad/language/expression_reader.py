"""Expressions of Python's syntax tree as ours, by an allow-list: which are Numbers, and which are Values.

What is not on the list, here or in `microcrad.language.statement_reader`, is an error that says what to write
instead.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from itertools import accumulate

from microcrad.errors import ProgramError
from microcrad.language import statements as st
from microcrad.language.names import Names
from microcrad.language.statements import Span
from microcrad.text.near import did_you_mean

__all__ = ["MAX_NESTING", "ExpressionReader", "StopReading", "dotted", "too_deep"]

MAX_NESTING = 100

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
    ast.Import: ("Nothing can be imported here.", f"The functions are {', '.join(st.FUNCTIONS)}."),
    ast.ImportFrom: ("Nothing can be imported here.", f"The functions are {', '.join(st.FUNCTIONS)}."),
    ast.Compare: ("Nodes are not compared here.", "Print them, or look at them in the graph."),
    ast.BoolOp: ("`and` and `or` are not part of this language.", "Use + - * / or **."),
    ast.Subscript: ("There are no lists to index.", "Give each number a name of its own."),
    ast.List: ("There are no lists.", "Give each number a name of its own."),
    ast.Tuple: ("One number at a time.", "Put each on a line of its own."),
    ast.NamedExpr: (":= is not part of this language.", "Write the assignment on a line of its own."),
    ast.AnnAssign: ("Types are not written here: everything is a number.", "Write name = expression."),
}


def too_deep(line: int, column: int, end_column: int = 0) -> ProgramError:
    """The error of an expression that goes deeper than anything can follow."""
    return ProgramError(
        f"This line is more than {MAX_NESTING} operations deep.", line, column, end_column,
        "Give the inner part a name on a line of its own.",
    )  # fmt: skip


class StopReading(Exception):  # noqa: N818  Control flow, not an error of its own.
    """Raised with the error that ends the reading of one statement; the next one is read all the same."""

    def __init__(self, error: ProgramError) -> None:
        self.error = error


class ExpressionReader:
    """Reads expressions, knowing which names have a value so far and where everything stands."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.names = Names()
        self.loops = self.names.loops
        self.depth = 0
        self.byte_offsets: dict[int, list[int]] = {}
        """For lines that are not ASCII: the byte at which each character starts."""

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
        return st.excerpt(self.lines, self.span(node))

    def stop(self, node: ast.stmt | ast.expr, message: str, hint: str = "") -> StopReading:
        span = self.span(node)
        end = span.end_column if span.end_line == span.line else len(self.lines[span.line - 1]) + 1
        return StopReading(ProgramError(message, span.line, span.column, end, hint))

    def not_here(self, node: ast.stmt | ast.expr) -> StopReading:
        message, hint = _NOT_HERE.get(
            type(node), ("This is not part of the language.", "Write name = expression, such as c = a*b + 2.")
        )
        return self.stop(node, message, hint)

    # --- expressions ---

    def deeper(self, node: ast.expr) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            span = self.span(node)
            raise StopReading(too_deep(span.line, span.column, span.end_column))

    def is_name(self, node: ast.expr) -> bool:
        """Whether an expression is a name by its form, and not a field of one."""
        return bool(dotted(node)) and not (isinstance(node, ast.Attribute) and node.attr in st.FIELDS)

    def known(self, node: ast.expr) -> st.Name:
        """A name that has been assigned somewhere above."""
        name = dotted(node)
        if name not in self.names.assigned:
            raise self.stop(node, *self.names.unknown(name))
        return st.Name(name, self.span(node))

    def nameless(self, node: ast.Attribute) -> StopReading:
        """The error of reading something of what has no name, such as `(a*b).data`."""
        if node.attr in st.FIELDS:
            return self.stop(node, f".{node.attr} stands behind a name.", "Give it a name on a line above.")
        return self.stop(node, f"Nodes have no .{node.attr} here.", "They have .data and .grad.")

    def is_number(self, node: ast.expr) -> bool:
        """Whether an expression is a Number by its form alone."""
        pending = [node]
        while pending:
            match pending.pop():
                case ast.Constant() | ast.Call(func=ast.Name(id="uniform")):
                    pass
                case ast.Attribute(attr=field) if field in st.FIELDS:
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

    def value(self, node: ast.expr) -> st.Expression:
        """An expression where a node is wanted: a Number is lifted into one leaf."""
        self.deeper(node)
        try:
            return self._value(node)
        finally:
            self.depth -= 1

    def _value(self, node: ast.expr) -> st.Expression:
        span = self.span(node)
        if self.is_number(node):
            return st.Lift(self.number(node), span)
        match node:
            case ast.Name() | ast.Attribute() if dotted(node):
                return self.known(node)
            case ast.UnaryOp(op=ast.USub()):
                return st.Negate(self.value(node.operand), span)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.value(node.operand)
            case ast.BinOp(op=ast.Pow()) if self.is_number(node.right):
                return st.Power(self.value(node.left), self.number(node.right), span)
            case ast.BinOp():
                operator = self.operator(node)
                return st.Operate(operator, self.value(node.left), self.value(node.right), span)
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
                type(node.op),
                ("This operator is not part of the language.", f"Use {' '.join(st.ARITHMETIC)}."),
            )
            raise self.stop(node, message, hint)
        return operator

    def call(self, node: ast.Call, span: Span) -> st.Expression:
        match node.func:
            case ast.Name(id=name):
                arguments = node.args
            case ast.Attribute(value=owner, attr=name):
                arguments = [owner, *node.args]
            case _:
                raise self.stop(
                    node.func, "Only functions can be called.", f"They are {', '.join(st.FUNCTIONS)}."
                )
        if name in st.COMMANDS:
            raise self.stop(node, f"{name} gives no value.", f"Put {name}(...) on a line of its own.")
        if name not in st.FUNCTIONS:
            hint = did_you_mean(name, [*st.FUNCTIONS, *st.COMMANDS]).strip()
            hint = hint or f"The functions are {', '.join(st.FUNCTIONS)}."
            raise self.stop(node.func, f"There is no function {name}.", hint)
        if node.keywords or len(arguments) != 1 or isinstance(arguments[0], ast.Starred):
            raise self.stop(node, f"{name} takes one argument.", f"Write {name}(a).")
        return st.Call(name, self.value(arguments[0]), span)

    def number(self, node: ast.expr) -> st.Number:
        """An expression where a Number is wanted: a Value is an error that suggests `.data`."""
        self.deeper(node)
        try:
            return self._number(node)
        finally:
            self.depth -= 1

    def _number(self, node: ast.expr) -> st.Number:
        match node:
            case ast.Constant(value=bool()) | ast.Constant(value=None) | ast.Constant(value=complex()):
                raise self.stop(
                    node, f"{node.value!r} is not a real number.", "Write a number such as 2 or 0.5."
                )
            case ast.Constant(value=int() | float() as value):
                try:
                    return st.Literal(float(value))
                except OverflowError:
                    return st.Literal(float("inf"))
            case ast.Constant():
                raise self.stop(node, "There is no text in this language, only numbers.", "Write a number.")
            case ast.Name(id=name) if name in self.loops:
                return st.LoopVariable(name)
            case ast.Attribute(value=owner, attr=field) if field in st.FIELDS and dotted(owner):
                return st.Field(self.known(owner).name, field, self.span(node))
            case ast.Name() | ast.Attribute() if dotted(node):
                name = self.known(node).name
                raise self.stop(
                    node, f"A plain number is needed here, and {name} is a node.", f"Write {name}.data."
                )
            case ast.Attribute():
                raise self.nameless(node)
            case ast.UnaryOp(op=ast.USub()):
                operand = self.number(node.operand)
                if isinstance(operand, st.Literal):
                    return st.Literal(-operand.value)
                return st.NegateNumber(operand)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.number(node.operand)
            case ast.UnaryOp():
                raise self.not_here(node)
            case ast.BinOp():
                return st.Arithmetic(self.operator(node), self.number(node.left), self.number(node.right))
            case ast.Call(func=ast.Name(id="uniform")):
                if len(node.args) != 2 or node.keywords:
                    raise self.stop(node, "uniform takes two numbers.", "Write uniform(-1, 1).")
                return st.Uniform(self.number(node.args[0]), self.number(node.args[1]))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in st.FUNCTIONS:
                raise self.stop(
                    node, f"A plain number is needed here, and {name}(...) makes a node.",
                    "Give it a name on a line above, then use name.data.",
                )  # fmt: skip
        raise self.not_here(node)


def dotted(node: ast.expr) -> str:
    """The name that an expression is by its form, dotted or not; empty if it is something else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
