"""Compiled replays: the eager engine's losses to the last bit, and what is never stored."""

from __future__ import annotations

import itertools
import math
import random
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from samples import seeds, share
from tape_graphs import (
    INF,
    NAN,
    SPECIAL,
    STEPS,
    Build,
    builder,
    eager,
    ill_conditioned,
    loops,
    network,
    points,
)

from microcrad import Value
from microcrad.errors import NotCompiledError
from microcrad.loss import l2, softmax_cross_entropy
from microcrad.nn import MLP
from microcrad.ops import OPERATIONS
from microcrad.tape import Tape
from microcrad.tape.record import record
from microcrad.tape.tape_plan import plan_for


def compiled(build: Build, sample: Sequence[float], parameters: list[Value], samples: int = 8) -> Tape:
    tape = Tape.record(build, sample, parameters)
    tape.use(tape.program(samples))
    return tape


def bits(numbers: Sequence[float]) -> list[str]:
    """Numbers by their bits, nan by its name."""
    return ["nan" if math.isnan(x) else float(x).hex() for x in numbers]


def random_graph(dice: random.Random) -> tuple[Build, list[list[float]], list[Value]]:
    """A graph of random nodes or of loops, of tame numbers or of those at the ends of what there is."""
    wild = dice.random() < 0.5

    def number() -> float:
        return dice.choice(SPECIAL) if wild else round(dice.uniform(-2, 2), 2)

    parameters = [Value(number()) for _ in range(dice.randint(1, 6))]
    samples = [[number() for _ in range(3)] for _ in range(dice.choice([1, 2, 3, 8, 9, 40]))]

    def any_two() -> tuple[int, int]:
        return dice.randrange(100), dice.randrange(100)

    if dice.random() < 0.5:
        steps = [(dice.randrange(len(STEPS)), *any_two()) for _ in range(dice.randint(1, 20))]
        return builder(steps, parameters, Value(0.75)), samples, parameters

    def pattern() -> tuple[int, int]:
        return dice.randrange(4), dice.randint(1, 3)

    def vector() -> tuple[object, ...]:
        return dice.randrange(len(STEPS)), dice.randint(1, 12), *any_two(), pattern(), pattern()

    plan = [vector() for _ in range(dice.randint(1, 6))]
    return loops(plan, parameters, list(range(len(STEPS)))), samples, parameters


@pytest.mark.parametrize("seed", seeds(50))
def test_random_graphs_are_the_engines(seed: int) -> None:
    """Losses bit for bit, gradients up to rounding, in blocks that are full and in one that is not."""
    dice = random.Random(seed)
    for _ in range(share(10)):
        build, samples, parameters = random_graph(dice)
        tape = compiled(build, [0.3, -0.6, 1.1], parameters, dice.choice([1, len(samples), 16, 32]))
        losses, gradient, sizes = eager(build, samples, parameters)
        assert bits(tape.forward(samples).tolist()) == bits(losses)
        tolerances = [1e-9 * size if math.isfinite(size) else 0.0 for size in sizes]
        near = [
            got == pytest.approx(wanted, rel=1e-9, abs=tolerance, nan_ok=True)
            for got, wanted, tolerance in zip(tape.backward().tolist(), gradient, tolerances, strict=True)
        ]
        assert all(near) or ill_conditioned(build, samples, parameters)


def test_only_the_ends_of_sums_of_products_are_stored() -> None:
    """Of 2-5-4-1: ten sums, nine activations, the negated label, 1 minus the margin and its relu."""
    build, parameters = network("relu")
    recording = record(build, points(1)[0], parameters, None)
    plan = plan_for(recording)
    assert (len(recording.codes), plan.results, plan.rows) == (130, 22, 22 + 3)
    assert [loop.count for loop in plan.loops] == [1, 5, 5, 4, 4, 1, 1, 1]


def test_what_is_not_stored_is_computed_when_it_is_asked_for() -> None:
    build, parameters = network("tanh")
    samples = points(11)
    numpy, tape = Tape.record(build, samples[0], parameters), compiled(build, samples[0], parameters)
    assert (numpy.compiled, tape.compiled) == (False, True)
    for each in (numpy, tape):
        each.forward(samples)
    assert tape.data == pytest.approx(numpy.data, rel=1e-12)
    assert tape.grad == pytest.approx(numpy.grad, rel=1e-9, abs=1e-15)
    losses, _ = tape.evaluate(points(50))
    assert bits(losses.tolist()) == bits(tape.forward(points(50)).tolist())


def test_a_long_chain_of_all_kinds_of_terms() -> None:
    """More changes of kind than code is written for; terms that are nodes, products, and used elsewhere."""
    w = [Value(0.1 * i - 1) for i in range(60)]

    def build(x: list[Value]) -> Value:
        kept = w[1] * x[1]
        total = kept
        for i, p in enumerate(w):
            total = total + (p * x[i % 2], p, x[0] * x[1], p * p, kept, x[0])[i * 7 % 6]
        return total * kept.tanh()

    samples = [[0.5, -2.0], [1.5, 0.25], [0.0, 3.0]]
    for loop in plan_for(record(build, samples[0], w, None)).loops:
        assert len([*itertools.groupby(loop.terms)]) <= 17
    tape = compiled(build, samples[0], w)
    losses, gradient, _ = eager(build, samples, w)
    assert bits(tape.forward(samples).tolist()) == bits(losses)
    assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-12)


@pytest.mark.parametrize(
    "inputs", [[2.0, 1.0], [1.0, -1.0], [INF, 1.0], [0.0, 0.0], [1e-200, 0.0], [NAN, 1.0]]
)
@pytest.mark.parametrize("wide", [True, False])
def test_what_several_nodes_are_is_computed_once(wide: bool, inputs: list[float]) -> None:
    """Three quotients by one sum: a reciprocal for all, and a gradient for each, where 0 is sent too."""
    w = [Value(0.5), Value(0.5), Value(3.0), Value(0.0)]

    def build(x: list[Value]) -> Value:
        total = w[0] * x[0] + w[1] * x[1] if wide else w[0] * inputs[0] + w[1] * inputs[1]
        one, two, three = (each / total for each in w[:3])
        return one * x[0] + two * x[1] + three * w[3] + (two - two)

    recording = record(build, inputs, w, None)
    (powers,) = (loop for loop in plan_for(recording).loops if OPERATIONS[loop.terms[0].code].name == "pow")
    assert (powers.count, powers.copies) == (1, 3)
    for samples in ([inputs], [inputs] * 9):
        tape = compiled(build, inputs, w, len(samples))
        losses, gradient, _ = eager(build, samples, w)
        assert bits(tape.forward(samples).tolist()) == bits(losses)
        assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("room", [8, 16, 32])
@pytest.mark.parametrize("left_out", [INF, -INF, NAN, 0.0])
def test_lanes_that_hold_no_sample_count_nowhere(left_out: float, room: int) -> None:
    """Not even times 0: what an earlier batch left there may be infinite."""
    w = Value(2.0)

    def build(x: list[Value]) -> Value:
        return (w * x[0]).log() + (w * x[0]) ** 0.5

    tape = compiled(build, [0.5], [w], room)
    for count in (3, room // 2 + 1, room + 1):
        tape.forward([[left_out]] * 2 * room)
        tape.backward()
        samples = [[float(n * n)] for n in range(1, count + 1)]
        losses, gradient, _ = eager(build, samples, [w])
        assert bits(tape.forward(samples).tolist()) == bits(losses)
        assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-12)


def test_what_all_samples_share_is_computed_once() -> None:
    parameters = [Value(0.1 * i - 3) for i in range(50)]

    def build(x: list[Value]) -> Value:
        return (parameters[0] * x[0]).tanh() + l2(parameters, 0.01)

    plan = plan_for(record(build, [1.0], parameters, None))
    assert (plan.results, plan.scalars - plan.first_result) == (3, 1)
    tape = compiled(build, [1.0], parameters)
    losses, gradient, _ = eager(build, [[0.5], [-2.0]], parameters)
    assert bits(tape.forward([[0.5], [-2.0]]).tolist()) == bits(losses)
    assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-12)


def test_sums_of_parameters_alone_are_computed_once_too() -> None:
    w = [Value(0.5), Value(-1.5), Value(2.0)]
    plan = plan_for(record(lambda x: w[0] + w[1] + w[2] + x[0] + w[0], [1.0], w, None))
    assert (plan.results, plan.scalars - plan.first_result) == (1, 1)


def test_like_nodes_that_follow_one_another_are_one_loop() -> None:
    """Forwards from the first to the last, and backwards from the last to the first."""
    w = Value(0.5)

    def build(x: list[Value]) -> Value:
        node = w * x[0]
        for _ in range(5):
            node = node.tanh()
        return node

    plan = plan_for(record(build, [1.0], [w], None))
    assert [loop.count for loop in plan.loops] == [1, 5]
    losses, gradient, _ = eager(build, [[0.5], [3.0]], [w])
    tape = compiled(build, [1.0], [w])
    assert bits(tape.forward([[0.5], [3.0]]).tolist()) == bits(losses)
    assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-12)


def test_classes_in_batches_of_any_size() -> None:
    model = MLP(3, [5, 4], generator=random.Random(2))

    def build(x: list[Value]) -> Value:
        outputs = model(x[:3])
        assert isinstance(outputs, list)
        return softmax_cross_entropy(outputs, x[3:])

    dice = np.random.default_rng(1)
    batch = np.hstack([dice.normal(size=(70, 3)), np.eye(4)[dice.integers(0, 4, 70)]])
    tape = compiled(build, batch[0].tolist(), model.parameters(), 64)
    for count in (70, 1, 32, 33):
        losses, gradient, _ = eager(build, batch[:count].tolist(), model.parameters())
        assert bits(tape.forward(batch[:count]).tolist()) == bits(losses)
        assert tape.backward().tolist() == pytest.approx(gradient, rel=1e-11, abs=1e-15)


# --- where there is none -------------------------------------------------------------------------------


def test_without_llvmlite_the_reason_is_said_and_the_tape_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    build, parameters = network("relu")
    tape = Tape.record(build, points(1)[0], parameters)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    with pytest.raises(NotCompiledError, match="it takes llvmlite, of the extra jit"):
        tape.program(8)
    assert not tape.compiled
    assert bits(tape.forward(points(3)).tolist()) == bits(eager(build, points(3), parameters)[0])


def test_a_graph_of_too_many_kinds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microcrad.tape.compiled._MOST_LOOPS", 3)
    build, (w, *_) = (lambda x: (w * x[0]).sin() * x[0].cos()), [Value(0.5)]
    with pytest.raises(
        NotCompiledError, match=r"its nodes are of 4 kinds, and code is written for at most 3"
    ):
        Tape.record(build, [0.5], [w]).program(8)
