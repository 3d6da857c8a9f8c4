"""Statements, by an allow-list: what is not on it is an error that says what to write instead.

Each statement is read on its own, so that one with an error does not hide the errors of the next.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.called_by_place import call_by_places
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.networks import NETWORKS
from microcrad.language.lower.scopes import Function, Items, NamedNet
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.language.source_places import Span

__all__ = ["MAX_ERRORS", "Body"]

MAX_ERRORS = 20
"""How many errors are told at once."""


class Body:
    """Lowers the statements of a program, a loop's body or a call."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self._values = draft.values

    def of(self, nodes: Iterable[ast.stmt]) -> tuple[st.Statement, ...]:
        """The core statements of a program or of a body, on their own."""
        around, self._of.out = self._of.out, []
        done = self._of.out
        try:
            self.into(nodes)
        finally:
            self._of.out = around
        return tuple(done)

    def into(self, nodes: Iterable[ast.stmt]) -> ast.Return | None:
        """Add the core statements of some statements to the block, up to the `return` that ends a call."""
        of, depth = self._of, self._values.depth
        for node in nodes:
            if len(of.errors) >= MAX_ERRORS:
                break  # No more are told, and what a long text's names look like takes long to say.
            self._values.depth = depth
            if node.lineno in of.broken_lines:
                of.refused.assume(node)
                continue
            if isinstance(node, ast.Return) and of.calls:
                return node
            start = len(of.out)
            try:
                if isinstance(node, ast.If):
                    if (end := self.into(of.branches.taken(node))) is not None:
                        return end
                    continue
                self.statement(node)
                outermost = of.scope.caller is None and not (of.scope.borrowing or of.scope.going)
                if of.called_by_number and outermost:
                    call_by_places(of, self._spans.span(node))
                if not isinstance(node, (ast.For, ast.FunctionDef)):  # Whose lines have done so.
                    of.borrowed.keep(start, self._spans.span(node))
            except StopReading as stop:
                del of.out[start:]
                of.temporaries.clear()
                if (error := stop.error or of.refused.unknown(node)) is not None:
                    of.errors.append(error)
                of.refused.assume(node)
        return None

    # --- statements ---

    def statement(self, node: ast.stmt) -> None:
        """Lower one statement."""
        if isinstance(node, ast.For):
            self._of.loops.loop(node)
            return
        if isinstance(node, ast.FunctionDef):
            self._of.functions.define(node)
            return
        span = self._spans.span(node)
        match node:
            case ast.Assign(targets=[ast.Tuple() | ast.List() as targets]):
                self.unpacked(targets, node.value, span)
            case ast.Assign(targets=[target]):
                self.assignment(target, node.value, span)
            case ast.Assign():
                raise self._spans.stop(
                    node, "One name at a time.", "Write each assignment on a line of its own."
                )
            case ast.AugAssign():
                self.augmented(node, span)
            case ast.Delete():
                for item in node.targets:
                    self.delete(item, self._spans.span(item) if len(node.targets) > 1 else span)
            case ast.Expr(value=expression):
                self.expression(expression, span)
            case ast.Import() | ast.ImportFrom():
                self._of.commands.imported(node)
            case ast.Pass():
                return
            case _:
                raise self._spans.not_here(node)
        self._of.end_statement(span)

    def expression(self, node: ast.expr, span: Span) -> None:
        """An expression alone on a line: a command, or what makes a temporary."""
        of = self._of
        if isinstance(node, ast.Call):
            bound = of.scope.lookup(node.func.id) if isinstance(node.func, ast.Name) else None
            if isinstance(bound, Function):
                of.functions.call(bound, node)
                return
            if of.commands.command(node, span):
                return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return  # A text alone on a line is a comment in Python.
        if isinstance(node, ast.Name) and node.id in st.RESERVED:
            raise self._spans.stop(node, f"{node.id} is not called.", f"Write {node.id}(a).")
        lowered = self._values.lower(node)
        if isinstance(lowered, Items):
            return  # What its elements have made is there; a list by itself is nothing.
        value = self._values.as_value(lowered, node)
        outermost = not of.scope.prefix and not of.scope.names.loops
        if isinstance(value, ex.Name) and outermost and span.end_line == of.last_line:
            of.passed_over.append(self._spans.source(node))
            of.drawn = True  # A notebook draws what stands alone at its end.
        of.out.append(st.Discard(value, span))

    def augmented(self, node: ast.AugAssign, span: Span) -> None:
        """`name += expression` is `name = name + expression`; the same of fields and elements."""
        target = node.target
        left: ast.expr
        match target:
            case ast.Name():
                left = ast.Name(target.id, ast.Load())
            case ast.Attribute():
                left = ast.Attribute(target.value, target.attr, ast.Load())
            case ast.Subscript():
                left = ast.Subscript(target.value, target.slice, ast.Load())
            case _:
                raise self._spans.not_here(target)
        if self._of.callables.is_list(target):
            if not isinstance(node.op, ast.Add):
                count = len(self._of.elements.of(target).parts)
                raise self._of.list_names.grows(node, target, count)
            self._of.list_names.extend(target, node.value, span)
            return
        ast.copy_location(left, target)
        self.assignment(target, ast.copy_location(ast.BinOp(left, node.op, node.value), node), span)

    def assignment(self, target: ast.expr, value: ast.expr, span: Span) -> None:
        """`target = value`, of a name, a field, a label or an element."""
        out, values = self._of.out, self._values
        match target:
            case ast.Attribute(value=owner, attr=field) if field in ex.FIELDS and (
                dotted(owner) or isinstance(owner, ast.Subscript)
            ):
                place = values.node(owner)
                if field == "data" and self._of.plain.computed(place) is not None:
                    said = self._spans.source(owner)
                    raise self._spans.stop(
                        target, f"{said} is a plain number here, not a node.", f"Write {said} = 2."
                    )
                out.append(st.SetField(place.name, field, values.number(value), span))
            case ast.Attribute(value=owner, attr="label") if isinstance(value, ast.Constant) and isinstance(
                value.value, str
            ):
                out.append(st.Label(values.node(owner), value.value, span))
            case ast.Attribute(value=owner, attr="requires_grad") if isinstance(value, ast.Constant):
                values.node(owner)
                self._of.passed_over.append(self._spans.source(target))  # Every node has a gradient.
            case ast.Name() | ast.Attribute() if name := dotted(target):
                self.counter_in_name(target, name)
                self.give(target, name, value, span)
            case ast.Subscript():
                self._of.list_names.set(target, value, span)
            case ast.Attribute():
                raise self._spans.stop(
                    target, f".{target.attr} cannot be set.", "Only a.data and a.grad can."
                )
            case _:
                raise self._spans.not_here(target)

    def unpacked(self, targets: ast.Tuple | ast.List, value: ast.expr, span: Span) -> None:
        """`a, b = b, a`: all is worked out first, and then each name or element gets what is its."""
        whole = isinstance(value, (ast.Tuple, ast.List))
        self.each_given(
            targets, self._of.elements.literal(value) if whole else self._of.elements.of(value), span
        )

    def each_given(self, targets: ast.Tuple | ast.List, items: Items, span: Span) -> None:
        """Give each of some targets its part of a list."""
        of = self._of
        self._of.elements.as_many(targets, items.parts, "Write as many names as there are numbers.")
        given = [
            f" {len(of.scope.borrowing)}.{place}" for place in range(len(items.parts))
        ]  # None can write these.
        with of.scope.within(given):
            of.scope.bindings.update(zip(given, items.parts, strict=True))
            for target, variable in zip(targets.elts, given, strict=True):
                start = len(of.out)
                part = of.scope.bindings[variable]
                if isinstance(target, (ast.Tuple, ast.List)):
                    if not isinstance(part, Items):
                        raise self._spans.stop(
                            target, "Several names are given one number here.", "Write a, b = 1, 2."
                        )
                    self.each_given(target, part, span)
                else:
                    self.assignment(target, ast.copy_location(ast.Name(variable, ast.Load()), target), span)
                of.scope.borrowing.remove(variable)
                of.borrowed.keep(start, span)

    def give(self, target: ast.expr, name: str, value: ast.expr, span: Span) -> None:
        """Have a name mean what an expression makes: a node, or a list."""
        of, scope = self._of, self._of.scope
        if isinstance(value, (ast.List, ast.ListComp)):
            self.assignable(target, name)
            of.list_names.assign(name, value, span)
            return
        called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        bound = scope.lookup(called)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            called = of.callables.module(dotted(value.func)) or ""  # As in `nn.MLP(2, [1])`.
        if isinstance(value, ast.Call) and bound is None:
            bound = of.networks.called(value)
        if bound is None and called in NETWORKS:
            self.assignable(target, name)
            of.networks.make(name, called, value)  # type: ignore[arg-type]
            return
        if isinstance(bound, (Function, NamedNet)):
            self.assignable(target, name)
            self.given(bound, name, value, span)  # type: ignore[arg-type]
            return
        lowered = self._values.lower(value)
        self.assignable(target, name)
        if isinstance(lowered, Items):
            of.list_names.assign_items(name, lowered, span)
        else:
            of.assign(scope.prefix + name, lowered, span, where=self._spans.span(value))
            if "." in name:  # Python's numbers have no parts.
                of.plain.forget(scope.prefix + name)
            self.settle(name, span)

    def given(self, bound: Function | NamedNet, name: str, call: ast.Call, span: Span) -> None:
        """Have a name mean what a call gives."""
        of, core = self._of, self._of.scope.prefix + name
        of.list_names.part_from(name, span)
        if isinstance(bound, NamedNet):
            result: Lowered | None = of.networks.call(bound, call, core)
        else:
            result = of.functions.call(bound, call, core)
        if result is None:
            raise of.functions.no_value(bound.name, call)
        if isinstance(result, Items):
            of.list_names.bound(name, result if result.said else Items(result.parts, core), span)
        else:
            self.settle(name, span)

    def settle(self, name: str, span: Span) -> None:
        """From here on the name has a node; a list that it had goes, unless another name has it."""
        if isinstance(self._of.scope.bindings.get(name), Items):
            self._of.list_names.let_go(name, span)
        self.name(name, span.line)

    def counter_in_name(self, node: ast.expr, name: str) -> None:
        """Stop at `w.i` in a loop over i: it looks like an index, and is a name."""
        first, *rest = name.split(".")
        counter = next((part for part in rest if part in self._of.scope.names.loops), None)
        if counter is not None:
            raise self._spans.stop(
                node, f"{counter} is a part of the name {name}, not a number in it.",
                f"Write {first}[{counter}], with {first} = [0, 0, 0] on a line above the loop.",
            )  # fmt: skip

    def name(self, name: str, line: int) -> str:
        """The name in the core of a name that has a node from this line on."""
        scope = self._of.scope
        core = scope.prefix + name
        scope.names.assign(name, line)
        scope.bindings[name] = core
        scope.owned[core] = None
        return core

    def assignable(self, node: ast.expr, name: str) -> None:
        """Stop if a name cannot be given a value."""
        self.refuse(node, self._of.scope.names.unassignable(name))
        bound = self._of.scope.bindings.get(name)
        if isinstance(bound, (Function, NamedNet)):
            kind = "function" if isinstance(bound, Function) else "network"
            raise self._spans.stop(
                node, f"{name} is a {kind} here and cannot be assigned.", "Choose another name."
            )

    def refuse(self, node: ast.expr | ast.stmt, wrong: tuple[str, str] | None) -> None:
        """Stop if there is something wrong with a name."""
        if wrong is not None:
            raise self._spans.stop(node, *wrong)

    def delete(self, item: ast.expr, span: Span) -> None:
        """`del name`."""
        bound = self._of.scope.bindings.get(dotted(item))
        if isinstance(bound, Items):
            self._of.list_names.let_go(dotted(item), span)
            del self._of.scope.bindings[dotted(item)]
            return
        if self._of.networks.part(item) is not None:
            raise self._spans.stop(item, "A network keeps all that it is made of.", "Leave the line out.")
        if isinstance(item, ast.Subscript):
            items = self._of.elements.of(item.value)
            raise self._of.list_names.grows(item, item.value, len(items.parts))
        if not self._values.is_name(item):
            raise self._spans.stop(item, "`del` takes names.", "Write del a.")
        self._of.out.append(st.Delete(self._values.node(item).name, span))
