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
    ('is = "node", node = "y", op = "+"', SQUARE, END, "y is made by *, expected +"),
    ('is = "node", node = "z", of = ["x", "y"]', ROADS, END, "z is made of y and x, expected x and y"),
    ('is = "node", node = "a"', "a = 1\nb = a*2\ndel a\n" + "del b\n", END, "a is freed"),
    ('is = "data", node = "x*w", near = -6, abs = 1e-9', NEURON, END, None),
    ('is = "data", node = "n", near = 1.1, abs = 0.2', NEURON, END, None),
    ('is = "data", node = "n", near = 1.1, abs = 0.01', NEURON, END, "n is 1, expected 1.1. Look at line 4"),
    ('is = "data", node = "n", above = 0, below = 2', NEURON, END, None),
    ('is = "data", node = "n", above = 1', NEURON, END, "expected more than 1"),
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
        "x.grad is 7, expected 8. Look at what arrives",
    ),
    ('is = "grad", node = "x", at = "backward", near = 0, abs = 0', ROADS, END, None),
    ('is = "shape", node = "o", like = "tanh(p*q + r)", leaves = true', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(r + q*p)"', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(m)"', NEURON, END, None),
    ('is = "shape", node = "o", like = "tanh(m)", leaves = true', NEURON, END, "not built like tanh(m)"),
    ('is = "shape", node = "y", like = "a*b"', SQUARE, END, "y is not built like a*b"),
    ('is = "shape", node = "z", like = "a*a + a"', ROADS, END, None),
    ('is = "shape", node = "z", like = "a*a + b"', ROADS, END, "not built like"),
    ('is = "shape", node = "y", like = "a**2"', SQUARE, END, "not built like"),
    ('is = "shape", node = "y", like = "a*3"', "a = 1\ny = 3*a\n", END, None),
    ('is = "shape", node = "y", like = "a**2"', "a = 1\ny = a**2\n", END, None),
    ('is = "shape", node = "y", like = "a**3"', "a = 1\ny = a**2\n", END, "not built like a**3"),
    ('is = "differs", node = "x", fault = "merged", abs = 5', SQUARE, END, "x.grad is 3, and without it 6"),
    ('is = "shape", node = "y", like = "a*3"', "a = 1\ny = 4*a\n", END, "not built like"),
    ('is = "shape", node = "y", like = "a - b"', "p = 1\nq = 2\ny = p - q\n", END, None),
    ('is = "shape", node = "y", like = "b/a"', "p = 1\nq = 2\ny = p/q\n", END, None),
    ('is = "equivalent", node = "z", to = "x*(x + 1)", rel = 1e-9', ROADS, END, None),
    ('is = "equivalent", node = "z", to = "x*x", rel = 1e-9', ROADS, END, "z is not x*x. At x = "),
    ('is = "equivalent", node = "z", to = "y + x", rel = 1e-9', ROADS, END, None),
    ('is = "equivalent", node = "o", to = "(exp(2*n) - 1)/(exp(2*n) + 1)", abs = 1e-6', NEURON, END, None),
    ('is = "equivalent", node = "z", to = "q*q", rel = 1e-9', ROADS, END, "No node is called q"),
    ('is = "equivalent", node = "l", to = "log(u)", rel = 1e-9', "u = 2\nl = log(u)\n", END, None),
    ('is = "gradcheck", rel = 1e-4, abs = 1e-6', NEURON, END, None),
    ('is = "gradcheck", rel = 1e-4', SQUARE, '{ go = "backward" }', "Nothing was differentiated yet"),
    (
        'is = "gradcheck", rel = 1e-4',
        SQUARE,
        f'{{ fault = "merged" }}, {END}',
        "x.grad is 3; nudging it gives 6",
    ),
    ('is = "gradcheck", node = "y", rel = 1e-4', SQUARE, f'{{ fault = "merged" }}, {END}', None),
    ('is = "finite"', SQUARE, END, None),
    ('is = "finite"', "x = 1000\ny = exp(x)\n", END, "y.data is inf, not finite"),
    ('is = "finite", node = "x"', "x = 1000\ny = exp(x)\n", END, None),
    ('is = "refcount", node = "x", equals = 3', SQUARE, END, None),
    ('is = "refcount", node = "x", at_most = 2', SQUARE, END, "x has 3 references, expected at most 2"),
    ('is = "refcount", node = "a", equals = 0', DANGLING, END, None),
    ('is = "refcount", node = "a", equals = 1', DANGLING, END, "a is freed, expected 1"),
    ('is = "live", equals = 2', SQUARE, END, None),
    ('is = "live", at_least = 3', SQUARE, END, "2 nodes live, expected at least 3"),
    ('is = "live", node = "a"', DANGLING, END, "a is freed"),
    ('is = "freed", node = "a"', DANGLING, END, None),
    ('is = "freed", node = "x"', SQUARE, END, "x is still live"),
    ('is = "freed", node = "b"', "a = 1\nb = a*2\ndel b\n", END, None),
    ('is = "freed", equals = 1', "a = 1\nb = a*2\ndel b\n", END, "2 nodes freed, expected 1"),
    ('is = "leaks", equals = 3', MANUAL, END, None),
    ('is = "leaks", node = "b"', MANUAL, END, None),
    ('is = "leaks", node = "a"', SQUARE.replace("x", "a"), END, "a is not leaked"),
    ('is = "leaks", equals = 0', MANUAL, END, "3 nodes leaked, expected 0"),
    ('is = "leaks", equals = 0', MANUAL, '{ go = "start" }', "known at the end"),
    ('is = "stopped"', SQUARE, END, "No touch of freed memory"),
    ('is = "stopped", kind = "use after free", line = 4, node = "a"', DANGLING, END, None),
    ('is = "stopped"', DANGLING, '{ go = "start" }', "Go to its end"),
    ('is = "stopped", kind = "use after free"', DOUBLE, END, "stopped by a double free"),
    ('is = "stopped", line = 3', DANGLING, END, "on line 4, expected line 3"),
    ('is = "stopped", kind = "double free"', DOUBLE, END, None),
    ('is = "ownership", rules = "manual"', MANUAL, END, None),
    ('is = "ownership", rules = "manual"', SQUARE, END, "Ownership is auto, expected manual"),
    ('is = "event", event = "backward y"', SQUARE, END, None),
    ('is = "event", event = "backward x"', SQUARE, END, "has happened 0 times, expected at least 1"),
    ('is = "event", event = "backward"', SQUARE, '{ go = "backward" }', "has happened 0 times"),
    ('is = "event", event = "send y to x", equals = 2', ROADS, END, None),
    ('is = "event", event = "send y", equals = 2', ROADS, END, None),
    ('is = "event", event = "receive x", equals = 3', ROADS, END, None),
    ('is = "event", event = "send z to x", equals = 2', ROADS, END, "has happened 1 time, expected 2"),
    ('is = "event", event = "set-data w", equals = 3', LOOP, END, None),
    ('is = "event", event = "backward L", equals = 3', LOOP, END, None),
    ('is = "event", event = "free", at_least = 1', SQUARE, END, "expected at least 1"),
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
    ('is = "fault", name = "merged"', SQUARE, END, "No fault is on, expected merged"),
    ('is = "fault", name = "merged"', SQUARE, '{ fault = "merged" }', None),
    (
        'is = "fault", name = "none"',
        SQUARE,
        '{ fault = "merged" }',
        "The fault merged is on, it should run right",
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
    for name in kinds_for("playground").keys() - {"answer", "choice"}:
        ways = {said is None for text, _, _, said in CASES if f'is = "{name}"' in text.split(",")[0]}
        assert ways == {True, False}, name


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
    ('is = "loss", below = 0', "expected less than 0. Look at the loss curve"),
    ('is = "loss", on = "test", below = 1', "There is no test set"),
    ('is = "accuracy", above = 0.4, below = 1.01', None),
    ('is = "accuracy", above = 1', "expected more than 1"),
    ('is = "steps", equals = 30', None),
    ('is = "steps", at_least = 31', "30 steps taken, expected at least 31"),
    ('is = "settings", are = { hidden = "4", data = "xor" }', None),
    ('is = "settings", are = { hidden = "4 4" }', "hidden is 4, expected 4 4"),
    ('is = "finite"', None),
    ('is = "fault", name = "none"', None),
    ('is = "fault", name = "stale"', "The fault is none, expected stale"),
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
