"""Outputs beside the loss, and evaluation in parts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tape_graphs import (
    builder,
    ill_conditioned,
    network,
    plans,
    points,
    tame,
    wild,
)

from microcrad import Value
from microcrad.tape import Tape
from microcrad.tape import tape as tape_module

WithOutputs = Callable[[list[Value]], tuple[Value, list[Value]]]


def with_outputs(plan: list[tuple[int, int, int]], parameters: list[Value], chosen: list[int]) -> WithOutputs:
    """Nodes on the way to the loss, the loss itself, leaves, and results that the loss does not depend on."""
    build = builder(plan, parameters, Value(0.75))

    def built(inputs: list[Value]) -> tuple[Value, list[Value]]:
        loss = build(inputs)
        beside = (loss * inputs[0]).tanh()
        nodes = [loss, *inputs, *parameters, Value(0.5), beside, beside + parameters[0], *loss.prev]
        return loss, [nodes[i % len(nodes)] for i in chosen]

    return built


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data(), plan=plans, chosen=st.lists(st.integers(0, 99), max_size=5))
def test_outputs_equal_eager_and_change_neither_losses_nor_gradients(
    numbers: st.SearchStrategy[float],
    data: st.DataObject,
    plan: list[tuple[int, int, int]],
    chosen: list[int],
) -> None:
    parameters = [Value(x) for x in data.draw(st.lists(numbers, min_size=1, max_size=3))]
    samples = data.draw(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
    build = with_outputs(plan, parameters, chosen)
    tape = Tape.record(build, [0.3, -0.6], parameters)
    alone = Tape.record(lambda x: build(x)[0], [0.3, -0.6], parameters)
    losses = tape.forward(samples)
    np.testing.assert_array_equal(losses, alone.forward(samples))
    np.testing.assert_array_equal(tape.backward(), alone.backward())
    wanted = [[node.data for node in build([Value(x) for x in sample])[1]] for sample in samples]
    assert tape.outputs.shape == (len(chosen), len(samples))
    if not ill_conditioned(lambda x: sum(build(x)[1], Value(0)), samples, parameters):
        np.testing.assert_allclose(tape.outputs.T, wanted, rtol=1e-9)


def test_evaluation_in_parts_equals_one_forward_pass_and_leaves_it_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = Value(0.5)
    tape = Tape.record(lambda x: ((w * x[0]).tanh() + x[1], [w * x[0], x[1]]), [1.0, 2.0], [w])
    samples = np.array(points(50))[:, :2]
    tape.forward(samples[:7])
    before, gradient = tape.outputs, tape.backward()
    for room in (0, 8 * tape.nodes * 8, 8 * tape.nodes * 49, 10**9):
        monkeypatch.setattr(tape_module, "EVALUATION_BYTES", room)
        for weights in (None, [0.25]):
            losses, outputs = tape.evaluate(samples, weights)
            whole = Tape.record(lambda x: ((w * x[0]).tanh() + x[1], [w * x[0], x[1]]), [1.0, 2.0], [w])
            assert losses.tolist() == whole.forward(samples, weights).tolist()
            assert outputs.tolist() == whole.outputs.tolist()
    assert tape.outputs.tolist() == before.tolist()
    assert tape.backward().tolist() == gradient.tolist()
    assert tape.lanes == 7


def test_evaluation_takes_no_more_memory_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    build, parameters = network("tanh")
    tape = Tape.record(build, points(1)[0], parameters)
    samples = np.array(points(20_000))
    monkeypatch.setattr(tape_module, "EVALUATION_BYTES", 500_000)
    tracemalloc.start()
    losses, _ = tape.evaluate(samples)
    peak = tracemalloc.get_traced_memory()[1] - losses.nbytes
    tracemalloc.stop()
    assert peak < 1_000_000 < 8 * tape.nodes * len(samples)


def test_outputs_of_a_tape_without_any_and_before_a_forward_pass() -> None:
    w = Value(2.0)
    tape = Tape.record(lambda x: w * x[0], [1.0], [w])
    with pytest.raises(RuntimeError, match="forward"):
        _ = tape.outputs
    tape.forward([[1.0], [2.0]])
    assert tape.outputs.shape == (0, 2)
    assert [part.shape for part in tape.evaluate([[1.0], [2.0]])] == [(2,), (0, 2)]
    tape = Tape.record(lambda x: (x[0], ()), [1.0], [])
    assert [part.tolist() for part in tape.evaluate([[3.0]])] == [[3.0], []]


def test_a_parameter_that_only_an_output_needs_gets_no_gradient() -> None:
    w, v = Value(3.0), Value(4.0)
    tape = Tape.record(lambda x: (w * x[0], [v * x[0], w * v]), [1.0], [w, v])
    tape.forward([[2.0], [4.0]])
    assert tape.outputs.tolist() == [[8.0, 16.0], [12.0, 12.0]]
    assert tape.backward().tolist() == [3.0, 0.0]
