"""From Python's syntax tree to our statements, by an allow-list.

What is not on the list is an error that says what to write instead. Each statement is read on its own, so
that one with an error does not hide the errors of the next. What stands in a statement is read by
`microcrad.language.expression_reader`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from microcrad.errors import ProgramError
from microcrad.language import statements as st
from microcrad.language.expression_reader import ExpressionReader, StopReading, dotted
from microcrad.language.statements import Span

__all__ = ["MAX_COUNT", "MAX_ERRORS", "MAX_LOOPS", "Reader"]

MAX_ERRORS = 20
"""How many errors are told at once."""
MAX_LOOPS = 10
MAX_COUNT = 1_000_000_000

_FIRST_NAME = re.compile(r"\s*(?:for\s+)?(\w+(?:\s*\.\s*\w+)*)")


class Reader(ExpressionReader):
    """Walks Python's tree by an allow-list."""

    def __init__(self, lines: list[str], broken_lines: set[int]) -> None:
        super().__init__(lines)
        self.broken_lines = broken_lines
        self.errors: list[ProgramError] = []

    def block(self, nodes: Iterable[ast.stmt]) -> tuple[st.Statement, ...]:
        """The statements of a program or of a loop's body."""
        statements: list[st.Statement] = []
        for node in nodes:
            if len(self.errors) >= MAX_ERRORS:
                break  # No more are told, and what a long text's names look like takes long to say.
            self.depth = 0
            if node.lineno in self.broken_lines:
                self.assume(node)
                continue
            try:
                statements.extend(self.statement(node))
            except StopReading as stop:
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
        for field in st.FIELDS:
            name = name.removesuffix(f".{field}")
        if name and not self.names.unassignable(name):
            self.names.assign(name, node.lineno)

    # --- statements ---

    def statement(self, node: ast.stmt) -> Iterator[st.Statement]:
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
                    yield st.Delete(self.known(item).name, self.span(item) if len(node.targets) > 1 else span)
            case ast.For():
                yield self.loop(node, span)
            case ast.Expr(value=ast.Call() as call) if (command := self.command(call, span)) is not None:
                yield command
            case ast.Expr(value=expression):
                if isinstance(expression, ast.Name) and expression.id in st.RESERVED:
                    raise self.stop(
                        expression, f"{expression.id} is not called.", f"Write {expression.id}(a)."
                    )
                yield st.Discard(self.value(expression), span)
            case ast.Pass():
                return
            case _:
                raise self.not_here(node)

    def assignment(self, target: ast.expr, value: ast.expr, span: Span) -> st.Statement:
        match target:
            case ast.Attribute(value=owner, attr=field) if field in st.FIELDS and dotted(owner):
                return st.SetField(self.known(owner).name, field, self.number(value), span)
            case ast.Name() | ast.Attribute() if name := dotted(target):
                expression = self.value(value)
                self.refuse(target, self.names.unassignable(name))
                self.names.assign(name, span.line)
                return st.Assign(name, expression, span)
            case ast.Attribute():
                raise self.stop(target, f".{target.attr} cannot be set.", "Only a.data and a.grad can.")
            case _:
                raise self.not_here(target)

    def refuse(self, node: ast.expr, wrong: tuple[str, str] | None) -> None:
        """Stop if there is something wrong with a name."""
        if wrong is not None:
            raise self.stop(node, *wrong)

    def loop(self, node: ast.For, span: Span) -> st.For:
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
        return st.For(variable, *bounds, body, head)

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

    def command(self, call: ast.Call, span: Span) -> st.Statement | None:
        """The statement that a call is, or None if it is an expression."""
        match call.func:
            case ast.Name(id=name) if name in st.COMMANDS:
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
            return st.ZeroGrad(tuple(self.named(name, argument) for argument in arguments), span)
        if len(arguments) != 1:
            raise self.stop(call, f"{name} takes one argument, not {len(arguments)}.", f"Write {name}(a).")
        if name == "retain":
            return st.Retain(self.named(name, arguments[0]), span)
        if name == "release":
            return st.Release(self.named(name, arguments[0]), span)
        if name == "print":
            text = self.source(arguments[0])
            is_number = self.is_number(arguments[0])
            return st.Print(self.number(arguments[0]) if is_number else self.value(arguments[0]), text, span)
        if self.is_number(arguments[0]):
            raise self.stop(
                arguments[0],
                "backward starts from a node, and this is a plain number.",
                "Name a result: L = a*b.",
            )
        return st.Backward(self.value(arguments[0]), span)

    def named(self, command: str, node: ast.expr) -> st.Name:
        if not self.is_name(node):
            raise self.stop(node, f"{command} takes a name, not an expression.", f"Write {command}(a).")
        return self.known(node)
