"""What people paste: the same things spelled as Python's modules, notebooks and micrograd spell them."""

from __future__ import annotations

import math

import pytest
from exported import MAIN, Case, batch, compiled, printed, transcripts
from programs import snapshot

from microcrad.language.parser import parse
from microcrad.session.session import Session
from microcrad.timeline.snapshot import Snapshot

GIVEN = "x = 0.5\ny = -2\n"

SAME = [
    ("z = math.tanh(x)", "z = tanh(x)"),
    ("z = np.exp(x)", "z = exp(x)"),
    ("z = torch.relu(x) + F.relu(y)", "z = relu(x) + relu(y)"),
    ("import numpy as n\nz = n.log(x)", "z = log(x)"),
    ("from math import tanh\nz = tanh(x)", "z = tanh(x)"),
    ("from micrograd.engine import Value\nimport random, math\n%matplotlib inline\nz = x*y", "z = x*y"),
    ("z = Value(2.0)", "z = 2"),
    ("z = Value(data=x.data*2)", "z = x.data*2"),
    ("z = Value(3)*x", "z = 3*x"),
    ("z = torch.tensor(3.0, requires_grad=True)*x", "z = 3*x"),
    ("t = torch.Tensor([3.0]).double(); t.requires_grad = True\nz = t*x", "t = 3\nz = t*x"),
    ("z = x.retain_grad()*2", "z = x*2"),
    ("z = sum([x, y], start=2)", "z = 2 + x + y"),
    ("plt.plot([1], [2]); plt.grid()\nz = x", "z = x"),
    ("z = pow(x, 2) + math.pow(x, y)", "z = x**2 + x**y"),
    ("z = abs(x*y)", "t = x*y\nz = relu(t) + relu(-t)\ndel t"),
    ("z = abs(x)", "z = relu(x) + relu(-x)"),
    ("z = max(x, y)", "z = x + relu(y - x)"),
    ("z = min(x, 2)", "z = x - relu(x - 2)"),
    ("z = x.sin() + math.cos(y)", "z = sin(x) + cos(y)"),
    ("z = x*math.pi", f"z = x*{math.pi!r}"),
    ("x.data += 0.25; y.data *= 2; y.grad = 0.0; z = (x*\n  y)", "x.data = 0.75; y.data = -4; z = x*y"),
    ("x.data = math.exp(-1) + abs(y.data) + max(1, 2, y.data)", f"x.data = {math.exp(-1)!r} + 2 + 2"),
    ("z = x*y\nz.backward()\ndraw_dot(z)", "z = x*y\nbackward(z)"),
    ("random.seed(7)\nz = random.uniform(-1, 1)", "z = uniform(-1, 1)"),
    ('"""A text alone is a comment."""\nz = x', "z = x"),
]


def told(at: Snapshot) -> list[tuple[object, ...]]:
    """All numbers of a run, without the names it gave on the way."""
    rows = [at.row(node) for node in at.nodes]
    return [(row.op, row.data, row.grad, row.refs, row.prev, row.extra) for row in rows]


@pytest.mark.parametrize("ownership", ["auto", "manual"])
@pytest.mark.parametrize(("written", "meant"), SAME)
def test_it_is_the_same_program(written: str, meant: str, ownership: str) -> None:
    """Node for node; what is worked out once and used twice has a name until its line ends."""
    seed = "# seed: 7\n" if "seed" in written else ""
    assert told(snapshot(GIVEN + written, ownership)) == told(snapshot(f"{seed}{GIVEN}{meant}", ownership))


def test_a_label_is_shown_where_there_is_no_name() -> None:
    at = snapshot('x = Value(2.0, label="x1")\nz = Value(3.0, label="w")*x\nz.label = "w*x"\nz = 2*z\n')
    assert [at.label(node) for node in at.nodes] == ["x", "w", "w*x", "2", "z"]
    assert at.written(2).inside(2) == "(w*x)"
    assert at.moved(len(at.log) - 8).label(2) == "z"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('print("step", 3, x.data)', "step 3 0.5"),
        ('print("x")', "x"),
        ('print(f"{x.data:.3f}, {x.data:.1e} and {y:.2g}!")', "0.500, 5.0e-01 and -2!"),
        ("print(f'{{x}} = {x.data}')", "{x} = 0.5"),
        ("print(x, 2*y)\nbackward(x*y)", "Value(data=0.5, grad=0) Value(data=-4, grad=0)"),
        ("print(x, 2*y)", "0.5 -4"),
        (
            'print(f"{x.data:8.3f}|{y.data:+.2e}|{x.data:<6.2f}|{x.data:07.3f}|{x.data:.1%}|{3:3d}|{2:03}|{7:>3}|")',
            "   0.500|-2.00e+00|0.50  |000.500|50.0%|  3|002|  7|",
        ),
        ('print("{1:.2f} and {0}, {{}}".format(1, x.data))', "0.50 and 1, {}"),
        ('print("%5.2f%% of %-4d|" % (x.data, 3))', " 0.50% of 3   |"),
        ('print("step " + str(3) + "-"*4, x.data, sep=":")', "step 3----:0.5"),
        ("print(f\"{'loss':>6}|{'a':<3}|\")", "  loss|a  |"),
        ('print("r", round(2.675, 2), round(0.5), int(-1.7), 7 // 2, -7 % 3)', "r 2.67 0 -1 3 2"),
        ('print("c", x.data > 0, (x.data <= 0.5) == (y.data != -2))', "c 1 0"),
        ('print(x.data, sep="")\nprint()', ""),
        ('print("n", abs(y.data), exp(0), max(1, x.data), abs(y))', "n 2 1 1 Value(data=2, grad=0)"),
        ("print(f'{x.data*3} {(0*1e999):.2f}')", "1.5 nan"),
        ("for k in range(2): print('step', k, x.data + k)", "step 1 1.5"),
        ("print(x)", "x = 0.5  (grad 0)"),
        ("print(x.data * 3)", "x.data * 3 = 1.5"),
        ('print("100 %d \\" \\\\ \\t", "é")', '100 %d " \\ \t é'),
    ],
)
def test_prints(text: str, said: str) -> None:
    assert snapshot(GIVEN + text).output[-1] == said


def test_exports_say_what_the_run_says(tmp_path_factory: pytest.TempPathFactory) -> None:
    """C with a compiler that warns of everything, Python, and our own run agree."""
    texts = [GIVEN + written for written, _ in SAME]
    texts += [
        GIVEN + 'for k in range(2): print("step", k, f"{x.data:.3f} {y.data/0:.2g} %")\nprint("é\\"{}", 1)',
        GIVEN
        + 'print(f"{x.data:8.3f}|{y.data:+.2e}|{x.data:<6.2f}|{x.data:07.3f}|{x.data:6.1%}|{3:3d}|{2:03}")',
        GIVEN
        + 'print(f"r {round(2.675, 2):.9f} {round(y.data/3, 3):.9f}", int(y.data*1.7), x.data > y.data)',
        GIVEN
        + "y.data = sqrt(abs(y.data)) + sigmoid(x.data) - min(x.data, 3)**max(1, 2) + relu(-1)\nprint(y)",
        GIVEN + "z = max(x*y, uniform(0, 1)*y, min(y, x)) + uniform(0, 1)*abs(uniform(1, 2)*x)\nbackward(z)",
    ]
    cases = [Case(f"# ownership: {ownership}\n{text}") for text in texts for ownership in ("auto", "manual")]
    built = compiled(tmp_path_factory.mktemp("c"), "c", [batch(cases), MAIN], "-O0")
    for case, (in_c, code) in zip(cases, transcripts(built), strict=True):
        assert printed(case) == (in_c, None), case.text
        assert code == 0
        said = [line.removeprefix("print ") for line in in_c.split("\n") if line.startswith("print ")]
        assert [line for line in said if " grad " not in line] == [
            line for line in end_output(case) if "(grad " not in line
        ]


def end_output(case: Case) -> list[str]:
    log = case.interpreter.log
    return Snapshot(case.program, log, len(log)).output


def test_what_pytorch_s_programs_say_of_single_numbers_is_read() -> None:
    """`item()` is the number; what only PyTorch needs to be told is passed over."""
    at = snapshot(
        "x = torch.tensor(2.0)\nx.requires_grad = True\ny = x**2\ny.backward(retain_graph=True)\n"
        "print(y.item(), x.grad.item(), x.data.item())\n"
    )
    assert at.output == ["4 4 2"]
    assert at.program.passed_over == ("x.requires_grad",)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("import os", "Nothing can be imported", "Leave the line out"),
        ("z = math.tanh(x, 2)", "tanh takes one argument.", "Write tanh(a)."),
        ("z = math.gamma(x)", "math.gamma is not known here.", "The functions are"),
        ("x = Value(1)\nz = Value(x)", "A plain number is needed here, and x is a node.", "Write x.data."),
        ("z = Value(1, 2)", "Value takes one number", "Write a = 2.0."),
        ("x.data = Value(1)", "Value(...) makes a node", "use name.data"),
        ("z = max(x)", "max takes two numbers or more.", "Write max(a, b)."),
        ("y = Value(2)\nx.data = abs(y)", "A plain number is needed here, and y is a node.", "Write y.data."),
        ("x.data = max(y.data, x)", "A plain number is needed here, and x is a node.", "Write x.data."),
        (
            "print(f'{x:^5}')",
            "A number's format is a width, digits behind the point, and f, e, g, d or %.",
            "Write {a.data:.4f}.",
        ),
        ("print('%.2f %q' % 2)", "The places in this text cannot be filled", "{loss.data:.3f}"),
        ("print(1, file=x)", "print has no file here.", "It has sep"),
        ("print('x' + 1)", "Only texts are joined to texts.", 'print("loss", loss.data)'),
        ("assert 1", "There is no `assert`.", "Leave it out"),
        ("z = np.zeros(3)", "np.zeros is not known here.", "Write a list: [0.0]*3."),
        ("z = torch.randn(3)", "torch.randn is not known here.", "Write uniform(-1, 1)."),
        ("z = pi", "pi has no value yet.", "Write math.pi."),
        ("print(f'{x!r}')", "A number's format", "Write {a.data:.4f}."),
        ("z = 'text'", "There is no text", "Write a number."),
        ("z = Value(1, label=x)", "A label is a text.", "in quotes"),
        (
            "for i in range(3):\n    w.i = 2*i",
            "i is a part of the name w.i, not a number in it.",
            "Write w[i]",
        ),
        ("max = 2\nz = max(x, y)", "max is no function here.", "Write * to multiply"),
    ],
)
def test_errors(text: str, message: str, hint: str) -> None:
    (found,) = parse(GIVEN + text).errors
    assert message in found.message
    assert hint in found.hint


def test_python_s_names_may_be_names_of_nodes() -> None:
    """As in Python; only what the language had from the start is its own."""
    at = snapshot("max = 2\nsum = max*3\nmath.w = 4\nValue = sum + math.w\nsin = Value\n")
    assert {name: at.row(node).data for name, node in at.names.items()}["sin"] == 10


@pytest.mark.parametrize(
    ("comment", "good"),
    [
        ("می‌شود", True), ("👩‍🔬", True), ("a\u00adb", True), ("\u200f", True), ("\u202e", False),
        ("\u2066", False), ("\x1b", False),
    ],
)  # fmt: skip
def test_comments_and_texts_may_hold_what_writing_needs(comment: str, good: bool) -> None:
    """Nothing that controls a terminal or reorders a line; outside of them the stricter rule stays."""
    assert (parse(f"x = 1  # {comment}\n").errors == ()) == good
    assert (parse(f'print("{comment}")\n').errors == ()) == good
    assert parse(f"x = 1 {comment}\n").errors


def test_what_was_passed_over_is_told_once() -> None:
    session = Session("import math\nx = 2\ny = x*x\ndraw_dot(y)\n")
    assert session.notice == "Passed over, as nothing here needs it: import math, draw_dot(y)."
    assert session.advice == "{diagram} draws the graph."
    session.notice = ""
    session.set_text(session.text + "z = 2\n")
    assert session.notice == ""
    session.set_text(session.text + "z")
    assert session.notice == "Passed over, as nothing here needs it: import math, draw_dot(y), z."
