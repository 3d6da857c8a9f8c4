"""What programs mean: every statement, the ownership rules by hand, limits and numbers."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from programs import NEURON, TWO_ROADS, end_of, run, snapshot

from microcrad.language.parser import parse
from microcrad.run.interpreter import Limits
from microcrad.timeline.log import Event, Holder, Kind, Reference
from microcrad.timeline.snapshot import Snapshot


def data(at: Snapshot, name: str) -> float:
    """The number of a named node."""
    found = at.row(at.names[name]).data
    assert found is not None
    return found


def grad(at: Snapshot, name: str) -> float:
    """The gradient of a named node."""
    return at.row(at.names[name]).grad


def refs(at: Snapshot) -> dict[str, int]:
    """The reference count of every named node."""
    return {name: at.row(node).refs for name, node in at.names.items()}


def events(at: Snapshot, *kinds: Kind) -> list[Event]:
    """The events of some kinds, in order."""
    return [event for event in map(at.log.event, range(len(at.log))) if event.kind in kinds]


def error(text: str, **limits: int) -> tuple[int, str]:
    """The line and the whole text of the error a program stops at."""
    interpreter = run(text, limits=Limits(**limits))
    (found,) = interpreter.errors
    log = end_of(interpreter).log
    last = log.event(len(log) - 1)
    assert (last.kind, last.text) == (Kind.ERROR, f"{found.message} {found.hint}".strip())
    assert not end_of(interpreter).ended
    assert end_of(interpreter).leaks == frozenset()
    return found.line, str(found)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b", 5.0), ("a - b", -1.0), ("a * b", 6.0), ("a / b", 2 / 3), ("a ** b", 8.0), ("-a", -2.0),
        ("a ** 3", 8.0), ("a ** -1", 0.5), ("2 ** b", 8.0), ("1 - b", -2.0), ("7 / a", 3.5), ("+a", 2.0),
        ("relu(-a)", 0.0), ("a.relu()", 2.0), ("tanh(a)", math.tanh(2)), ("exp(a)", math.exp(2)),
        ("log(b)", math.log(3)), ("sqrt(a)", math.sqrt(2)), ("sigmoid(a)", 1 / (1 + math.exp(-2))),
        ("a.data * b.data", 6.0), ("-a.data ** 2", -4.0), ("2 ** 3 ** 2", 512.0), ("7 - 2 - 1", 4.0),
        ("(a + 1) * b - a / 4", 8.5), ("9**9**9**9", math.inf), ("-9**9**9**9", -math.inf),
        ("1 / 0", math.inf),
        ("-1 / 0", -math.inf), ("exp(1000)", math.inf), ("log(a - a)", -math.inf), ("1e400", math.inf),
    ],
)  # fmt: skip
def test_expressions(expression: str, expected: float) -> None:
    """The value of each form, by arithmetic that everybody knows."""
    assert data(snapshot(f"a = 2\nb = 3\nc = {expression}"), "c") == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    "expression", ["log(-a)", "(-8)**0.5", "(-a)**0.5", "0/0", "(1/0) - (1/0)", "sqrt(0 - a)"]
)
def test_undefined_is_nan(expression: str) -> None:
    """As in C; never an exception and never a complex number."""
    assert math.isnan(data(snapshot(f"a = 2\nc = {expression}"), "c"))


def test_numbers_make_no_nodes() -> None:
    """Only where a Number meets a Value or is given a name does one leaf appear."""
    at = snapshot("a = 2*3 - uniform(0, 1)*0\na.data = a.data*2 + 1\nprint(a.grad + 5)\nb = a**(1 + 1)")
    assert [at.row(node).op for node in at.nodes] == ["leaf", "pow"]
    assert data(at, "b") == 13**2


def test_assignment_to_a_field_recomputes_nothing() -> None:
    """The user of the node keeps its number; the next operation reads the new one."""
    at = snapshot("a = 2\nb = a*3\na.data = 10\nc = a*3\na.grad = 7\na.grad += 1")
    assert (data(at, "b"), data(at, "c"), grad(at, "a")) == (6, 30, 8)


def test_backward_adds_up() -> None:
    """Both roads count; a second call adds to the first; zero_grad clears all, or what it names."""
    assert grad(snapshot(TWO_ROADS), "x") == 7
    assert grad(snapshot(TWO_ROADS + "backward(z)"), "x") == 20
    assert grad(snapshot(TWO_ROADS + "zero_grad()\nbackward(z)"), "x") == 7
    minus = snapshot("a = 2\na.grad = -0.0\nzero_grad()")
    assert str(grad(minus, "a")) == "0.0"
    at = snapshot(TWO_ROADS + "zero_grad(x, z)")
    assert (grad(at, "x"), grad(at, "y"), grad(at, "z")) == (0, 1, 0)
    at, slope = snapshot(NEURON), 1 / math.cosh(1) ** 2
    assert [grad(at, name) for name in "onbxw"] == pytest.approx([1, slope, slope, -3 * slope, 2 * slope])


def test_loops_repeat_their_body() -> None:
    """With the variable counting, in nested loops too, over nothing as well."""
    loops = "for i in range(4):\n    for j in range(i, 4):\n        t.data = t.data + 10*i + j\n"
    at = snapshot("t = 0\n" + loops + "for k in range(0):\n    t = 5")
    assert data(at, "t") == sum(10 * i + j for i in range(4) for j in range(i, 4))
    at = snapshot(
        "w = 1\nfor i in range(3):\n    zero_grad()\n    L = w*w\n    backward(L)\n    w.data -= 0.1 * w.grad"
    )
    assert data(at, "w") == pytest.approx(0.8**3)


def test_print_says_number_and_gradient() -> None:
    """All digits of both; a plain number has no gradient."""
    assert snapshot("a = 0.1\nb = a*3\nbackward(b)\nprint(a)\nprint(a.grad)\nprint(b - b)").output == [
        "a = 0.1  (grad 3)", "a.grad = 3", "b - b = 0  (grad 0)",
    ]  # fmt: skip


def test_draws_are_seeded() -> None:
    """The same program draws the same numbers, as Python's generator gives them for the seed."""
    text = "for i in range(3):\n    print(uniform(-1, 1))"
    for line, seed in (("", 1337), ("# seed: 42\n", 42)):
        numbers = [float(said.split(" = ")[1]) for said in snapshot(line + text).output]
        draw = random.Random(seed)
        assert numbers == [draw.uniform(-1, 1) for _ in range(3)]


# --- ownership by hand; random programs are in test_ownership ---


def test_auto_names_hold_references() -> None:
    """Assignment takes one before it gives the old one back."""
    assert refs(snapshot("x = 1\nx = x")) == {"x": 1}
    assert refs(snapshot("a = 1\nb = a")) == {"a": 2, "b": 2}
    assert refs(snapshot("a = 1\nb = a\ndel a")) == {"b": 1}
    assert refs(snapshot("a = 1\nb = a*a")) == {"a": 3, "b": 1}
    at = snapshot("x = 1\nx = x*2")
    assert (refs(at), at.heap.live) == ({"x": 1}, 3)
    at = snapshot("x = 1\nx = x*2\nx = 5")
    assert (refs(at), at.heap.live, at.heap.freed) == ({"x": 1}, 1, 3)


def test_auto_releases_temporaries_newest_first() -> None:
    """At the end of their statement, each as the temporary it is."""
    at = snapshot("a = 2\n(a + 1) * tanh(a + 3)")
    freed = [
        event.node for event in events(at, Kind.RELEASE) if event.reference == Reference(Holder.CREATION)
    ]
    assert freed == [6, 5, 4, 3, 2, 1]
    assert at.heap.live == 1
    at = snapshot("a = 2\nb = a*3 + 1")
    assert at.heap.live == 5
    assert refs(at) == {"a": 2, "b": 1}


def test_what_the_engine_releases_by_itself_is_a_temporary() -> None:
    """The -1 inside a minus sign is never said to be given back by the name that was rebound before."""
    at = snapshot("c = 1\nc = c\nc = c - c\nc = -c")
    for event in events(at, Kind.RELEASE):
        assert event.reference is not None
        named = event.reference.holder is Holder.NAME
        assert not named or at.log.operation(event.node).name == "leaf" or event.span.line == 4


def test_auto_release_only_gives_back_a_retain() -> None:
    """Anything else is refused with advice; one release for each retain."""
    assert refs(snapshot("a = 1\nretain(a)\nretain(a)\nrelease(a)")) == {"a": 2}
    line, said = error("a = 1\nrelease(a)")
    assert (line, "del a" in said) == (2, True)
    assert error("a = 1\nretain(a)\nrelease(a)\nrelease(a)")[0] == 4
    assert refs(snapshot("a = 1\nb = a\nretain(a)\nrelease(b)")) == {"a": 2, "b": 2}


def test_auto_leaks_only_unmatched_retains() -> None:
    """Named nodes are live at the end, and not leaked; what a retained node depends on leaks with it."""
    at = snapshot("a = 1\nb = a*2")
    assert (at.heap.live, at.leaks) == (3, frozenset())
    at = snapshot("a = 1\nb = a*2\nretain(b)\nc = 5")
    assert at.leaks == {at.names["a"], at.names["b"], 1}
    assert snapshot("a = 1\nretain(a)\nrelease(a)").leaks == frozenset()
    assert {at.row(node).id for node in at.nodes if at.row(node).leaked} == at.leaks
    assert Snapshot(at.program, at.log, len(at.log) - 1).leaks == frozenset()


MANUAL = "# ownership: manual\n"


def test_manual_takes_and_gives_nothing_by_itself() -> None:
    """Names are bare pointers, temporaries leak, and everything live at the end is leaked."""
    at = snapshot(MANUAL + "a = 1\nb = a\nc = a*2 + a\ndel b\na = 5")
    assert [at.row(node).refs for node in at.nodes] == [3, 2, 2, 1, 1]
    assert at.leaks == set(at.nodes)
    at = snapshot(MANUAL + "a = 1\nb = a*a\nrelease(b)\nrelease(a)")
    assert (at.heap.live, at.leaks) == (0, frozenset())


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("a = 1\nrelease(a)\nb = a", 0, ""),
        (
            "a = 1\nrelease(a)\nb = a*2",
            4,
            "a is used: it was created on line 2 and freed on line 3 by release(a).",
        ),
        ("a = 1\nrelease(a)\nrelease(a)", 4, "a is released again"),
        ("a = 1\nrelease(a)\nretain(a)", 4, "is used"),
        ("a = 1\nrelease(a)\nprint(a)", 4, "is used"),
        ("a = 1\nrelease(a)\nprint(a.data)", 4, "is used"),
        ("a = 1\nrelease(a)\na.data = 2", 4, "is used"),
        ("a = 1\nrelease(a)\nzero_grad(a)", 4, "is used"),
        ("a = 1\nrelease(a)\nzero_grad()", 0, ""),
        ("a = 1\nrelease(a)\nbackward(a)", 4, "is used"),
        ("a = 1\nb = a*a\nrelease(a)\nrelease(a)\nrelease(a)\nbackward(b)", 7, "is used"),
        ("a = 1\nb = a*a\nrelease(a)\nrelease(a)\nrelease(a)\nrelease(b)", 7, "is released again"),
        ("a = 1\nfor i in range(3):\n    b = a*2\n    release(a)", 5, "over-release"),
        ("a = 1\nfor i in range(3):\n    release(a)\n    b = a*2", 5, "is used"),
    ],
)
def test_manual_stops_only_where_freed_memory_is_touched(body: str, line: int, words: str) -> None:
    """Each way to touch it, with where it was made, where it was freed, and what to do."""
    interpreter = run(MANUAL + body)
    if words == "over-release":
        assert any(words in said for said in end_of(interpreter).said(Kind.WARNING))
    elif line:
        found = error(MANUAL + body)
        assert (found[0], words in found[1]) == (line, True)
    else:
        assert interpreter.errors == []


def test_the_place_of_a_stop_is_what_touched() -> None:
    """Writing to a freed node is marked where it is written, not where the number came from."""
    interpreter = run(MANUAL + "a = 1\nb = 2\nrelease(a)\na.data = b.data + 1")
    (found,) = interpreter.errors
    assert (found.line, found.column) == (5, 1)


def test_manual_warnings() -> None:
    """A borrowed node and an over-release are said, with the slot that is concerned; once a place."""
    at = snapshot(MANUAL + "a = 1\nc = a*2\nrelease(a)\nfor i in range(3):\n    b = a + 1\nrelease(a)")
    warnings = at.said(Kind.WARNING)
    assert warnings[0] == "a is borrowed: only slot 0 of c keeps it alive."
    assert sum("borrowed" in said for said in warnings) == 1
    assert warnings[-1].startswith("over-release: a was released already; this robs slot 0 of ")
    assert len(warnings) == 2


def test_a_retained_node_is_not_called_borrowed() -> None:
    """Its retain keeps it alive, until that is given back too."""
    text = MANUAL + "a = 2\nretain(a)\nb = a*3\nrelease(a)\nc = a*2"
    assert snapshot(text).said(Kind.WARNING) == []
    assert snapshot(f"{text}\nrelease(a)\nd = a*4").said(Kind.WARNING) == [
        "a is borrowed: only slot 0 of c keeps it alive."
    ]


def test_a_name_that_was_never_given_a_value_here() -> None:
    """A loop that did not run and a deleted name leave nothing to use."""
    assert error("for i in range(0):\n    a = 1\nb = a*2")[0] == 3
    assert error("a = 1\ndel a\nprint(a)") == (
        3,
        "line 3: a has no value at this point. Assign a before this line runs.",
    )
    assert error("a = 1\ndel a\na.data = 2")[0] == 3


# --- limits ---


def test_limits() -> None:
    """Each stops the program at the line that went too far, and says what it counted."""
    assert (Limits().nodes, Limits().events) == (100_000, 1_000_000)
    grow = "x = 1\nfor i in range(1000000000):\n    x = x*2"
    assert error(grow, nodes=50) == (3, "line 3: The program stops here: it has reached 50 nodes. "
                                        "Repeat the loop fewer times, or use fewer nodes.")  # fmt: skip
    assert "reached 300 events" in error(grow, events=300)[1]
    assert "reached 20 lines run" in error(grow, statements=20)[1]
    loops = "for i in range(1000000):\n  for j in range(1000000):\n    for k in range(0):\n      2"
    assert "reached 100 lines run" in error(loops, statements=100)[1]
    wide = "x = 1\ny = " + " + ".join(["x"] * 90)
    assert "reached 50 nodes" in error(wide, nodes=50)[1]


def test_a_backward_pass_keeps_to_the_limit_of_events() -> None:
    """Though it is one statement."""
    text = "x = 1\nfor i in range(2000):\n    x = x*0.5\n"
    enough = len(run(text).log) + 1000
    interpreter = run(text + "backward(x)", limits=Limits(events=enough))
    (found,) = interpreter.errors
    assert (found.line, f"{enough:,} events" in found.message) == (4, True)
    assert len(interpreter.log) <= enough + 1024 + 1


@pytest.mark.parametrize("body", ["pass", "pass; pass", "for j in range(1000000000): pass"])
def test_a_loop_of_nothing_ends(body: str) -> None:
    """A billion times nothing is nothing, or too much; it is never an endless wait."""
    interpreter = run(f"for i in range(1000000000):\n    {body}", limits=Limits(statements=1000))
    assert len(interpreter.errors) == body.startswith("for")


def test_a_long_run_can_be_paused_anywhere() -> None:
    """Running yields after each statement, and after at most 16 edges of a backward pass."""
    program = parse(f"{NEURON}\nfor i in range(50):\n    o = o*w + x\nbackward(o)")
    interpreter = type(run("a = 1"))(program, "auto", Limits())
    lengths = [0, *(len(interpreter.log) for _ in interpreter.steps())]
    assert lengths == sorted(lengths)
    assert max(b - a for a, b in itertools.pairwise(lengths)) <= 20
    assert len(lengths) > 6 + 50 + 200 // 16
