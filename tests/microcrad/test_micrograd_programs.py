"""Programs written for micrograd run with their imports renamed: each is run with both, and they agree.

These are its two notebooks (the demo and the drawing of graphs), its own tests, and what the lecture does by
hand, written down in our words.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import micrograd.engine
import micrograd.nn
import pytest
from micrograd_texts import FIRST, SECOND

import microcrad.engine
import microcrad.nn

Library = Any
"""A package with `engine` and `nn`."""
Program = Callable[[Library], object]


def numbers_of(text: str, library: Library) -> dict[str, tuple[float, float]]:
    """What a text comes to: each name's number and gradient."""
    names = {"Value": library.engine.Value}
    exec(text, names)
    return {name: (x.data, x.grad) for name, x in names.items() if isinstance(x, library.engine.Value)}


def the_expressions_of_its_first_test(library: Library) -> object:
    return list(numbers_of(FIRST, library).items())


def the_expressions_of_its_second_test(library: Library) -> object:
    return list(numbers_of(SECOND, library).items())


class Digraph:
    """What the notebook uses of Graphviz: boxes by name, and arrows between names."""

    def __init__(self) -> None:
        self.boxes: dict[str, str] = {}
        self.arrows: list[tuple[str, str]] = []

    def node(self, *, name: str, label: str, shape: str = "") -> None:
        self.boxes[name] = label

    def edge(self, tail: str, head: str) -> None:
        self.arrows.append((tail, head))

    def drawn(self) -> object:
        """What is seen of it, whatever the names are."""
        return sorted(self.boxes.values()), sorted((self.boxes[a], self.boxes[b]) for a, b in self.arrows)


def traced(root: Any) -> tuple[set[Any], set[tuple[Any, Any]]]:
    """All nodes and edges, as the notebook finds them."""
    nodes: set[Any] = set()
    edges: set[tuple[Any, Any]] = set()

    def build(node: Any) -> None:
        if node not in nodes:
            nodes.add(node)
            for child in node._prev:
                edges.add((child, node))
                build(child)

    build(root)
    return nodes, edges


def drawn(root: Any) -> object:
    """The notebook's `draw_dot`."""
    nodes, edges = traced(root)
    picture = Digraph()
    for node in nodes:
        name = str(id(node))
        picture.node(name=name, label=f"{{ data {node.data:.4f} | grad {node.grad:.4f} }}", shape="record")
        if node._op:
            picture.node(name=name + node._op, label=node._op)
            picture.edge(name + node._op, name)
    for one, other in edges:
        picture.edge(str(id(one)), str(id(other)) + other._op)
    return picture.drawn()


def the_first_drawing_of_its_notebook(library: Library) -> object:
    x = library.engine.Value(1.0)
    y = (x * 2 + 1).relu()
    y.backward()
    return drawn(y)


def the_neuron_of_its_notebook(library: Library) -> object:
    random.seed(1337)
    neuron = library.nn.Neuron(2)
    y = neuron([library.engine.Value(1.0), library.engine.Value(-2.0)])
    y.backward()
    return drawn(y), repr(neuron), y.data


def a_power_and_a_square(library: Library) -> object:
    x = library.engine.Value(3.0)
    return drawn(x**2 + x * x - x**-1 + x**0.5)


def its_demo(library: Library) -> object:
    """Three steps of the notebook's training, on a few points."""
    random.seed(1337)
    points = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(6)]
    labels = [1 if a * b > 0 else -1 for a, b in points]
    model = library.nn.MLP(2, [4, 4, 1])
    seen = [str(model), len(model.parameters())]
    for step in range(3):
        scores = list(map(model, [list(map(library.engine.Value, point)) for point in points]))
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        total = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(label > 0) == (score.data > 0) for label, score in zip(labels, scores, strict=True)]
        model.zero_grad()
        total.backward()
        for parameter in model.parameters():
            parameter.data -= (1.0 - 0.9 * step / 100) * parameter.grad
        seen += [total.data, sum(accuracy)]
    return seen


def the_lectures_backward_by_hand(library: Library) -> object:
    """Each `_backward` is called by hand, from the result on."""
    a, b, c = map(library.engine.Value, (2.0, -3.0, 10.0))
    product = a * b
    total = product + c
    square = total**2
    out = square.relu()
    out.grad = 1.0
    for node in (out, square, total, product, a):
        node._backward()
    return [node.grad for node in (a, b, c, product, total, square, out)], repr(a), len(a._prev), a._op


def an_operation_of_ones_own(library: Library) -> object:
    """Written as micrograd writes its own: children, a sign, and a `_backward` that adds to their grads."""
    value = library.engine.Value

    def cube(x: Any) -> Any:
        out = value(x.data**3, (x,), "cube")

        def back() -> None:
            x.grad += 3 * x.data**2 * out.grad

        out._backward = back
        return out

    def mean(nodes: list[Any]) -> Any:
        out = value(sum(node.data for node in nodes) / len(nodes), tuple(nodes), "mean")

        def back() -> None:
            for node in nodes:
                node.grad += out.grad / len(nodes)

        out._backward = back
        return out

    x, y = value(1.5), value(-2.0)
    out = mean([cube(x), y, x * y, cube(y)]) * cube(x) + x
    out.backward()
    return drawn(out), x.grad, y.grad, out.data


def a_subclass_with_children(library: Library) -> object:
    class Named(library.engine.Value):  # type: ignore[misc, name-defined]
        def __init__(self, data: float, _children: Any = (), _op: str = "", name: str = "") -> None:
            super().__init__(data, _children, _op)
            self.name = name

    a = Named(4.0, name="a")
    b = a * a
    b.backward()
    return a.grad, a.name, type(b) is library.engine.Value, isinstance(a, library.engine.Value)


PROGRAMS: list[Program] = [
    the_expressions_of_its_first_test, the_expressions_of_its_second_test, the_first_drawing_of_its_notebook,
    the_neuron_of_its_notebook, a_power_and_a_square, its_demo, the_lectures_backward_by_hand,
    an_operation_of_ones_own, a_subclass_with_children,
]  # fmt: skip


def close(one: object, other: object) -> bool:
    """The same, but for the last digits of a number: micrograd adds up operands in the order of a set."""
    if isinstance(one, float) and isinstance(other, float | int):
        return one == pytest.approx(other, rel=1e-9)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(close, one, other))
    return one == other


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_both_libraries_do_the_same(program: Program) -> None:
    theirs: ModuleType = micrograd
    ours: ModuleType = microcrad
    expected, found = program(theirs), program(ours)
    assert close(found, expected), (found, expected)


def test_known_numbers() -> None:
    """As PyTorch has them, so that the two libraries are not just wrong together."""
    first, second = numbers_of(FIRST, microcrad), numbers_of(SECOND, microcrad)
    assert (first["y"][0], first["x"][1]) == (-20.0, 46.0)
    known = (24.70408163, 138.83381924, 645.57725947)
    assert (second["g"][0], second["a"][1], second["b"][1]) == pytest.approx(known)
    x, y = 1.5, -2.0  # (x³ + y + xy + y³)/4 * x³ + x, differentiated with pencil and paper.
    mean = (x**3 + y + x * y + y**3) / 4
    slopes = (3 * x**2 + y) / 4 * x**3 + mean * 3 * x**2 + 1, (1 + x + 3 * y**2) / 4 * x**3
    assert an_operation_of_ones_own(microcrad)[1:3] == pytest.approx(slopes)  # type: ignore[index]
