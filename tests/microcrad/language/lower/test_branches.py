"""`if`, and what it asks of numbers that are known before anything runs."""

import pytest
from programs import end_of, run
from surface import as_python

from microcrad.language.parser import parse
from microcrad.language.statements import For

PROGRAMS = {
    "some turns": """
x = Value(0.5)
for k in range(25):
    x = tanh(x*1.1 + k*0.01)
    if k % 10 == 0:
        print(k, x.data)
    elif k // 5 == 3:
        x = x - 0.25
    else:
        y = x*k
backward(x)
""",
    "two conditions": """
x = Value(0.5)
for k in range(12):
    if k < 5 and not k == 2 or k > 10:
        x = x*1.5
    rate = 0.5 if 3 <= k < 7 else 0.25
    x = x - rate
    if not k % 4: x = x + 1
backward(x)
""",
    "a loop in a loop": """
x = Value(0.5)
for i in range(3):
    for j in range(i + 2):
        if i == j:
            x = x*2
        else:
            x = x + 0.125*j
        if j == 1: x = tanh(x)
backward(x)
""",
    "a function with several ends": """
def act(x, kind=1):
    if kind == 1:
        return tanh(x)
    elif kind == 2:
        y = x*2
        return relu(y)
    return x
x = Value(0.5)
y = act(x) + act(x, 2)*act(x, kind=3)
backward(y)
""",
    "lists": """
w = [Value(1.0), Value(2.0), Value(3.0), Value(4.0)]
even = [w[i]*2 for i in range(4) if i % 2 == 0 if i < 3]
hot = [1.0 if i == 2 else 0.0 for i in range(4)]
v = []
for i in range(4):
    if len(v) < 2:
        v.append(w[i]*hot[i] + 1)
if len(even) == 2 and True:
    y = sum(even) + sum(v)*len(v)
else:
    y = w[0]
backward(y)
""",
    "a name of a number": """
epochs = 6
every = 2
x = Value(0.5)
for k in range(epochs):
    x = x*1.5
    if k % every == 1 or k == epochs - 1:
        x = tanh(x)
backward(x)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_what_python_does(name: str) -> None:
    text = PROGRAMS[name].lstrip()
    at, said = end_of(run(text)), []
    expected = as_python(text, said)
    for each, node in at.names.items():
        row = at.row(node)
        if each in expected:
            assert (row.data, row.grad) == pytest.approx(expected[each], rel=1e-12), each
    assert set(at.names) & set(expected)
    assert len(at.output) == len(said)


def test_turns_that_are_alike_stay_one_loop() -> None:
    program = parse("x = 1\nfor k in range(1000):\n    x = x*1.01\n    if k % 100 == 99:\n        x = x/2\n")
    loops = [each for each in program.statements if isinstance(each, For)]
    assert [(each.start, each.stop) for each in loops[:4]] == [(0, 99), (99, 100), (100, 199), (199, 200)]
    assert (len(loops), {len(each.body) for each in loops}) == (20, {1, 2})


def test_lines_that_are_not_taken_are_not_read() -> None:
    assert parse("if 2 < 1:\n    y = nothing_known(3)\nelse:\n    y = 2\nx = y*2\n").errors == ()


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("x = 1\nif x.data > 0:\n    y = 2", (2, 4), "and x.data is not", "relu"),
        ("x = tanh(2)\ny = x if x > 0 else 1", (2, 10), "and x is not", "relu"),
        ("def f(a):\n    if a: return a\n    return a\nx = tanh(2)\ny = f(x)", (2, 8), "line 5", "relu"),
        ("def f(n):\n    if n:\n        return n\nx = f(0)", (4, 5), "f gives no value", "last line"),
        ("for k in range(3):\n    if k == 1:\n        continue", (3, 9), "no `continue`", "opposite"),
        ("if 1 in [1, 2]:\n    y = 2", (1, 4), "`in` and `is`", "=="),
        ("for k in range(9):\n    if k % 0: y = 1", (2, 8), "% has a 0 on its right", "another"),
        ("x = tanh(2)\ny = x % 2", (2, 5), "% has no gradient", "Use +"),
        ("if 1:\ny = 2", (2, 1), "The lines of this if are missing.", "Indent"),
        ("if 1\n    y = 2", (1, 5), "must end in a colon", "if k"),
        ("for k in range(3):\n    if k = 2:\n        y = 1", (2, 8), "what compares is ==", "if k == 2:"),
        ("for k in range(10**7):\n    if k == 5: y = 1", (1, 1), "more than 30,000", ""),
    ],
)  # fmt: skip
def test_errors(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    (error,) = parse(text).errors
    assert (error.line, error.column) == place
    assert message in error.message
    assert hint in error.hint
