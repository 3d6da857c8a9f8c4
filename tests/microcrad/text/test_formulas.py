"""Formulas that people read mean what they say: read again and run, they give the same number."""

from __future__ import annotations

import math
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import random_program, run, snapshot
from samples import seeds, share

from microcrad.ops import OPERATIONS, Operation
from microcrad.text.formulas import Written, forward, number, partial
from microcrad.timeline.snapshot import Snapshot

QUARTERS = st.integers(-24, 24).map(lambda x: x / 4)
EXPONENTS = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 2.0, 3.0])
ROWS = [op for op in OPERATIONS if op.arity]


def evaluate(text: str, **names: float) -> float:
    """What a formula is worth, read as a program of the language whose names have these numbers."""
    lines = [f"{name} = {value!r}" for name, value in names.items()]
    at = snapshot("\n".join([*lines, f"result = {text}"]))
    data = at.row(at.names["result"]).data
    assert data is not None
    return data


def same(x: float, y: float) -> bool:
    """Equal but for rounding, or both not numbers."""
    return math.isclose(x, y, rel_tol=1e-12, abs_tol=1e-12) or (math.isnan(x) and math.isnan(y))


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
@given(a=QUARTERS, b=QUARTERS, k=EXPONENTS)
def test_an_operation_with_numbers(op: Operation, a: float, b: float, k: float) -> None:
    """Negative operands and exponents included."""
    text = forward(op, (number(a), number(b))[: op.arity], k).text
    assert same(evaluate(text), op.evaluate(a, b, k)), text


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
@given(a=QUARTERS, b=QUARTERS, k=EXPONENTS)
def test_a_slope_with_names_and_with_numbers(op: Operation, a: float, b: float, k: float) -> None:
    """Both forms of every partial derivative, in the branch that the numbers choose."""
    out = round(op.evaluate(a, b, k), 4)  # A number that is written in full.
    if not math.isfinite(out) or short_loses(out):
        return
    values = {"a": a, "b": b, "k": k, "out": out}
    names = {"a": Written("a"), "b": Written("b"), "k": number(k), "out": Written("result_")}
    numbers = {name: number(value) for name, value in values.items()}
    for slot in range(op.arity):
        wanted = op.differentiate(a, b, k, out)[slot]
        named = partial(op, slot, names, values)
        assert same(evaluate(named.text, a=a, b=b, result_=out), wanted), named.text
        assert same(evaluate(partial(op, slot, numbers, values).text), wanted)
        if named.condition:
            left, sign, right = named.condition.split(" ")
            sides = [evaluate(side, a=a, b=b, result_=out) for side in (left, right)]
            assert {"<": sides[0] < sides[1], ">=": sides[0] >= sides[1], "==": sides[0] == sides[1],
                    "!=": sides[0] != sides[1]}[sign]  # fmt: skip


def short_loses(x: float) -> bool:
    """Whether the short form is not the number itself."""
    return float(number(x).text) != x


@given(st.randoms(use_true_random=False))
def test_formulas_inside_formulas(chooser: random.Random) -> None:
    """Parentheses stand wherever they are needed, however operations are nested."""

    def build(depth: int) -> tuple[Written, float]:
        if depth == 0 or chooser.random() < 0.2:
            x = chooser.choice([2.0, -3.0, 0.5, -0.25, 1.0])
            return number(x), x
        op, k = chooser.choice(ROWS), chooser.choice([2.0, -1.0, 3.0])
        parts = [build(depth - 1) for _ in range(op.arity)]
        values = [value for _, value in parts]
        return forward(op, tuple(text for text, _ in parts), k), op.evaluate(values[0], values[-1], k)

    written, value = build(4)
    found = evaluate(written.text)
    assert same(found, value) or abs(value) > 1e15, written.text


@pytest.mark.parametrize(
    "text", ["a - (b - k)", "a - b - k", "a / (b / k)", "a / (b * k)", "-(a + b) * k", "a * (b + k)"]
)
def test_parentheses_of_any_rule(text: str) -> None:
    """A new row of the table may subtract and divide as it likes: what is shown keeps its meaning."""
    row = Operation("new", "new", 9, "a", (text, "1"), "new", "", "")
    values = {"a": 3.0, "b": 5.0, "k": 0.5, "out": 1.0}
    written = {name: number(value) for name, value in values.items()}
    assert same(evaluate(partial(row, 0, written, values).text), row.differentiate(*values.values())[0])


def test_negative_numbers_never_meet_an_operator() -> None:
    """`2 + (-3)`, not `2 + -3`; and a negative base keeps its sign out of the power."""
    add, multiply, power = OPERATIONS[1:4]
    assert forward(add, (number(2), number(-3)), 0).text == "2 + (-3)"
    assert forward(multiply, (number(-2), number(-3)), 0).text == "-2*(-3)"
    assert forward(power, (number(-2),), 2).text == "(-2)**2"
    assert forward(power, (forward(power, (Written("x"),), 2),), 3).text == "(x**2)**3"
    assert (
        forward(multiply, (forward(add, (Written("a"), Written("b")), 0), Written("c")), 0).text
        == "(a + b)*c"
    )


def _is_short(label: str) -> bool:
    return re.fullmatch(r"t\d+", label) is not None


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_labels_of_nodes_are_worth_their_numbers(ownership: str) -> None:
    """In random programs: the expression a node is called by gives its number from its operands' names."""
    checked = 0
    for seed in seeds(150):
        text = re.sub(r"[\w.]+\.data = .*", "zero_grad()", random_program(seed, ownership))
        interpreter = run(text)
        at = Snapshot(interpreter.program, interpreter.log, len(interpreter.log))
        values = {name: at.row(node).data for name, node in at.names.items()}
        # What is too long to be called as it is written has a short name, which stands for it.
        short_names = {label: at.row(node).data for node in at.nodes if _is_short(label := at.label(node))}
        values |= short_names
        if not all(x is not None and math.isfinite(x) and not short_loses(x) for x in values.values()):
            continue
        for node in at.nodes:
            label, data = at.label(node), at.row(node).data
            if (
                at.row(node).name
                or label in short_names
                or "#" in label
                or re.search(r"\(([\w.]+)\)", label)
                or data is None
            ):
                continue
            if not any(short_loses(at.row(below).data or 0) for below in at.nodes):
                assert same(evaluate(label, **values), data), (text, label)
                checked += 1
    assert checked > share(50)
