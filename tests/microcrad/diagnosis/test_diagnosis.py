"""Numbers that are not finite: the first one is found, and nothing where nothing is wrong."""

from __future__ import annotations

import math

import pytest
from found import findings, only
from programs import NEURON, end_of, random_program, run, smooth_program
from samples import seeds, share

from microcrad.diagnosis.diagnosis import Trouble, diagnose
from microcrad.timeline.log import Kind
from microcrad.timeline.snapshot import Snapshot


@pytest.mark.parametrize("text", ["", "x = 3", NEURON, "x = 3\ny = x*x\nbackward(y)", "y = relu(-1)"])
def test_nothing_is_wrong(text: str) -> None:
    assert findings(text) == {}


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_wrong_with_tame_programs(seed: int) -> None:
    assert findings(smooth_program(seed)) == {}


def test_the_log_of_a_tanh() -> None:
    found = only("w = -0.5\nu = tanh(w)\nl = log(u)\nbackward(l)", Trouble.NUMBER)
    assert (found.node, found.line) == (2, 3)
    assert found.sentence == "l = log(u) is the first nan; u = -0.4621, log needs u > 0."
    assert found.repair.startswith("Keep u above 0")
    assert found.text == f"{found.sentence} {found.repair}"


def test_infinity_minus_infinity_is_traced_to_the_exp() -> None:
    text = "x = 1000\ne = exp(x)\nf = e - e\ng = f*2\nbackward(g)"
    found = only(text, Trouble.NUMBER)
    assert (found.node, found.line) == (1, 2)
    assert "e = exp(x) is the first inf; x = 1000, exp needs x < 709.78." in found.sentence
    log = end_of(run(text)).log
    numbers = sum(not math.isfinite(log.data(node, len(log)) or 0.0) for node in range(log.node_count))
    grads = sum(not math.isfinite(log.grad(node, len(log))) for node in range(log.node_count))
    assert f"In all, {numbers} numbers and {grads} grads are not finite." in found.sentence


def test_a_moment_before_it_knows_nothing_of_it() -> None:
    end = end_of(run("x = 1000\ne = exp(x)\nf = e - e"))
    (found,) = diagnose(end)
    assert diagnose(Snapshot(end.program, end.log, found.event)) == ()
    (earlier,) = diagnose(Snapshot(end.program, end.log, found.event + 1))
    assert earlier.event == found.event


def test_a_number_that_the_program_writes() -> None:
    found = only("w = 5\nw.data = w.data/0\ny = w*0", Trouble.NUMBER)
    assert (found.node, found.line) == (0, 2)
    assert "w.data is the first inf: the program writes it, as w.data = w.data/0." in found.sentence
    assert only("x = 2\nx.grad = 0/0", Trouble.GRAD).line == 2


def test_steps_that_are_too_large_are_blamed() -> None:
    step = "  loss = (w-2)**2\n  zero_grad()\n  backward(loss)\n  w.data = w.data - 1000*w.grad\n"
    found = findings(f"w = 5\nfor i in range(400):\n{step}")
    assert list(found) == [Trouble.NUMBER, Trouble.EXPLODING]
    for finding in found.values():
        assert finding.repair.startswith("Take smaller steps: what was written to w grew from 5 to ")


def test_two_failures_of_their_own_are_both_said() -> None:
    """The grad is not finite before any number is, and the number does not come of it."""
    found = findings("z = 0\ny = sqrt(z)\nbackward(y)\nx = 1000\ne = exp(x)")
    assert list(found) == [Trouble.NUMBER, Trouble.GRAD]
    assert found[Trouble.NUMBER].event > found[Trouble.GRAD].event


def test_a_number_that_comes_of_a_grad_is_no_finding_of_its_own() -> None:
    only("x = 0\ny = sqrt(x)\nbackward(y)\nx.data = x.data - x.grad\nz = x*2", Trouble.GRAD)


def test_the_slope_of_a_root_at_zero() -> None:
    found = only("z = 0\ny = sqrt(z)\nL = y*3\nbackward(L)", Trouble.GRAD)
    assert (found.node, found.line) == (0, 4)
    assert found.sentence.startswith(
        "The grad of z is the first inf; y = z**0.5 has the slope 0.5*z**(0.5 - 1)"
    )


def test_the_count_of_what_is_not_finite_is_that_of_the_moment() -> None:
    text = "x = 0\ny = log(x)\nbackward(y)\nprint(x)\nzero_grad()"
    assert (
        "In all, 1 number and 1 grad are not finite"
        in findings(text.removesuffix("zero_grad()"))[Trouble.NUMBER].sentence
    )
    assert "In all" not in findings(text)[Trouble.NUMBER].sentence


def test_a_power_by_a_node_and_a_sigmoid_are_spoken_of_as_they_were_written() -> None:
    power = only("a = -2\nn = 2\ny = a**n\nbackward(y)", Trouble.NUMBER)
    assert power.sentence.startswith("n is a node; write a**2 or a**n.data: a**n is exp(n*log(a))")
    assert findings("a = -2\nn = 2\ny = a**n.data\nbackward(y)") == {}
    far = only("x = -1000\ny = sigmoid(x)\nbackward(y)", Trouble.NUMBER)
    assert far.sentence.startswith("sigmoid(x) is 1/(1 + exp(-x)), and its exp is the first inf: x = -1000")
    by_hand = only("a = -2\nn = 2\nl = log(a)\np = n*l\ny = exp(p)", Trouble.NUMBER)
    assert by_hand.sentence.startswith("l = log(a) is the first nan")


# --- random programs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ownership", ["auto", "manual"])
def test_the_first_is_made_of_finite_numbers_whatever_the_program(ownership: str) -> None:
    told = 0
    for seed in seeds(300):
        log = run(random_program(seed, ownership)).log
        end = Snapshot(run(random_program(seed, ownership)).program, log, len(log))
        wrong = [
            index
            for index in range(len(log))
            if not math.isfinite(log.values[index])
            and log.kinds[index] in (Kind.ALLOCATE, Kind.COMPUTE, Kind.WRITE_DATA, Kind.WRITE_GRAD, Kind.EDGE)
        ]
        found = [finding for finding in diagnose(end) if finding.kind in (Trouble.NUMBER, Trouble.GRAD)]
        assert bool(wrong) == bool(found)
        if not found:
            continue
        first = min(found, key=lambda finding: finding.event)
        assert first.event == wrong[0]
        assert all(finding.sentence and finding.repair for finding in found)
        if log.kinds[first.event] == Kind.COMPUTE:
            operands = log.operands(first.node)
            assert all(math.isfinite(log.data(operand, first.event) or 0.0) for operand in operands)
            assert " needs " in first.sentence
            told += 1
    assert told > share(20)


def test_every_moment_of_random_programs_can_be_diagnosed() -> None:
    kinds = set()
    for seed in range(150):
        interpreter = run(random_program(seed, "auto"))
        for position in range(0, len(interpreter.log) + 1, 100 // share(100)):
            for finding in diagnose(Snapshot(interpreter.program, interpreter.log, position)):
                assert finding.event < position
                assert finding.line == interpreter.log.span(finding.event).line
                kinds.add(finding.kind)
    assert kinds >= {Trouble.NUMBER, Trouble.EXPLODING, Trouble.SILENT}
