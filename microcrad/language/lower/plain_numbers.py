"""Names of plain numbers, such as `lr = 0.1` and `epochs = 20`: nodes, and numbers where one is wanted.

In a program written for micrograd, which makes its nodes with `Value(...)` or of networks and calls
`o.backward()`, what is computed from plain numbers alone is a plain number, as in Python. Elsewhere `a = 2`
is how nodes are written: a number is one where only a number can stand, and in texts.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from microcrad.language import core_expressions as ex
from microcrad.language.lower.scopes import GROWING, Items
from microcrad.language.lower.spans import dotted, walk
from microcrad.language.statements import reads

__all__ = ["PlainNumber", "PlainNumbers", "TakenFor"]

_TAKE_NUMBERS = {"range", "print", "len", "float", "int", "round", "uniform"}
"""What gives its arguments no other name, and makes no node of them."""
_MAKERS = {"Value", "tensor", "Tensor", "MLP", "Layer", "Neuron"}
"""What makes nodes in programs written for micrograd or PyTorch."""
_MAKE_NEW = {*ex.FUNCTIONS, *ex.MORE_FUNCTIONS, *_MAKERS, "abs", "max", "min", "sum", "dot"}
"""What gives a new node, which is no other name of an argument."""
_COMMANDS = {"backward", "retain", "release", "zero_grad"}
"""What is written so in this language alone, and what it is about are nodes."""
_OF_NODES = {*ex.FIELDS, *ex.FUNCTIONS, *ex.MORE_FUNCTIONS, "backward", "item", "label"}
"""What only nodes have."""
_A_NODE = "Value(...)"
"""Stands for what makes a node among the names that an expression is made of."""


class TakenFor(NamedTuple):
    """What a loop's turn took a name for."""

    name: str
    plain: bool
    """Whether for a number; else it was no plain number, and was taken for a node."""
    known: bool = False
    """Whether for a number that is known before anything runs."""


class PlainNumber(NamedTuple):
    """What a name of a plain number means."""

    number: ex.Number | None
    """The number, if it is known before anything runs."""
    made_of: frozenset[str]
    """The names whose numbers it was computed from."""


class PlainNumbers:
    """Which names mean plain numbers where a program has got to, and which numbers if that is known."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self.known: dict[str, PlainNumber] = {}
        """The names that were given plain numbers."""
        self.taken: set[TakenFor] = set()
        """What names were taken for."""

    @cached_property
    def _uses(self) -> _Uses:
        return _Uses(self._tree)

    @property
    def as_in_python(self) -> bool:
        """Whether a program is written for micrograd: what is computed from numbers alone is a number."""
        return self._uses.as_in_python

    def given(self, name: str, lowered: ex.Expression | ex.Number) -> None:
        """A name of the core means from here on what was lowered."""
        if self._of_numbers(lowered):
            self.known[name] = PlainNumber(self._resolved(lowered), self._sources(lowered))
        else:
            self.known.pop(name, None)

    def forget(self, name: str) -> None:
        """A name means nothing from here on."""
        self.known.pop(name, None)

    def may_be_known(self, before: dict[str, PlainNumber]) -> None:
        """A loop that may have no turn is over: what was not known so before it is known no more."""
        for name, plain in self.known.items():
            if before.get(name) != plain:
                self.known[name] = plain._replace(number=None)

    def same_again(
        self, taken: Iterable[TakenFor], before: dict[str, PlainNumber], owned: Container[str]
    ) -> bool:
        """Whether the next turn of a loop would take names for the same as the last one, which took `taken`.

        `before` is what names meant before that turn, and `owned` are the names that there were.
        """
        for name, plain, known in taken:
            first, now = before.get(name), self.known.get(name)
            if known and first is not None and first != now:
                return False
            if plain and first is not None and now is None:
                return False
            if not plain and first is None and now is not None and name in owned:
                return False
        return True

    def read(self, name: ex.Name, *, said: bool = False) -> ex.Field | None:
        """The number that a name stands for where one is wanted, or where it is said; None for a node."""
        if said and _key(name.name) in self._uses.drawn:
            return None
        plain = self._is_plain(name.name)
        self.taken.add(TakenFor(name.name, plain))
        return ex.Field(name.name, "data", name.span) if plain else None

    def resolved(self, lowered: ex.Expression | ex.Number | Items) -> ex.Number | None:
        """What was lowered with the numbers of the names in it, if these are known before anything runs."""
        if isinstance(lowered, Items) or not self._of_numbers(lowered):
            return None
        self.taken.update(TakenFor(name, True, known=True) for name in self._sources(lowered))
        return self._resolved(lowered)

    def computed(self, name: ex.Name) -> ex.Field | None:
        """The number that a name stands for, where that is what Python would compute with; None otherwise."""
        return self.read(name) if self._uses.as_in_python else None

    def says_number(self, lowered: ex.Expression | ex.Number) -> bool:
        """Whether what `print` says by itself is a node by its form only: a name of a number, or 2*n."""
        if not (self._uses.any_node or self._uses.as_in_python) or not self._of_numbers(lowered):
            return False
        return not any(_key(name) in self._uses.drawn for name in _names(lowered))

    def _is_plain(self, name: str) -> bool:
        return name in self.known and _key(name) not in self._uses.changed

    def _of_numbers(self, made: object) -> bool:
        """Whether what was lowered is computed from plain numbers alone."""
        if ex.is_number(made):
            return True
        names = _names(made)
        first = next(names, None)
        return first is not None and self._is_plain(first) and all(map(self._is_plain, names))

    def _sources(self, made: object) -> frozenset[str]:
        """The names that were given what is computed, and those whose numbers these were computed from."""
        names = reads(made)
        return frozenset(names).union(*(self.known[name].made_of for name in names if name in self.known))

    def _resolved(self, made: object) -> ex.Number | None:
        """What is computed from plain numbers with the known ones in their place; None if one is unknown."""
        match made:
            case ex.Name(name) | ex.Field(name, "data"):
                return self.known[name].number if self._is_plain(name) else None
            case ex.Lift(number):
                return self._resolved(number)
            case ex.Operate():
                return self._chain(*ex.chain(made))
            case ex.Arithmetic():
                return self._chain(*ex.number_chain(made))
            case ex.Negate(operand) | ex.NegateNumber(operand):
                inner = self._resolved(operand)
                return None if inner is None else ex.NegateNumber(inner)
            case ex.Apply(function, operands):
                found = [self._resolved(operand) for operand in operands]
                return None if None in found else ex.Apply(function, tuple(found))  # type: ignore[arg-type]
            case ex.Literal() | ex.LoopVariable():
                return made
        return None

    def _chain(self, first: object, operations: Sequence[ex.Operate | ex.Arithmetic]) -> ex.Number | None:
        """The same of a sum or a product of any length."""
        found = self._resolved(first)
        for each in operations:
            right = self._resolved(each.right) if found is not None else None
            if found is None or right is None:
                return None
            if isinstance(found, ex.Literal) and isinstance(right, ex.Literal):
                found = ex.Literal(ex.ON_NUMBERS[each.operator](found.value, right.value))
            else:
                found = ex.Arithmetic(each.operator, found, right)
        return found


def _names(made: object) -> Iterator[str]:
    """The names of the nodes that an expression is computed from, but for what is read of their fields."""
    pending = [made]
    while pending:
        each = pending.pop()
        if isinstance(each, ex.Name):
            yield each.name
        elif isinstance(each, tuple) and not ex.is_number(each):
            pending += each


def _key(core: str) -> str:
    """A name of the core as the text has it: `f.x` for `g.f#2.x[0]`."""
    if "#" in core or "[" in core or "." in core:
        parts = [part.partition("#")[0] for part in core.partition("[")[0].split(".")]
        return ".".join(parts[-2:])
    return core


class _Given(NamedTuple):
    """Names that are given what an expression makes."""

    names: frozenset[str]
    made_of: frozenset[str]
    """All names in the expression."""
    same_as: frozenset[str]
    """Those whose nodes may be what is given."""


class _Uses:
    """What a program's text says of its names; one that is local to a function is called `f.x`."""

    def __init__(self, tree: ast.Module) -> None:
        self._asked: set[str] = set()
        self._given: list[_Given] = []
        self._functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
        self._function, self._local = "", set[str]()
        makes = own = False
        for statement in tree.body:
            if isinstance(statement, ast.FunctionDef):
                self._function = statement.name
                self._local = {each.arg for each in statement.args.args}
                self._local |= set(_stored(statement))
                defaults = statement.args.defaults
                for each, default in zip(statement.args.args[-len(defaults) :], defaults, strict=False):
                    self._give([self._name(each.arg)], default)
            for node in walk(statement):
                self._read(node)
                if isinstance(node, ast.Call):
                    makes |= dotted(node.func).rpartition(".")[2] in _MAKERS - self._functions.keys()
                    own |= isinstance(node.func, ast.Name) and node.func.id in _COMMANDS
            self._function, self._local = "", set()
        self.as_in_python = makes and not own
        """Whether it is written for micrograd: numbers are numbers there."""
        made = self._made() if self.as_in_python else {_A_NODE}
        self.changed = self._closed("same_as", self._asked - made)
        """The names of nodes: that are asked for what only nodes have, or may be other names of such."""
        self.drawn = self._closed("made_of", self._asked - made)
        """The same, and all that such nodes are made of."""
        self.any_node = any(
            name in self.drawn for each in self._given for name in each.names if name[0] != "("
        )
        """Whether any name is that of such a node."""

    # --- what follows from it ---

    def _made(self) -> set[str]:
        """The names that are given what makes nodes, and what is computed from these."""
        made, count = {_A_NODE}, 0
        while len(made) > count:
            count = len(made)
            for each in self._given:
                if not made.isdisjoint(each.made_of):
                    made |= each.names
        return made

    def _closed(self, which: str, names: set[str]) -> frozenset[str]:
        """Some names, and those that they are given from."""
        found, count = set(names), -1
        while len(found) > count:
            count = len(found)
            for each in self._given:
                if not found.isdisjoint(each.names):
                    found |= getattr(each, which)
        return frozenset(found)

    # --- reading the text ---

    def _name(self, name: str) -> str:
        return f"{self._function}.{name}" if name in self._local else name

    def _give(self, names: list[str], value: ast.expr) -> None:
        made_of, same_as = (frozenset(self._in(value, operands=each)) for each in (True, False))
        self._given.append(_Given(frozenset(names), made_of, same_as))

    def _ask(self, node: ast.expr) -> None:
        """Something is asked of what an expression makes that only nodes have."""
        unnamed = f"({len(self._given)})"
        self._give([unnamed], node)
        self._asked.add(unnamed)
        self._asked.update(self._targets(node))

    def _read(self, node: ast.AST) -> None:
        """What one part of the text says."""
        match node:
            case ast.Assign(targets=targets, value=value):
                self._give([name for target in targets for name in self._targets(target)], value)
            case ast.AugAssign(target=target, value=value):
                self._give(list(self._targets(target)), value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._give(list(self._targets(target)), value)
            case ast.Return(value=ast.expr() as value) if self._function:
                self._give([self._function], value)
            case ast.Attribute(value=owner, attr=attr) if attr in _OF_NODES:
                self._ask(owner)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in _COMMANDS:
                for argument in arguments:
                    self._ask(argument)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in self._functions:
                parameters = [f"{name}.{each.arg}" for each in self._functions[name].args.args]
                for parameter, argument in zip(parameters, arguments, strict=False):
                    self._give([parameter], argument)
                for word in node.keywords:
                    self._give([f"{name}.{word.arg}"], word.value)
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=arguments) if attr in GROWING:
                for argument in arguments:
                    self._give(list(self._targets(owner)), argument)

    def _targets(self, target: ast.expr) -> Iterator[str]:
        """The names that a target gives something to, also to their elements; none for a field."""
        match target:
            case ast.Name(id=name):
                yield self._name(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for each in elements:
                    yield from self._targets(each)
            case ast.Subscript(value=value):
                yield from self._targets(value)

    def _in(self, node: ast.AST, *, operands: bool) -> Iterator[str]:
        """The names that an expression is made of, or, without operands, that it may be another name of."""
        pending = [node]
        while pending:
            match pending.pop():
                case ast.Name(id=name):
                    yield self._name(name)
                case ast.Attribute(attr="data" | "grad"):
                    pass
                case ast.Subscript(value=value):
                    pending.append(value)
                case ast.BinOp(left=left, right=right) if not operands:
                    pending += [each for each in (left, right) if not isinstance(each, ast.Name)]
                case ast.UnaryOp(op=ast.USub(), operand=ast.Name()) if not operands:
                    pass
                case ast.Call(func=function, args=arguments, keywords=keywords):
                    last = dotted(function).rpartition(".")[2]
                    own = last in self._functions
                    if last in _MAKERS and not own:
                        yield _A_NODE
                    if own or not (last in _TAKE_NUMBERS or (last in _MAKE_NEW and not operands)):
                        pending += [function, *arguments, *(word.value for word in keywords)]
                case other:
                    pending += ast.iter_child_nodes(other)


def _stored(function: ast.FunctionDef) -> Iterator[str]:
    """The names that a function gives a value."""
    for each in walk(function):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
