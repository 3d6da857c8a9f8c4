"""Many steps in one call: the same as one by one, and as the rule's own arithmetic on the gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tape_graphs import INF, NAN, Build, network, points

from microcrad import Value
from microcrad.errors import NotCompiledError
from microcrad.loss import l2
from microcrad.optim import SGD, Adam, Momentum
from microcrad.tape import Tape
from microcrad.tape.descent import Descended, Descent, Turns

Numbers = NDArray[np.float64]
RULES = (SGD(), Momentum(0.8), Adam(0.8, 0.95))
RATES = [0.1, 0.02, 0.3, 0.05, 0.07]
SIZES = (8, 11, 3, 8, 1)
"""Of batches, in blocks of 8 that are full, one that is not, and both."""


def tapes(build: Build, parameters: list[Value], inputs: int = 3, samples: int = 8) -> tuple[Tape, Tape]:
    """A tape of so many inputs, and of a penalty, compiled."""
    tape = Tape.record(build, [0.5] * inputs, parameters)
    penalty = Tape.record(lambda _: l2(parameters, 0.01), [], parameters)
    for each, size in ((tape, samples), (penalty, 1)):
        each.use(each.program(size))
    return tape, penalty


def one_by_one(
    tape: Tape, penalty: Tape | None, rule: Any, samples: Numbers, weights: Numbers, *, stale: bool = False
) -> tuple[list[float], Numbers]:
    """The same steps by the tape's gradients and the rule's own arithmetic: objectives and weights."""
    memory, grad = (np.zeros_like(weights),) * rule.memory, np.zeros_like(weights)
    objectives, start = [], 0
    for step, (size, rate) in enumerate(zip(SIZES, RATES, strict=True)):
        objective = tape.forward(samples[start : start + size], weights).mean()
        grad = tape.backward() + (grad if stale else 0.0)
        if penalty is not None:
            objective += penalty.forward(weights=weights)[0]
            grad = grad + penalty.backward()
        weights, memory = rule.update(weights, grad, memory, rate, step)
        objectives.append(float(objective))
        start += size
    return objectives, weights


def in_one_call(descent: Descent, rule: Any, samples: Numbers, weights: Numbers, **named: Any) -> Descended:
    turns = Turns.steps(samples, np.arange(len(samples)), np.array(SIZES))
    return descent.run(turns, weights, [np.zeros_like(weights)] * rule.memory, RATES, **named)


@pytest.mark.parametrize("punished", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_steps_in_one_call_are_those_of_the_rule_on_the_tapes_gradients(rule: Any, punished: bool) -> None:
    build, parameters = network("tanh")
    tape, penalty = tapes(build, parameters)
    samples, weights = np.array(points(sum(SIZES))), np.array([p.data for p in parameters])
    descent = tape.descent(rule, penalty if punished else None)
    found = in_one_call(descent, rule, samples, weights)
    objectives, moved = one_by_one(tape, penalty if punished else None, rule, samples, weights)
    batches = np.split(found.losses, np.cumsum(SIZES)[:-1])
    losses = [batch.mean() + more for batch, more in zip(batches, found.penalty, strict=True)]
    assert losses == pytest.approx(objectives, rel=1e-13)
    np.testing.assert_allclose(found.weights, moved, rtol=1e-12, atol=1e-14)
    assert not np.allclose(moved, weights, rtol=1e-3)
    assert found.finite.all()
    assert found.measured.all()


@pytest.mark.parametrize("rule", RULES)
def test_how_many_steps_a_call_takes_changes_no_bit(rule: Any) -> None:
    build, parameters = network("relu")
    tape, penalty = tapes(build, parameters)
    samples, weights = np.array(points(sum(SIZES))), np.array([p.data for p in parameters])
    descent = tape.descent(rule, penalty)
    whole = in_one_call(descent, rule, samples, weights, clip=0.5)
    memory: Sequence[Numbers] = [np.zeros_like(weights)] * rule.memory
    losses, square, start = [], [], 0
    for step, (size, rate) in enumerate(zip(SIZES, RATES, strict=True)):
        turns = Turns.steps(samples, np.arange(start, start + size), np.array([size]))
        found = descent.run(turns, weights, memory, [rate], step, clip=0.5)
        weights, memory, start = found.weights, found.memory, start + size
        losses += found.losses.tolist()
        square += found.square.tolist()
    assert (whole.weights.tolist(), whole.losses.tolist()) == (weights.tolist(), losses)
    assert [each.tolist() for each in whole.memory] == [each.tolist() for each in memory]
    assert (whole.gradient.tolist(), whole.square.tolist()) == (found.gradient.tolist(), square)


def test_gradients_that_are_not_cleared_add_up() -> None:
    build, parameters = network("tanh")
    tape, _ = tapes(build, parameters)
    samples, weights = np.array(points(sum(SIZES))), np.array([p.data for p in parameters])
    found = in_one_call(tape.descent(SGD()), SGD(), samples, weights, gradient=np.zeros_like(weights))
    _, moved = one_by_one(tape, None, SGD(), samples, weights, stale=True)
    np.testing.assert_allclose(found.weights, moved, rtol=1e-12, atol=1e-14)


def test_a_gradient_that_is_too_long_is_shortened_and_one_that_is_not_is_not() -> None:
    w = [Value(3.0), Value(4.0)]
    tape, _ = tapes(lambda x: (w[0] * w[0] + w[1] * w[1]) * x[0], w, inputs=1)
    turns, weights = (
        Turns.steps(np.ones((1, 1)), np.zeros(2, np.int64), np.ones(2, np.int64)),
        np.array([3.0, 4.0]),
    )
    found = tape.descent(SGD()).run(turns, weights, [], [0.5, 0.5], clip=8.0)
    # 6, 8 is 10 long and becomes 8 long; then 1.2, 1.6 of what is left is short enough.
    assert found.length == pytest.approx([10.0, 2.0])
    assert found.gradient == pytest.approx([1.2, 1.6])
    assert found.weights == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_turn_may_only_look() -> None:
    """At other samples, with the weights as they are by then."""
    build, parameters = network("tanh")

    def both(x: list[Value]) -> Any:
        loss = build(x)
        return loss, [loss * 2, x[1]]

    tape = Tape.record(both, [0.5] * 3, parameters)
    tape.use(tape.program(8))
    train, test = np.array(points(9)), np.array(points(14))[9:]
    weights = np.array([p.data for p in parameters])
    turns = Turns(
        (train, test), np.concatenate([np.arange(9), np.arange(5)[::-1]]), np.array([0, 1, 0, 1]),
        np.array([0, 9, 0, 9]), np.array([9, 5, 9, 5]), np.array([True, False, True, False]),
        outputs=True, kept=True,
    )  # fmt: skip
    found = tape.descent(SGD()).run(turns, weights, [], [0.1, 0.1])
    assert found.kept[1].tolist() == found.weights.tolist()
    for place, before in enumerate([weights, found.kept[0], found.kept[0], found.weights]):
        samples = test[::-1] if place % 2 else train
        part = slice((0, 9, 14, 23)[place], (9, 14, 23, 28)[place])
        losses, outputs = tape.evaluate(samples, before)
        assert found.losses[part].tolist() == losses.tolist()
        assert found.outputs[part].tolist() == outputs.T.tolist()


@pytest.mark.parametrize("given", [INF, -INF, NAN])
def test_what_is_not_finite_shows_in_the_step_where_it_comes_up(given: float) -> None:
    w = [Value(2.0)]
    tape, _ = tapes(lambda x: w[0] * x[0], w, inputs=1)
    samples = np.array([[1.0], [given], [1.0]])
    turns = Turns.steps(samples, np.arange(3), np.ones(3, np.int64))
    found = tape.descent(SGD()).run(turns, np.array([2.0]), [], [0.1] * 3)
    assert found.finite.tolist() == [True, False, False]
    assert np.isfinite(found.losses).tolist() == [True, False, False]
    assert found.length.tolist() == pytest.approx([1.0, abs(given), 1.0], nan_ok=True)
    assert found.measured.all()


@pytest.mark.parametrize(("given", "measured"), [(1e150, False), (1e-150, False), (0.0, True)])
def test_a_length_whose_squares_no_number_holds_is_not_given(given: float, measured: bool) -> None:
    w = [Value(2.0)]
    tape, _ = tapes(lambda x: w[0] * x[0], w, inputs=1)
    turns = Turns.steps(np.array([[given]]), np.zeros(1, np.int64), np.ones(1, np.int64))
    assert tape.descent(SGD()).run(turns, np.array([2.0]), [], [0.1]).measured.tolist() == [measured]


def test_it_takes_compiled_tapes() -> None:
    w = [Value(1.0)]
    tape, penalty = tapes(lambda x: w[0] * x[0], w, inputs=1)
    penalty.use(None)
    with pytest.raises(NotCompiledError, match="`use` a `program` first"):
        tape.descent(SGD(), penalty)
    tape.use(None)
    with pytest.raises(NotCompiledError, match="`use` a `program` first"):
        tape.descent(SGD())


# --- what code would read that there is not -------------------------------------------------------------

BEYOND: list[tuple[str, dict[str, Any]]] = [
    ("there is no turn", {"sizes": []}),
    ("the size of a turn must be 1 or more, not 0", {"sizes": [3, 0]}),
    ("the samples of a turn end must be less than 5, not 9", {"sizes": [9]}),
    ("a chosen sample must be less than 5, not 7", {"chosen": [0, 7, 0, 0]}),
    ("a chosen sample must be 0 or more, not -1", {"chosen": [0, -1, 0, 0]}),
    ("samples must have shape", {"samples": np.ones((5, 3))}),
    ("the like must have shape", {"weights": np.ones(2)}),
    ("the like must have shape", {"memory": [np.zeros(9)]}),
    ("the like must have shape", {"gradient": np.zeros(1)}),
    ("the rule remembers 1 arrays, not 0", {"memory": []}),
    ("the rule remembers 1 arrays, not 2", {"memory": [np.zeros(3)] * 2}),
]


@pytest.mark.parametrize(("reason", "given"), BEYOND, ids=[reason for reason, _ in BEYOND])
def test_what_is_not_there_is_refused_before_code_reads_it(reason: str, given: dict[str, Any]) -> None:
    w = [Value(1.0), Value(2.0), Value(3.0)]
    tape, _ = tapes(lambda x: (w[0] * x[0] + w[1] * x[1]) * w[2], w, inputs=2)
    taking: dict[str, Any] = {
        "samples": np.ones((5, 2)), "chosen": [0, 1, 4, 2], "sizes": [3, 1],
        "weights": np.ones(3), "memory": [np.zeros(3)], "gradient": None,
    }  # fmt: skip

    def take(samples: Numbers, chosen: list[int], sizes: list[int], gradient: Any, **state: Any) -> None:
        turns = Turns.steps(samples, np.array(chosen), np.array(sizes, dtype=np.int64))
        tape.descent(Momentum()).run(turns, rates=[0.1] * len(sizes), gradient=gradient, **state)

    take(**taking)
    with pytest.raises(ValueError, match=reason):
        take(**taking | given)


def test_each_turn_may_choose_from_its_own_samples_only() -> None:
    w = [Value(1.0)]
    tape, _ = tapes(lambda x: w[0] * x[0], w, inputs=1)
    few, many = np.ones((2, 1)), np.ones((4, 1))
    places = np.array([0, 2])

    def turns(source: list[int]) -> Turns:
        return Turns(
            (few, many), np.array([0, 1, 2, 3]), np.array(source), places, places * 0 + 2, places > 0
        )

    assert len(tape.descent(SGD()).run(turns([0, 1]), np.ones(1), [], [0.1]).losses) == 4
    with pytest.raises(ValueError, match="a chosen sample must be less than 2, not 3"):
        tape.descent(SGD()).run(turns([1, 0]), np.ones(1), [], [0.1])
    with pytest.raises(ValueError, match="the source of a turn must be less than 2, not 2"):
        tape.descent(SGD()).run(turns([0, 2]), np.ones(1), [], [0.1])


def test_a_descent_has_parameters_and_the_penalty_as_many() -> None:
    w = [Value(1.0), Value(2.0)]
    tape, _ = tapes(lambda x: w[0] * x[0] * w[1], w, inputs=1)
    other, penalty = tapes(lambda x: w[0] * x[0], w[:1], inputs=1)
    with pytest.raises(ValueError, match="the penalty must have 2 parameters, not 1"):
        tape.descent(SGD(), penalty)
    with pytest.raises(ValueError, match="of another tape"):
        tape.use(other.program(8))
    nothing, _ = tapes(lambda x: x[0] * 2.0, [], inputs=1)
    with pytest.raises(ValueError, match="a tape with parameters"):
        nothing.descent(SGD())
