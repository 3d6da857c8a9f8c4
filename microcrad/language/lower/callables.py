"""What can be called: the language's own functions and methods, and their names in Python's modules."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from microcrad.language import core_expressions as ex
from microcrad.language import statements as st
from microcrad.language.lower.draft import Draft, Lowered
from microcrad.language.lower.elements import Turn, is_several
from microcrad.language.lower.networks import NETWORKS
from microcrad.language.lower.scopes import Function, Items, NamedNet, Part
from microcrad.language.lower.spans import StopReading, dotted
from microcrad.language.lower.unknown_calls import unknown_call

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
MOST_DIGITS = 20
"""How many digits `round` leaves behind the point at most."""
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
        known = [*ex.FUNCTIONS, *st.COMMANDS, *ex.MORE_FUNCTIONS, *BUILT_IN]
        raise unknown_call(self._of, name, arguments, node, known)

    def _result(self, result: Lowered | None, name: str, node: ast.Call, number: bool) -> Lowered:
        """What a function gives, where a value is wanted."""
        if result is None:
            raise self._of.functions.no_value(name, node)
        return self._checked(result, name, node, number)

    def _item(self, owner: ast.expr) -> ex.Number:
        """`a.item()` and `a.grad.item()`, as PyTorch has it: the plain number."""
        if isinstance(owner, ast.Attribute) and owner.attr in ex.FIELDS:
            return self._of.values.number(owner)
        return ex.Field(self._of.values.node(owner).name, "data", self._spans.span(owner))

    # --- functions of numbers ---

    def _unary(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        (argument,) = self._exactly(1, name, arguments, node)
        lowered = self._given(argument, number)
        if self._on_numbers(number, lowered):
            return ex.Apply(name, (lowered,))  # type: ignore[arg-type]
        return ex.Call(name, self._of.values.as_value(lowered, argument), self._spans.span(node))

    def _given(self, node: ast.expr, number: bool) -> Lowered:
        """An argument, as a plain number where one is wanted or Python would have one."""
        lowered = self._of.values.computed(self._of.values.lower(node, number=number))
        return self._of.values.as_number(lowered, node) if number else lowered

    def _on_numbers(self, number: bool, *arguments: Lowered) -> bool:
        """Whether a function of such arguments is a plain number."""
        return number or (self._of.plain.as_in_python and all(map(ex.is_number, arguments)))

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

    def _int(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`int(2.7)`: the whole number nearer to 0."""
        (argument,) = self._exactly(1, name, arguments, node)
        return ex.Apply("int", (self._of.values.number(argument),))

    def _round(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`round(x.data, 3)`: the nearest number with so many digits behind its point."""
        if node.keywords or not 1 <= len(arguments) <= 2:
            raise self._spans.stop(node, "round takes a number, and how many digits.", "Write round(2.5, 1).")
        digits = self._of.elements.whole(arguments[1]) if len(arguments) > 1 else 0
        if not 0 <= digits <= MOST_DIGITS:
            raise self._spans.stop(
                arguments[1], f"A number is rounded to 0 to {MOST_DIGITS} digits.", "Write round(a.data, 3)."
            )
        return ex.Apply("round", (self._of.values.number(arguments[0]), ex.Literal(float(digits))))

    # --- built of others ---

    def _power(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        first, second = self._exactly(2, name, arguments, node)
        spelled = ast.copy_location(ast.BinOp(first, ast.Pow(), second), node)
        return self._of.values.lower(spelled, number=number)

    def _abs(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """abs(a) is relu(a) + relu(-a), so that the graph shows it."""
        (argument,) = self._exactly(1, name, arguments, node)
        lowered = self._given(argument, number)
        if self._on_numbers(number, lowered):
            return ex.Apply("abs", (lowered,))  # type: ignore[arg-type]
        span = self._spans.span(node)
        a = self._again(self._of.values.as_value(lowered, argument), argument)
        return ex.Operate("+", ex.Call("relu", a, span), ex.Call("relu", ex.Negate(a, span), span), span)

    def _extreme(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """max(a, b) is a + relu(b - a), min(a, b) is a - relu(a - b); of more, from left to right."""
        values, span = self._of.values, self._spans.span(node)
        first, *others = arguments or [node]
        if node.keywords or not (others or self._is_list_in_any_form(first)):
            raise self._spans.stop(node, f"{name} takes two numbers or more.", f"Write {name}(a, b).")
        given = (
            ((self._given(argument, number), argument) for argument in arguments)
            if others
            else self._of.elements.each(first, number=number)
        )
        found, start = next(given, (None, node))
        if found is None:
            raise self._spans.stop(node, f"{name} takes two numbers or more.", f"Write {name}(a, b).")
        found = values.computed(found)
        while True:
            before = len(self._of.out)
            lowered, argument = next(given, (None, node))
            if lowered is None:
                return found
            other = values.computed(lowered)
            found = self._of.keep(found, start, before)
            if self._on_numbers(number, found, other):
                found = ex.Apply(name, (found, other))  # type: ignore[arg-type]
                continue
            a = self._again(values.as_value(found, start), start)
            b = values.as_value(other, argument)
            sides = (b, a) if name == "max" else (a, b)
            over = ex.Call("relu", ex.Operate("-", *sides, span), span)
            found = ex.Operate("+" if name == "max" else "-", a, over, span)

    def _again(self, value: ex.Expression, node: ast.expr) -> ex.Expression:
        """A value that is used twice: it is worked out once, and has a name until its line ends."""
        if isinstance(value, ex.Name):
            return value
        return self._of.temporary(value, self._spans.span(node))

    # --- of lists ---

    def _map(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """`map(f, x)` is `[f(a) for a in x]`."""
        function, items = self._exactly(2, name, arguments, node)
        each = ast.copy_location(ast.Name(" each", ast.Load()), items)  # Nobody can write that.
        element = ast.copy_location(ast.Call(function, [each], []), node)
        going = ast.comprehension(each, items, [], 0)
        return self._of.elements.literal(ast.copy_location(ast.ListComp(element, [going]), node))

    def is_list(self, node: ast.expr) -> bool:
        """Whether an expression is the name of a list, or an element that is one."""
        if isinstance(node, ast.Subscript):
            return isinstance(self._of.values.lower(node), Items)
        return isinstance(self._of.scope.lookup(dotted(node)), Items)

    def _is_list_in_any_form(self, node: ast.expr) -> bool:
        """The same, and also as it is written."""
        return isinstance(node, (ast.List, ast.ListComp, ast.GeneratorExp)) or self.is_list(node)

    def _sum(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """The sum of a list's elements, from left to right; a second argument stands before them."""
        given = [*arguments, *(word.value for word in node.keywords if word.arg == "start")]
        if not 1 <= len(given) <= 2 or len(given) < len(arguments) + len(node.keywords):
            raise self._spans.stop(node, "sum takes a list.", "Write sum([1, 2, 3]).")
        start = given[1] if len(given) > 1 else None
        total = self._of.elements.total(arguments[0], start, node, number=number)
        return self._checked(total, name, node, number)

    def _dot(self, name: str, arguments: list[ast.expr], node: ast.Call, number: bool) -> Lowered:
        """The sum of the products of two lists' elements."""
        first, second = self._exactly(2, name, arguments, node)
        product = self._of.elements.dot(first, second, node, number=number)
        return self._checked(product, name, node, number)

    def _checked(self, lowered: Lowered, name: str, node: ast.Call, number: bool) -> Lowered:
        """What was made, where a plain number may be wanted."""
        if not number or ex.is_number(lowered) or isinstance(lowered, Items):
            return lowered
        found = self._of.plain.read(lowered) if isinstance(lowered, ex.Name) else None
        if found is None:
            raise self._makes_a_node(name, node)
        return found

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
    return Items([_as_part(each) for each in turn]) if is_several(turn) else turn  # type: ignore[return-value]


_BuiltIn = Callable[[Callables, str, list[ast.expr], ast.Call, bool], Lowered]
BUILT_IN: dict[str, _BuiltIn] = {
    "uniform": Callables._uniform,
    "Value": Callables._leaf,
    "float": Callables._float,
    "int": Callables._int,
    "round": Callables._round,
    "pow": Callables._power,
    "abs": Callables._abs,
    "max": Callables._extreme,
    "min": Callables._extreme,
    "sum": Callables._sum,
    "dot": Callables._dot,
    "len": Callables._len,
    "map": Callables._map,
    "list": Callables._list,
    "tuple": Callables._list,
}
"""What can be called besides the operations."""
