"""What is called on a line of its own: the language's commands, and what a notebook has on such lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft
from microcrad.language.lower.printing import printed
from microcrad.language.lower.scopes import NamedNet
from microcrad.language.lower.spans import dotted
from microcrad.language.source_places import Span

__all__ = ["Commands"]

_PACKAGES = (
    "math", "random", "numpy", "torch", "micrograd", "microcrad", "matplotlib", "graphviz", "IPython",
)  # fmt: skip
"""What may be imported: nothing of it is needed here."""
_DRAWN = ("draw_dot", "draw", "display")
"""What draws in a notebook."""


class Commands:
    """Lowers commands, and passes over what has nothing to do here."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans

    def command(self, call: ast.Call, span: Span) -> bool:
        """Lower a call that is no expression; False if it is one."""
        of = self._of
        name = dotted(call.func)
        if (name in _DRAWN or name.startswith("plt.")) and of.scope.lookup(name) is None:
            of.passed_over.append(self._spans.source(call))
            of.drawn = True
            return True
        if self._seeding(call) or self._growing(call, span):
            return True
        found = self._command(call, span)
        if found is not None:
            of.out.append(found)
        return found is not None

    def _command(self, call: ast.Call, span: Span) -> st.Statement | None:
        """The statement that a call is, or None if it is an expression."""
        match call.func:
            case ast.Attribute(value=owner, attr="zero_grad") if isinstance(
                network := self._of.networks.part(owner), NamedNet
            ):
                return st.ZeroGrad(tuple(ex.Name(each, span) for each in network.parameters()), span)
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
        given = [word for word in call.keywords if (name, word.arg) != ("backward", "retain_graph")]
        if given and name != "print":
            raise self._spans.stop(given[0].value, f"{name} takes no named arguments.", f"Write {name}(a).")
        if name == "zero_grad":
            return st.ZeroGrad(tuple(self._several(name, arguments)), span)
        if name == "print":
            return printed(self._of, call, span)
        if len(arguments) != 1:
            raise self._spans.stop(
                call, f"{name} takes one argument, not {len(arguments)}.", f"Write {name}(a)."
            )
        if name == "retain":
            return st.Retain(self._named(name, arguments[0]), span)
        if name == "release":
            return st.Release(self._named(name, arguments[0]), span)
        root = self._of.values.lower(arguments[0])
        if ex.is_number(root):
            raise self._spans.stop(
                arguments[0],
                "backward starts from a node, and this is a plain number.",
                "Name a result: L = a*b.",
            )
        return st.Backward(self._of.values.as_value(root, arguments[0]), span)

    def _several(self, command: str, arguments: list[ast.expr]) -> Iterator[ex.Name]:
        """The nodes of a command that takes names and lists of them."""
        for argument in arguments:
            if self._of.callables.is_list(argument) or isinstance(argument, ast.Call):
                span = self._spans.span(argument)
                yield from (ex.Name(name, span) for name in self._of.elements.of(argument).nodes())
            else:
                yield self._named(command, argument)

    def _named(self, command: str, node: ast.expr) -> ex.Name:
        """The node of a command that takes names only."""
        if not self._of.values.is_name(node):
            raise self._spans.stop(
                node, f"{command} takes a name, not an expression.", f"Write {command}(a)."
            )
        return self._of.values.node(node)

    def _growing(self, call: ast.Call, span: Span) -> bool:
        """Lower `w.append(a)` and `w.extend(v)`; False if a call is neither."""
        match call.func:
            case ast.Attribute(value=owner, attr=("append" | "extend") as name) if self._of.callables.is_list(
                owner
            ):
                if len(call.args) != 1 or call.keywords:
                    raise self._spans.stop(call, f"{name} takes one argument.", f"Write w.{name}(a).")
                grow = self._of.list_names.append if name == "append" else self._of.list_names.extend
                grow(owner, call.args[0], span)
                return True
        return False

    def _seeding(self, call: ast.Call) -> bool:
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
                    node,
                    "Nothing can be imported here.",
                    "Leave the line out: exp, tanh and the others are here.",
                )
        if isinstance(node, ast.Import):
            self._of.callables.modules.update(alias.asname or alias.name for alias in node.names)
        else:
            self._of.callables.modules.update(alias.asname for alias in node.names if alias.asname)
        words = " ".join(self._spans.lines[node.lineno - 1].partition("#")[0].split())
        self._of.passed_over.append(words.partition(";")[0].strip())
