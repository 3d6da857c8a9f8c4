"""What to write instead of what Python's programs call or do to lists, and is not here.

A hint is something that works where it is given: it has the names that stand there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from microcrad.language.lower.signs import ARITHMETIC

__all__ = ["instead_of_call", "instead_of_change"]

_SEEN = 'Write print(f"{{{a}:.2f}}") to see a number as you want it.'
_BY_HAND = "Write for p in net.parameters(): and below it p.data += -0.1 * p.grad."
_INSTEAD = {
    **dict.fromkeys(("array", "asarray", "linspace", "arange", "stack"), "Write a list: [1, 2, 3]."),
    **dict.fromkeys(("zeros", "ones", "empty", "full"), "Write a list: [0.0]*3."),
    **dict.fromkeys(("random", "rand"), "Write uniform(0, 1)."),
    **dict.fromkeys(("gauss", "normal", "normalvariate", "randn", "randint"), "Write uniform(-1, 1)."),
    **dict.fromkeys(("SGD", "Adam", "step"), _BY_HAND),
    **dict.fromkeys(("detach", "clone", "numpy", "tolist"), "Write {a}.data for its number, or b = {a}."),
    **dict.fromkeys(("str", "repr", "type", "id"), _SEEN),
    **dict.fromkeys(("any", "all", "isinstance", "hasattr"), "Leave it out, or print the numbers."),
    **dict.fromkeys(("set", "dict", "items", "keys", "values"), "Write a list: [1, 2, 3]."),
    **dict.fromkeys(("cat", "concatenate"), "Join lists: [1, 2] + [3]."),
    "format": 'Write print(f"{{{last}:.2f}}"): numbers stand in the text.',
    "filter": "Write the whole list: its length never depends on data.",
    "sorted": "Write the elements in the order you want: [{a}[1], {a}[0]].",
    "_backward": "Write backward({a}): it goes through the whole graph.",
    "zero_": "Write {a} = 0.",
    "square": "Write {a}**2.", "mean": "Write sum({a}) / len({a}).", "prod": "Write a product: a*b*c.",
    "matmul": "Write dot({all}).", "input": "Write the number itself.",
    "trace": 'Run it as Python, where open("graph.mc", "w").write(trace({a}).text) makes a program to open, '
    "or leave the line out, as the graph of a program is followed here.",
    "draw_dot": "Put {call} on a line of its own: the graph is drawn beside.",
}  # fmt: skip


def instead_of_call(
    name: str, arguments: Sequence[ast.expr], node: ast.Call, source: Callable[[ast.expr], str]
) -> str:
    """What to write instead of a call; a method's owner is its first argument. Empty if nothing is known."""
    said = [source(each) for each in arguments]
    if name in ("array", "asarray") and arguments and isinstance(arguments[0], ast.List):
        return f"Write the list alone: {said[0]}."
    text = _INSTEAD.get(name, "")
    return text.format(
        a=said[0] if said else "a",
        last=said[-1] if said else "a.data",
        all=", ".join(said),
        call=source(node),
    )


def instead_of_change(
    node: ast.expr | ast.stmt, name: str, said: str, count: int, source: Callable[[ast.expr], str]
) -> str:
    """What to write instead of what would change a list of so many in its place.

    `name` is what can be assigned, and the list is `said`.
    """
    found = ""
    match node:
        case ast.Call(func=ast.Attribute(attr="extend"), args=[value]):
            found = f"{said} + {source(value)}"
        case ast.AugAssign(op=op, value=value) if (sign := ARITHMETIC.get(type(op), "+")) != "+":
            found = f"[a {sign} {source(value)} for a in {said}]"
        case ast.Call(func=ast.Attribute(attr="append"), args=[value]):
            found = f"{said} + [{source(value)}]"
        case ast.Call(func=ast.Attribute(attr="insert"), args=[place, value]):
            before = source(place)
            found = f"{said}[:{before}] + [{source(value)}] + {said}[{before}:]"
        case ast.Call(func=ast.Attribute(attr="pop"), args=[]):
            found = f"{said}[:-1]"
        case ast.Call(func=ast.Attribute(attr="pop"), args=[place]) | ast.Subscript(slice=place):
            found = _without(said, place)
        case ast.Call(func=ast.Attribute(attr="reverse")):
            found = f"{said}[::-1]"
        case ast.Call(func=ast.Attribute(attr="clear")):
            found = "[]"
    return f"Write {name} = {found or f'[{said}[{count - 1}], {said}[0]]'}."


def _without(said: str, place: ast.expr) -> str:
    """A list without one of its elements."""
    match place:
        case ast.Constant(value=int(at)):
            return f"{said}[:{at}] + {said}[{at + 1}:]" if at else f"{said}[1:]"
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return f"{said}[:-1]"
    return f"{said}[1:]"
