"""What the names of a program mean while it is lowered: nodes, plain numbers, lists, functions, networks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from microcrad.errors import ProgramError
from microcrad.language import core_expressions as ex
from microcrad.language.lower.spans import StopReading
from microcrad.language.names import Names

__all__ = ["Binding", "Function", "Items", "NamedNet", "NetLayer", "NetNeuron", "Part", "Scope", "Unclear"]


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

    def holds(self, wanted: Items) -> bool:
        """Whether it is a list or has it in it."""
        return self is wanted or any(isinstance(part, Items) and part.holds(wanted) for part in self.parts)

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
    broken: ProgramError | None = None
    """The first error in it, once one was found."""


@dataclass(eq=False)
class NetNeuron:
    """A neuron of a network."""

    name: str
    weights: list[str]
    """The names of its weights in the core."""
    bias: str
    activation: str


@dataclass(eq=False)
class NetLayer:
    """A layer of a network."""

    name: str
    units: list[NetNeuron]


@dataclass(eq=False)
class NamedNet:
    """A network: its parameters are names of the core."""

    name: str
    kind: str
    """`MLP`, `Layer`, `Neuron` or `load`."""
    layers: list[NetLayer]

    def parameters(self) -> Iterator[str]:
        """The names of all parameters, in the library's order."""
        for layer in self.layers:
            for unit in layer.units:
                yield from unit.weights
                yield unit.bias


@dataclass(eq=False)
class Unclear:
    """What a name means whose line has an error: nothing can be said of it."""


Part = str | ex.Number | Items
"""An element of a list: a node by its name in the core, a Number, or a list."""
Binding = str | ex.Number | Items | Function | NamedNet
"""What a name means: a node by its name in the core, a Number, a list, a function or a network."""


@dataclass(eq=False)
class Scope:
    """The names of a program, or of one call of a function."""

    prefix: str = ""
    """What stands before its names in the core: `f#2.` in the second call of f."""
    outer: Scope | None = None
    """The program's names, for a call."""
    names: Names = field(default_factory=Names)
    bindings: dict[str, Binding | Unclear] = field(default_factory=dict)
    owned: dict[str, None] = field(default_factory=dict)
    """The core names that it has assigned, in order."""

    def lists(self) -> Iterator[Items]:
        """Every list that a name means here, and those in them."""
        bound = [*self.bindings.values(), *(self.outer.bindings.values() if self.outer else ())]
        pending, met = [each for each in bound if isinstance(each, Items)], set()
        while pending:
            items = pending.pop()
            if id(items) not in met:
                met.add(id(items))
                yield items
                pending += [part for part in items.parts if isinstance(part, Items)]

    @contextmanager
    def within(self, names: list[str]) -> Iterator[None]:
        """Have some names mean something else for a while."""
        before = {name: self.bindings.get(name) for name in names}
        try:
            yield
        finally:
            for name, bound in before.items():
                if bound is None:
                    self.bindings.pop(name, None)
                else:
                    self.bindings[name] = bound

    def lookup(self, name: str) -> Binding | None:
        """What a name means here; None if nothing. Raises `StopReading` if its line has an error."""
        found = self.bindings.get(name)
        if found is None and self.outer:
            found = self.outer.bindings.get(name)
        if found is None and "." in name:
            self.lookup(name.partition(".")[0])  # Whether that is clear.
        if isinstance(found, Unclear):
            raise StopReading
        return found
