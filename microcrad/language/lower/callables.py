"""What can be called: the language's own functions and methods, and their names in Python's modules."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import reduce

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.elements import GOING_OVER, GROWING, Turn
from microcrad.language.lower.instead import instead_of_call
from microcrad.language.lower.networks import NETWORKS
from microcrad.language.lower.scopes import Function, Items, NamedNet, Part
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.text.near import did_you_mean

__all__ = ["BUILT_IN", "MODULES", "Callables"]

MODULES = (
    "math", "random", "np", "numpy", "torch", "nn", "F", "micrograd", "microcrad", "plt", "matplotlib",
)  # fmt: skip
"""What a name in Python's programs may start with that means nothing here."""
_CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
_SPELLED = {
    "fabs": "abs", "absolute": "abs", "maximum": "max", "minimum": "min", "tensor": "Value",
    "Tensor": "Value", "scalar_tensor": "Value", "float64": "Value",
}  # fmt: skip
"""What modules call the functions that are here."""
_AS_IT_IS = ("double", "requires_grad_", "retain_grad")
"""Methods of PyTorch's numbers that give the same number here: all are doubles, and have a gradient."""
_UNARY = (*ex.FUNCTIONS, *ex.MORE_FUNCTIONS)


class Callables:
    """Lowers calls."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft
        self._spans = draft.spans
        self.modules = set(MODULES)
        """What `import` has made a module's name, and what is one without."""

    def module(self, name: str) -> str | None:
        """What a name means in the module it starts with: `tanh` for `math.tanh`; None without one."""
        first, dot, _ = name.partition(".")
        if not dot or first not in self.modules or self._of.scope.lookup(first) is not None:
            return None
        last = name.rpartition(".")[2]
        return None if self._of.scope.lookup(name) is not None else _SPELLED.get(last, last)

    def constant(self, name: str) -> float | None:
        """The number that `math.pi` is, and others like it; None if the name is none of them."""
        return _CONSTANTS.get(self.module(name) or "")

    def called(self, node: ast.Call) -> tuple[str, list[ast.expr]]:
        """The name of what is called, and its arguments: what a method belongs to is the first of them."""
        match node.func:
            case ast.Name(id=name):
                return name, node.args
            case ast.Attribute(value=owner, attr=name):
                meant = self.module(dotted(node.func))
                return (meant, node.args) if meant else (name, [owner, *node.args])
            case _:
                if isinstance(node.func, ast.Call) and (kind := dotted(node.func.func)) in NETWORKS:
                    raise self._of.networks.unnamed(node, kind, node.func)
                raise self._spans.stop(
                    node.func, "Only functions can be called.", f"They are {', '.join(ex.FUNCTIONS)}."
                )

    def call(self, node: ast.Call, number: bool) -> Lowered:
        """A call where a value is wanted."""
        name, arguments = self.called(node)
        if isinstance(node.func, ast.Attribute):
            self._of.scope.lookup(dotted(node.func).partition(".")[0])  # Whether it is clear what that is.
        named = isinstance(node.func, ast.Name)
        bound = self._of.scope.lookup(name) if named else self._of.networks.called(node)
        if isinstance(bound, Function):
            return self._result(self._of.functions.call(bound, node), bound.name, node, number)
        if isinstance(bound, NamedNet):
            return self._result(self._of.networks.call(bound, node), bound.name, node, number)
        if bound is not None:
            raise self._spans.stop(node.func, f"{name} is no function here.", "Write * to multiply by it.")
        if name in st.COMMANDS:
            raise self._spans.stop(node, f"{name} gives no value.", f"Put {name}(...) on a line of its own.")
        if name in _UNARY:
            return self._unary(name, arguments, node, number)
        if isinstance(node.func, ast.Attribute) and name in _AS_IT_IS and len(arguments) == 1:
            return self._of.values.lower(arguments[0], number=number)
        if isinstance(node.func, ast.Attribute) and name == "item" and len(arguments) == 1:
            return self._item(node.func.value)
        if isinstance(node.func, ast.Attribute) and name == "parameters":
            network = self._of.networks.part(node.func.value)
            if isinstance(network, NamedNet):
                return self._of.networks.parameters(network)
        if name in NETWORKS:
            raise self._of.networks.unnamed(node, name, node)
        if name in BUILT_IN:
            return BUILT_IN[name](self, name, arguments, node, number)
        raise self._unknown(name, arguments, node)

    def _result(self, result: Lowered | None, name: str, node: ast.Call, number: bool) -> Lowered:
        """What a function gives, where a value is wanted."""
        if result is None:
            raise self._spans.stop(
                node, f"{name} gives no value: it has no return.", "Write return and a name as its last line."
            )
        if number and isinstance(result, ex.Expression):
            raise self._makes_a_node(name, node)
        return result

    def _item(self, owner: ast.expr) -> ex.Number:
        """`a.item()` and `a.grad.item()`, as PyTorch has it: the plain number."""
        if isinstance(owner, ast.Attribute) and owner.attr in ex.FIELDS:
            return self._of.values.number(owner)
        return ex.Field(self._of.values.node(owner).name, "data", self._spans.span(owner))

    def _unknown(self, name: str, arguments: list[ast.expr], node: ast.Call) -> StopReading:
        source, module = self._spans.source, self.module(dotted(node.func))
        made = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(made, ast.Call) and (kind := dotted(made.func)) in NETWORKS:
            return self._of.networks.unnamed(node, kind, made)
        if made is not None and name in ("append", "extend") and self.is_list(made):
            line = f"{source(made)}.{name}({', '.join(map(source, arguments[1:]))})"
            return self._spans.stop(node, f"{name} gives no value.", f"Put it on a line of its own: {line}.")
        if made is not None and name in GROWING and (self.is_list(made) or isinstance(made, ast.Call)):
            return self._of.list_names.grows(node, made, len(self._of.elements.of(made).parts))
        if name in GOING_OVER:
            return self._spans.stop(node, f"{name} stands in a loop.", f"Write list({source(node)}).")
        if name == "draw_dot":
            hint = instead_of_call(name, arguments, node, source)
            return self._spans.stop(node, "draw_dot gives nothing here.", hint)
        known = [*ex.FUNCTIONS, *st.COMMANDS, *ex.MORE_FUNCTIONS, *BUILT_IN]
        hint = instead_of_call(name, arguments, node, source) or did_you_mean(name, known).strip()
        functions = ", ".join(ex.FUNCTIONS)
        if isinstance(node.func, ast.Name):
            hint = hint or f"Write def {name}(x): on a line above, or one of {functions}."
        hint = hint or f"The functions are {functions}."
        if module is not None:
            return self._spans.stop(node.func, f"{dotted(node.func)} is not known here.", hint)
        return self._spans.stop(node.func, f"There is no function {name}.", hint)

    # --- functions of numbers ---

    def _unary(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        (argument,) = self._exactly(1, name, arguments, node)
        if number:
            return ex.Apply(name, (self._of.values.number(argument),))
        return ex.Call(name, self._of.values.value(argument), self._spans.span(node))

    def _makes_a_node(self, name: str, node: ast.Call) -> StopReading:
        return self._spans.stop(
            node, f"A plain number is needed here, and {name}(...) makes a node.",
            "Give it a name on a line above, then use name.data.",
        )  # fmt: skip

    def _exactly(self, count: int, name: str, arguments: list[ast.expr], node: ast.Call) -> list[ast.expr]:
        if node.keywords or len(arguments) != count or any(isinstance(a, ast.Starred) for a in arguments):
            said = ("one argument", f"{name}(a)") if count == 1 else ("two arguments", f"{name}(a, b)")
            raise self._spans.stop(node, f"{name} takes {said[0]}.", f"Write {said[1]}.")
        return arguments

    def _uniform(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        if len(arguments) != 2 or node.keywords:
            raise self._spans.stop(node, "uniform takes two numbers.", "Write uniform(-1, 1).")
        values = self._of.values
        return ex.Uniform(values.number(arguments[0]), values.number(arguments[1]))

    def _leaf(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`Value(2.0, label="x")`: one leaf."""
        given = {word.arg: word.value for word in node.keywords}
        label = given.pop("label", None)
        for passed in ("requires_grad", "dtype"):
            given.pop(passed, None)
        if "data" in given:
            arguments = [given.pop("data"), *arguments]
        match arguments:
            case [ast.List(elts=elements)] if isinstance(node.func, ast.Attribute) and len(elements) == 1:
                arguments = elements  # PyTorch's `Tensor([2.0])`.
            case [ast.List()] if isinstance(node.func, ast.Attribute):
                said = self._spans.source(arguments[0])
                raise self._spans.stop(node, "A tensor is one number here.", f"Write the list alone: {said}.")
        if len(arguments) != 1 or given or isinstance(arguments[0], ast.Starred):
            raise self._spans.stop(node, f"{name} takes one number, and a label.", "Write a = 2.0.")
        if number:
            raise self._makes_a_node(name, node)
        lowered = self._of.values.number(arguments[0])
        return ex.Lift(lowered, self._spans.span(node), self.text(label) if label is not None else "")

    def text(self, node: ast.expr, message: str = "", hint: str = "") -> str:
        """A text as it was written, where one is wanted; `message` and `hint` are said of anything else."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self._spans.stop(
            node, message or "A label is a text.", hint or 'Write it in quotes: label="x".'
        )

    def _float(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`float(2)`: a number is one already."""
        (argument,) = self._exactly(1, name, arguments, node)
        return self._of.values.number(argument)

    # --- built of others ---

    def _power(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        first, second = self._exactly(2, name, arguments, node)
        spelled = ast.copy_location(ast.BinOp(first, ast.Pow(), second), node)
        return self._of.values.lower(spelled, number=number)

    def _abs(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """abs(a) is relu(a) + relu(-a), so that the graph shows it."""
        (argument,) = self._exactly(1, name, arguments, node)
        if number:
            return ex.Apply("abs", (self._of.values.number(argument),))
        span = self._spans.span(node)
        a = self._again(self._of.values.value(argument), argument)
        return ex.Operate("+", ex.Call("relu", a, span), ex.Call("relu", ex.Negate(a, span), span), span)

    def _extreme(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """max(a, b) is a + relu(b - a), min(a, b) is a - relu(a - b); of more, from left to right."""
        values, span = self._of.values, self._spans.span(node)
        if len(arguments) == 1 and not node.keywords and self.is_list(arguments[0]):
            count = len(self._of.elements.of(arguments[0]).parts)
            places = [ast.copy_location(ast.Constant(place), node) for place in range(count)]
            arguments = [ast.copy_location(ast.Subscript(arguments[0], place), node) for place in places]
        if len(arguments) < 2 or node.keywords:
            raise self._spans.stop(node, f"{name} takes two numbers or more.", f"Write {name}(a, b).")
        if number:
            numbers = [values.number(argument) for argument in arguments]
            return reduce(lambda a, b: ex.Apply(name, (a, b)), numbers)
        found = values.lower(arguments[0])
        for argument in arguments[1:]:
            before = len(self._of.out)
            other = values.lower(argument)
            found = self._of.keep(found, arguments[0], before)
            a = self._again(values.as_value(found, arguments[0]), arguments[0])
            b = values.as_value(other, argument)
            sides = (b, a) if name == "max" else (a, b)
            over = ex.Call("relu", ex.Operate("-", *sides, span), span)
            found = ex.Operate("+" if name == "max" else "-", a, over, span)
        return found

    def _again(self, value: ex.Expression, node: ast.expr) -> ex.Expression:
        """A value that is used twice: it is worked out once, and has a name until its line ends."""
        if isinstance(value, ex.Name):
            return value
        return self._of.temporary(value, self._spans.span(node))

    # --- of lists ---

    def is_list(self, node: ast.expr) -> bool:
        """Whether an expression is the name of a list, or an element that is one."""
        if isinstance(node, ast.Subscript):
            return isinstance(self._of.values.lower(node), Items)
        return isinstance(self._of.scope.lookup(dotted(node)), Items)

    def _sum(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """The sum of a list's elements, from left to right; a second argument stands before them."""
        given = [*arguments, *(word.value for word in node.keywords if word.arg == "start")]
        if not 1 <= len(given) <= 2 or len(given) < len(arguments) + len(node.keywords):
            raise self._spans.stop(node, "sum takes a list.", "Write sum([1, 2, 3]).")
        start = given[1] if len(given) > 1 else None
        return self._checked(self._of.elements.total(arguments[0], start, node), name, node, number)

    def _dot(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """The sum of the products of two lists' elements."""
        first, second = self._exactly(2, name, arguments, node)
        return self._checked(self._of.elements.dot(first, second, node), name, node, number)

    def _checked(self, lowered: Lowered, name: str, node: ast.Call, number: bool) -> Lowered:
        if number and not ex.is_number(lowered):
            raise self._makes_a_node(name, node)
        return lowered

    def _len(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """How many elements a list has, which is known before anything runs."""
        (argument,) = self._exactly(1, name, arguments, node)
        return ex.Literal(float(len(self._of.elements.of(argument).parts)))

    def _list(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`list(...)`: what can be gone over, as a list."""
        (argument,) = self._exactly(1, name, arguments, node)
        return Items([_as_part(turn) for turn in self._of.elements.turns(argument, [])])


def _as_part(turn: Turn) -> Part:
    """What a loop would go over, as an element: several things at once are a list."""
    if type(turn) is not tuple:
        return turn  # type: ignore[return-value]
    return Items([_as_part(each) for each in turn])  # type: ignore[arg-type]


_BuiltIn = Callable[[Callables, str, list[ast.expr], ast.Call, bool], Lowered]
BUILT_IN: dict[str, _BuiltIn] = {
    "uniform": Callables._uniform,
    "Value": Callables._leaf,
    "float": Callables._float,
    "pow": Callables._power,
    "abs": Callables._abs,
    "max": Callables._extreme,
    "min": Callables._extreme,
    "sum": Callables._sum,
    "dot": Callables._dot,
    "len": Callables._len,
    "list": Callables._list,
    "tuple": Callables._list,
}
"""What can be called besides the operations."""
