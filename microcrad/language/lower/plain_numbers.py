"""Names of plain numbers, such as `lr = 0.1` and `epochs = 20`: nodes, and numbers where one is wanted."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from microcrad.language.lower.spans import walk

__all__ = ["never_changed", "used_as_numbers"]

_TAKE_NUMBERS = {"range", "print", "len", "float", "uniform", "MLP", "Layer", "Neuron", "GPT", "Value"}
"""What gives its arguments no other name."""


def used_as_numbers(tree: ast.Module) -> frozenset[str]:
    """The names of which nothing is asked that only nodes have: `.data`, `.grad`, `.tanh()`, `backward`."""
    nodes = list(walk(tree))
    asked: set[str] = set()
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id=name)):
                asked.add(name)
            case ast.Call(func=ast.Name(id="backward" | "retain" | "release" | "zero_grad"), args=args):
                asked.update(each.id for each in args if isinstance(each, ast.Name))
    return frozenset(each.id for each in nodes if isinstance(each, ast.Name)) - asked


def never_changed(tree: ast.Module) -> frozenset[str]:
    """The names whose nodes nothing can change in place: they have no other name, and no `.data` that is set.

    What such a name was given is known before anything runs, if that is.
    """
    nodes = list(walk(tree))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    only_read = {id(each) for node in nodes for each in _only_read(node, own)}
    names = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    changed = {name.id for name in names if id(name) not in only_read}
    return used_as_numbers(tree) - changed


def _only_read(node: ast.AST, own: set[str]) -> Iterator[ast.AST | None]:
    """The parts of an expression whose nodes it makes something of, and does not hand on."""
    match node:
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.AugAssign(value=value):
            yield value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield operand
        case ast.Subscript(slice=place):
            yield place
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield from (lower, upper, step)
        case ast.FormattedValue(value=value):
            yield value
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _TAKE_NUMBERS - own:
            for each in (*args, *(word.value for word in keywords)):
                yield from each.elts if isinstance(each, ast.List) else (each,)
