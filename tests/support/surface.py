"""Random programs with functions, lists and networks, which are Python as well; and what Python says of them.

Python runs the very same text with a small engine of its own, which knows nothing of the lowering.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any


class Node:
    """A number that knows what it was made of, with the slope to each as it is when it is asked for."""

    def __init__(self, data: float, *made_of: tuple[Node, Callable[[], float]], label: str = "") -> None:
        self.data, self.grad, self.made_of, self.label = float(data), 0.0, made_of, label

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    def __add__(self, other: Any) -> Node:
        other = _node(other)
        return Node(self.data + other.data, (self, lambda: 1.0), (other, lambda: 1.0))

    def __mul__(self, other: Any) -> Node:
        other = _node(other)
        return Node(self.data * other.data, (self, lambda: other.data), (other, lambda: self.data))

    def __pow__(self, k: float) -> Node:
        return Node(self.data**k, (self, lambda: k * self.data ** (k - 1)))

    def __sub__(self, other: Any) -> Node:
        return self + _node(other) * -1.0

    def __rsub__(self, other: Any) -> Node:
        return _node(other) + self * -1.0

    def __truediv__(self, other: Any) -> Node:
        return self * _node(other) ** -1.0

    def __rtruediv__(self, other: Any) -> Node:
        return _node(other) * self**-1.0

    def __neg__(self) -> Node:
        return self * -1.0

    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self) -> Node:
        out = Node(math.tanh(self.data), (self, lambda: 1 - out.data * out.data))
        return out

    def exp(self) -> Node:
        out = Node(math.exp(self.data), (self, lambda: out.data))
        return out

    def log(self) -> Node:
        return Node(math.log(self.data), (self, lambda: 1 / self.data))

    def relu(self) -> Node:
        out = Node(max(self.data, 0.0), (self, lambda: float(out.data > 0)))
        return out

    def backward(self) -> None:
        order: list[Node] = []
        met: set[int] = set()

        def visit(node: Node) -> None:
            if id(node) not in met:
                met.add(id(node))
                for operand, _ in node.made_of:
                    visit(operand)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for operand, slope in node.made_of:
                operand.grad += slope() * node.grad


class Network:
    """A network with one output, drawn as micrograd draws it: weights from -1 to 1, biases of 0."""

    def __init__(
        self, inputs: int, sizes: list[int], seed: int | None = None, activation: str = "relu"
    ) -> None:
        dice = random if seed is None else random.Random(seed)
        self.layers: list[list[tuple[list[Node], Node]]] = []
        self.activation = activation
        for size in sizes:
            units = [([Node(dice.uniform(-1, 1)) for _ in range(inputs)], Node(0.0)) for _ in range(size)]
            self.layers.append(units)
            inputs = size

    def parameters(self) -> list[Node]:
        return [each for layer in self.layers for weights, bias in layer for each in (*weights, bias)]

    def zero_grad(self) -> None:
        for each in self.parameters():
            each.grad = 0.0

    def __call__(self, values: list[Any]) -> Node:
        for layer in self.layers:
            sums = [sum((w * x for w, x in zip(ws, values, strict=True)), b) for ws, b in layer]
            values = sums if layer is self.layers[-1] else [getattr(each, self.activation)() for each in sums]
        return values[0]


def _node(x: Any) -> Node:
    return x if isinstance(x, Node) else Node(x)


def _extreme(sign: float) -> Callable[..., Node]:
    return lambda a, b: _node(a) + (_node(b) - a if sign > 0 else _node(a) - b).relu() * sign


_NAMES: dict[str, Any] = {
    "Value": Node,
    "tanh": lambda a: a.tanh(),
    "relu": lambda a: a.relu(),
    "abs": lambda a: a.relu() + (-a).relu(),
    "max": _extreme(1.0),
    "min": _extreme(-1.0),
    "dot": lambda v, w: sum((a * b for a, b in zip(v[1:], w[1:], strict=True)), v[0] * w[0]),
    "backward": lambda a: a.backward(),
    "MLP": Network,
}


MICROGRAD: dict[str, Any] = {"Value": Node, "MLP": Network, "math": math}
"""What a program imports from micrograd."""


def as_python(
    text: str, printed: list[str], given: dict[str, Any] = _NAMES
) -> dict[str, tuple[float, float]]:
    """The number and the gradient of every name and element at the program's end, as Python has them.

    What the program prints is added to `printed`.
    """

    def print_(*said: object, sep: str = " ", end: str = "") -> None:
        printed.append(sep.join(map(str, said)))

    names = {**given, "print": print_, "__name__": "__main__"}
    exec(compile(text, "<program>", "exec"), names)
    found: dict[str, tuple[float, float]] = {}
    for name, value in names.items():
        _spell(name, value, found)
    return found


def _spell(name: str, value: object, found: dict[str, tuple[float, float]]) -> None:
    if isinstance(value, Node):
        found[name] = value.data, value.grad
    elif isinstance(value, Network):
        for depth, layer in enumerate(value.layers):
            for place, (weights, bias) in enumerate(layer):
                parts = {**{f"w{i}": w for i, w in enumerate(weights)}, "b": bias}
                for part, node in parts.items():
                    _spell(f"{name}.l{depth}.n{place}.{part}", node, found)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            _spell(f"{name}[{place}]", each, found)


class SurfaceWriter:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.lines: list[str] = []
        self.values = ["a", "b", "c"]
        self.lists = {"v": 2, "w": 3}
        self.rows: list[int] = []
        """The lengths of the lists that are in the list `rows`, which are other lists, not copies."""
        self.functions: list[tuple[str, str]] = []
        self.numbers: list[str] = []
        self.network = 0
        """How many numbers the network reads; 0 without one."""

    def number(self) -> str:
        return self.pick.choice([*map(repr, (2.0, -1.0, 0.5, 0.25)), *self.numbers])

    def value(self, depth: int) -> str:
        pick, kind = self.pick, self.pick.random()
        if depth == 0 or kind < 0.2:
            elements = [f"{name}[{pick.randrange(-n, n)}]" for name, n in self.lists.items()]
            elements += [f"rows[{i}][{pick.randrange(-n, n)}]" for i, n in enumerate(self.rows)]
            return pick.choice([*self.values, *elements])
        if kind < 0.27 and self.network:
            inputs = [self.value(depth - 1) for _ in range(self.network)]
            return f"tanh(net([{', '.join(inputs)}]))"
        if kind < 0.35 and self.functions:
            return self.call(depth)
        if kind < 0.45:
            return f"{pick.choice(['tanh', 'relu', 'abs'])}({self.value(depth - 1)})"
        if kind < 0.5:
            return f"{pick.choice(['max', 'min'])}({self.value(depth - 1)}, {self.value(depth - 1)})"
        if kind < 0.62:
            return self.of_lists(depth)
        if kind < 0.68:
            return f"tanh({self.value(depth - 1)})**{pick.choice([2, 3])}"
        other = self.number() if kind < 0.75 else self.value(depth - 1)
        return f"({self.value(depth - 1)} {pick.choice('+-*')} {other})"

    def call(self, depth: int) -> str:
        name, kinds = self.pick.choice(self.functions)
        made = {"x": lambda: self.value(depth - 1), "k": self.number, "l": lambda: self.list(depth - 1)[0]}
        return f"{name}({', '.join(made[kind]() for kind in kinds)})"

    def of_lists(self, depth: int) -> str:
        one, n = self.list(depth - 1)
        others = [name for name, m in self.lists.items() if m == n]
        if others and self.pick.random() < 0.4:
            return f"dot({one}, {self.pick.choice(others)})"
        total = f"sum({one}, {self.value(0)})"
        return f"({total} - len({one}))" if self.pick.random() < 0.3 else total

    def list(self, depth: int) -> tuple[str, int]:
        """A list and its length."""
        pick, kind = self.pick, self.pick.random()
        name = pick.choice(list(self.lists))
        n = self.lists[name]
        if kind < 0.35 or depth <= 0:
            return name, n
        if kind < 0.5 and n > 1:  # A loop over nothing would leave its names without a value.
            return f"{name}[1:]", n - 1
        if kind < 0.65:
            return f"[e*{self.value(0)} for e in {name}]", n
        if kind < 0.8:
            return f"[p + q*k for k, (p, q) in enumerate(zip({name}, {name}[::-1]))]", n
        if kind < 0.9:
            return f"{name} + [{self.value(depth - 1)}]", n + 1
        return f"[{self.value(depth - 1)}, {self.value(depth - 1)}]", 2

    def condition(self) -> str:
        """Something that some of the first turns of a loop over k are."""
        once = ["k % 2 == 0", "k % 3", "k < 2", "2 <= k < 4", "k // 2 == 1", "len(w) > k"]
        joined = f"{self.pick.choice(once)} {self.pick.choice(['and', 'or'])} {self.pick.choice(once)}"
        return self.pick.choice([*once, joined, "not k"])

    def function(self) -> None:
        pick, place = self.pick, len(self.functions)
        name = ("fgh"[place], ("sigmoid", "exp", "log")[place])[pick.random() < 0.3]  # One's own goes first.
        kinds = pick.choice(["x", "xx", "xk", "l", "xl"])
        parameters = [f"{kind}{place}" for place, kind in enumerate(kinds)]
        kept = self.values, self.lists, self.numbers, self.lines
        self.values = ["a", *(p for p in parameters if p[0] == "x")]
        self.lists, self.numbers = {"w": 3}, [p for p in parameters if p[0] == "k"]
        self.lines = []
        for local in "yz"[: pick.randint(0, 2)]:
            self.lines.append(f"    {local} = {self.value(2)}")
            self.values.append(local)
        for parameter in (p for p in parameters if p[0] == "l"):
            total = f"sum({parameter}, a)"
            self.lines.append(f"    for i in range(len({parameter})):")
            self.lines.append(f"        {parameter}t = {parameter}[i]*i")
            self.lines.append(f"    u = {total} * {parameter}t")
            self.values.append("u")
        for parameter in (p for p in parameters if p[0] == "k" and pick.random() < 0.5):
            self.lines += [f"    if {parameter} > 0.3:", f"        return {self.value(1)}"]
        body = [*self.lines, f"    return {self.value(2)}"]
        self.values, self.lists, self.numbers, self.lines = kept
        self.functions.append((name, kinds))
        self.lines += [f"def {name}({', '.join(parameters)}):", *body]

    def statement(self) -> None:
        pick, kind = self.pick, self.pick.random()
        if kind < 0.35:
            name = pick.choice("abcdm")
            self.lines.append(f"{name} = {self.value(3)}")
            if name not in self.values:
                self.values.append(name)
        elif kind < 0.5:
            name = pick.choice("vst")
            text, n = self.list(2)
            self.lines.append(f"{name} = {text}")
            self.lists[name] = n
            if pick.random() < 0.3:
                names = pick.choices(list(self.lists), k=pick.randint(1, 3))
                self.lines.append(f"rows = [{', '.join(names)}]")
                self.rows = [self.lists[each] for each in names]
                # From here on the name means another list.
                self.lines.append(f"{names[0]} = [e*{self.value(0)} for e in {names[0]}]")
                self.lines.append(f"a = a + rows[0][{pick.randrange(self.rows[0])}]*{self.number()}")
        elif kind < 0.6:
            name = pick.choice(list(self.lists))
            place = f"{name}[{pick.randrange(self.lists[name])}]"
            if self.rows and pick.random() < 0.5:
                row = pick.randrange(len(self.rows))
                place = f"rows[{row}][{pick.randrange(self.rows[row])}]"
            self.lines.append(f"{place} = {self.value(2)}")
            if self.rows and pick.random() < 0.3:
                elements = [self.value(1) for _ in range(pick.randint(1, 3))]
                self.lines.append(f"rows[0] = [{', '.join(elements)}]")
                self.rows[0] = len(elements)
            if pick.random() < 0.3:
                self.lines.append(f"for x in {name}:")
                self.lines.append(
                    f"    {name}[{pick.randrange(self.lists[name])}] = tanh(x) + {self.value(1)}"
                )
        elif kind < 0.65:
            name = pick.choice(
                [each for each in self.lists if each != "w"]
            )  # Functions know how long that is.
            self.lines.append(f"{name} = {name}[:]")  # Other names of it keep their length.
            made = f"{self.value(0)}*{self.value(0)}"  # Whose meaning does not hang on the list's length.
            growing = pick.choice([f".append(tanh({made}))", f" += [{made}]"])
            turns = pick.randint(0, 2)
            self.lines += [f"for k in range({turns}):", f"    {name}{growing}", f"{name}{growing}"]
            self.lists[name] += turns + 1
        elif kind < 0.72:
            name = pick.choice(list(self.lists))
            place = pick.choice(["i", "i - 1", "-1"])
            self.lines.append(f"for i in range({self.lists[name]}):")
            self.lines.append(f"    {name}[i] = {name}[{place}] + tanh({self.value(1)})*i")
        elif kind < 0.8:
            if pick.random() < 0.3:
                self.lines.append(f"x = {self.value(1)}")  # It lets go of its node as the loop begins.
            self.lines.append(f"for x in {self.list(1)[0]}:")
            self.lines.append(f"    a = a + tanh(x*{self.value(1)})")
        elif kind < 0.9:
            self.lines.append(f"for k in range({pick.randint(1, 5)}):")
            self.lines.append(f"    b = tanh({self.value(2)})")
            self.lines.append(f"    c = b*{self.number()} + c*(1.0 if {self.condition()} else 0.5)")
            if pick.random() < 0.6:
                self.lines += [f"    if {self.condition()}:", f"        c = tanh(c - {self.value(1)})*k"]
                if pick.random() < 0.5:
                    name = pick.choice([each for each in self.lists if each != "w"])
                    self.lines += [f"    elif {self.condition()}:", f"        {name}[0] = b + {name}[0]"]
                if pick.random() < 0.5:
                    self.lines += ["    else:", f"        b = {self.value(1)}"]
        elif kind < 0.94 and self.network:
            self.lines.append("for p in net.parameters():")
            self.lines.append(f"    p.data {pick.choice(['+= 0.125', '*= 0.5', '-= 0.25 * p.grad'])}")
        elif kind < 0.97:
            form = pick.choice([".3f", ".2e", ".4g"])
            one, other = pick.choice(self.values), pick.choice(self.values)
            self.lines.append(f'print("at {one}", f"{{{one}.data:{form}}} and {{{other}.grad:.2f}}")')
        else:
            self.lines.append(f"{pick.choice(self.values)}.data += 0.125")

    def text(self) -> str:
        pick = self.pick
        for name in self.values:
            self.lines.append(f"{name} = Value({pick.randint(-8, 8) / 8})")
        for name, n in self.lists.items():
            elements = ", ".join(f"Value({pick.randint(-8, 8) / 8})" for _ in range(n))
            self.lines.append(f"{name} = [{elements}]")
        if pick.random() < 0.4:
            self.network = pick.randint(1, 3)
            sizes = pick.choice(["[1]", "[2, 1]", "[3, 2, 1]"])
            self.lines.append(
                f'net = MLP({self.network}, {sizes}, seed={pick.randint(0, 99)}, activation="tanh")'
            )
        for _ in range(pick.randint(0, 3)):
            self.function()
        for _ in range(pick.randint(2, 7)):
            self.statement()
        ends = [f"tanh({each})" for each in self.values] + [f"tanh(sum({each}, a))" for each in self.lists]
        self.lines += [f"end = {' + '.join(ends)}", "backward(end)"]
        return "\n".join([*self.lines, ""])


def surface_program(seed: int) -> str:
    """A program with functions and lists, the same one for the same seed."""
    return SurfaceWriter(seed).text()


def with_releases(text: str, seed: int) -> str:
    """The same by C's rules, with releases of names and elements here and there; some of them too many."""
    pick = random.Random(seed)
    lines = ["# ownership: manual"]
    elements = ["a", "b", "c", "v[0]", "v[-1]", "w[-1]", "w[0]"]  # A slice may leave one.
    for line in text.splitlines():
        lines.append(line)
        if not line.startswith((" ", "def", "for")) and len(lines) > 6 and pick.random() < 0.25:
            lines.append(f"{pick.choice(['release', 'release', 'retain'])}({pick.choice(elements)})")
    return "\n".join([*lines, ""])
