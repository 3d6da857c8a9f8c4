"""A graph written as a program builds the same graph when it is run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import share

from microcrad import Value
from microcrad.engine import topological_order
from microcrad.language.unparse import literal, program_text
from microcrad.session.moves import make_move
from microcrad.session.session import Session

NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-3, 3).map(float)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Value, dict[Value, str], list[Value]]:
    """A random graph, names for some of its nodes, and its leaves."""
    leaves = [Value(draw(NUMBERS)) for _ in range(draw(st.integers(1, 4)))]
    nodes = list(leaves)
    for _ in range(draw(st.integers(1, 25))):
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        nodes.append(
            draw(
                st.sampled_from(
                    [
                        lambda a=a, b=b: a + b,
                        lambda a=a, b=b: a * b,
                        lambda a=a, b=b: a * (b + 1),
                        lambda a=a: a.relu(),
                        lambda a=a: a.tanh(),
                        lambda a=a: a.exp(),
                        lambda a=a: a.log(),
                        lambda a=a: a**-1.5,
                        lambda a=a: a**math.inf,
                        lambda a=a: -3.25 * a,
                        lambda a=a, b=b: a - b,
                        lambda a=a, b=b: a / b,
                    ]
                )
            )()
        )
    named = draw(st.lists(st.sampled_from(nodes), unique_by=id))
    return nodes[-1], {node: f"l{i}.n{i}" for i, node in enumerate(named)}, leaves


def same(x: float, y: float) -> bool:
    return x == y or (math.isnan(x) and math.isnan(y))


@settings(max_examples=share(150))
@given(graphs())
def test_the_program_builds_the_same_graph(drawn: tuple[Value, dict[Value, str], list[Value]]) -> None:
    root, names, leaves = drawn
    reached = set(topological_order(root))
    first = [leaf for leaf in leaves if leaf in names or leaf in reached]
    text = program_text(root, names, first).text
    last = text.splitlines()[-1].split(" = ")[0]
    session = Session(f"{text}backward({last})\n")
    assert session.errors == ()
    make_move(session, "last")
    at = session.snapshot
    found = [at.row(at.names[name]) for name in names.values() if name in at.names]
    root.backward()
    expected = [node for node, name in names.items() if name in at.names]
    for node, row in zip(expected, found, strict=True):
        assert same(row.data, node.data)
        assert same(row.grad, node.grad)
    assert same(at.row(at.names[last]).data, root.data)
    assert len(at.nodes) == len(reached.union(first))


@given(NUMBERS)
def test_a_number_is_read_back_bit_for_bit(x: float) -> None:
    session = Session(f"a = {literal(x)}\n")
    make_move(session, "last")
    data = session.snapshot.row(session.snapshot.names["a"]).data
    assert same(data, x)
    assert math.isnan(x) or math.copysign(1, data) == math.copysign(1, x)


def test_lines_stay_within_what_the_language_reads() -> None:
    total = Value(0.0)
    for i in range(500):
        total = total + Value(float(i)) * Value(2.0)
    text = program_text(total, {total: "total"}).text
    assert Session(text).errors == ()
    assert text.splitlines()[-1].startswith("total = ")


@pytest.mark.parametrize(
    ("build", "line"),
    [
        (lambda a, b: a * (b + a), "out = a*(b + a)"),
        (lambda a, b: a + (b + a), "out = a + (b + a)"),
        (lambda a, b: (a + b) + a, "out = a + b + a"),
        (lambda a, b: (a * b) ** 2, "out = (a*b)**2"),
        (lambda a, b: (-a).relu() * 1, "out = relu(a*(-1))*1"),
        (lambda a, b: 1 + a.exp(), "out = 1 + exp(a)"),
    ],
)
def test_it_reads_as_a_person_would_write_it(build: object, line: str) -> None:
    a, b = Value(2.0), Value(3.0)
    out = build(a, b)  # type: ignore[operator]
    assert program_text(out, {a: "a", b: "b", out: "out"}).text.splitlines()[-1] == line
