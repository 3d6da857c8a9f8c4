"""A finished run as plain data."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import spread

from microcrad import Value
from microcrad.examples import examples
from microcrad.ops import OPERATIONS
from microcrad.run.faults import FAULTS
from microcrad.run.interpreter import Limits
from microcrad.run.result import run_program
from microcrad.session.report import report

TEXTS = [
    *(example.text for example in examples()),
    "",
    "# only a comment",
    "a = 1 +",
    "a = 2\nretain(a)\na = 3\n",
    "# ownership: manual\na = 2\nb = a*a\nrelease(a)\nprint(b)\nrelease(b)\nprint(b)\n",
    "x = exp(1000)\ny = -x\nz = x + y\nbackward(z)\n",
]


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def strict(text: str) -> Any:
    """What a reader that knows only the standard gets."""
    return json.loads(text, parse_constant=refuse)


def number(field: float | str) -> float:
    return float(field)


@pytest.mark.parametrize("text", TEXTS)
def test_a_report_survives_json(text: str) -> None:
    told = report(run_program(text))
    assert strict(json.dumps(told)) == told
    assert set(told) == {"nodes", "names", "output", "heap", "leaks", "errors", "events", "fault"}


@pytest.mark.parametrize("text", TEXTS)
def test_its_parts_agree_with_each_other(text: str) -> None:
    told = strict(json.dumps(report(run_program(text))))
    nodes, heap = told["nodes"], told["heap"]
    assert [node["id"] for node in nodes] == list(range(len(nodes)))
    assert heap["allocated"] == len(nodes) == heap["live"] + heap["freed"]
    assert heap["live"] == sum(node["live"] for node in nodes) <= heap["peak"]
    arity = {row.name: row.arity for row in OPERATIONS}
    held = [0] * len(nodes)
    for node in nodes:
        assert len(node["prev"]) == arity[node["op"]]
        assert all(operand < node["id"] for operand in node["prev"])
        for operand in node["prev"]:
            held[operand] += node["live"]
    for node in nodes:
        assert (node["refs"] > 0) is node["live"]
    assert all(nodes[node]["name"] is not None for node in told["names"].values())
    assert all(nodes[leak]["live"] for leak in told["leaks"])
    if not told["errors"] and "manual" not in text:
        assert all(node["refs"] >= held[node["id"]] for node in nodes)


def test_the_numbers_are_those_of_the_engine() -> None:
    told = strict(json.dumps(report(run_program("x = 3\ny = x*x\nz = tanh(y/10) + x\nbackward(z)\n"))))
    x = Value(3)
    y = x * x
    z = (y * 10**-1).tanh() + x  # a division by a number is written out in the little language
    z.backward()
    nodes, names = told["nodes"], told["names"]
    for name, value in (("x", x), ("y", y), ("z", z)):
        assert nodes[names[name]]["data"] == pytest.approx(value.data, rel=1e-15)
        assert nodes[names[name]]["grad"] == pytest.approx(value.grad, rel=1e-15)
    assert nodes[names["y"]]["prev"] == [names["x"], names["x"]]


def test_numbers_without_a_json_form_are_strings() -> None:
    told = strict(json.dumps(report(run_program("x = exp(1000)\ny = -x\nz = x + y\nw = -0.0\n"))))
    data = {name: told["nodes"][node]["data"] for name, node in told["names"].items()}
    assert (data["x"], data["y"], data["z"]) == ("inf", "-inf", "nan")
    assert math.copysign(1, data["w"]) == -1
    assert math.isnan(number(data["z"]))
    assert number(data["y"]) == -math.inf


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_finite_numbers_come_back_exactly(x: float) -> None:
    told = strict(json.dumps(report(run_program(f"x = {x!r}"))))
    assert told["nodes"][told["names"]["x"]]["data"] == x


def test_a_text_that_cannot_be_read_says_where() -> None:
    told = report(run_program("a = 1\nb = aa\nc = q^2\n"))
    assert told["nodes"] == []
    assert told["events"] == 0
    errors = told["errors"]
    assert isinstance(errors, list)
    assert [(error["line"], error["column"], error["end_column"]) for error in errors] == [
        (2, 5, 7),
        (3, 5, 8),
    ]
    assert all(error["message"] and error["hint"] for error in errors)


def test_a_run_that_stops_keeps_what_was_there() -> None:
    told = report(run_program("a = 1\nb = a*2\nrelease(b)\nc = b\n"))
    assert told["names"] == {"a": 0, "b": 2}
    assert told["leaks"] == []
    assert len(told["errors"]) == 1


def test_a_leak_is_listed_with_all_it_keeps_alive() -> None:
    told = report(run_program("a = 1\nb = a*2\nretain(b)\nb = 3\n"))
    assert told["leaks"] == [0, 1, 2]
    assert report(run_program("a = 1\nb = a*2\nretain(b)\nrelease(b)\nb = 3\n"))["leaks"] == []


def test_what_was_printed_is_in_order() -> None:
    told = report(run_program("for i in range(3):\n    print(i)\n"))
    assert told["output"] == ["i = 0", "i = 1", "i = 2"]


# --- with a fault ---


@pytest.mark.parametrize(
    ("text", "fault"), spread(35, [(text, fault) for text in TEXTS for fault in (*FAULTS,)])
)
def test_a_fault_adds_only_its_name_and_the_right_grads(text: str, fault: str) -> None:
    wrong, right = report(run_program(text, fault)), report(run_program(text))
    assert strict(json.dumps(wrong)) == wrong
    assert (wrong["fault"], right["fault"]) == (fault, None)
    assert set(wrong) == set(right)
    grads = [node.pop("right_grad") for node in wrong["nodes"]]  # type: ignore[attr-defined]
    if fault == "leak" and "zero_grad()" in text:  # It also clears nodes that are freed in the right run.
        return
    assert grads == [node["grad"] for node in right["nodes"]]  # type: ignore[attr-defined]
    assert [set(node) for node in wrong["nodes"]] == [set(node) for node in right["nodes"]]  # type: ignore[attr-defined]


def test_right_grads_are_null_where_the_right_run_did_not_come() -> None:
    """A run that was cut off has nothing beside it after that."""
    done = run_program("x = 3\ny = x*x\nbackward(y)", "merged")
    assert done.right is not None
    right = run_program(done.program.text, limits=Limits(events=2))
    assert right.errors
    told = report(done._replace(right=right))
    assert [node["right_grad"] for node in told["nodes"]] == [None, None]  # type: ignore[attr-defined]
