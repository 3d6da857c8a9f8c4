"""Loops: over plain numbers they stay loops; a turn that needs to know its number is unrolled."""

from __future__ import annotations

import ast

from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.statements import Span

__all__ = ["MAX_COUNT", "MAX_LOOPS", "Loops"]

MAX_LOOPS = 10
MAX_COUNT = 1_000_000_000


class Loops:
    """Lowers loops."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    def assume(self, variable: str, node: ast.For) -> None:
        """Read the body of a loop whose own line has an error."""
        names, bindings = self._of.scope.names, self._of.scope.bindings
        before = bindings.get(variable)
        names.loops.append(variable)
        bindings[variable] = st.LoopVariable(variable)
        self._of.body.of(node.body)
        names.loops.pop()
        self._restore(variable, before)

    def loop(self, node: ast.For) -> None:
        """A loop over a count."""
        span = self._spans.span(node)
        if not isinstance(node.target, ast.Name):
            raise self._spans.stop(node.target, "A loop has one variable.", "Write for i in range(10):")
        names = self._of.scope.names
        variable = node.target.id
        self._of.body.refuse(node.target, names.not_a_variable(variable))
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
                bounds: tuple[int | str, int | str] = (0, self.bound(stop))
            case ast.Call(func=ast.Name(id="range"), args=[start, stop], keywords=[]):
                bounds = self.bound(start), self.bound(stop)
            case _:
                raise self._spans.stop(
                    node.iter, "A loop counts over range(n) or range(a, b).", "Write range(10)."
                )
        if node.orelse:
            raise self._spans.stop(node.orelse[0], "A loop has no `else`.", "Put this line after the loop.")
        if len(names.loops) >= MAX_LOOPS:
            raise self._spans.stop(node, f"Loops nest at most {MAX_LOOPS} deep.", "Use fewer loops.")
        core = self._of.scope.prefix + variable
        before = self._of.scope.bindings.get(variable)
        names.loops.append(variable)
        self._of.scope.bindings[variable] = st.LoopVariable(core)
        body = self._of.body.of(node.body)
        names.loops.pop()
        self._restore(variable, before)
        width = len(self._spans.lines[span.line - 1].rstrip()) + 1
        head = Span(span.line, span.column, span.line, width, span.piece)
        self._of.out.append(st.For(core, *bounds, body, head))

    def _restore(self, variable: str, before: object) -> None:
        bindings = self._of.scope.bindings
        if before is None:
            bindings.pop(variable, None)
        else:
            bindings[variable] = before  # type: ignore[assignment]

    def bound(self, node: ast.expr) -> int | str:
        """One end of a range: a whole number, or the variable of a loop around."""
        match node:
            case ast.Constant(value=int(count)) if not isinstance(count, bool):
                sign = 1
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(count))):
                sign = -1
            case ast.Name(id=name) if isinstance(found := self._of.scope.lookup(name), st.LoopVariable):
                return found.name
            case _:
                raise self._spans.stop(
                    node, "range takes whole numbers and loop variables: control flow never depends on data.",
                    "Write range(10).",
                )  # fmt: skip
        if count > MAX_COUNT:
            raise self._spans.stop(node, f"range counts to at most {MAX_COUNT:,}.", "Use a smaller number.")
        return sign * count
