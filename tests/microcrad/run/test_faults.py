"""The faults: each is wrong in its own way, by known numbers, and in no other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import pytest
from programs import DOUBLINGS, ORDER, TWO_ROADS, end_of, random_program, run, tree_program
from samples import seeds

from microcrad import Value
from microcrad.engine import Edge, backward_edges
from microcrad.errors import UseAfterFreeError
from microcrad.run.faults import FAULTS, RIGHT, merged_edges, overwrite_edges, recursive_edges
from microcrad.run.interpreter import LIMITS, Interpreter, Limits
from microcrad.timeline.log import Kind, Log

Stepper = Callable[[Value], Iterator[Edge]]
STEPPERS = [overwrite_edges, merged_edges, recursive_edges]
BACKWARD = ["overwrite", "recursion", "merged"]
AGAIN = "zero_grad()\nbackward(z)\n"


def with_fault(text: str, name: str | None) -> Interpreter:
    """A program's run with a fault, or right."""
    return run(text, rules=RIGHT if name is None else FAULTS[name])


def grads(done: Interpreter) -> dict[str, float]:
    """Every name's grad at the end."""
    assert not done.errors, str(done.errors[0])
    end = end_of(done)
    return {name: end.log.grad(node, end.position) for name, node in end.names.items()}


def told(log: Log) -> list[tuple[object, ...]]:
    """All that happened, comparable with another run's."""
    events = [log.event(index) for index in range(len(log))]
    return [(e.kind, e.node, e.value, e.source, e.slot, e.upstream, e.reference, e.text) for e in events]


# --- known numbers ---


@pytest.mark.parametrize(
    ("text", "fault", "x"),
    [
        (ORDER, None, 44), (ORDER, "recursion", 68), (ORDER, "overwrite", 8), (ORDER, "merged", 24),
        (TWO_ROADS, None, 7), (TWO_ROADS, "overwrite", 3), (TWO_ROADS, "merged", 4),
        (TWO_ROADS, "recursion", 7),  # Only a leaf is shared: nothing below it to be wrong.
        (TWO_ROADS + AGAIN, None, 7), (TWO_ROADS + AGAIN, "stale", 20), (TWO_ROADS + AGAIN, "overwrite", 3),
        ("x = 5\nz = x + x\nbackward(z)", "merged", 1), ("x = 5\nz = x + x\nbackward(z)", "overwrite", 1),
        ("x = 5\nz = x**2\nbackward(z)", "merged", 10), ("x = 5\nz = x*x\nbackward(z)", "merged", 5),
        # The inner node a has 2 when it is first visited, sends it, and sends it again at the second visit.
        ("x = 5\na = x*1\nz = a + a\nbackward(z)", "recursion", 4),
    ],
)  # fmt: skip
def test_known_numbers(text: str, fault: str | None, x: float) -> None:
    assert grads(with_fault(text, fault))["x"] == x


def test_inner_nodes_of_the_order_lesson() -> None:
    assert grads(with_fault(ORDER, "overwrite")) == {"x": 8, "y": 4, "z": 4, "w": 1}
    assert grads(with_fault(ORDER, "recursion")) == {"x": 68, "y": 10, "z": 4, "w": 1}


# --- the steppers ---


@pytest.mark.parametrize("stepper", STEPPERS)
def test_a_stepper_yields_what_it_has_just_written(stepper: Stepper) -> None:
    """The same protocol as the right one: before, after, and nothing written that is not yielded."""
    x = Value(2.0)
    y = x * x
    w = (y + x) * y
    grads = dict.fromkeys((x, y, w, w.prev[0]), 0.0)
    grads[w] = 1.0
    count = 0
    for node, slot, local, upstream, before, after in stepper(w):
        operand = node.prev[slot]
        assert (grads[operand], node.grad) == (before, upstream)
        assert local == node.op.differentiate(node.prev[0].data, node.prev[1].data, 0.0, node.data)[slot]
        grads[operand] = after
        assert {each: each.grad for each in grads} == grads
        count += 1
    assert count == {overwrite_edges: 6, merged_edges: 5, recursive_edges: 8}[stepper]


@pytest.mark.parametrize("stepper", STEPPERS)
def test_a_stepper_writes_nothing_if_a_freed_node_is_reached(stepper: Stepper) -> None:
    freed, a = Value(1.0), Value(2.0)
    b = freed * a
    c = a + b
    freed.ref_count = 1
    freed.release()
    with pytest.raises(UseAfterFreeError):
        deque(stepper(c), maxlen=0)
    assert (a.grad, b.grad, c.grad) == (0, 0, 0)


@pytest.mark.parametrize("stepper", STEPPERS)
def test_a_stepper_needs_no_recursion(stepper: Stepper) -> None:
    x = node = Value(1.0)
    for _ in range(20_000):
        node = node * 1
    deque(stepper(node), maxlen=0)
    assert x.grad == 1


@pytest.mark.parametrize("stepper", STEPPERS)
def test_a_root_that_is_a_leaf(stepper: Stepper) -> None:
    x = Value(3.0)
    assert list(stepper(x)) == []
    assert x.grad == 1


@pytest.mark.parametrize("fault", BACKWARD)
def test_without_sharing_a_wrong_backward_does_exactly_what_the_right_one_does(fault: str) -> None:
    """On trees, whatever their shape: the same events in the same order, to the last bit."""
    for seed in seeds(150):
        text = tree_program(seed)
        wrong, right = with_fault(text, fault), with_fault(text, None)
        assert repr(told(wrong.log)) == repr(told(right.log)), text


@pytest.mark.parametrize("stepper", STEPPERS)
def test_trees_are_not_wrong_in_a_signed_zero(stepper: Stepper) -> None:
    """0 times a negative number is -0, and adding that to 0 is 0: a fault must not show it."""
    wrong, right = [((Value(-1.0) * 3).relu() + -2) * -1 for _ in range(2)]
    assert [repr(edge[2:]) for edge in stepper(wrong)] == [repr(edge[2:]) for edge in backward_edges(right)]


# --- recursion ends ---


@pytest.mark.parametrize("events", [20_000, pytest.param(LIMITS.events, marks=pytest.mark.slow)])
def test_thirty_doublings_end_with_an_error_in_the_languages_terms(events: int) -> None:
    """2**30 visits are not waited for: the limit of events stops them, at the line."""
    done = run(DOUBLINGS, rules=FAULTS["recursion"], limits=Limits(events=events))
    (error,) = done.errors
    assert (error.line, error.message) == (4, f"The program stops here: it has reached {events:,} events.")
    assert events < len(done.log) < events + 2_000
    assert not with_fault(DOUBLINGS, None).errors


# --- stale ---


def test_stale_does_nothing_but_checks_its_names() -> None:
    twice = "x = 3\ny = x*x\nbackward(y)\nzero_grad(x, y)\nbackward(y)\n"
    assert grads(with_fault(twice, None)) == {"x": 6, "y": 1}
    assert grads(with_fault(twice, "stale")) == {"x": 12, "y": 1}
    freed = "# ownership: manual\nx = 3\nrelease(x)\nzero_grad(x)\n"
    for fault in (None, "stale"):
        (error,) = with_fault(freed, fault).errors
        assert error.line == 4


def test_stale_leaves_other_writes_alone() -> None:
    assert grads(with_fault("x = 3\ny = x*x\nbackward(y)\nx.grad = 0\n", "stale"))["x"] == 0


# --- leak ---


def test_leak_leaves_every_temporary_live() -> None:
    """Each time the line runs one more node stays, and at the end it is leaked, with what it holds."""
    text = "a = 2\nfor i in range(5):\n    b = tanh(a*3)\n    b + 1\n"
    right, wrong = end_of(with_fault(text, None)).heap, end_of(with_fault(text, "leak"))
    # Each round: the 3, the product, the 1 and the sum; and the sum keeps that round's b.
    assert (right.live, right.leaked) == (4, 0)
    assert (wrong.heap.live, wrong.heap.leaked) == (1 + 5 * 5, 1 + 5 * 5)
    assert not [event for event in told(wrong.log) if event[0] == Kind.FREE]


def test_leak_changes_no_number() -> None:
    for seed in seeds(150):
        text = random_program(seed, "auto")
        wrong, right = with_fault(text, "leak"), with_fault(text, None)
        ends = end_of(wrong), end_of(right)
        assert [str(e) for e in wrong.errors] == [str(e) for e in right.errors]
        assert ends[0].names == ends[1].names
        for node in ends[0].names.values():
            assert repr(ends[0].row(node).data) == repr(ends[1].row(node).data)
            assert repr(ends[0].row(node).grad) == repr(ends[1].row(node).grad)
        assert ends[0].heap.live >= ends[1].heap.live


def test_leak_says_nothing_new_in_manual_ownership() -> None:
    """There nobody releases temporaries anyway."""
    for seed in seeds(60):
        text = random_program(seed, "manual")
        assert repr(told(with_fault(text, "leak").log)) == repr(told(with_fault(text, None).log))


# --- the table ---


def test_the_table_of_faults() -> None:
    assert list(FAULTS) == ["overwrite", "recursion", "merged", "stale", "leak"]
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert fault.what_is_wrong.endswith(" on purpose.")
        assert fault.why.endswith(".")
        assert fault.why.count(". ") == 0
        rules = (fault.edges, fault.clears, fault.releases_temporaries)
        broken = [r for r, right in zip(rules, (backward_edges, True, True), strict=True) if r is not right]
        assert len(broken) == 1
        assert fault.accumulates == (name != "overwrite")


def test_only_overwrite_is_written_with_an_equals_sign() -> None:
    for name in (None, *FAULTS):
        done = with_fault(TWO_ROADS, name)
        assert done.log.accumulates == (name != "overwrite")
