"""The inspector: formulas, slopes, contributions, finite differences and owners of one node."""

from __future__ import annotations

import math

import pytest
from programs import NEURON, TWO_ROADS, end_of, random_program, run, smooth_program, snapshot
from samples import seeds, share

from microcrad.timeline.inspection import Inspection, inspect
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot


def inspected(text: str, name: str) -> Inspection:
    """One named node at a program's end."""
    at = snapshot(text)
    return inspect(at, at.names[name])


def test_the_neurons_output() -> None:
    """How it got its number, what it passes back, who holds it."""
    found = inspected(NEURON, "o")
    assert found.computation == "o = tanh(n) = tanh(1) = 0.7616"
    (slope,) = found.slopes
    assert (slope.operand, slope.slot, slope.formula) == ("n", 0, "1 - o*o")
    assert slope.numbers == "1 - 0.7616*0.7616"
    assert slope.value == pytest.approx(1 - math.tanh(1) ** 2)
    assert (found.root, found.source) == ("o", "tanh(n)")
    assert found.numeric == pytest.approx(1)
    assert found.owners == ("name o since line 6",)
    assert "tanh" in found.why


def test_of_very_many_owners_and_contributions_twenty_are_listed() -> None:
    """The first owners and the last contributions, and how many more there are."""
    for uses in (18, 19, 20, 40):
        found = inspected(f"a = 1\nb = 0\nfor i in range({uses}):\n  b = b + a\nbackward(b)", "a")
        assert len(found.owners) == min(uses + 1, 20)
        assert found.more_owners == max(uses - 19, 0)
        assert found.owners[0].startswith("name a")
        assert len(found.contributions) == min(uses, 20)


def test_both_slots_have_their_slope() -> None:
    """A product passes the other operand's number; a square has two slots with the same operand."""
    at = snapshot(NEURON)
    slopes = inspect(at, 3).slopes
    assert [(s.operand, s.slot, s.formula, s.numbers, s.value) for s in slopes] == [
        ("x", 0, "w", "-3", -3), ("w", 1, "x", "2", 2),
    ]  # fmt: skip
    assert [s.formula for s in inspected(TWO_ROADS, "y").slopes] == ["x", "x"]
    assert inspected("a = 2\nb = a + 5\nc = a**3", "b").slopes[0].formula == "1"
    power = inspected("a = 2\nc = a**3", "c").slopes[0]
    assert (power.formula, power.numbers, power.value) == ("3*a**(3 - 1)", "3*2**(3 - 1)", 12)


def test_contributions_add_up_to_the_grad() -> None:
    """One line an edge, in order, with names and with numbers; what was cleared is forgotten."""
    found = inspected(TWO_ROADS, "x")
    assert [one.text for one in found.contributions] == [
        "dz/dx += 1 * dz/dz = 1 * 1 = 1", "dz/dx += x * dz/dy = 3 * 1 = 3", "dz/dx += x * dz/dy = 3 * 1 = 3",
    ]  # fmt: skip
    assert inspected(TWO_ROADS + "zero_grad()", "x").contributions == ()
    assert len(inspected(TWO_ROADS + "backward(z)", "x").contributions) == 6


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_contributions_of_random_programs_add_up(ownership: str) -> None:
    """At every position: starting from what was last assigned, their products give the grad."""
    summed = 0
    for seed in seeds(60):
        interpreter = run(random_program(seed, ownership))
        for position in range(0, len(interpreter.log) + 1, 7):
            at = Snapshot(interpreter.program, interpreter.log, position)
            for node in at.nodes:
                found = inspect(at, node)
                edges = [at.log.event(one.event) for one in found.contributions]
                grads = [event.before for event in edges[:1]]
                total = grads[0] if grads else found.row.grad
                for event in edges:
                    assert event.kind is Kind.EDGE
                    total += event.local * event.upstream
                    summed += 1
                assert repr(total) == repr(found.row.grad)
                assert len(found.owners) == found.row.refs
    assert summed > share(200)


def test_finite_differences_agree_with_backward() -> None:
    """On random smooth programs, for every node that the root depends on: finite, and not all zero."""
    compared = nonzero = 0
    for seed in seeds(60):
        at = snapshot(smooth_program(seed))
        for node in at.nodes:
            found = inspect(at, node)
            assert found.numeric is not None
            assert math.isfinite(found.numeric)
            assert math.isfinite(found.row.grad)
            assert math.isclose(found.row.grad, found.numeric, rel_tol=1e-5, abs_tol=1e-6), smooth_program(
                seed
            )
            compared += 1
            nonzero += abs(found.row.grad) > 1e-3
    assert compared > share(1000)
    assert nonzero > compared / 2


def test_no_difference_without_a_root() -> None:
    """Nothing was differentiated: there is nothing to compare with. What cannot move the root has slope 0."""
    found = inspected("a = 2\nb = a*3", "a")
    assert (found.root, found.numeric) == (None, None)
    text = "a = 2\nb = a*3\nbackward(b)\nc = a*5\nd = 7"
    assert [inspected(text, name).numeric for name in "cd"] == [0, 0]
    assert inspected("a = 2\nd = 1\nb = a*3\nbackward(b)", "d").numeric == 0


def test_the_difference_stands_before_backward_has_run() -> None:
    """It is that of the first root, so that a prediction can be compared."""
    at = snapshot(TWO_ROADS)
    early = inspect(Snapshot(at.program, at.log, at.log.seeds[0]), 0)
    assert early.row.grad == 0
    assert early.numeric == pytest.approx(7)


def test_a_kink_may_disagree() -> None:
    """At the corner of relu backward takes one side, and the difference the mean of both."""
    found = inspected("a = 0\nb = relu(a)\nbackward(b)", "a")
    assert found.row.grad == 0
    assert found.numeric == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("x", "formula", "condition"), [(2, "1", "0 < b"), (-2, "0", "0 >= b"), (0, "0", "0 >= b")]
)
def test_reluss_slope_says_its_condition(x: int, formula: str, condition: str) -> None:
    """Which branch of the rule applies, and why."""
    (slope,) = inspected(f"a = {x}\nb = relu(a)", "b").slopes
    assert (slope.formula, slope.condition) == (formula, condition)
    assert slope.value == float(formula)


def test_after_data_was_changed() -> None:
    """Backward reads data when it runs, and so does the difference: at the last backward, not the first."""
    text = "a = 2\nb = 3\nf = a*b\nb.data = 5\nbackward(f)"
    found = inspected(text, "a")
    assert (found.row.grad, found.numeric) == (5, pytest.approx(5))
    again = "a = 2\nb = 3\nf = a*b\nbackward(f)\nzero_grad()\nb.data = 10\nbackward(f)"
    at = snapshot(again)
    found = inspect(at, at.names["a"])
    assert (found.row.grad, found.numeric) == (10, pytest.approx(10))
    assert inspect(Snapshot(at.program, at.log, at.log.seeds[1]), 0).numeric == pytest.approx(3)


def test_a_node_without_a_number_yet() -> None:
    """Between its allocation and its computation there is nothing to differentiate."""
    at = snapshot(NEURON)
    found = inspect(Snapshot(at.program, at.log, at.log.born[3] + 1), 3)
    assert (found.slopes, found.numeric, found.row.data) == ((), None, None)
    assert found.computation.endswith("not computed yet")


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_every_node_of_every_program_can_be_inspected(ownership: str) -> None:
    """Freed ones, non-finite ones and those of a program that stopped included."""
    seen = 0
    for seed in seeds(100):
        at = end_of(run(random_program(seed, ownership)))
        for node in at.nodes:
            found = inspect(at, node)
            assert found.row.id == node
            assert len(found.slopes) == len(at.log.operands(node))
            assert found.computation
            assert found.source
            seen += not found.row.live
    assert seen > share(40)


def test_a_node_of_an_earlier_pass_is_compared_with_that_pass() -> None:
    """Of the last one it is no part, and its grad would look wrong."""
    at = snapshot("x = 3\nfor k in range(3):\n    h = x*x\n    y = h*2\n    backward(y)\n    x.grad = 0")
    squares = [node for node in at.nodes if at.label(node).strip("()") in ("h", "y")]
    assert [at.row(node).grad for node in squares] in ([2, 1] * 3, [1, 2] * 3)
    for node in squares:
        found = inspect(at, node)
        assert found.numeric == pytest.approx(found.row.grad)
