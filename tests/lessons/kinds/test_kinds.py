"""Every kind of check: where it holds, where it fails and what it says. None changes what it looks at."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.fields.problems import BrokenLessonError
from lessons.fields.scripts import read_script
from lessons.kinds import KINDS, Check, kinds_for, read_check, sentence
from lessons.take.in_session import SessionGround
from lessons.take.in_training import TrainingGround
from microcrad.session.session import Session
from microcrad.train.configuration import Configuration
from microcrad.train.training import Training

SQUARE = "x = 3\ny = x*x\nbackward(y)\n"
ROADS = "x = 3\ny = x*x\nz = y + x\nbackward(z)\n"
NEURON = "x = 2\nw = -3\nb = 7\nn = x*w + b\no = tanh(n)\nbackward(o)\n"
LOOP = "w = 3\nfor i in range(3):\n  zero_grad(w)\n  L = w*w\n  backward(L)\n  w.data = w.data - 0.1*w.grad\n"
WRONG_LOOP = (
    "w = 3\nfor i in range(3):\n  zero_grad(w)\n  w.data = w.data - 0.1*w.grad\n  L = w*w\n  backward(L)\n"
)
MANUAL = "# ownership: manual\na = 2\nb = a*3\n"
DANGLING = "# ownership: manual\na = 2\nrelease(a)\nb = a*2\n"
DOUBLE = "# ownership: manual\na = 2\nrelease(a)\nrelease(a)\n"
SUM = "p = 1\nq = 2\nu = 3\nv = 4\nb = 5\nh = q*v\ny = relu((p*u + h) + b)\n"
TWICE = "p = 1\nq = 2\ns = p + q\ny = s*s\n"
SQUASH = "n = 1\np = (tanh(n) + 1)/2\n"
LAST = "a = 1\nb = a + 1\nc = a*2\ndel c\ndel b\n"
LEAKY = "x = -2\nm = max(x, 0.1*x)\n"
END = '{ go = "end" }'


def made(text: str, mode: str = "playground") -> Check:
    """A check from its TOML, without braces."""
    said: list[str] = []
    table = tomllib.loads(f"check = {{ {text} }}")["check"]
    check = read_check(table, mode, "", 1, lambda message, key="": said.append(message))
    assert check is not None, said
    return check


def ground(program: str, moves: str = END) -> SessionGround:
    """A playground after a program and some moves."""
    there = SessionGround(Session())
    said: list[str] = []
    script = read_script(tomllib.loads(f"moves = [{moves}]")["moves"], "playground", said.append)
    assert said == []
    there.session.open(program)
    for move in script:
        there.perform(move)
    return there


def said_of(text: str, program: str, moves: str = END) -> str:
    """What a check says; empty if it holds."""
    there = ground(program, moves)
    before = there.keep()
    said = sentence(there.here(None, None), made(text))
    assert there.keep() == before
    return said


CASES = [
    # check, program, moves, what it says (None: it holds)
    ('is = "node", node = "y"', SQUARE, END, None),
    ('is = "node", node = "w"', SQUARE, END, "No node is called w. The names are x, y."),
    ('is = "node", node = "y"', SQUARE, '{ go = "start" }', "Later in the run there is one"),
    ('is = "node", node = "y", op = "*", of = ["x", "x"]', SQUARE, END, None),
    ('is = "node", node = "y", op = "mul"', SQUARE, END, None),
    ('is = "node", node = "x", op = "leaf"', SQUARE, END, None),
    ('is = "node", node = "y", op = "+"', SQUARE, END, "y is made by *, not as the task says"),
    ('is = "node", node = "z", of = ["x", "y"]', ROADS, END, "z is made of y and x, not as the task says"),
    ('is = "node", node = "a"', "a = 1\nb = a*2\ndel a\n" + "del b\n", END, "a is freed"),
    ('is = "data", node = "x*w", near = -6, abs = 1e-9', NEURON, END, None),
    ('is = "data", node = "n", near = 1.1, abs = 0.2', NEURON, END, None),
    (
        'is = "data", node = "n", near = 1.1, abs = 0.01',
        NEURON,
        END,
        "n is 1, which is too small. Look at line 4",
    ),
    ('is = "data", node = "n", above = 0, below = 2', NEURON, END, None),
    ('is = "data", node = "n", above = 1', NEURON, END, "which is too small"),
    ('is = "data", node = "y", near = inf, abs = 0', "y = exp(1000)\n", END, None),
    ('is = "grad", node = "x", near = 7, rel = 1e-9', ROADS, END, None),
    ('is = "grad", node = "x", at = "end", near = 7, rel = 1e-9', ROADS, '{ go = "start" }', None),
    (
        'is = "grad", node = "x", near = 7, rel = 1e-9',
        ROADS,
        '{ go = "backward" }',
        "No gradient has arrived",
    ),
    (
        'is = "grad", node = "x", near = 8, rel = 1e-9',
        ROADS,
        END,
        "x.grad is 7, which is too small. Look at what arrives",
    ),
    ('is = "grad", node = "x", at = "backward", near = 0, abs = 0', ROADS, END, None),
    ('is = "shape", node = "o", like = "tanh(p*q + r)", leaves = true', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(r + q*p)"', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(m)"', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(m)", leaves = true', NEURON, END, "not built as the task says"),
    ('is = "shape", node = "y", like = "a*b"', SQUARE, END, "y is not built as the task says"),
    ('is = "shape", node = "z", like = "a*a + a"', ROADS, END, None),
    ('is = "shape", node = "z", like = "a*a + b"', ROADS, END, "not built as"),
    ('is = "shape", node = "y", like = "a**2"', SQUARE, END, "not built as"),
    ('is = "shape", node = "y", like = "a*3"', "a = 1\ny = 3*a\n", END, None),
    ('is = "shape", node = "y", like = "a**2"', "a = 1\ny = a**2\n", END, None),
    ('is = "shape", node = "y", like = "a**3"', "a = 1\ny = a**2\n", END, "not built as"),
    ('is = "differs", node = "x", fault = "merged", abs = 5', SQUARE, END, "x.grad is 3, and without it 6"),
    ('is = "shape", node = "y", like = "a*3"', "a = 1\ny = 4*a\n", END, "not built as"),
    ('is = "shape", node = "y", like = "a - b"', "p = 1\nq = 2\ny = p - q\n", END, None),
    ('is = "shape", node = "y", like = "b/a"', "p = 1\nq = 2\ny = p/q\n", END, None),
    ('is = "shape", node = "y", like = "relu(b + u*p + v*q)", leaves = true', SUM, END, None),
    ('is = "shape", node = "y", like = "relu(u*p + v*q)"', SUM, END, "not built as"),
    ('is = "shape", node = "y", like = "relu(b + u*p + u*q)"', SUM, END, "not built as"),
    ('is = "shape", node = "y", like = "a*b*c*a"', "p = 1\nq = 2\nr = 3\ny = (q*p)*(r*p)\n", END, None),
    ('is = "shape", node = "y", like = "a*b*c*c"', "p = 1\ny = (p*p)*(p*p)\n", END, "not built as"),
    ('is = "shape", node = "y", like = "(a + b)*(a + c)"', TWICE, END, "not built as"),
    ('is = "operations", node = "y", op = "*", equals = 2', SUM, END, None),
    ('is = "operations", node = "y", op = "*", equals = 3', SUM, END, "2 operations *, which is too few"),
    ('is = "within", node = "p", over = "n", above = 0, below = 1, from = -5, until = 5', SQUASH, END, None),
    (
        'is = "within", node = "n", over = "n", above = 0, from = -5, until = 5',
        SQUASH,
        END,
        "At n = -5 n is -5",
    ),
    ('is = "refcount", by = "names", node = "x", equals = 2', "x = 3\ny = x*x\nz = x\n", END, None),
    (
        'is = "refcount", by = "names", node = "x", equals = 1',
        "x = 3\ny = x\n",
        END,
        "x has 2 names: x, y, which",
    ),
    ('is = "freed", by = "last line", equals = 2', LAST, END, None),
    (
        'is = "freed", by = "last line", equals = 4',
        LAST,
        END,
        "The last line, 5, frees 2 nodes, which is too few",
    ),
    ('is = "equivalent", node = "z", to = "x*(x + 1)", rel = 1e-9', ROADS, END, None),
    (
        'is = "equivalent", node = "z", to = "x*x", rel = 1e-9',
        ROADS,
        END,
        "z does not compute what the task asks for. At x = ",
    ),
    ('is = "equivalent", node = "z", to = "y + x", rel = 1e-9', ROADS, END, None),
    ('is = "equivalent", node = "m", to = "max(x, 0.1*x)", rel = 1e-9', LEAKY, END, None),
    ('is = "equivalent", node = "m", to = "x.relu() - 0.1*abs(min(x, 0))", rel = 1e-9', LEAKY, END, None),
    ('is = "equivalent", node = "m", to = "max(x, 0.2*x)", rel = 1e-9', LEAKY, END, "m does not compute"),
    ('is = "shape", node = "m", like = "max(p, 0.1*p)"', LEAKY, END, None),
    ('is = "equivalent", node = "o", to = "(exp(2*n) - 1)/(exp(2*n) + 1)", abs = 1e-6', NEURON, END, None),
    ('is = "equivalent", node = "z", to = "q*q", rel = 1e-9', ROADS, END, "No node is called q"),
    ('is = "equivalent", node = "l", to = "log(u)", rel = 1e-9', "u = 2\nl = log(u)\n", END, None),
    ('is = "gradcheck", rel = 1e-4, abs = 1e-6', NEURON, END, None),
    ('is = "gradcheck", rel = 1e-4', SQUARE, '{ go = "backward" }', "Nothing was differentiated yet"),
    (
        'is = "gradcheck", rel = 1e-4',
        SQUARE,
        f'{{ fault = "merged" }}, {END}',
        "x.grad is 3, and nudging it gives another number",
    ),
    ('is = "gradcheck", node = "y", rel = 1e-4', SQUARE, f'{{ fault = "merged" }}, {END}', None),
    ('is = "finite"', SQUARE, END, None),
    ('is = "finite"', "x = 1000\ny = exp(x)\n", END, "y.data is inf, not finite"),
    ('is = "finite", node = "x"', "x = 1000\ny = exp(x)\n", END, None),
    ('is = "refcount", node = "x", equals = 3', SQUARE, END, None),
    ('is = "refcount", node = "x", at_most = 2', SQUARE, END, "x has 3 references, which is too many"),
    ('is = "refcount", node = "a", equals = 0', DANGLING, END, None),
    ('is = "refcount", node = "a", equals = 1', DANGLING, END, "a is freed, which is too few"),
    ('is = "live", equals = 2', SQUARE, END, None),
    ('is = "live", at_least = 3', SQUARE, END, "2 nodes live, which is too few"),
    ('is = "live", node = "a"', DANGLING, END, "a is freed"),
    ('is = "freed", node = "a"', DANGLING, END, None),
    ('is = "freed", node = "x"', SQUARE, END, "x is still live"),
    ('is = "freed", node = "b"', "a = 1\nb = a*2\ndel b\n", END, None),
    ('is = "freed", equals = 1', "a = 1\nb = a*2\ndel b\n", END, "2 nodes freed, which is too many"),
    ('is = "leaks", equals = 3', MANUAL, END, None),
    ('is = "leaks", node = "b"', MANUAL, END, None),
    ('is = "leaks", node = "a"', SQUARE.replace("x", "a"), END, "a is not leaked"),
    ('is = "leaks", equals = 0', MANUAL, END, "3 nodes leaked, which is too many"),
    ('is = "leaks", equals = 0', MANUAL, '{ go = "start" }', "known at the end"),
    ('is = "stopped"', SQUARE, END, "No touch of freed memory"),
    ('is = "stopped", kind = "use after free", line = 4, node = "a"', DANGLING, END, None),
    ('is = "stopped"', DANGLING, '{ go = "start" }', None),
    ('is = "stopped", kind = "use after free"', DOUBLE, END, "stopped by a double free, and another"),
    ('is = "stopped", line = 3', DANGLING, END, "on line 4, and it should be elsewhere"),
    ('is = "stopped", kind = "double free"', DOUBLE, END, None),
    ('is = "ownership", rules = "manual"', MANUAL, END, None),
    ('is = "ownership", rules = "manual"', SQUARE, END, "Ownership is auto. Switch it"),
    ('is = "event", event = "backward y"', SQUARE, END, None),
    ('is = "event", event = "backward x"', SQUARE, END, "has happened 0 times, which is too few"),
    ('is = "event", event = "backward"', SQUARE, '{ go = "backward" }', "has happened 0 times"),
    ('is = "event", event = "send y to x", equals = 2', ROADS, END, None),
    ('is = "event", event = "send y", equals = 2', ROADS, END, None),
    ('is = "event", event = "receive x", equals = 3', ROADS, END, None),
    ('is = "event", event = "send z to x", equals = 2', ROADS, END, "has happened 1 time, which is too few"),
    ('is = "event", event = "set-data w", equals = 3', LOOP, END, None),
    ('is = "event", event = "backward L", equals = 3', LOOP, END, None),
    ('is = "event", event = "free", at_least = 1', SQUARE, END, "which is too few"),
    ('is = "event", event = "send y to x", now = true', ROADS, END, None),
    ('is = "event", event = "send y to x", now = true', ROADS, '{ go = "backward" }', "Walk with n and p"),
    ('is = "event", event = "receive q"', ROADS, END, "No node is called q"),
    ('is = "order", events = ["send z to x", "send y to x"]', ROADS, END, None),
    ('is = "order", events = ["send y", "send z"]', ROADS, END, "'send z' has not happened after 'send y'"),
    ('is = "order", events = ["backward L", "set-data w"], times = 3', LOOP, END, None),
    ('is = "order", events = ["backward L", "set-data w"], times = 3', WRONG_LOOP, END, "has not happened"),
    (
        'is = "order", events = ["set-grad w", "backward L", "set-data w"], times = 4',
        LOOP,
        END,
        "has not happened",
    ),
    ('is = "selected", node = "x"', SQUARE, '{ select = "x" }', None),
    ('is = "selected", node = "x"', SQUARE, '{ select = "y" }', "y is selected"),
    ('is = "error"', SQUARE, END, "There is none"),
    ('is = "error", line = 2', "a = 1\nrelease(a)\n", END, None),
    ('is = "error", line = 1', "a = 1\nrelease(a)\n", END, "There is one on line 2"),
    ('is = "fault", name = "none"', SQUARE, END, None),
    ('is = "fault", name = "merged"', SQUARE, END, "No fault is on. Switch on the one"),
    ('is = "fault", name = "merged"', SQUARE, '{ fault = "merged" }', None),
    (
        'is = "fault", name = "none"',
        SQUARE,
        '{ fault = "merged" }',
        "The fault merged is on, and it should run right",
    ),
    ('is = "differs", node = "x", fault = "merged", abs = 1e-9', SQUARE, END, None),
    (
        'is = "differs", node = "x", fault = "stale", abs = 1e-9',
        SQUARE,
        END,
        "x.grad is 6, and without it 6. They should differ",
    ),
    (
        'is = "differs", node = "x", field = "data", fault = "merged", abs = 1e-9',
        SQUARE,
        END,
        "They should differ",
    ),
    ('is = "differs", field = "live", fault = "leak", abs = 0', "a = 1\nb = a*2 + 1\nb = a\n", END, None),
    (
        'is = "differs", field = "live", fault = "leak", abs = 0',
        "a = 1\nb = a\n",
        END,
        "the number of live nodes is 1, and without it 1",
    ),
    ('is = "all", of = [{ is = "finite" }, { is = "node", node = "q" }]', SQUARE, END, "No node is called q"),
    ('is = "all", of = [{ is = "finite" }, { is = "node", node = "x" }]', SQUARE, END, None),
    ('is = "any", of = [{ is = "node", node = "q" }, { is = "finite" }]', SQUARE, END, None),
    ('is = "any", of = [{ is = "node", node = "q" }], say = "Make q."', SQUARE, END, "Make q."),
    ('is = "not", of = [{ is = "node", node = "q" }], say = "No q."', SQUARE, END, None),
    (
        'is = "not", of = [{ is = "finite" }, { is = "node", node = "x" }], say = "No x."',
        SQUARE,
        END,
        "No x.",
    ),
    ('is = "not", of = [{ is = "finite" }, { is = "node", node = "q" }], say = "No x."', SQUARE, END, None),
    ('is = "node", node = "q", say = "Make a node q."', SQUARE, END, "Make a node q."),
]


@pytest.mark.parametrize(
    ("text", "program", "moves", "said"), CASES, ids=[f"{i}: {c[0]}" for i, c in enumerate(CASES)]
)
def test_a_check_holds_or_says_why_not(text: str, program: str, moves: str, said: str | None) -> None:
    found = said_of(text, program, moves)
    if said is None:
        assert found == ""
    else:
        assert said in found
        assert (
            found[0].isupper()
            or found.split()[0].isidentifier()
            or "." in found.split()[0]
            or found[0] in "'0123"
        )
        assert found.endswith(".")


def test_every_kind_is_tried_both_ways() -> None:
    for name in kinds_for("playground").keys() - {"answer", "choice", "kept"}:
        ways = {said is None for text, _, _, said in CASES if f'is = "{name}"' in text.split(",")[0]}
        assert ways == {True, False}, name


LINES = "w = 3\nb = 1\nfor i in range(2):\n  y = w*2\n  w.data = w.data - 0.1\n"
KEPT = [
    # but, the program now, whether it is kept
    ('but = "numbers"', LINES.replace("0.1", "-1/2").replace("1\n", "7 # more\n", 1), True),
    ('but = "numbers", of = ["w.data"]', LINES.replace("0.1", "0.2"), True),
    ('but = "numbers", of = ["w.data"]', LINES.replace("w = 3", "w = 4"), False),
    ('but = "numbers", of = ["y"]', LINES.replace("w*2", "w*2.5"), True),
    ('but = "numbers"', LINES.replace("w*2", "w + 2"), False),
    ('but = "numbers"', LINES + "w = 5\n", False),
    ('but = "numbers", most = 1', LINES.replace("3", "4", 1), True),
    ('but = "numbers", most = 1', LINES.replace("3", "4", 1).replace("0.1", "0.2"), False),
    ('but = "more"', LINES.replace("  y", "  z = 1\n  y") + "zero_grad()\n", True),
    ('but = "more"', LINES.replace("  y = w*2\n", ""), False),
    ('but = "more"', LINES.replace("0.1", "0.2"), False),
    ('but = "more", of = ["w.data"]', LINES.replace("0.1", "0.2"), True),
    ('but = "order"', LINES.replace("w = 3\nb = 1\n", "b = 1\nw = 3\n"), True),
    ('but = "order"', LINES.replace("  y = w*2\n", "").replace("for", "y = w*2\nfor"), True),
    ('but = "order"', LINES.replace("b = 1\n", ""), False),
]


@pytest.mark.parametrize(("but", "now", "kept"), KEPT)
def test_a_program_is_kept_but_for_what_may_change(but: str, now: str, kept: bool) -> None:
    begun = ground(LINES).keep()
    found = sentence(ground(now).here(None, None, begun), made(f'is = "kept", {but}'))
    assert (found == "") == kept


def test_a_sum_of_many_terms_is_compared_or_refused_soon() -> None:
    names = [f"x{place}" for place in range(14)]
    leaves = "".join(f"{name} = {place}\n" for place, name in enumerate(names))
    program = f"{leaves}y = {' + '.join(names)}\n"
    wanted = " + ".join(f"a{place}*2" for place in range(14))
    assert said_of(f'is = "shape", node = "y", like = "{" + ".join(reversed(names))}"', program) == ""
    assert said_of(f'is = "shape", node = "y", like = "{wanted}"', program) != ""


def test_the_answer_and_the_choice() -> None:
    there = ground(SQUARE)
    answer, choice = made('is = "answer", near = 0.5, abs = 0.01'), made('is = "choice", id = "b"')
    assert "Answer" in sentence(there.here(None, None), answer)
    assert sentence(there.here(0.505, None), answer) == ""
    assert "0.52 is not it" in sentence(there.here(0.52, None), answer)
    assert "Choose one" in sentence(there.here(None, None), choice)
    assert "another" in sentence(there.here(None, "a"), choice)
    assert sentence(there.here(None, "b"), choice) == ""


def test_what_cannot_be_judged_says_so() -> None:
    nowhere = made('is = "equivalent", node = "y", to = "log(-x*x)", abs = 1')
    with pytest.raises(BrokenLessonError, match="finite almost nowhere"):
        sentence(ground(SQUARE).here(None, None), nowhere)


@given(st.integers(0, 2**6 - 1))
def test_shapes_fit_whatever_the_order_of_sums_and_products(bits: int) -> None:
    def either(a: str, op: str, b: str, turn: int) -> str:
        return f"({b} {op} {a})" if bits >> turn & 1 else f"({a} {op} {b})"

    left, right = either("a", "*", "b", 0), either("b", "*", "c", 1)
    text = either(either(left, "+", right, 2), "*", either(left, "+", "d", 3), 4)
    program = f"a = 1\nb = 2\nc = 3\nd = 4\nl = {left}\nr = {right}\n"
    program += f"y = {either(either('l', '+', 'r', 5), '*', either('l', '+', 'd', 0), 2)}\n"
    shared = "(p*q + q*s)*(p*q + t)"
    assert said_of(f'is = "shape", node = "y", like = "{text}"', program) != ""  # There, l is made twice.
    assert (
        said_of(f'is = "equivalent", node = "y", to = "{shared.translate(_NAMES)}", rel = 1e-9', program)
        == ""
    )
    tree = program + f"z = {text}\n"
    assert said_of(f'is = "shape", node = "z", like = "{shared}", leaves = true', tree) == ""
    assert said_of('is = "shape", node = "z", like = "(p*q + s*s)*(p*q + t)"', tree) != ""


_NAMES = str.maketrans("pqst", "abcd")


def test_what_is_appended_has_happened() -> None:
    there = ground(SQUARE, '{ append = "z = y + 1" }')
    at = there.session.snapshot
    assert there.session.text == SQUARE + "z = y + 1\n"
    assert at.ended
    assert at.row(at.names["z"]).data == 10


# --- training ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained() -> TrainingGround:
    """A small network, some steps into its run."""
    there = TrainingGround(Training(Configuration(data="xor", hidden=(4,), points=20)))
    script = read_script(
        [{"train": {"data": "xor", "hidden": "4", "points": "20", "steps": "200"}}, {"steps": 30}],
        "train",
        [].append,
    )
    for move in script:
        there.perform(move)
    return there


TRAINED = [
    ('is = "loss", above = 0', None),
    ('is = "loss", below = 0', "which is too large. Look at the loss curve"),
    ('is = "loss", on = "test", below = 1', "There is no test set"),
    ('is = "accuracy", above = 0.4, below = 1.01', None),
    ('is = "accuracy", above = 1', "which is too small"),
    ('is = "steps", equals = 30', None),
    ('is = "steps", at_least = 31', "30 steps taken, which is too few"),
    ('is = "settings", are = { hidden = "4", data = "xor" }', None),
    ('is = "settings", are = { hidden = "4 4" }', "hidden is 4, not as the task says"),
    ('is = "finite"', None),
    ('is = "fault", name = "none"', None),
    ('is = "fault", name = "stale"', "The fault is none, not the one that the task names"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TRAINED, ids=[text for text, _ in TRAINED])
def test_a_check_of_training(trained: TrainingGround, text: str, said: str | None) -> None:
    found = sentence(trained.here(None, None), made(text, "train"))
    assert found == "" if said is None else said in found


def test_before_the_first_step_there_is_nothing_to_measure() -> None:
    there = TrainingGround(Training(Configuration(data="xor", hidden=(4,), points=20)))
    for name in ("loss", "accuracy"):
        assert "No step was taken yet" in sentence(
            there.here(None, None), made(f'is = "{name}", above = 0', "train")
        )
    assert {kind.name for kind in KINDS if kind.modes == ("train",)} == {
        text.split('"')[1] for text, _ in TRAINED
    }
