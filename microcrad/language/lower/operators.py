"""Operators: sums and products of any length, of Values, of Numbers and of lists."""

from __future__ import annotations

import ast

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Items
from microcrad.language.lower.signs import ARITHMETIC, ON_KNOWN

__all__ = ["Operators"]

_OTHER_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.BitXor: ("^ is not power here.", "Write x**2."),
    ast.MatMult: ("@ multiplies matrices; every number here is a single one.", "Write dot(a, b), or *."),
}


class Operators:
    """Lowers operators."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self._values = draft.values

    def chain(self, node: ast.BinOp, *, number: bool) -> Lowered:
        """A sum or a product of any length: what stands leftmost, and one operation after the other."""
        links = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            if isinstance(first.op, ast.Mod) and isinstance(first.left, (ast.Constant, ast.JoinedStr)):
                self._formatted(first)
            self._operator(first)
            links.append(first)
            first = first.left
        lowered = self._values.lower(first, number=number)
        for link in reversed(links):
            before = len(self._of.out)
            right = self._values.lower(link.right, number=number)
            left = self._of.keep(lowered, link.left, before)
            lowered = self.operate(self._operator(link), left, right, link)
        return lowered

    def _formatted(self, node: ast.BinOp) -> None:
        """Stop at `"%.3f" % x`."""
        if not isinstance(node.left, ast.Constant) or isinstance(node.left.value, str):
            raise self._spans.stop(
                node, "A text has its numbers in braces here.", 'Write print(f"loss {loss.data:.3f}").'
            )

    def _operator(self, node: ast.BinOp | ast.AugAssign) -> str:
        """The operator's sign."""
        operator = ARITHMETIC.get(type(node.op)) or ON_KNOWN.get(type(node.op))
        if operator is None:
            message, hint = _OTHER_OPERATORS.get(
                type(node.op),
                ("This operator is not part of the language.", f"Use {' '.join(ex.ARITHMETIC)}."),
            )
            raise self._spans.stop(node, message, hint)
        return operator

    def operate(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered:
        """An operator on two of anything; a Number that meets a Value is lifted."""
        if isinstance(left, Items) or isinstance(right, Items):
            joined = self._joined(operator, left, right, node)
            if joined is not None:
                return joined
            if operator == "*":
                items = left if isinstance(left, Items) else right
                assert isinstance(items, Items)
                name = items.said or "this"
                raise self._spans.stop(
                    node, f"{name} is a list of {len(items.parts)}, which * does not multiply.",
                    f"Write [a*2 for a in {items.said or 'x'}], or [0]*3.",
                )  # fmt: skip
            if isinstance(left, Items) and isinstance(right, Items):
                raise self._spans.stop(
                    node, f"Lists have no {operator} but +, which joins them.",
                    f"Write [a {operator} b for a, b in zip(x, y)].",
                )  # fmt: skip
        if operator in ON_KNOWN.values():
            return self._of_known(operator, left, right, node)
        first_number, number = self._values.computed(left), self._values.computed(right)
        if ex.is_number(first_number) and ex.is_number(number):
            return ex.Arithmetic(operator, first_number, number)
        first = self._values.as_value(left, node.left)
        if operator == "**" and ex.is_number(number):
            return ex.Power(first, number, self._spans.span(node))
        return ex.Operate(operator, first, self._values.as_value(right, node.right), self._spans.span(node))

    def _of_known(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> ex.Literal:
        """`//` and `%` of two numbers that are known before anything runs."""
        first, second = self._values.known(left), self._values.known(right)
        if first is None or second is None:
            raise self._spans.stop(
                node, f"{operator} has no gradient, and is for numbers that are known before anything runs.",
                "Use + - * / or **.",
            )  # fmt: skip
        if second == 0:
            raise self._spans.stop(node, f"{operator} has a 0 on its right.", "Write another number there.")
        return ex.Literal(first // second if operator == "//" else first % second)

    def _joined(self, operator: str, left: Lowered, right: Lowered, node: ast.BinOp) -> Items | None:
        """Two lists one after the other, or one as it is written several times; None if it is neither."""
        if operator == "+" and isinstance(left, Items) and isinstance(right, Items):
            return Items([*left.parts, *right.parts])
        count = node.right
        if operator == "*" and isinstance(right, Items):
            left, right, count = right, left, node.left
        known = ex.is_number(right) or self._values.known(right) is not None
        if operator == "*" and isinstance(left, Items) and known and not left.said:
            times = max(self._of.elements.whole(count), 0)
            self._of.elements.few(times * len(left.parts), node)
            return Items(left.parts * times)  # Several times the same nodes, as in Python.
        return None
