"""What the names of a program mean while it is lowered: nodes, plain numbers, lists, functions, networks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from microcrad.errors import ProgramError
from microcrad.gpt import GPT
from microcrad.language import core_expressions as ex
from microcrad.language.lower.spans import StopReading
from microcrad.language.names import Names

__all__ = [
    "GROWING", "Binding", "Function", "GPTLayer", "Items", "NamedGPT", "NamedNet", "NetLayer", "NetNeuron",
    "Part", "Scope", "Unclear",
]  # fmt: skip


GROWING = ("append", "insert", "extend", "pop", "remove", "clear", "sort", "reverse")
"""What Python's lists can do that changes their length or their order."""
_FEW = 4


class Items:
    """A list: its length is known, and each of its elements is a name of the core, a Number or a list."""

    def __init__(self, parts: list[Part], said: str = "") -> None:
        self.parts = parts
        self.said = said
        """How it is called where it is shown, such as `w` or `xs[1]`; empty if it has no name."""
        self.own: set[str] = set()
        """Of a list without a name, the names that its elements got as they were set."""

    def nodes(self) -> Iterator[str]:
        """The names of all nodes in it, those of lists in it among them."""
        for part in self.parts:
            if isinstance(part, Items):
                yield from part.nodes()
            elif isinstance(part, str):
                yield part

    def inner(self) -> Iterator[Items]:
        """The lists in it, and those in them, each once."""
        return _and_in_them(self.parts)

    def holds(self, wanted: Items) -> bool:
        """Whether it is a list or has it in it."""
        return self is wanted or any(isinstance(part, Items) and part.holds(wanted) for part in self.parts)

    def shape(self) -> object:
        """What it is made of, to compare it with another."""
        return tuple(part.shape() if isinstance(part, Items) else part for part in self.parts)


class Function:
    """A function as it was defined."""

    def __init__(
        self, name: str, node: ast.FunctionDef, parameters: list[str], defaults: dict[str, ast.expr]
    ) -> None:
        self.name, self.node, self.parameters, self.defaults = name, node, parameters, defaults
        self.broken: ProgramError | None = None
        """The first error in it, once one was found."""


class NetNeuron:
    """A neuron of a network."""

    def __init__(self, name: str, weights: list[str], bias: str, activation: str) -> None:
        """`weights` are their names in the core, as `bias` is."""
        self.name, self.weights, self.bias, self.activation = name, weights, bias, activation


class NetLayer:
    """A layer of a network."""

    def __init__(self, name: str, units: list[NetNeuron]) -> None:
        self.name, self.units = name, units


class NamedNet:
    """A network: its parameters are names of the core."""

    def __init__(self, name: str, kind: str, layers: list[NetLayer]) -> None:
        self.name = name
        self.kind = kind
        """`MLP`, `Layer`, `Neuron`, `load` or `GPT`."""
        self.layers = layers

    def example(self) -> str:
        """How it is called."""
        inputs = range(1, self.inputs + 1)
        return f"{self.name}({list(inputs)})" if len(inputs) <= _FEW else f"{self.name}([1.0]*{len(inputs)})"

    @property
    def inputs(self) -> int:
        """How many numbers it reads."""
        return len(self.layers[0].units[0].weights)

    def said(self) -> str:
        """What it is made of, in words."""
        inputs = self.inputs
        layers = ", ".join(f"{len(layer.units)} {layer.units[0].activation}" for layer in self.layers)
        kind = "MLP" if self.kind == "load" else self.kind
        return f"{kind} of {inputs} input{'s' * (inputs > 1)}: {layers}"

    def parameters(self) -> Iterator[str]:
        """The names of all parameters, in the library's order."""
        for layer in self.layers:
            for unit in layer.units:
                yield from unit.weights
                yield unit.bias


class NamedGPT(NamedNet):
    """A network that reads words: its parameters are lists of lists of names of the core."""

    def __init__(self, name: str, model: GPT, rows: dict[str, Items]) -> None:
        super().__init__(name, "GPT", [])
        self.model = model
        """The sizes, the letters and the parts that are left out."""
        self.rows = rows
        """The matrices, such as `letters` and `layer0.query`, row by row."""

    def said(self) -> str:
        """Its sizes, as the library says them."""
        return str(self.model)

    def parameters(self) -> Iterator[str]:
        """The names of all parameters, in the library's order."""
        for matrix in self.rows.values():
            yield from matrix.nodes()

    def part(self, name: str) -> Items | None:
        """A matrix by its name."""
        return self.rows.get(name)


class GPTLayer:
    """A layer of a network that reads words."""

    def __init__(self, network: NamedGPT, name: str) -> None:
        self.network, self.name = network, name


class Unclear:
    """What a name means whose line has an error: nothing can be said of it."""


Part = str | ex.Number | Items
"""An element of a list: a node by its name in the core, a Number, or a list."""
Binding = str | ex.Number | Items | Function | NamedNet
"""What a name means: a node by its name in the core, a Number, a list, a function or a network."""


class Scope:
    """The names of a program, or of one call of a function."""

    def __init__(
        self,
        prefix: str = "",
        outer: Scope | None = None,
        names: Names | None = None,
        caller: Scope | None = None,
    ) -> None:
        self.prefix = prefix
        """What stands before its names in the core: `f#2.` in the second call of f."""
        self.outer = outer
        """The program's names, for a call."""
        self.names = Names() if names is None else names
        self.bindings: dict[str, Binding | Unclear] = {}
        self.owned: dict[str, None] = {}
        """The core names that it has assigned, in order."""
        self.caller = caller
        """The names where it was called."""
        self.borrowing: list[str] = []
        """The names of loops' variables and arguments, which may mean nodes by others' names."""
        self.going: list[Items] = []
        """The lists that loops go over."""

    def frames(self) -> Iterator[Scope]:
        """This one, and what called it, and so on."""
        frame: Scope | None = self
        while frame is not None:
            yield frame
            frame = frame.caller

    def lists(self) -> Iterator[Items]:
        """Every list that a name means here or a loop goes over, and those in them."""
        return _and_in_them([*self.bindings.values(), *self.going])

    def lists_named(self) -> Iterator[Items]:
        """Every list that a name means, and those in them."""
        return _and_in_them(self.bindings.values())

    def lists_borrowed(self) -> Iterator[Items]:
        """The lists that loops go over, and those that variables mean."""
        bound = map(self.bindings.get, self.borrowing)
        return (each for each in [*self.going, *bound] if isinstance(each, Items))

    @contextmanager
    def going_over(self, lists: list[Items]) -> Iterator[None]:
        """While a loop goes over some lists."""
        count = len(self.going)
        self.going += lists
        try:
            yield
        finally:
            del self.going[count:]

    @contextmanager
    def within(self, names: list[str]) -> Iterator[None]:
        """Have some names mean something else for a while."""
        before, count = {name: self.bindings.get(name) for name in names}, len(self.borrowing)
        self.borrowing += names
        try:
            yield
        finally:
            del self.borrowing[count:]
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


def _and_in_them(bound: Iterable[object]) -> Iterator[Items]:
    """The lists among some things, and those in them, each once."""
    pending, met = [each for each in bound if isinstance(each, Items)], set()
    while pending:
        items = pending.pop()
        if id(items) not in met:
            met.add(id(items))
            yield items
            pending += [part for part in items.parts if isinstance(part, Items)]
