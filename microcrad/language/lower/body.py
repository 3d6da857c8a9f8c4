"""Statements, by an allow-list: what is not on it is an error that says what to write instead.

Each statement is read on its own, so that one with an error does not hide the errors of the next.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.printing import printed
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.language.statements import Span

__all__ = ["MAX_ERRORS", "Body"]

MAX_ERRORS = 20
"""How many errors are told at once."""

_FIRST_NAME = re.compile(r"\s*(?:for\s+)?(\w+(?:\s*\.\s*\w+)*)")
_PACKAGES = (
    "math", "random", "numpy", "torch", "micrograd", "microcrad", "matplotlib", "graphviz", "IPython",
)  # fmt: skip
"""What may be imported: nothing of it is needed here."""
_DRAWN = ("draw_dot", "draw", "display", "plt.show", "plt.figure", "plt.plot")
"""What draws in a notebook."""


class Body:
    """Lowers the statements of a program, a loop's body or a call."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self._values = draft.values

    def of(self, nodes: Iterable[ast.stmt]) -> tuple[st.Statement, ...]:
        """The core statements of a program or of a body, on their own."""
        around, self._of.out = self._of.out, []
        self.into(nodes)
        done, self._of.out = self._of.out, around
        return tuple(done)

    def into(self, nodes: Iterable[ast.stmt]) -> None:
        """Add the core statements of some statements to the block that is being lowered."""
        of = self._of
        for node in nodes:
            if len(of.errors) >= MAX_ERRORS:
                break  # No more are told, and what a long text's names look like takes long to say.
            self._values.depth = 0
            if node.lineno in of.broken_lines:
                self.assume(node)
                continue
            start = len(of.out)
            try:
                self.statement(node)
            except StopReading as stop:
                del of.out[start:]
                of.temporaries.clear()
                of.errors.append(stop.error)
                self.assume(node)

    def assume(self, node: ast.stmt) -> None:
        """Go on as if a line with an error were right: its name has a value, its body is a loop's."""
        found = _FIRST_NAME.match(self._spans.lines[node.lineno - 1])
        name = "".join(found[1].split()) if found else ""
        if isinstance(node, ast.For):
            self._of.loops.assume(name, node)
            return
        for field in st.FIELDS:
            name = name.removesuffix(f".{field}")
        if name and not self._of.scope.names.unassignable(name):
            self.name(name, node.lineno)

    # --- statements ---

    def statement(self, node: ast.stmt) -> None:
        """Lower one statement."""
        if isinstance(node, ast.For):
            self._of.loops.loop(node)
            return
        span = self._spans.span(node)
        match node:
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
                self.imported(node)
            case ast.Pass():
                return
            case _:
                raise self._spans.not_here(node)
        self._of.end_statement(span)

    def expression(self, node: ast.expr, span: Span) -> None:
        """An expression alone on a line: a command, or what makes a temporary."""
        of = self._of
        if isinstance(node, ast.Call):
            if dotted(node.func) in _DRAWN and of.scope.lookup(dotted(node.func)) is None:
                of.passed_over.append(self._spans.source(node))
                of.drawn = True
                return
            if self.seeding(node):
                return
            if (command := self.command(node, span)) is not None:
                of.out.append(command)
                return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return  # A text alone on a line is a comment in Python.
        if isinstance(node, ast.Name) and node.id in st.RESERVED:
            raise self._spans.stop(node, f"{node.id} is not called.", f"Write {node.id}(a).")
        value = self._values.value(node)
        if isinstance(value, st.Name) and span.end_line == of.last_line:
            of.passed_over.append(self._spans.source(node))
            of.drawn = True  # A notebook draws what stands alone at its end.
        of.out.append(st.Discard(value, span))

    def seeding(self, call: ast.Call) -> bool:
        """Whether a call is `random.seed(42)`, which is what a first line `# seed: 42` says."""
        name = dotted(call.func)
        if self._of.callables.module(name) not in ("seed", "manual_seed"):
            return False
        match call.args:
            case [ast.Constant(value=int(seed))] if not call.keywords and 0 <= seed < 10**18:
                if name != "random.seed":
                    self._of.passed_over.append(self._spans.source(call))
                elif self._of.seed not in (None, seed):
                    raise self._spans.stop(call, "A program has one seed.", "Delete this line.")
                else:
                    self._of.seed = seed
                return True
        raise self._spans.stop(call, "A seed is a whole number.", "Write random.seed(42).")

    def imported(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import is passed over if what it brings is here already."""
        named = [alias.name for alias in node.names]
        sources = named if isinstance(node, ast.Import) else [node.module or ""]
        for source in sources:
            if source.partition(".")[0] not in _PACKAGES:
                raise self._spans.stop(
                    node, "Nothing can be imported here.", f"The functions are {', '.join(st.FUNCTIONS)}."
                )
        if isinstance(node, ast.Import):
            self._of.callables.modules.update(alias.asname or alias.name for alias in node.names)
        else:
            self._of.callables.modules.update(alias.asname for alias in node.names if alias.asname)
        words = " ".join(self._spans.lines[node.lineno - 1].partition("#")[0].split())
        self._of.passed_over.append(words.partition(";")[0].strip())

    def augmented(self, node: ast.AugAssign, span: Span) -> None:
        """`name += expression` is `name = name + expression`; the same of fields and elements."""
        target = node.target
        left: ast.expr
        match target:
            case ast.Name():
                left = ast.Name(target.id, ast.Load())
            case ast.Attribute():
                left = ast.Attribute(target.value, target.attr, ast.Load())
            case _:
                raise self._spans.not_here(target)
        ast.copy_location(left, target)
        self.assignment(target, ast.copy_location(ast.BinOp(left, node.op, node.value), node), span)

    def assignment(self, target: ast.expr, value: ast.expr, span: Span) -> None:
        """`target = value`, of a name, a field, a label or an element."""
        out, values = self._of.out, self._values
        match target:
            case ast.Attribute(value=owner, attr=field) if field in st.FIELDS and dotted(owner):
                place = values.node(owner)
                out.append(st.SetField(place.name, field, values.number(value), span))
            case ast.Attribute(value=owner, attr="label") if isinstance(value, ast.Constant) and isinstance(
                value.value, str
            ):
                out.append(st.Label(values.node(owner), value.value, span))
            case ast.Name() | ast.Attribute() if name := dotted(target):
                self.counter_in_name(target, name)
                expression = values.value(value)
                self.refuse(target, self._of.scope.names.unassignable(name))
                self.bind(name, expression, span)
            case ast.Attribute():
                raise self._spans.stop(
                    target, f".{target.attr} cannot be set.", "Only a.data and a.grad can."
                )
            case _:
                raise self._spans.not_here(target)

    def counter_in_name(self, node: ast.expr, name: str) -> None:
        """Stop at `w.i` in a loop over i: it looks like an index, and is a name."""
        first, *rest = name.split(".")
        counter = next((part for part in rest if part in self._of.scope.names.loops), None)
        if counter is not None:
            raise self._spans.stop(
                node, f"{counter} is a part of the name {name}, not a number in it.",
                f"Write {first}[{counter}], with {first} = [0, 0, 0] on a line above the loop.",
            )  # fmt: skip

    def bind(self, name: str, expression: st.Expression, span: Span) -> None:
        """From this line on the name means what the expression makes."""
        self._of.out.append(st.Assign(self.name(name, span.line), expression, span))

    def name(self, name: str, line: int) -> str:
        """The name in the core of a name that has a node from this line on."""
        scope = self._of.scope
        core = scope.prefix + name
        scope.names.assign(name, line)
        scope.bindings[name] = core
        scope.owned[core] = None
        return core

    def refuse(self, node: ast.expr, wrong: tuple[str, str] | None) -> None:
        """Stop if there is something wrong with a name."""
        if wrong is not None:
            raise self._spans.stop(node, *wrong)

    def delete(self, item: ast.expr, span: Span) -> None:
        """`del name`."""
        if not self._values.is_name(item):
            raise self._spans.stop(item, "`del` takes names.", "Write del a.")
        self._of.out.append(st.Delete(self._values.node(item).name, span))

    # --- commands ---

    def command(self, call: ast.Call, span: Span) -> st.Statement | None:
        """The statement that a call is, or None if it is an expression."""
        match call.func:
            case ast.Name(id=name) if name in st.COMMANDS:
                arguments = call.args
            case ast.Attribute(value=owner, attr="backward"):
                name, arguments = "backward", [owner, *call.args]
            case ast.Attribute(attr=("retain" | "release" | "zero_grad") as name):
                owner_text = self._spans.source(call.func.value)[:20]
                raise self._spans.stop(
                    call, f".{name}() is not written this way here.", f"Write {name}({owner_text})."
                )
            case _:
                return None
        if call.keywords:
            raise self._spans.stop(
                call.keywords[0].value, f"{name} takes no named arguments.", f"Write {name}(a)."
            )
        if name == "zero_grad":
            return st.ZeroGrad(tuple(self.named(name, argument) for argument in arguments), span)
        if name == "print":
            return printed(self._of, call, span)
        if len(arguments) != 1:
            raise self._spans.stop(
                call, f"{name} takes one argument, not {len(arguments)}.", f"Write {name}(a)."
            )
        if name == "retain":
            return st.Retain(self.named(name, arguments[0]), span)
        if name == "release":
            return st.Release(self.named(name, arguments[0]), span)
        root = self._values.lower(arguments[0])
        if isinstance(root, st.Number):
            raise self._spans.stop(
                arguments[0],
                "backward starts from a node, and this is a plain number.",
                "Name a result: L = a*b.",
            )
        return st.Backward(self._values.as_value(root, arguments[0]), span)

    def named(self, command: str, node: ast.expr) -> st.Name:
        """The node of a command that takes names only."""
        if not self._values.is_name(node):
            raise self._spans.stop(
                node, f"{command} takes a name, not an expression.", f"Write {command}(a)."
            )
        return self._values.node(node)
