"""Networks: micrograd's own numbers, parameters and their order, activations."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import micrograd.engine
import micrograd.nn
import pytest

import microcrad.engine
import microcrad.nn
from microcrad import Value
from microcrad.engine import topological_order
from microcrad.nn import MLP, Layer, Module, Neuron

DEMO = json.loads((Path(__file__).parents[1] / "data" / "micrograd_demo.json").read_text())


def numbers(module: Any) -> list[float]:
    return [float(parameter.data) for parameter in module.parameters()]


def test_micrograds_demo() -> None:
    """Its first weights, then every loss and accuracy it printed, from the numbers it recorded."""
    random.seed(DEMO["seed"])
    model = MLP(2, DEMO["sizes"])
    assert numbers(model) == DEMO["initial"]
    for step, (expected_loss, expected_accuracy) in enumerate(DEMO["losses"]):
        loss, accuracy = objective(model, DEMO["points"], DEMO["labels"])
        assert loss.data == pytest.approx(expected_loss, rel=1e-12)
        assert accuracy == expected_accuracy
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= (1.0 - 0.9 * step / 100) * parameter.grad
    assert len(DEMO["losses"]) > 10
    assert numbers(model) == pytest.approx(DEMO["final"], rel=1e-9)


def objective(model: Any, points: list[list[float]], labels: list[int]) -> tuple[Any, float]:
    """The demo's loss, hinge plus L2, and its accuracy; works with either engine."""
    scores = [model(point) for point in points]
    losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
    data_loss = sum(losses[1:], losses[0]) * (1.0 / len(losses))
    squares = [p * p for p in model.parameters()]
    hits = sum((label > 0) == (score.data > 0) for label, score in zip(labels, scores, strict=True))
    return data_loss + 1e-4 * sum(squares[1:], squares[0]), hits / len(labels)


def test_the_same_weights_as_micrograd_for_the_same_seed() -> None:
    drawn = []
    for library in (micrograd.nn, microcrad.nn):
        random.seed(1337)
        drawn.append(numbers(library.MLP(2, [16, 16, 1])))
    theirs, ours = drawn
    assert ours == theirs
    assert len(ours) == 337


def test_one_step_gives_micrograds_graph_and_gradients() -> None:
    """As many nodes of each number, and the same gradient for each parameter."""
    results = []
    for library in (micrograd.nn, microcrad.nn):
        random.seed(1337)
        model = library.MLP(2, [4, 4, 1])
        loss, _ = objective(model, DEMO["points"][:6], DEMO["labels"][:6])
        loss.backward()
        results.append((loss, [parameter.grad for parameter in model.parameters()]))
    (their_loss, their_grads), (our_loss, our_grads) = results
    assert sorted(node.data for node in topological_order(our_loss)) == sorted(their_numbers(their_loss))
    assert our_loss.data == their_loss.data
    assert all(map(math.isfinite, our_grads))
    assert any(our_grads)
    assert our_grads == pytest.approx(their_grads, rel=1e-12, abs=1e-15)


def their_numbers(root: Any) -> list[float]:
    """The data of every node that a micrograd value depends on."""
    met, stack = set(), [root]
    while stack:
        node = stack.pop()
        if node not in met:
            met.add(node)
            stack.extend(node._prev)
    return [node.data for node in met]


def test_parameters_come_in_order_and_start_as_documented() -> None:
    model = MLP(2, [3, 1])
    first, last = model.layers
    assert [neuron.nonlin for neuron in first.neurons + last.neurons] == [True, True, True, False]
    assert len(model.parameters()) == 3 * (2 + 1) + (3 + 1)
    neuron = first.neurons[0]
    assert model.parameters()[:3] == [*neuron.w, neuron.b]
    assert neuron.b.data == 0
    assert all(-1 <= weight.data <= 1 for weight in neuron.w)


def test_a_neuron_is_relu_of_a_weighted_sum() -> None:
    neuron = Neuron(2)
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 0.5, -2.0, 0.25
    assert neuron([3, 0.5]).data == 0.75
    assert neuron([3, 1]).data == 0
    neuron.nonlin = False
    assert neuron([3, 1]).data == -0.25


def test_inputs_may_be_values_and_get_gradients() -> None:
    x = [Value(1), Value(2)]
    neuron = Neuron(2, nonlin=False)
    neuron(x).backward()
    assert [node.grad for node in x] == [weight.data for weight in neuron.w]


def test_several_outputs_come_as_a_list() -> None:
    outputs = MLP(2, [3, 2])([1, 2])
    assert isinstance(outputs, list)
    assert len(outputs) == 2
    assert isinstance(Layer(2, 1)([1, 2]), Value)


def test_the_wrong_number_of_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="a neuron of 2 inputs was given 3"):
        MLP(2, [3, 1])([1, 2, 3])


def test_zero_grad_clears_every_parameter() -> None:
    model = MLP(2, [3, 1])
    loss, _ = objective(model, [[1.0, 2.0]], [1])
    loss.backward()
    assert any(parameter.grad for parameter in model.parameters())
    model.zero_grad()
    assert not any(parameter.grad for parameter in model.parameters())


def test_repr_is_micrograds() -> None:
    assert repr(MLP(2, [2, 1])) == repr(micrograd.nn.MLP(2, [2, 1]))
    assert Module().parameters() == []


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("relu", 0.0),
        ("tanh", math.tanh(-1.25)),
        ("sigmoid", 1 / (1 + math.exp(1.25))),
        ("linear", -1.25),
    ],
)
def test_each_activation(activation: str, expected: float) -> None:
    neuron = Neuron(2, activation=activation)
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 0.5, -2.0, 0.25
    assert neuron([1, 1]).data == expected
    assert neuron.nonlin == (activation != "linear")


def test_activations_of_a_network_and_its_repr() -> None:
    def names(model: MLP) -> list[list[str]]:
        return [[neuron.activation for neuron in layer.neurons] for layer in model.layers]

    assert names(MLP(2, [2, 1])) == [["relu", "relu"], ["linear"]]
    assert names(MLP(2, [2, 3, 1], activation="tanh")) == [["tanh"] * 2, ["tanh"] * 3, ["linear"]]
    assert names(MLP(2, [1, 1], activation=["linear", "tanh"])) == [["linear"], ["tanh"]]
    assert repr(MLP(2, [1], activation=["tanh"])) == "MLP of [Layer of [TanhNeuron(2)]]"


def test_setting_nonlin_turns_the_activation_on_and_off() -> None:
    neuron = Neuron(1, activation="tanh")
    neuron.nonlin = True
    assert neuron.activation == "tanh"
    neuron.nonlin = False
    assert neuron.activation == "linear"
    neuron.nonlin = True
    assert neuron.activation == "relu"


@pytest.mark.parametrize(
    ("initialisation", "bounds"),
    [
        ("uniform", (1, 1)),
        ("xavier", (math.sqrt(6 / 60), math.sqrt(6 / 41))),
        ("he", (math.sqrt(6 / 20), math.sqrt(6 / 40))),
    ],
)
def test_initial_weights_fill_their_range(initialisation: str, bounds: tuple[float, float]) -> None:
    """Evenly: the largest comes close to the bound, and the mean square is a third of the bound's."""
    model = MLP(20, [40, 1], initialisation=initialisation, generator=random.Random(1))
    for layer, bound in zip(model.layers, bounds, strict=True):
        weights = [weight.data for neuron in layer.neurons for weight in neuron.w]
        assert 0.9 * bound < max(map(abs, weights)) <= bound
        assert sum(w * w for w in weights) / len(weights) == pytest.approx(bound**2 / 3, rel=0.4)
        assert all(neuron.b.data == 0 for neuron in layer.neurons)


def test_a_generator_draws_what_its_seed_says_and_leaves_the_module_alone() -> None:
    random.seed(1337)
    expected = numbers(MLP(2, [16, 16, 1]))
    state = random.getstate()
    assert numbers(MLP(2, [16, 16, 1], generator=random.Random(1337))) == expected
    assert random.getstate() == state


def test_unknown_choices_are_refused() -> None:
    with pytest.raises(
        ValueError, match="no activation 'gelu': choose from relu, leaky_relu, tanh, sigmoid, linear"
    ):
        MLP(2, [3, 1], activation="gelu")
    with pytest.raises(ValueError, match="no initialisation 'zeros': choose from uniform, xavier, he"):
        MLP(2, [3, 1], initialisation="zeros")
    with pytest.raises(ValueError, match="1 activations were given for 2 layers"):
        MLP(2, [3, 1], activation=["relu"])
