"""Replays of recorded graphs, against the eager engine's `backward`."""

from __future__ import annotations

import itertools
import math
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad import Heap, Value
from microcrad.engine import topological_order
from microcrad.loss import l2, softmax_cross_entropy
from microcrad.nn import MLP
from microcrad.ops import OPERATIONS, Operation, as_python
from microcrad.ops import _compile as compile_python
from microcrad.tape import Tape, TapeError
from microcrad.tape import tape as tape_module
from microcrad.tape.numpy_expressions import Translation, constant, evaluate, names, plain_ufunc
from microcrad.tape.selection import Selection, grid_for

INF, NAN = math.inf, math.nan
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-320, 1e300, -1e300, 800.0, INF, -INF, NAN]

Build = Callable[[list[Value]], Value]
WithOutputs = Callable[[list[Value]], tuple[Value, list[Value]]]
Samples = Sequence[Sequence[float]]


def eager(
    build: Build, samples: Samples, parameters: list[Value]
) -> tuple[list[float], list[float], list[float]]:
    """Losses, gradient of their mean, and how large the terms are that each gradient was added up from."""
    losses, totals = [], [0.0] * len(parameters)
    sizes = [0.0] * len(parameters)
    for sample in samples:
        for parameter in parameters:
            parameter.grad = 0.0
        root = build([Value(x) for x in sample])
        objective = root * (1.0 / len(samples))
        objective.backward()
        losses.append(root.data)
        size_of = term_sizes(objective)
        for i, parameter in enumerate(parameters):
            totals[i] += parameter.grad
            sizes[i] += size_of.get(parameter, 0.0)
    return losses, totals, sizes


def term_sizes(root: Value) -> dict[Value, float]:
    """The chain rule with every term's absolute value, so that nothing cancels."""
    sizes = {root: 1.0}
    for node in reversed(topological_order(root)):
        operands = [operand.data for operand in node.prev]
        slopes = node.op.differentiate(*(*operands, 0.0, 0.0)[:2], node.extra, node.data)
        for operand, slope in zip(node.prev, slopes, strict=True):
            sizes[operand] = sizes.get(operand, 0.0) + abs(slope) * sizes[node]
    return sizes


def assert_same_as_eager(
    tape: Tape, build: Build, samples: Samples, parameters: list[Value], slack: float = 1e-9
) -> None:
    losses, gradient, sizes = eager(build, samples, parameters)
    assert tape.forward(samples) == pytest.approx(losses, rel=slack, nan_ok=True)
    got = tape.backward().tolist()
    assert len(got) == len(gradient)
    for one, two, size in zip(got, gradient, sizes, strict=True):
        # Terms that cancel leave an error of the size of the terms.
        tolerance = slack * size if math.isfinite(size) else 0.0
        assert one == pytest.approx(two, rel=slack, abs=tolerance, nan_ok=True)


# --- random graphs -------------------------------------------------------------------------------------

STEPS: list[Callable[[Value, Value], Value]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a * a,
    lambda a, b: a / b,
    lambda a, b: a**3,
    lambda a, b: a**2,
    lambda a, b: a**0,
    lambda a, b: a**0.5,
    lambda a, b: a**-1.5,
    lambda a, b: a**b,
    lambda a, b: a.exp(),
    lambda a, b: a.log(),
    lambda a, b: a.relu(),
    lambda a, b: a.tanh(),
    lambda a, b: a.sigmoid(),
    lambda a, b: 1.5 - a,
    lambda a, b: a + -0.0,
]
plans = st.lists(
    st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=20
)
tame = st.floats(-2, 2).map(lambda x: round(x, 2))
wild = st.sampled_from(SPECIAL)


def builder(plan: list[tuple[int, int, int]], parameters: list[Value], leaf: Value) -> Build:
    """What `plan` makes of the inputs, the parameters and a constant. The root is its last result."""

    def build(inputs: list[Value]) -> Value:
        nodes = [*inputs, *parameters, leaf]
        for step, i, j in plan:
            # Half of the operands are recent ones, so that graphs get deep.
            a = nodes[-1 - i // 2 % min(3, len(nodes)) if i % 2 else i // 2 % len(nodes)]
            nodes.append(STEPS[step](a, nodes[j % len(nodes)]))
        return nodes[-1]

    return build


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
    # Where cancellation amplifies what NumPy's functions round otherwise than Python's, nothing is promised.
    try:
        assert_same_as_eager(tape, build, samples, parameters)
    except AssertionError:
        if not ill_conditioned(build, samples, parameters):
            raise


def ill_conditioned(build: Build, samples: Samples, parameters: list[Value]) -> bool:
    """Whether changing the numbers in their last bits changes the results by more than rounding does."""
    losses, gradient, _ = eager(build, samples, parameters)
    dice = random.Random(1)

    def shaken(x: float) -> float:
        return x * (1 + dice.choice([-1, 1]) * 1e-14)

    kept = [parameter.data for parameter in parameters]
    for parameter in parameters:
        parameter.data = shaken(parameter.data)
    others = eager(build, [[shaken(x) for x in sample] for sample in samples], parameters)
    for parameter, x in zip(parameters, kept, strict=True):
        parameter.data = x
    pairs = zip([*losses, *gradient], [*others[0], *others[1]], strict=True)
    return any(one != pytest.approx(two, rel=1e-11, nan_ok=True) for one, two in pairs)


# --- graphs made by loops ------------------------------------------------------------------------------

patterns = st.tuples(st.integers(0, 3), st.integers(1, 3))
vector_plans = st.lists(
    st.tuples(
        st.integers(0, len(STEPS) - 1),
        st.integers(1, 12),
        st.integers(0, 99),
        st.integers(0, 99),
        patterns,
        patterns,
    ),
    min_size=1,
    max_size=6,
)
EXACT = [0, 1, 2, 3, 13]
"""The steps that are rounded in one way only."""


def loops(plan: list[Any], parameters: list[Value], steps: list[int]) -> Build:
    """Vectors made of vectors, each in regular steps (the same one over and over, every second, pairs of
    one), wrapped around their ends; the sum of all is the root.
    """

    def build(inputs: list[Value]) -> Value:
        vectors = [inputs, parameters]
        for step, count, i, j, (stride, repeat), (other_stride, other_repeat) in plan:
            # Half of the operands are recent vectors, so that there are parameters below most nodes.
            a, b = vectors[-1 - i % min(2, len(vectors))], vectors[j % len(vectors)]
            apply = STEPS[steps[step % len(steps)]]
            vectors.append(
                [
                    apply(a[k // repeat * stride % len(a)], b[k // other_repeat * other_stride % len(b)])
                    for k in range(count)
                ]
            )
        return sum((node for vector in vectors[2:] for node in vector), Value(0.0))

    return build


@pytest.mark.parametrize("numbers", [tame, wild], ids=["tame", "wild"])
@given(data=st.data(), plan=vector_plans)
def test_graphs_made_by_loops_equal_eager(
    numbers: st.SearchStrategy[float], data: st.DataObject, plan: list[Any]
) -> None:
    parameters = [Value(x) for x in data.draw(st.lists(numbers, min_size=1, max_size=12))]
    samples = data.draw(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=4))
    build = loops(plan, parameters, list(range(len(STEPS))))
    tape = Tape.record(build, [0.3, -0.6, 1.1], parameters)
    try:
        assert_same_as_eager(tape, build, samples, parameters)
    except AssertionError:
        if not ill_conditioned(build, samples, parameters):
            raise


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


@given(st.data())
def test_a_view_is_the_rows_that_were_selected(data: st.DataObject) -> None:
    block = np.arange(60.0).reshape(20, 3)
    grid = data.draw(st.sampled_from([(), (1,), (5,), (2, 3), (3, 2), (1, 4), (4, 1)]))
    first, *steps = data.draw(st.tuples(st.integers(6, 8), st.integers(-1, 2), st.integers(-1, 2)))
    regular = first + sum(n * i for n, i in zip(steps, np.indices(grid), strict=False)) + np.zeros(grid, int)
    noise = data.draw(st.lists(st.sampled_from([0, 0, 0, 1]), min_size=regular.size, max_size=regular.size))
    for rows in (regular.ravel(), regular.ravel() + noise):
        view = Selection(shared=False, rows=rows).view(block, grid)
        if view is None:
            assert any(noise)
        else:
            assert view.tolist() == block[rows].reshape(*grid, 3).tolist()
            assert np.shares_memory(view, block)


@given(st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=3))
def test_a_grid_has_a_place_for_every_row_and_finds_what_is_regular(lists: list[list[int]]) -> None:
    selections = [Selection(shared=False, rows=np.array(rows)) for rows in lists]
    grid = grid_for(selections)
    assert np.prod(grid) == 6
    found = sum(selection.strides(grid) is not None for selection in selections)
    assert found >= max(sum(s.strides(g) is not None for s in selections) for g in ((6,), (3, 2), (2, 3)))


def test_weights_and_inputs_of_a_layer_are_read_where_they_are() -> None:
    """Three neurons of four inputs, in the order in which a loop makes them: nothing is gathered."""
    weights = [Value(0.1 * i) for i in range(12)]

    def build(x: list[Value]) -> Value:
        sums = [sum(w * v for w, v in zip(weights[4 * j : 4 * j + 4], x, strict=True)) for j in range(3)]
        total = sums[0].tanh() * sums[1].tanh() * sums[2].tanh()
        assert isinstance(total, Value)
        return total

    tape = Tape.record(build, [1.0, 2.0, 3.0, 4.0], weights)
    tape.forward([[1.0, -2.0, 0.5, 4.0]] * 5)
    tape.backward()
    assert tape._last is not None
    calls = [call.func for call in (*tape._last.forward, *tape._last.backward)]  # type: ignore[attr-defined]
    assert np.multiply in calls
    assert np.take not in calls


# --- networks ------------------------------------------------------------------------------------------


def network(activation: str) -> tuple[Build, list[Value]]:
    random.seed(7)
    model = MLP(2, [5, 4, 1])

    def build(inputs: list[Value]) -> Value:
        x: list[Value] = inputs[:2]
        for layer in model.layers:
            sums = [sum((w * v for w, v in zip(n.w, x, strict=True)), n.b) for n in layer.neurons]
            last = layer is model.layers[-1]
            x = sums if last else [s.relu() if activation == "relu" else s.tanh() for s in sums]
        return (1 + -inputs[2] * x[0]).relu()

    return build, model.parameters()


def points(count: int) -> list[list[float]]:
    dice = random.Random(3)
    return [[dice.gauss(0, 1), dice.gauss(0, 1), dice.choice([-1.0, 1.0])] for _ in range(count)]


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_networks_equal_eager_in_batches_of_every_size(activation: str) -> None:
    """One tape takes larger and smaller batches in any order; what lies beyond a batch is left out."""
    build, parameters = network(activation)
    samples = points(40)
    tape = Tape.record(build, samples[0], parameters)
    for size in (1, 40, 7, 40, 1, 39):
        assert_same_as_eager(tape, build, samples[:size], parameters)
    assert tape.lanes == 40
    for block in tape._replays.memory._pieces.values():
        block[:] = NAN  # Nothing of an earlier replay may be left in what the next one reads.
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
    try:
        assert_same_as_eager(tape, build, samples, parameters)
    except AssertionError:
        if not ill_conditioned(build, samples, parameters):
            raise


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


def test_a_long_sum_of_parameters_is_few_calls() -> None:
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


def test_nodes_of_one_depth_and_operation_are_one_block() -> None:
    build, parameters = network("relu")
    groups = list(itertools.chain(*Tape.record(build, points(1)[0], parameters)._layout.runs))
    # A neuron of n inputs: products, n sums, an activation, a depth each; a layer's products are one block.
    # The label's negative has the depth of products, but not their kinds of operands.
    assert len(groups) == (1 + 2 + 1) + (1 + 5 + 1) + (1 + 4) + (1 + 3)
    rows = np.concatenate([group.out.rows for group in groups])
    assert (np.diff(rows) == 1).all()


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


# --- outputs -------------------------------------------------------------------------------------------


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
    tape = Tape.record(lambda x: W * x[0], [1.0], [W])
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


# --- refusals ------------------------------------------------------------------------------------------


def stateful(make: Callable[[int, list[Value]], Value]) -> Build:
    calls = itertools.count()
    return lambda x: make(next(calls), x)


W = Value(2.0)
STALE = Value(2.0) * 3
STALE.data = 7.0


def set_data(node: Value, x: float) -> Value:
    node.data = x
    return node


REFUSED: list[tuple[str, Build]] = [
    ("node 2 is mul for one and add for the other", lambda x: W * x[0] if x[0].data > 0 else W + x[0]),
    ("it has 3 nodes for one and 4", lambda x: (W * x[0], (W * x[0]).exp())[x[0].data < 0]),
    ("has other operands", lambda x: W + x[0] + (W if x[0].data > 0 else x[0])),
    ("input 0 for one and input 1 for the other", lambda x: x[0] if x[0].data > x[1].data else x[1]),
    ("the parameter of node 1, pow, is 1.0 for one sample", lambda x: x[0] ** x[0].data),
    ("the constant in node 1 is 1.0 for one sample and -1.625", lambda x: x[0] * x[0].data),
    ("the constant in node 1 is 0.0 for one sample and 1.0", stateful(lambda call, x: x[0] * call)),
    ("is 0.0 for one sample and -0.0 for", stateful(lambda call, x: x[0] * (-0.0 if call else 0.0))),
    ("must return one Value, the sample's loss, not list", lambda x: [x[0]]),  # type: ignore[list-item, return-value]
    ("must be a list of Values, not Value", lambda x: (x[0], x[1])),  # type: ignore[arg-type, return-value]
    ("not a list with something else", lambda x: (x[0], [x[1], 2.0])),  # type: ignore[arg-type, list-item, return-value]
    ("the outputs are nodes [0] for one and [1]", lambda x: (x[0] + x[1], [x[x[0].data < 0]])),  # type: ignore[arg-type, return-value]
    ("holds 7.0, which is not the mul of its operands", lambda x: STALE + x[0]),
    ("build changed input 1", lambda x: x[0] * set_data(x[1], 5.0)),
    ("build changed parameter 0", stateful(lambda call, x: set_data(W, W.data + 1.0) * x[0])),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "build"), REFUSED, ids=[reason for reason, _ in REFUSED])
def test_what_cannot_be_replayed_is_refused_with_a_reason(reason: str, build: Build) -> None:
    with pytest.raises(TapeError) as caught:
        Tape.record(build, [1.0, 0.25], [W])
    assert reason in str(caught.value)


def test_parameters_must_be_leaves_and_listed_once() -> None:
    with pytest.raises(TapeError, match="parameter 1 is the result of exp"):
        Tape.record(lambda x: x[0], [1.0], [W, W.exp()])
    with pytest.raises(TapeError, match="listed twice"):
        Tape.record(lambda x: x[0], [1.0], [W, W])


def test_the_second_sample_can_be_given() -> None:
    def build(x: list[Value]) -> Value:
        if x[0].data <= 0:
            raise ValueError("only numbers above 0")
        return x[0].log() if x[0].data < 10 else x[0]

    with pytest.raises(ValueError, match="only numbers above 0"):
        Tape.record(build, [1.0], [])
    assert Tape.record(build, [1.0], [], other=[2.0]).forward([[1.0]]).tolist() == [0.0]
    with pytest.raises(TapeError, match="shape"):
        Tape.record(build, [1.0], [], other=[11.0])
    with pytest.raises(ValueError, match="1 and 2 inputs"):
        Tape.record(build, [1.0], [], other=[1.0, 2.0])


def test_wrong_shapes_are_refused() -> None:
    tape = Tape.record(lambda x: W * x[0], [1.0], [W])
    with pytest.raises(RuntimeError, match="forward"):
        tape.backward()
    for samples in (None, [], [1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match=r"samples must have shape \(1 or more, 1\)"):
            tape.forward(samples)
    with pytest.raises(ValueError, match=r"weights must have shape \(1,\)"):
        tape.forward([[1.0]], [1.0, 2.0])


# --- the translator ------------------------------------------------------------------------------------

every_row = pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)


@every_row
def test_every_text_means_in_numpy_what_it_means_in_python(row: Operation) -> None:
    """Elementwise on special numbers: equal, the same sign of zero, nan where nan."""
    k = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, 3.0, -3.0, INF, -INF, NAN] if row.takes_parameter else [0.0]
    cases = np.array(list(itertools.product(SPECIAL, SPECIAL if row.arity == 2 else [0.0], k)))
    results = [row.evaluate(*case) for case in cases.tolist()]
    blocks = dict(zip(("a", "b", "k"), cases.T[:, :, None], strict=True)) | {
        "out": np.array(results)[:, None]
    }
    for text in (row.forward, *row.partials):
        python = compile_python("a, b, k, out", as_python(text))
        wanted: list[Any] = [python(*case, out) for case, out in zip(cases.tolist(), results, strict=True)]
        with np.errstate(all="ignore"):
            value = np.broadcast_to(evaluate(text, **blocks), (len(cases), 1))[:, 0]
            into = np.full((len(cases), 1), 99.0)
            translation = Translation(blocks, np.empty)
            translation.write(text, into)
            for call in translation.calls:
                call()
        for got in (value, into[:, 0]):
            np.testing.assert_allclose(got, wanted, rtol=1e-13)
            numbers = ~np.isnan(got)
            assert (np.signbit(got) == np.signbit(wanted))[numbers].all()


def test_the_translator_knows_the_whole_language_of_the_texts() -> None:
    a, b, k = np.array([1.0, 3.0]), np.array([4.0, 5.0]), np.array([2.0, 0.5])
    assert np.asarray(evaluate("-a * 2 - b / k", a=a, b=b, k=k)).tolist() == [-4.0, -16.0]
    assert np.asarray(evaluate("0 if a == 1 else pow(a, k)", a=a, k=k)).tolist() == [0.0, 3.0**0.5]
    assert names("exp(a) + out") == {"a", "out"}
    assert (constant("1"), constant("a"), constant("-2 * 3")) == (1.0, None, -6.0)
    assert (plain_ufunc("a + b"), plain_ufunc("b + a"), plain_ufunc("exp(a)")) == (np.add, None, None)
    with pytest.raises(AssertionError, match="no NumPy form"):
        evaluate("a ** b", a=a, b=b)


def test_calls_compute_again_what_their_blocks_hold_by_then() -> None:
    a, into = np.array([1.0, -2.0]), np.zeros(2)
    translation = Translation({"a": a}, np.empty)
    translation.write("0 if a < 0 else a * a", into)
    for numbers, wanted in (([3.0, -1.0], [9.0, 0.0]), ([-3.0, 4.0], [0.0, 16.0])):
        a[:] = numbers
        for call in translation.calls:
            call()
        assert into.tolist() == wanted


def test_importing_microcrad_does_not_import_numpy() -> None:
    probe = "import sys, microcrad, microcrad.nn; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_parameters_with_all_numbers_of_uses_equal_eager() -> None:
    """Enough different numbers of edges into one depth that they are added up over unequal shares."""
    parameters = [Value(0.3 * (i + 1)) for i in range(8)]

    def build(x: list[Value]) -> Value:
        terms = [p * (x[0] + count) for i, p in enumerate(parameters) for count in range(i + 1)]
        return (0.01 * sum(terms, x[0])).tanh()

    tape = Tape.record(build, [0.01], parameters)
    assert any(not edges.each for edges in tape._layout.edges)
    assert_same_as_eager(tape, build, [[-0.5], [-2.25], [0.25]], parameters)
