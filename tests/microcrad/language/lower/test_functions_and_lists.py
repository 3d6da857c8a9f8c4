"""Functions and lists: what they become, what they are called, and what is said of what cannot be."""

from __future__ import annotations

import math
import re

import pytest
from programs import run, snapshot

from microcrad.export.c import c_program
from microcrad.export.python import python_program
from microcrad.language import statements as st
from microcrad.language.parser import parse
from microcrad.timeline.groups import groups
from microcrad.timeline.inspection import inspect

NEURON = """\
def neuron(x, w, b=0.5):
    n = dot(x, w) + b
    return tanh(n)
w = [1, -2]
y = neuron([3, 1], w)
z = neuron(w, w, 2) * neuron([y, y], w)
backward(z)
"""

GIVEN = "a = 2\nw = [1, 2, 3]\ndef f(x):\n    return x*2\n"


@pytest.mark.parametrize(("deep", "refused"), [(20, ""), (21, "Calls stand in calls at most 20 deep")])
def test_calls_stand_in_calls_twenty_deep(deep: int, refused: str) -> None:
    lines = ["def f1(x):", "    return x + 1"]
    for number in range(2, deep + 1):
        lines += [f"def f{number}(x):", f"    return f{number - 1}(x)"]
    errors = parse("\n".join([*lines, "a = 2", f"y = f{deep}(a)", ""])).errors
    assert [error.message.partition(" (in f2, ")[0] for error in errors] == ([refused] if refused else [])


def test_a_call_is_a_group_with_names_of_its_own() -> None:
    at = snapshot(NEURON)
    found = groups(at)
    assert [found.name(path) for path in found.children()] == ["neuron", "neuron#2", "neuron#3"]
    outputs = [found.output(path) for path in found.children()]
    assert [at.label(node) for node in outputs if node is not None] == ["y", "neuron#2", "neuron#3"]
    assert found.outputs() == set(outputs)
    labels = [at.label(node) for node in found.nodes(("neuron#2",))]
    assert labels[-2:] == ["neuron#2.n", "neuron#2"]
    assert set(at.names) == {"w[0]", "w[1]", "y", "z"}, "what a call named is gone when it has ended"


def test_calls_in_calls_and_in_turns_are_groups_in_groups() -> None:
    at = snapshot(
        "def f(x):\n    return x*2\ndef g(x):\n    return f(x) + f(x)\na = 1\nw = [1, 2]\n"
        "for k in range(2):\n    b = g(a)\nfor e in w:\n    c = f(e)\n"
    )
    found = groups(at)
    assert [found.name(path) for path in found.children()] == [
        "for k=0 (line 7)", "for k=1 (line 7)", "for e=w[0] (line 9)", "for e=w[1] (line 9)",
    ]  # fmt: skip
    turn = ("for k=1 (line 7)",)
    assert [found.name(path) for path in found.children(turn)] == ["for k=1 (line 7), g"]
    assert [path[-1] for path in found.children((*turn, "g"))] == ["f", "f#2"]
    assert found.children(("for e=w[1] (line 9)",)) == (("for e=w[1] (line 9)", "f#2"),)
    assert found.output((*turn, "g")) == at.names["b"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("rows = [w]\nw = [w[1], w[0]]", {"w[0]": 2, "w[1]": 1, "rows[0][0]": 1, "rows[0][1]": 2}),
        ("rows = [w]\nw = 3", {"w": 3, "rows[0][0]": 1, "rows[0][1]": 2}),
        ("rows = [[w]]\ndel w", {"rows[0][0][0]": 1, "rows[0][0][1]": 2}),
        ("v = w\ndel w", {"v[0]": 1, "v[1]": 2}),
        ("rows = [w, w]\nw = [5]\nrows[1][0] = 7", {"w[0]": 5, "rows[0][0]": 7, "rows[0][1]": 2}),
    ],
)
def test_a_list_stays_what_it_is_when_its_name_goes(lines: str, names: dict[str, float]) -> None:
    """In other lists and by other names, as in Python."""
    at = snapshot(f"w = [1, 2]\n{lines}\n")
    assert {name: at.row(node).data for name, node in at.names.items()} == names


@pytest.mark.parametrize(
    ("lines", "output"),
    [
        (
            "v = w\nfor k in range(3):\n    w = [w[1]*2, w[0]]\nprint(v)\nprint(w)",
            ["v = [1, 2]", "w = [8, 2]"],
        ),
        ("for x in w:\n    w[1] = x + 5\n    w[0] = w[1]*x\nprint(w)", ["w = [66, 11]"]),
        ("for x in w:\n    w = [x, x]\nprint(w)", ["w = [2, 2]"]),
        ("def f(x):\n    w[0] = 5\n    return x\ny = f(w[0])\nprint(y.data)", ["y.data = 1"]),
        ("r = [w]\nv = r[0]\nr[0] = [v[1], v[0], 7]\nprint(v)\nprint(r)", ["v = [1, 2]", "r = [[2, 1, 7]]"]),
        ("r = [w, [3]]\ndef f(l):\n    l[1] = [9, w[0]]\nf(r)\nprint(r)", ["r = [[1, 2], [9, 1]]"]),
        ("r = [[1, 2]]\nr[0] = r[0][::-1]\nprint(r)", ["r = [[2, 1]]"]),
    ],
)
def test_elements_that_change_are_those_that_python_changes(lines: str, output: list[str]) -> None:
    """Of a list in another list, of one that a loop goes over, and of one that a function is given."""
    assert snapshot(f"w = [1, 2]\n{lines}\n").output == output


def test_a_loop_over_numbers_stays_one_and_others_are_unrolled() -> None:
    def kinds(text: str) -> list[type]:
        program = parse(GIVEN + text)
        assert program.errors == ()
        return [type(each) for each in program.statements[4:]]

    assert kinds("for k in range(1000000):\n    a = f(a)*k\n    t = [a, a*2]\n    s = sum(t)") == [st.For]
    assert kinds("for i in range(2):\n    for k in range(9):\n        a = a*w[i]") == [st.For, st.For]
    assert kinds("for i in range(3):\n    w = [w[1], w[0], a]")[0] is st.For
    assert st.For not in kinds("for i in range(3):\n    w = w + [a]\n")
    assert st.For not in kinds("t = w\nfor i in range(2):\n    s = t\n    t = [a, a]\n    s[0] = 1")


def test_numbers_given_to_a_function_are_worked_out_once() -> None:
    at = snapshot("def f(x, k):\n    return x*k + k\na = 2\nb = f(a, uniform(0, 1))\nc = f(a, a.data)\n")
    first, second = (at.data(each) for each in at.nodes if at.label(each) not in ("a", "b", "c")
                     and not at.operands(each) and at.data(each) != 2)  # fmt: skip
    assert first == second


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("def g(x):\n    return g(x)\ny = g(a)", "g calls itself, and would never end", "Write a loop"),
        (
            "b = tanh(a)\ny = w[b]",
            "A number is wanted here that is known before anything runs, and b is data.",
            "a loop's variable",
        ),
        ("y = w[a.data]", "and a.data is data.", "a loop's variable"),
        ("y = w[0.5]", "A whole number is wanted here, not 0.5.", "Write 0, 1 or 2."),
        ("y = w[3]", "w has 3 elements, and there is no w[3].", "There are w[0] to w[2]."),
        ("w.pop()", "Lists here only grow at their end, and w has 3 elements.", "w = w[:-1]"),
        ("w *= 2", "Lists here only grow at their end", "[a * 2 for a in w]"),
        ("del w[0]", "Lists here only grow at their end", "Write w = w[1:]."),
        ("y = w.append(4)", "append gives no value.", "w.append(4)."),
        ("w.append(4, 5)", "append takes one argument.", "w.append(a)"),
        ("w += 4", "A list is wanted here, and 4 is a plain number.", "[a, b, c]"),
        ("w.append(w)", "A list cannot be an element of itself.", "w.append(w[:])"),
        ("a.append(4)", "There is no function append.", ""),
        ("def backward(x):\n    return x", "backward is a function here and cannot be assigned.", ""),
        ("y = w + 1", "One number is wanted here, and w is a list of 3.", "Write sum(w), or w[0]."),
        (
            "y = f(w)",
            "w is a list of 3, which * does not multiply (in f, called on line 5).",
            "[a*2 for a in w]",
        ),
        ("def topo(v):\n    for c in v._prev: topo(c)", "nodes have no ._prev.", "Leave the function out"),
        ("trace(a)", "There is no function trace.", 'open("graph.mc", "w").write(trace(a).text)'),
        ("class A:\n    pass", "Classes cannot be defined here.", "run it with the library"),
        ("a._backward()", "There is no function _backward.", "Write backward(a)"),
        ("y = torch.Tensor([2.0, 1.0])", "A tensor is one number here.", "Write the list alone: [2.0, 1.0]."),
        ("q[0] = 1", "q has no value yet.", "Write q = [1, 2, 3] on a line above."),
        ("y = sum(q)", "q has no value yet.", "Write q = [1, 2, 3] on a line above."),
        ("y = a.grad.data*2", "a.grad is a plain number here, not a node.", "Write a.grad."),
        ("y = ...", "... is not a real number.", "Write a number"),
        ("@f\ndef g(x):\n    return x", "Functions have no decorators here.", "Leave the line out."),
        ("v = [0]*100001", "A list has at most 100,000 elements.", "Use fewer."),
        ("v = [0, 1]*3*50000", "A list has at most 100,000 elements.", "Use fewer."),
        ("v = [0]*2.5", "A whole number is wanted here, not 2.5.", "Write 0, 1 or 2."),
        ("v = [0]*a.data", "A number is wanted here that is known before anything runs", "a whole number"),
        ("b = tanh(a)\nv = [0]*b", "this is a list of 1, which * does not multiply.", "[0]*3"),
        ("retain(w)", "One number is wanted here", "w[0]"),
        ("y = a[0]", "a is one number, not a list.", "Write a = [1, 2, 3] above."),
        ("w[0] = w", "A list cannot be an element of itself.", "Write w[0] = 2."),
        ("for x in a: x", "A list is wanted here, and a is a node.", "Write [a, b, c]."),
        ("for x, y in w: x", "2 names are given 1 thing.", "zip"),
        ("for x in w:\n    x = 2", "x is the variable of the loop around this line.", "another name"),
        ("y = f(a, 2)", "f is not called like this.", "Write f(x)."),
        ("y = f", "f is a function here.", "Write f(...)."),
        ("f = 2", "f is a function here and cannot be assigned.", "Choose another name."),
        ("def a(x): return x", "a is a node already (line 1).", "another name"),
        ("def g(x):\n    while x: pass", "There is no `while`.", "Write for i in range(10):"),
        ("def g(x):\n    for i in range(2):\n        return x", "return ends a function", "at the end"),
        (
            "def g(x):\n    x*2\ny = g(a)",
            "g gives no value: it comes to no return that has one.",
            "Write return",
        ),
        (
            "def g(x):\n    return qq\ny = g(a)",
            "qq has no value yet (in g, called on line 7).",
            "Write qq = 1",
        ),
        ("def g(x)\n    return x", "A function's first line must end in a colon.", "Write def f(x, y):"),
        ("return 2", "return stands at the end of a function.", "Write def"),
        (
            "y = [x for x in [tanh(1)] if x]",
            "`if` asks for what is known before anything runs, and x is not.",
            "it is 1 or 0",
        ),
        ("y = dot(w, [1, 2])", "dot takes two lists of one length, not 3 and 2.", "w[:2]"),
        ("y = zip(w, w)", "zip stands in a loop.", "Write list(zip(w, w))."),
        pytest.param(
            "for i in range(200000):\n    y = w[i*0]",
            "more than 30,000 lines",
            "at most 29997 times",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_errors(text: str, message: str, hint: str) -> None:
    found = parse(GIVEN + text).errors[0]
    assert message in found.message
    assert hint in found.hint


def test_a_stop_in_a_function_tells_the_line_and_the_call() -> None:
    done = run("# ownership: manual\ndef f(x):\n    release(x)\n    return x*2\na = 1\ny = f(a)\n")
    (error,) = done.errors
    assert error.line == 4
    assert "used (in f, called on line 6)" in error.message or "in f, called on line 6" in error.message


def test_an_element_is_an_owner_and_a_node_by_its_name() -> None:
    at = snapshot("w = [1, 2, 3]\nx = w[2]*w[-1]\ny = w[2]\n")
    assert inspect(at, at.names["w[2]"]).owners[:3] == (
        "element 2 of w since line 1", "slot 0 of x since line 2", "slot 1 of x since line 2",
    )  # fmt: skip
    leaked = snapshot("# ownership: manual\nw = [1, 2]\nrelease(w[0])\n")
    assert inspect(leaked, leaked.names["w[1]"]).owners == (
        "whoever created it (element 1 of w) since line 2",
    )
    assert leaked.leaks == {1}


def test_exports_have_names_and_comments_one_can_read() -> None:
    program = parse(NEURON)
    in_c = c_program(program, "auto").text.partition("int main(void)")[2]
    assert {"v_w_0", "v_neuron__n", "v_neuron2__n", "v_neuron2"} <= set(re.findall(r"\bv_\w+", in_c))
    comments = [line.strip(" /*") for line in in_c.split("\n") if line.lstrip().startswith("/* line ")]
    assert comments[:2] == [
        "line 2, neuron called on line 5: n = dot(x, w) + b",
        "line 3, neuron called on line 5: return tanh(n)",
    ]  # fmt: skip
    in_python = python_program(program, "auto")
    assert "    # line 2, neuron called on line 5: n = dot(x, w) + b\n" in in_python
    assert in_python.index("neuron_n = ") < in_python.index("# z = neuron(")


def test_a_loop_of_no_turns_does_not_move_a_name() -> None:
    """The order of names is that of first binding as the program runs, everywhere."""
    text = "for i in range(0):\n    b = 1\na = 2\nb = a*3\n"
    text += "for i in range(3):\n    for j in range(i):\n        d = 1\n    c = 2\n"
    names = ["a", "b", "c", "d"]
    assert list(snapshot(text).names) == names
    program = parse(text)
    assert re.findall(r'name_show\("(\w)"', c_program(program, "auto").text) == names
    assert re.findall(r"show\('(\w)'", python_program(program, "auto")) == names


def test_a_function_of_ones_own_goes_before_the_language_s() -> None:
    text = "a = 0.5\nb = sigmoid(a)\ndef sigmoid(z):\n    return z*3\nc = sigmoid(a)\nd = a.sigmoid()\n"
    at = snapshot(text)
    one = 1 / (1 + math.exp(-0.5))
    assert [at.data(at.names[name]) for name in "bcd"] == pytest.approx([one, 1.5, one])


@pytest.mark.parametrize(
    "lines",
    [
        "    w = [[Value(i + j) for j in range(3)] for i in range(2)]\n    return w",
        "    w = []\n    for i in range(2):\n        row = []\n        for j in range(3):\n"
        "            row.append(Value(i + j))\n        w.append(row)\n    return w",
        "    row = [Value(1), Value(2), Value(3)]\n    return [[Value(0), Value(0)], row]",
        "    v, row = [Value(0)], [Value(1), Value(2), Value(3)]\n    return v, row",
    ],
)
@pytest.mark.parametrize(
    "taken", ["w = make()\nb = w[1]", "a, b = make()", "b = make()[1]", "b = [x*1 for x in make()[1]]"]
)
def test_lists_in_a_list_that_is_returned_outlive_the_call(lines: str, taken: str) -> None:
    at = snapshot(f"def make():\n{lines}\n{taken}\nprint(b)\nc = b[2]\nbackward(c)\nprint(b[2].grad)\n")
    assert at.output[0] == "b = [1, 2, 3]"
    assert at.output[1] == "b[2].grad = 1"
