"""What the names of a program mean while it is lowered: nodes, plain numbers, lists, functions, networks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from microcrad.language import statements as st
from microcrad.language.names import Names

__all__ = ["Binding", "Function", "Items", "Part", "Scope"]


@dataclass(eq=False)
class Items:
    """A list: its length is known, and each of its elements is a name of the core, a Number or a list."""

    parts: list[Part]
    said: str = ""
    """How it is called where it is shown, such as `w` or `xs[1]`; empty if it has no name."""

    def nodes(self) -> Iterator[str]:
        """The names of all nodes in it, those of lists in it among them."""
        for part in self.parts:
            if isinstance(part, Items):
                yield from part.nodes()
            elif isinstance(part, str):
                yield part

    def shape(self) -> object:
        """What it is made of, to compare it with another."""
        return tuple(part.shape() if isinstance(part, Items) else part for part in self.parts)


@dataclass(eq=False)
class Function:
    """A function as it was defined."""

    name: str
    node: ast.FunctionDef
    parameters: list[str]
    defaults: dict[str, ast.expr]


Part = str | st.Number | Items
"""An element of a list: a node by its name in the core, a Number, or a list."""
Binding = str | st.Number | Items | Function
"""What a name means: a node by its name in the core, a Number, a list or a function."""


@dataclass(eq=False)
class Scope:
    """The names of a program, or of one call of a function."""

    prefix: str = ""
    """What stands before its names in the core: `f#2.` in the second call of f."""
    outer: Scope | None = None
    """The program's names, for a call."""
    names: Names = field(default_factory=Names)
    bindings: dict[str, Binding] = field(default_factory=dict)
    owned: dict[str, None] = field(default_factory=dict)
    """The core names that it has assigned, in order."""

    def lookup(self, name: str) -> Binding | None:
        """What a name means here; None if nothing."""
        found = self.bindings.get(name)
        return self.outer.bindings.get(name) if found is None and self.outer else found

    def owners(self, items: Items) -> list[tuple[str, list[int]]]:
        """The names that a list is reached by, each with the way to it: `m` and 1 for `m[1]`."""
        found = []
        for name, bound in self.bindings.items():
            if isinstance(bound, Items):
                found += [(name, way) for way in _ways(bound, items)]
        return found


def _ways(whole: Items, wanted: Items) -> Iterator[list[int]]:
    if whole is wanted:
        yield []
    for place, part in enumerate(whole.parts):
        if isinstance(part, Items):
            yield from ([place, *way] for way in _ways(part, wanted))
