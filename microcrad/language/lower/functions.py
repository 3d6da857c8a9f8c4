"""Functions: a call is unrolled where it is written, as a group with the function's name."""

from __future__ import annotations

import ast

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.scopes import Binding, Function, Items, NamedNet, Scope, Unclear
from microcrad.language.lower.spans import StopReading
from microcrad.language.names import Names
from microcrad.language.source_places import Piece, Span
from microcrad.language.statements import reads

__all__ = ["MAX_CALLS", "Functions"]

MAX_CALLS = 20
"""How deep calls stand in calls."""
_OF_THE_GRAPH = ("_prev", "_op", "_backward")
"""What micrograd's nodes have, and the library's, that programs do not read."""


class Functions:
    """Defines functions, and unrolls their calls."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    # --- definitions ---

    def define(self, node: ast.FunctionDef) -> None:
        """`def f(x, y=2):` and its body, which is lowered where the function is called."""
        names, name = self._of.scope.names, node.name
        if self._of.scope.prefix or names.loops:
            raise self._spans.not_here(node)
        if name not in ex.FUNCTIONS:  # One's own sigmoid is used instead of the language's from here on.
            self._of.body.refuse(node, names.unassignable(name))
        bound = self._of.scope.bindings.get(name)
        if name in names.assigned and not isinstance(bound, Function):
            raise self._spans.stop(
                self._head(node), f"{name} is a node already (line {names.assigned[name]}).",
                "Choose another name for the function.",
            )  # fmt: skip
        if node.decorator_list:
            raise self._spans.stop(
                node.decorator_list[0], "Functions have no decorators here.", "Leave the line out."
            )
        given = node.args
        if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
            raise self._spans.stop(
                self._head(node), "A function's arguments are plain names here.", "Write def f(x, y=2):"
            )
        parameters = [each.arg for each in given.args]
        if len(set(parameters)) < len(parameters):
            raise self._spans.stop(self._head(node), "Two arguments have one name.", "Choose another name.")
        for each in given.args:
            if each.arg in st.RESERVED:
                raise self._spans.stop(
                    self._head(node), f"{each.arg} is a function here and cannot be assigned.",
                    "Choose another name.",
                )  # fmt: skip
        last = parameters[len(parameters) - len(given.defaults) :]
        defaults = dict(zip(last, given.defaults, strict=True))
        for default in given.defaults:
            self._of.values.number(default)
        self._check(node)
        self._of.scope.bindings[name] = Function(name, node, parameters, defaults)

    def _head(self, node: ast.FunctionDef) -> ast.stmt:
        """The first line of a definition, as what an error marks."""
        head = ast.Pass()
        head.lineno = head.end_lineno = node.lineno
        head.col_offset, head.end_col_offset = (
            node.col_offset,
            len(self._spans.lines[node.lineno - 1].encode()),
        )
        return head

    def _check(self, node: ast.FunctionDef) -> None:
        """Stop at what cannot stand in a function, also in one that is never called."""
        for each in ast.walk(node):
            if (
                isinstance(each, ast.Attribute) and each.attr in _OF_THE_GRAPH
            ):  # The lecture's topo and trace.
                raise self._spans.stop(
                    self._head(node), f"Programs do not go through the graph: nodes have no .{each.attr}.",
                    "Leave the function out: backward(o) sorts the graph itself, and it is drawn beside.",
                )  # fmt: skip
        for each in ast.walk(node):
            if each is not node and isinstance(
                each, ast.While | ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.With | ast.Try
            ):
                raise self._spans.not_here(each)
            if isinstance(each, ast.For) and (found := _return_in(each)):
                raise self._spans.stop(
                    found, "return ends a function, and stands in no loop.",
                    "Give the result a name, and return that at the end.",
                )  # fmt: skip

    # --- calls ---

    def call(self, function: Function, node: ast.Call, dest: str | None = None) -> Lowered | None:
        """Unroll a call; one that gives nothing is None.

        The result has the name `dest` if one is given, else the group's name until the line ends.
        """
        of, spans = self._of, self._spans
        if function.broken:
            raise StopReading(None if function.broken in of.errors else function.broken)
        if function in of.calls:
            raise spans.stop(
                node, f"{function.name} calls itself, and would never end: nothing here depends on data.",
                "Write a loop: for i in range(10):",
            )  # fmt: skip
        if len(of.calls) >= MAX_CALLS:
            raise spans.stop(node, f"Calls stand in calls at most {MAX_CALLS} deep.", "Use fewer functions.")
        group = of.group(function.name)
        core = of.scope.prefix + group
        program = of.scope.outer or of.scope
        inside = Scope(f"{core}.", program, Names(program.names), caller=of.scope)
        self._arguments(function, node, inside)
        site = spans.span(node)
        before = spans.enter(Piece(group, function.name, "", site))
        around, of.scope = of.scope, inside
        held, of.held, of.temporaries = of.held, [*of.held, *of.temporaries], []
        mine = of.held[len(held) :]
        of.calls.append(function)
        errors = len(of.errors)
        try:
            last = of.body.into(function.node.body)
            result = (
                None if last is None or last.value is None else self._result(last, last.value, core, dest)
            )
            end = spans.span(last or function.node.body[-1])
        finally:
            of.calls.pop()
            of.scope, spans.piece = around, before
            of.held, of.temporaries = held, mine
        if len(of.errors) > errors:
            function.broken = of.errors[errors]
        if any("[" in name for name in inside.owned):  # A list of it may be in one of the caller's.
            of.list_names.outlive(inside.prefix, end)
            of.borrowed.keep_from(set(inside.owned), len(of.out), end)
        if inside.owned:
            of.out.append(st.Leave(tuple(reversed(inside.owned)), end))
        if function.broken or isinstance(result, Unclear):
            raise StopReading  # Nothing is said of what is done with it.
        if dest is None:
            named = result.nodes() if isinstance(result, Items) else reads(result)
            self._of.temporaries += [name for name in named if name.startswith(core)]
        return result

    def _arguments(self, function: Function, node: ast.Call, inside: Scope) -> None:
        """Have the parameters mean what they are given."""
        given = [*zip(function.parameters, node.args, strict=False)]
        given += [(word.arg or "", word.value) for word in node.keywords]
        names = [name for name, _ in given]
        wrong = len(node.args) > len(function.parameters) or len(set(names)) < len(names)
        missing = [
            each for each in function.parameters if each not in names and each not in function.defaults
        ]
        if wrong or missing or set(names) - set(function.parameters) or any(
            isinstance(each, ast.Starred) for each in node.args
        ):  # fmt: skip
            form = f"{function.name}({', '.join(function.parameters)})"
            raise self._spans.stop(node, f"{function.name} is not called like this.", f"Write {form}.")
        for name, argument in given:
            inside.bindings[name] = self._argument(argument, f"{inside.prefix}{name}", inside)
        for name, default in function.defaults.items():
            if name not in inside.bindings:
                inside.bindings[name] = self._of.values.number(default)
        inside.borrowing += function.parameters
        for name in function.parameters:
            inside.names.assign(name, function.node.lineno)

    def _argument(self, node: ast.expr, core: str, inside: Scope) -> Binding:
        """What a parameter means: what it is given, which may be a network or another function, too."""
        bound = self._of.scope.lookup(node.id) if isinstance(node, ast.Name) else None
        if isinstance(bound, (NamedNet, Function)):
            return bound
        lowered, span = self._of.values.lower(node), self._spans.span(node)
        if isinstance(lowered, ex.Name):
            return lowered.name
        if isinstance(lowered, Items):
            return lowered
        if ex.is_number(lowered):
            return self._of.known(lowered, span)
        self._of.assign(core, lowered, span)
        inside.owned[core] = None
        return core

    def no_value(self, name: str, node: ast.Call) -> StopReading:
        """The error of a call whose lines end without a `return` with something behind it."""
        return self._spans.stop(
            node, f"{name} gives no value: it comes to no return that has one.",
            "Write return and a name as its last line.",
        )  # fmt: skip

    def _result(self, last: ast.Return, value: ast.expr, core: str, dest: str | None) -> Lowered | Unclear:
        """Lower what is returned, which has a name that outlives the call's."""
        of = self._of
        span = self._spans.span(last)
        try:
            several = isinstance(value, ast.Tuple)
            result = of.elements.literal(value) if several else of.values.lower(value)
            if ex.is_number(result):
                result = of.known(result, span)
                if dest is not None:
                    of.assign(dest, result, span)
            elif isinstance(result, Items):
                result = self._list(result, dest or core, span)
                if dest is None:
                    _unname(result, f"{core}[")  # It is called so until the line ends.
            else:
                name = dest or core
                of.assign(name, result, span)
                result = ex.Name(name, span)
            of.end_statement(span)
        except StopReading as stop:
            of.errors += [stop.error] if stop.error is not None else []
            return Unclear()
        return result

    def _list(self, items: Items, name: str, span: Span) -> Items:
        """A list that is returned: its elements have names that outlive the call."""
        if items.said and not items.said.startswith(self._of.scope.prefix):
            return items  # It is the caller's.
        if any(node.startswith(f"{name}[") for node in items.nodes()):
            items = self._of.list_names.copied(items, span)
        inside, self._of.scope = self._of.scope, Scope()
        _unname(items, inside.prefix)  # It is called so until the call ends.
        try:
            return Items(self._of.list_names.renamed(name, Items(items.parts), span).parts)
        finally:
            self._of.scope = inside


def _return_in(loop: ast.For) -> ast.Return | None:
    return next((each for each in ast.walk(loop) if isinstance(each, ast.Return)), None)


def _unname(items: Items, start: str) -> None:
    """The lists in a list whose names begin so have none: who gets them gives them others."""
    for each in items.inner():
        if each.said.startswith(start):
            each.said = ""
