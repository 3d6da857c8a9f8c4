"""Replays of recorded graphs, against the eager engine's `backward`."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import always
from tape_graphs import (
    EXACT,
    INF,
    NAN,
    STEPS,
    Build,
    assert_same_as_eager,
    builder,
    ill_conditioned,
    loops,
    network,
    plans,
    points,
    tame,
    vector_plans,
    wild,
)

from microcrad import Heap, Value
from microcrad.engine import topological_order
from microcrad.loss import l2, softmax_cross_entropy
from microcrad.nn import MLP
from microcrad.ops import OPERATIONS
from microcrad.tape import Tape


@pytest.fixture(params=always(1, ["numpy", "compiled"]), autouse=True, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test is about what runs the replays: NumPy, or the code that is compiled for the graph."""
    record = Tape.record

    def compiled(*arguments: Any, **options: Any) -> Tape:
        tape = record(*arguments, **options)
        tape.use(tape.program(8))
        return tape

    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(Tape, "record", compiled)
        yield request.param


def assert_same_where_promised(
    tape: Tape, build: Build, samples: list[tuple[float, ...]], parameters: list[Value]
) -> None:
    """Where cancellation amplifies what NumPy's functions round otherwise than Python's, nothing is."""
    try:
        assert_same_as_eager(tape, build, samples, parameters)
    except AssertionError:
        if not ill_conditioned(build, samples, parameters):
            raise


def test_random_graphs_may_have_every_operation() -> None:
    made = [node for step in STEPS for node in topological_order(step(Value(0.5), Value(0.25)))]
    assert {node.op for node in made} == set(OPERATIONS)


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data(), plan=plans)
def test_random_graphs_equal_eager(
    numbers: st.SearchStrategy[float], data: st.DataObject, plan: list[tuple[int, int, int]]
) -> None:
    weights = data.draw(st.lists(numbers, min_size=1, max_size=3))
    samples = data.draw(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
    parameters = [Value(x) for x in weights]
    build = builder(plan, parameters, Value(0.75))
    tape = Tape.record(build, [0.3, -0.6], parameters)
    assert_same_where_promised(tape, build, samples, parameters)


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data(), plan=vector_plans)
def test_graphs_made_by_loops_equal_eager(
    numbers: st.SearchStrategy[float], data: st.DataObject, plan: list[Any]
) -> None:
    parameters = [Value(x) for x in data.draw(st.lists(numbers, min_size=1, max_size=12))]
    samples = data.draw(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=4))
    build = loops(plan, parameters, list(range(len(STEPS))))
    tape = Tape.record(build, [0.3, -0.6, 1.1], parameters)
    assert_same_where_promised(tape, build, samples, parameters)


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data(), plan=vector_plans)
def test_sums_and_products_are_the_engines_bit_for_bit(
    numbers: st.SearchStrategy[float], data: st.DataObject, plan: list[Any]
) -> None:
    """Forward, nothing is added up in another order: not even the sign of a zero differs."""
    parameters = [Value(x) for x in data.draw(st.lists(numbers, min_size=1, max_size=12))]
    samples = data.draw(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=4))
    build = loops(plan, parameters, EXACT)
    losses = Tape.record(build, [0.3, -0.6, 1.1], parameters).forward(samples)
    for got, sample in zip(losses.tolist(), samples, strict=True):
        wanted = build([Value(x) for x in sample]).data
        assert got == wanted or (math.isnan(got) and math.isnan(wanted))
        assert math.isnan(got) or math.copysign(1, got) == math.copysign(1, wanted)


@given(data=st.data(), plan=plans)
def test_data_and_grad_are_every_nodes(data: st.DataObject, plan: list[tuple[int, int, int]]) -> None:
    parameters = [Value(x) for x in data.draw(st.lists(tame, min_size=1, max_size=3))]
    samples = data.draw(st.lists(st.tuples(tame, tame), min_size=1, max_size=3))
    build = builder(plan, parameters, Value(0.75))
    if ill_conditioned(build, samples, parameters):
        return
    tape = Tape.record(build, [0.3, -0.6], parameters)
    tape.forward(samples)
    assert tape.data.shape == tape.grad.shape == (tape.nodes, len(samples))
    for lane, sample in enumerate(samples):
        root = build([Value(x) for x in sample])
        nodes = topological_order(root)
        for node in nodes:
            node.grad = 0.0
        root.backward()
        np.testing.assert_allclose(tape.data[:, lane], [node.data for node in nodes], rtol=1e-9)
        shares = [node.grad / len(samples) for node in nodes]
        np.testing.assert_allclose(tape.grad[:, lane], shares, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_networks_equal_eager_in_batches_of_every_size(engine: str, activation: str) -> None:
    """One tape takes larger and smaller batches in any order; what lies beyond a batch is left out."""
    build, parameters = network(activation)
    samples = points(40)
    tape = Tape.record(build, samples[0], parameters)
    for size in (1, 40, 7, 40, 1, 39):
        assert_same_as_eager(tape, build, samples[:size], parameters)
    assert tape.lanes == 40
    replays: Any = tape._replays  # Nothing of an earlier replay may be left in what the next one reads.
    if engine == "numpy":
        for block in replays.memory._pieces.values():
            block[:] = NAN
    else:
        replays.blocks[:] = replays.grad[:] = NAN
    assert_same_as_eager(tape, build, samples[:7], parameters)


def test_training_with_a_penalty_on_a_second_tape_follows_eager() -> None:
    build, parameters = network("tanh")
    samples = points(20)
    tape = Tape.record(build, samples[0], parameters)
    penalty = Tape.record(lambda _: 0.01 * sum((p * p for p in parameters), Value(0)), [], parameters)
    weights = np.array([p.data for p in parameters])
    for _ in range(10):
        loss = sum((build([Value(x) for x in s]) for s in samples), Value(0)) * (1 / len(samples))
        loss = loss + 0.01 * sum((p * p for p in parameters), Value(0))
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        ours = tape.forward(samples, weights).mean() + penalty.forward(weights=weights)[0]
        gradient = tape.backward() + penalty.backward()
        assert ours == pytest.approx(loss.data, rel=1e-9)
        assert gradient == pytest.approx([p.grad for p in parameters], rel=1e-9, abs=1e-12)
        weights -= 0.1 * gradient
        for p in parameters:
            p.data -= 0.1 * p.grad


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data())
def test_layers_with_any_numbers_equal_eager(numbers: st.SearchStrategy[float], data: st.DataObject) -> None:
    """Where gradients are matrix products, infinities and nan come out as they do node by node."""
    model = MLP(2, [3, 3, 2], generator=random.Random(5))
    parameters = model.parameters()
    for parameter in parameters:
        if data.draw(st.booleans()):
            parameter.data = data.draw(numbers)
    samples = data.draw(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=9))

    def build(x: list[Value]) -> Value:
        outputs = model(x[:2])
        assert isinstance(outputs, list)
        return softmax_cross_entropy(outputs, [x[2], 1.0 - x[2]])

    tape = Tape.record(build, [0.25, -0.75, 1.0], parameters)
    assert_same_where_promised(tape, build, samples, parameters)


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_a_penalty_in_the_samples_loss_is_that_of_a_tape_of_its_own(count: int) -> None:
    parameters = [Value(0.1 * i - 3) for i in range(count)]
    data = Tape.record(lambda x: (parameters[0] * x[0]).tanh(), [1.0], parameters)
    alone = Tape.record(lambda _: l2(parameters, 0.01), [], parameters)
    both = Tape.record(lambda x: (parameters[0] * x[0]).tanh() + l2(parameters, 0.01), [1.0], parameters)
    samples = [[0.5], [-2.0], [3.0]]
    assert alone.forward().tolist() == [l2(parameters, 0.01).data]
    assert both.forward(samples) == pytest.approx(data.forward(samples) + alone.forward()[0], rel=1e-12)
    assert both.backward() == pytest.approx(data.backward() + alone.backward(), rel=1e-12)
    assert alone.forward(weights=[2.0] * count) == pytest.approx([0.04 * count])
    assert alone.backward() == pytest.approx([0.04] * count)


def test_a_long_sum_of_parameters_is_few_calls(engine: str) -> None:
    if engine == "compiled":
        return
    parameters = [Value(0.1 * i) for i in range(300)]
    tape = Tape.record(lambda _: l2(parameters, 0.5), [], parameters)
    tape.forward()
    assert tape._last is not None
    assert len(tape._last.forward) < 10
    assert len(tape._last.backward) < 10


def test_sums_whose_terms_are_made_of_the_sums_before() -> None:
    w, v = Value(1.5), Value(0.25)

    def doubled(_: list[Value]) -> Value:
        total = w + v
        for i in range(6):
            total = total + (total if i % 2 else v)
        return total

    tape = Tape.record(doubled, [], [w, v])
    w.data = 4.0  # What was recorded must not do instead of what is to be computed.
    assert_same_as_eager(tape, doubled, [[]], [w, v])


@pytest.mark.parametrize("x", [0.5, 0.0, INF])
def test_parameters_and_results_of_parameters_side_by_side(x: float) -> None:
    """Of one depth and operation, one operand a leaf and the other computed: their gradients lie apart."""
    w, v, u = Value(2.0), Value(x), Value(-1.0)

    def build(inputs: list[Value]) -> Value:
        y, z = inputs[0].tanh(), inputs[1].tanh()
        return w * y + v.log() * z + u * y + (v * w) * z + v * w + u

    assert_same_as_eager(
        Tape.record(build, [0.5, 1.0], [w, v, u]), build, [[1, 0], [-1, 2], [3, 3]], [w, v, u]
    )


def test_a_loss_that_no_input_reaches_is_every_samples() -> None:
    w = Value(3.0)
    tape = Tape.record(lambda x: (w * w, [x[0], w]), [1.0], [w])
    assert tape.forward([[1.0], [5.0]]).tolist() == [9.0, 9.0]
    assert tape.outputs.tolist() == [[1.0, 5.0], [3.0, 3.0]]
    assert tape.backward().tolist() == [6.0]
    assert tape.grad.sum(axis=1).tolist() == [6.0, 1.0, 0.0]


def test_weights_are_the_parameters_data_unless_given() -> None:
    w = Value(3.0)
    tape = Tape.record(lambda x: w * x[0], [1.0], [w])
    assert tape.forward([[2.0]]) == [6.0]
    w.data = 5.0
    assert tape.forward([[2.0]]) == [10.0]
    assert tape.forward([[2.0]], [7.0]) == [14.0]
    assert w.data == 5.0


def test_parameters_with_all_numbers_of_uses_equal_eager() -> None:
    """Enough different numbers of edges into one depth that they are added up over unequal shares."""
    parameters = [Value(0.3 * (i + 1)) for i in range(8)]

    def build(x: list[Value]) -> Value:
        terms = [p * (x[0] + count) for i, p in enumerate(parameters) for count in range(i + 1)]
        return (0.01 * sum(terms, x[0])).tanh()

    tape = Tape.record(build, [0.01], parameters)
    assert_same_as_eager(tape, build, [[-0.5], [-2.25], [0.25]], parameters)


# --- what a replay means -------------------------------------------------------------------------------


def test_a_replay_overwrites_gradients_and_unreached_parameters_get_0() -> None:
    w, unused = Value(3.0), Value(4.0)
    tape = Tape.record(lambda x: w * w * x[0], [1.0, 9.0], [unused, w])
    tape.forward([[2.0, 0.0], [4.0, 0.0]])
    assert tape.backward().tolist() == tape.backward().tolist() == [0.0, 18.0]
    w.grad = 5.0
    tape.backward()
    assert w.grad == 5.0


def test_a_leaf_can_be_the_root() -> None:
    w = Value(3.0)
    tape = Tape.record(lambda _: w, [1.0], [w])
    assert tape.forward([[1.0], [2.0]]).tolist() == [3.0, 3.0]
    assert tape.backward().tolist() == [1.0]
    assert Tape.record(lambda x: x[0], [1.0], [w]).forward([[5.0]]).tolist() == [5.0]


def test_results_made_outside_build_are_computed_again() -> None:
    w = Value(3.0)
    square = w * w
    tape = Tape.record(lambda x: square + x[0], [1.0], [w])
    w.data = 4.0
    assert tape.forward([[1.0]]).tolist() == [17.0]
    assert tape.backward().tolist() == [8.0]


@pytest.mark.parametrize("x", [0.0, -0.0, 1e-300, -1e-300, INF, -INF, NAN])
def test_kinks_and_non_finite_numbers_equal_eager(x: float) -> None:
    w = Value(1.0)
    builds: list[Build] = [
        lambda s: (w * s[0]).relu(),
        lambda s: (w * s[0]) ** 0.5,
        lambda s: (w * s[0]) ** -1 + (w * s[0]) ** 0,
        lambda s: (w * s[0]).log().exp(),
        lambda s: (w * s[0]).tanh() * s[0],
    ]
    for build in builds:
        assert_same_as_eager(Tape.record(build, [0.5], [w]), build, [[x], [1.0]], [w])
        assert_same_as_eager(Tape.record(build, [0.5], [w]), build, [[x]], [w])


def test_a_heap_does_not_see_a_recording() -> None:
    with Heap(check=True) as heap:
        w = Value(2.0)
        tape = Tape.record(lambda x: (w * x[0]).exp(), [1.0], [w])
        assert (heap.live, w.ref_count) == (1, 1)
        assert tape.forward([[0.0]]).tolist() == [1.0]
        w.release()


def test_wrong_shapes_are_refused() -> None:
    w = Value(2.0)
    tape = Tape.record(lambda x: w * x[0], [1.0], [w])
    with pytest.raises(RuntimeError, match="forward"):
        tape.backward()
    for samples in (None, [], [1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match=r"samples must have shape \(1 or more, 1\)"):
            tape.forward(samples)
    with pytest.raises(ValueError, match=r"weights must have shape \(1,\)"):
        tape.forward([[1.0]], [1.0, 2.0])


@pytest.mark.parametrize("frozen", [True, False])
def test_a_forward_pass_is_of_what_arrays_hold_now(frozen: bool) -> None:
    """Also where they are those of the last one, which is kept if nobody can have written to them."""
    w = Value(2.0)
    tape = Tape.record(lambda leaves: leaves[0] * w, [1.0], [w])
    samples, weights = np.array([[1.0], [2.0]]), np.array([3.0])
    if frozen:
        samples.flags.writeable = weights.flags.writeable = False
    for _ in range(2):
        assert tape.forward(samples, weights).tolist() == [3.0, 6.0]
        assert tape.backward().tolist() == [1.5]
    assert tape.forward(samples, np.array([1.0])).tolist() == [1.0, 2.0]
    assert tape.forward(samples, weights).tolist() == [3.0, 6.0]
    assert tape.forward(np.array([[5.0]]), weights).tolist() == [15.0]
    assert tape.backward().tolist() == [5.0]
    assert tape.forward(samples, weights).tolist() == [3.0, 6.0]
    assert tape.data[:, 1].tolist() == [2.0, 3.0, 6.0]
    seen = samples[
        :
    ]  # A view is not writable where what it is of was frozen first, and else may be written to.
    if not frozen:
        seen.flags.writeable = False
        weights.flags.writeable = False
        assert tape.forward(seen, weights).tolist() == [3.0, 6.0]
        samples[0] = 7.0
        assert tape.forward(seen, weights).tolist() == [21.0, 6.0]
