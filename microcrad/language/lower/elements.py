"""Lists: their lengths are known before anything runs, so each element is a name of the core by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from microcrad.language import core_expressions as ex
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Items, Part
from microcrad.language.lower.spans import StopReading

__all__ = ["GOING_OVER", "MAX_ELEMENTS", "Elements", "Turn", "is_several"]

MAX_ELEMENTS = 100_000
GOING_OVER = ("enumerate", "range", "reversed", "zip")
"""What a loop can go over, beside a list."""

Turn = Part | tuple["Turn", ...]
"""What a loop's variables are in one turn: several where it goes over a zip or an enumerate."""


def is_several(turn: Turn) -> TypeGuard[tuple[Turn, ...]]:
    """Whether a turn is several things at once, and not a Number of the core, which is a tuple too."""
    return type(turn) is tuple


class Elements:
    """Lowers lists and what is done with them."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    # --- what a list is ---

    def of(self, node: ast.expr) -> Items:
        """The list that an expression is; what is no list is an error."""
        lowered = self._wanted(node)
        if isinstance(lowered, Items):
            return lowered
        what = "a plain number" if ex.is_number(lowered) else "a node"
        said = self._spans.source(node)
        raise self._spans.stop(node, f"A list is wanted here, and {said} is {what}.", "Write [a, b, c].")

    def _wanted(self, node: ast.expr) -> Lowered:
        """What should be a list; of a name that means nothing yet it is said how a list is written."""
        try:
            return self._of.values.lower(node)
        except StopReading as stop:
            if stop.error is not None:
                stop.error.hint = stop.error.hint.replace(" = 1 on a line", " = [1, 2, 3] on a line")
            raise

    def literal(self, node: ast.expr) -> Items:
        """A list as it is written: what its elements make has a name until the line ends."""
        return Items([self.part(lowered, element) for lowered, element in self.each(node)])

    def part(self, lowered: Lowered, node: ast.expr) -> Part:
        """What was lowered as an element, worked out now."""
        span = self._spans.span(node)
        if isinstance(lowered, Items):
            return lowered
        if ex.is_number(lowered):
            return self._of.known(lowered, span)
        return (lowered if isinstance(lowered, ex.Name) else self._of.temporary(lowered, span)).name

    def lowered(self, part: Part, node: ast.expr, *, number: bool = False) -> Lowered:
        """An element as an expression; `number` tells whether a node is an error."""
        if not isinstance(part, str):
            return part
        name = ex.Name(part, self._spans.span(node))
        return self._of.values.as_number(name, node) if number else name

    def each(self, node: ast.expr, *, number: bool = False) -> Iterator[tuple[Lowered, ast.expr]]:
        """The elements of a list one by one, each lowered when its turn comes."""
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    if isinstance(element, ast.Starred):
                        raise self._spans.stop(element, "A list is not unpacked here.", "Write a + b.")
                    whole = isinstance(element, ast.Tuple)
                    lowered = (
                        self.literal(element) if whole else self._of.values.lower(element, number=number)
                    )
                    yield lowered, element
            case (
                ast.ListComp(elt=element, generators=generators)
                | ast.GeneratorExp(elt=element, generators=generators)
            ):
                for _ in self._comprehension(generators):
                    yield self._of.values.lower(element, number=number), element
            case _:
                for part in self.of(node).parts:
                    yield self.lowered(part, node, number=number), node

    def _comprehension(self, generators: list[ast.comprehension]) -> Iterator[None]:
        """Bind the variables of a comprehension, turn by turn."""
        first, *rest = generators
        going: list[Items] = []
        turns = self.turns(first.iter, going)
        with self._of.scope.going_over(going):
            for turn in turns:
                with self._of.scope.within(self.names(first.target)):
                    self.bind(first.target, turn)
                    if not all(self._kept(each) for each in first.ifs):
                        continue
                    if rest:
                        yield from self._comprehension(rest)
                    else:
                        yield

    def _kept(self, condition: ast.expr) -> bool:
        """Whether a turn of a comprehension that has an `if` is in the list."""
        said = self._spans.source(condition)
        hint = f"To count what it holds of, write sum([{said} for ...]): it is 1 or 0."
        return self._of.branches.holds(condition, hint)

    # --- going over lists ---

    def turns(self, node: ast.expr, going: list[Items]) -> Iterator[Turn]:
        """What a loop goes over: a list, or zip, enumerate, range or reversed.

        As in Python, each turn takes what stands in the list by then; `going` gets the lists.
        """
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if not isinstance(node, ast.Call) or self._of.scope.lookup(name) is not None:
            return self._steps(node, going)
        if node.keywords and name in ("zip", "range", "reversed"):
            raise self._spans.stop(node, f"{name} takes no named arguments.", f"Write {name}(a).")
        match name, node.args:
            case "zip", [_, *_]:
                return zip(*[self.turns(each, going) for each in node.args], strict=False)
            case "enumerate", [each] | [each, _]:
                start = self.whole(node.args[1]) if len(node.args) > 1 else 0
                turns = enumerate(self.turns(each, going), start)
                return ((ex.Literal(float(i)), turn) for i, turn in turns)
            case "range", [_, *_] if len(node.args) <= 3:
                counts = range(*map(self.whole, node.args))
                self.few(len(counts), node)
                return iter([ex.Literal(float(count)) for count in counts])
            case "reversed", [ast.Call() as each]:
                return reversed(list(self.turns(each, going)))
            case "reversed", [each]:
                return self._steps(each, going, -1)
        return self._steps(node, going)

    def _steps(self, node: ast.expr, going: list[Items], step: int = 1) -> Iterator[Turn]:
        """A list's elements, each as it is when its turn comes."""
        items = self.of(node)
        going.append(items)
        return (items.parts[place] for place in range(len(items.parts))[::step])

    def names(self, target: ast.expr) -> list[str]:
        """The variables of a loop or a comprehension."""
        match target:
            case ast.Name(id=name):
                return [name]
            case ast.Tuple(elts=elements):
                return [name for element in elements for name in self.names(element)]
        raise self._spans.stop(target, "A loop has one variable.", "Write for i in range(10):")

    def bind(self, target: ast.expr, turn: Turn) -> None:
        """Have a loop's variables mean what they are in one turn."""
        if isinstance(target, ast.Name):
            if is_several(turn):
                raise self._spans.stop(
                    target, f"{target.id} would be {len(turn)} things at once.",
                    f"Write as many names, such as {target.id}, b.",
                )  # fmt: skip
            self._of.scope.bindings[target.id] = turn  # type: ignore[assignment]
            return
        assert isinstance(target, ast.Tuple)
        parts = turn.parts if isinstance(turn, Items) else turn if is_several(turn) else [turn]
        self.as_many(target, parts, "Write as many names as there are lists in zip(...).")
        for element, part in zip(target.elts, parts, strict=True):
            self.bind(element, part)

    def as_many(self, target: ast.Tuple | ast.List, parts: Sequence[object], hint: str) -> None:
        """Stop unless there is a name for each of some parts."""
        if len(target.elts) != len(parts):
            count = f"{len(parts)} thing{'s' * (len(parts) != 1)}"
            raise self._spans.stop(target, f"{len(target.elts)} names are given {count}.", hint)

    # --- indices ---

    def whole(self, node: ast.expr) -> int:
        """A whole number that is known before anything runs: an index or the end of a range."""
        value = self._of.values.known(self._of.values.lower(node))
        if value is None:
            raise self._from_data(node)
        if not value.is_integer():
            raise self._spans.stop(node, f"A whole number is wanted here, not {value:g}.", "Write 0, 1 or 2.")
        return int(value)

    def _from_data(self, node: ast.expr) -> StopReading:
        said = self._spans.source(node)
        return self._spans.stop(
            node, f"A number is wanted here that is known before anything runs, and {said} is data.",
            "Write a whole number or a loop's variable: control flow never depends on data.",
        )  # fmt: skip

    def element(self, node: ast.Subscript, *, number: bool = False) -> Lowered:
        """`w[i]` or `w[a:b]`."""
        items = self.list_of(node)
        if isinstance(node.slice, ast.Slice):
            ends = (node.slice.lower, node.slice.upper, node.slice.step)
            start, stop, step = (None if end is None else self.whole(end) for end in ends)
            if step == 0:
                raise self._spans.stop(node, "A slice's step is not 0.", "Write w[::1].")
            return Items(items.parts[start:stop:step])
        return self.lowered(items.parts[self.place(node, items)], node, number=number)

    def list_of(self, node: ast.Subscript) -> Items:
        owner = self._wanted(node.value)
        if isinstance(owner, Items):
            return owner
        said = self._spans.source(node.value)
        raise self._spans.stop(node, f"{said} is one number, not a list.", f"Write {said} = [1, 2, 3] above.")

    def place(self, node: ast.Subscript, items: Items) -> int:
        """Which element is meant, counted from 0."""
        place, count = self.whole(node.slice), len(items.parts)
        if not -count <= place < count:
            said = self._spans.source(node.value)
            range_ = f"{said}[0] to {said}[{count - 1}]" if count > 1 else f"{said}[0]" if count else "none"
            elements = "1 element" if count == 1 else f"{count} elements"
            raise self._spans.stop(
                node, f"{said} has {elements}, and there is no {said}[{place}].", f"There are {range_}."
                if count else "The list is empty.",
            )  # fmt: skip
        return place % count

    def few(self, count: int, node: ast.expr) -> None:
        if count > MAX_ELEMENTS:
            raise self._spans.stop(node, f"A list has at most {MAX_ELEMENTS:,} elements.", "Use fewer.")

    # --- sums ---

    def total(self, node: ast.expr, start: ast.expr | None, call: ast.Call, *, number: bool) -> Lowered:
        """The sum of a list, from left to right."""
        values = self._of.values
        total: Lowered | None = None if start is None else values.lower(start, number=number)
        elements = self.each(node, number=number)
        while True:
            before = len(self._of.out)
            found = next(elements, None)
            if found is None:
                return ex.Literal(0.0) if total is None else total
            total = self._added(total, found, before, call)

    def _added(
        self, total: Lowered | None, found: tuple[Lowered, ast.expr], before: int, call: ast.Call
    ) -> Lowered:
        lowered, element = found
        if isinstance(lowered, Items):
            raise self._of.values.a_list(lowered, element)
        if total is None:
            return lowered
        total = self._of.keep(total, call, before)
        spelled = ast.copy_location(ast.BinOp(element, ast.Add(), element), call)
        return self._of.operators.operate("+", total, lowered, spelled)

    def dot(self, first: ast.expr, second: ast.expr, call: ast.Call, *, number: bool) -> Lowered:
        """The sum of the products of two lists' elements."""
        one, other = self.of(first), self.of(second)
        if len(one.parts) != len(other.parts):
            raise self._spans.stop(
                call, f"dot takes two lists of one length, not {len(one.parts)} and {len(other.parts)}.",
                "Leave some of the longer one out: w[:2].",
            )  # fmt: skip
        total: Lowered = ex.Literal(0.0)
        for place, (a, b) in enumerate(zip(one.parts, other.parts, strict=True)):
            spelled = ast.copy_location(ast.BinOp(first, ast.Mult(), second), call)
            pair = self.lowered(a, first, number=number), self.lowered(b, second, number=number)
            product = self._of.operators.operate("*", *pair, spelled)
            total = product if place == 0 else self._of.operators.operate("+", total, product, spelled)
        return total
