"""What a program's text asks of its names: whether they are nodes, or may be plain numbers.

It is read before the program is lowered, as what stands further down may ask for a node's gradient.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from microcrad.language import core_expressions as ex
from microcrad.language.lower.scopes import GROWING
from microcrad.language.lower.spans import dotted, walk
from microcrad.records import Record

__all__ = ["NameUses"]

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


class _Given(Record):
    """Names that are given what an expression makes."""

    names: list[str]
    made_of: set[str]
    """All names in the expression."""
    same_as: set[str]
    """Those whose nodes may be what is given."""


@dataclass
class _Said:
    """What one statement of the program says of names."""

    asked: set[str]
    """Those that are asked for what only nodes have."""
    given: list[_Given]
    named: set[str]
    """Those that are given anything."""
    makes: bool = False
    """Whether it makes a node as programs written for micrograd do."""
    commands: bool = False
    """Whether it is written so in this language alone."""


class NameUses:
    """What a program's text asks of its names; one that is local to a function is called `f.x`."""

    def __init__(self, tree: ast.Module, before: NameUses | None = None, unchanged: int = 0) -> None:
        """So many of the first statements are the same as in the text of `before`, and are not read again."""
        self._functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
        self._parameters = [
            (name, [*map(_name_of, each.args.args)]) for name, each in self._functions.items()
        ]
        self._function, self._local = "", set[str]()
        self._said: list[_Said] = []
        """What each statement says."""
        if before is not None and before._parameters == self._parameters:
            self._said = before._said[:unchanged]
        for statement in tree.body[len(self._said) :]:
            self._read(statement)
        said = self._said
        self.as_in_python = any(each.makes for each in said) and not any(each.commands for each in said)
        """Whether it is written for micrograd: numbers are numbers there."""
        self._given = [given for each in said for given in each.given]
        asked = {name for each in said for name in each.asked}
        asked = asked - self._made() if self.as_in_python else asked
        self.changed = _closed(asked, ((each.names, each.same_as) for each in self._given))
        """The names of nodes: that are asked for what only nodes have, or may be other names of such."""
        self.drawn = _closed(asked, ((each.names, each.made_of) for each in self._given))
        """The same, and all that such nodes are made of."""
        self.any_node = any(not each.named.isdisjoint(self.drawn) for each in said)
        """Whether any name is that of such a node."""

    def _made(self) -> frozenset[str]:
        """The names that are given what makes nodes, and what is computed from these."""
        return _closed({_A_NODE}, ((each.made_of, each.names) for each in self._given))

    # --- reading the text ---

    def _read(self, statement: ast.stmt) -> None:
        self._now = _Said(set(), [], set())
        self._said.append(self._now)
        if isinstance(statement, ast.FunctionDef):
            self._function = statement.name
            self._local = {*_stored(statement), *map(_name_of, statement.args.args)}
            defaults = statement.args.defaults
            for each, default in zip(statement.args.args[-len(defaults) :], defaults, strict=False):
                self._give([self._name(each.arg)], default)
        for node in walk(statement):
            reader = _READERS.get(type(node))
            if reader is not None:
                reader(self, node)
        self._function, self._local = "", set()

    def _name(self, name: str) -> str:
        return f"{self._function}.{name}" if name in self._local else name

    def _give(self, names: list[str], value: ast.expr) -> None:
        self._now.named.update(names)
        if not isinstance(value, ast.Constant):
            self._now.given.append(_Given(names, *self._in(value)))

    def _ask(self, node: ast.expr) -> None:
        """Something is asked of what an expression makes that only nodes have."""
        named = list(self._targets(node))
        self._now.asked.update(named)
        if not named:  # Of what has no name it is asked that is computed from others.
            unnamed = f"({node.lineno}, {node.col_offset})"
            self._now.asked.add(unnamed)
            self._now.given.append(_Given([unnamed], *self._in(node)))

    def _read_assign(self, node: ast.Assign) -> None:
        self._give([name for target in node.targets for name in self._targets(target)], node.value)

    def _read_augmented(self, node: ast.AugAssign) -> None:
        self._give(list(self._targets(node.target)), node.value)

    def _read_going(self, node: ast.For | ast.comprehension) -> None:
        self._give(list(self._targets(node.target)), node.iter)

    def _read_return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._give([self._function], node.value)

    def _read_attribute(self, node: ast.Attribute) -> None:
        if node.attr in _OF_NODES:
            self._ask(node.value)

    def _read_call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Name(id=name) if (function := self._functions.get(name)) is not None:
                parameters = [f"{name}.{each.arg}" for each in function.args.args]
                for parameter, argument in zip(parameters, node.args, strict=False):
                    self._give([parameter], argument)
                for word in node.keywords:
                    self._give([f"{name}.{word.arg}"], word.value)
            case ast.Name(id=name) if name in _COMMANDS:
                self._now.commands = True
                for argument in node.args:
                    self._ask(argument)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _MAKERS:
                self._now.makes = True
            case ast.Attribute(value=owner, attr=name) if name in GROWING:
                for argument in node.args:
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

    def _in(self, value: ast.expr) -> tuple[set[str], set[str]]:
        """The names that an expression is made of, and those that it may be another name of."""
        made_of: set[str] = set()
        same_as: set[str] = set()
        pending: list[tuple[ast.AST, bool]] = [(value, True)]
        while pending:
            node, same = pending.pop()
            if type(node) is ast.Name:
                made_of.add(self._name(node.id))
                if same:
                    same_as.add(self._name(node.id))
                continue
            match node:
                case ast.Constant() | ast.Attribute(attr="data" | "grad"):
                    pass
                case ast.BinOp(left=left, right=right):  # A list in it may be a part of what is joined.
                    pending += ((each, same and not isinstance(each, ast.Name)) for each in (left, right))
                case ast.Call(func=function, args=arguments, keywords=keywords):
                    last = dotted(function).rpartition(".")[2]
                    own = last in self._functions
                    if last in _MAKERS and not own:
                        made_of.add(_A_NODE)
                    if own or last not in _TAKE_NUMBERS:
                        parts = (function, *arguments, *(word.value for word in keywords))
                        pending += ((each, same and (own or last not in _MAKE_NEW)) for each in parts)
                case ast.Subscript(value=owner):
                    pending.append((owner, same))
                case ast.UnaryOp(op=ast.USub(), operand=ast.Name() as operand):
                    pending.append((operand, False))
                case _:
                    pending += ((each, same) for each in ast.iter_child_nodes(node))
        return made_of, same_as


_READERS: dict[type[ast.AST], Callable[[NameUses, Any], None]] = {
    ast.Assign: NameUses._read_assign,
    ast.AugAssign: NameUses._read_augmented,
    ast.For: NameUses._read_going,
    ast.comprehension: NameUses._read_going,
    ast.Return: NameUses._read_return,
    ast.Attribute: NameUses._read_attribute,
    ast.Call: NameUses._read_call,
}
"""The parts of a text that say something of names."""


def _closed(names: Iterable[str], given: Iterable[tuple[Iterable[str], Iterable[str]]]) -> frozenset[str]:
    """Some names, and those that lead on from them: each pair has names and where they lead."""
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for froms, tos in given:
        for name in froms:
            leads[name].update(tos)
    found, pending = set(names), list(names)
    while pending:
        for name in leads[pending.pop()] - found:
            found.add(name)
            pending.append(name)
    return frozenset(found)


def _name_of(argument: ast.arg) -> str:
    return argument.arg


def _stored(function: ast.FunctionDef) -> Iterator[str]:
    """The names that a function gives a value."""
    for each in walk(function):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
