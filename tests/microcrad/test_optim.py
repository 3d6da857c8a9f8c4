"""Optimisers: PyTorch's numbers over 50 steps, the same rules on arrays, and schedules."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microcrad import Heap, Value, scope
from microcrad.loss import mean_squared_error
from microcrad.nn import MLP
from microcrad.optim import SGD, Adam, Constant, Cosine, Linear, Momentum, Optimizer, Rule, Steps

TORCH = json.loads((Path(__file__).parents[1] / "data" / "torch.json").read_text())
RUNS: dict[str, tuple[Rule, Any]] = {
    "SGD": (SGD(), 0.1),
    "Momentum": (Momentum(), 0.05),
    "Adam": (Adam(), Constant(0.02)),
    "SGD, Cosine": (SGD(), Cosine(0.3, 0.01, 50)),
    "Momentum, Steps": (Momentum(), Steps(0.3, 0.5, 10)),
    "Adam, Steps": (Adam(), Steps(0.3, 0.5, 10)),
}


@pytest.mark.parametrize("name", RUNS)
def test_fifty_steps_are_pytorchs(name: str) -> None:
    rule, schedule = RUNS[name]
    parameters = [Value(x) for x in TORCH[name]["start"]]
    optimizer = Optimizer(parameters, rule, schedule)
    assert len(TORCH[name]["steps"]) == 50
    for step in TORCH[name]["steps"]:
        assert optimizer.rate == pytest.approx(step["rate"], rel=1e-12)
        for parameter, grad in zip(parameters, step["grads"], strict=True):
            parameter.grad = grad
        optimizer.step()
        assert [p.data for p in parameters] == pytest.approx(step["data"], rel=1e-10, abs=1e-10)
        assert [p.grad for p in parameters] == step["grads"]
    assert optimizer.steps == 50
    moved = zip(parameters[:3], TORCH[name]["start"], strict=False)
    assert all(p.data != start for p, start in moved)


@pytest.mark.parametrize("name", RUNS)
def test_the_same_rule_moves_an_array(name: str) -> None:
    """As a tape does it; and no array that was passed in is written to."""
    rule, schedule = RUNS[name]
    data = np.array(TORCH[name]["start"])
    memory = tuple(np.zeros_like(data) for _ in range(rule.memory))
    for index, step in enumerate(TORCH[name]["steps"]):
        rate = schedule(index) if callable(schedule) else schedule
        grad = np.array(step["grads"])
        for array in (data, grad, *memory):
            array.flags.writeable = False
        data, memory = rule.update(data, grad, memory, rate, index)
        assert data == pytest.approx(np.array(step["data"]), rel=1e-10, abs=1e-10)
    assert len(memory) == rule.memory


@pytest.mark.parametrize("rule", [SGD(), Momentum(), Adam()])
def test_no_number_breaks_a_rule(rule: Rule) -> None:
    """Where training diverges, floats and arrays reach the same infinities and nans, and nothing raises."""
    grads = [math.inf, -math.inf, math.nan, 1e200, -0.0]
    floats = [Value(1.0) for _ in grads]
    optimizer = Optimizer(floats, rule, 1e200)
    array, memory = np.ones(5), tuple(np.zeros(5) for _ in range(rule.memory))
    for step in range(3):
        for parameter, grad in zip(floats, grads, strict=True):
            parameter.grad = grad
        optimizer.step()
        with np.errstate(all="ignore"):
            array, memory = rule.update(array, np.array(grads), memory, 1e200, step)
        assert [p.data for p in floats] == pytest.approx(array.tolist(), rel=1e-12, nan_ok=True)


def test_each_parameter_has_a_memory_of_its_own() -> None:
    still, moving = Value(1.0), Value(1.0)
    optimizer = Optimizer([still, moving], Momentum(), 0.1)
    moving.grad = 1.0
    optimizer.step()
    optimizer.zero_grad()
    optimizer.step()
    assert still.data == 1.0
    assert moving.data == pytest.approx(1 - 0.1 - 0.09)
    assert moving.grad == 0


def test_linear_is_micrograds() -> None:
    assert [Linear()(k) for k in range(100)] == [1.0 - 0.9 * k / 100 for k in range(100)]
    assert Linear()(100) == Linear()(1000) == pytest.approx(0.1)


def test_schedules_end_where_they_say() -> None:
    assert [Constant(0.3)(k) for k in (0, 7)] == [0.3, 0.3]
    assert Cosine(1.0, 0.2, 10)(0) == 1.0
    assert Cosine(1.0, 0.2, 10)(5) == pytest.approx(0.6)
    assert Cosine(1.0, 0.2, 10)(10) == Cosine(1.0, 0.2, 10)(99) == pytest.approx(0.2)
    assert [Steps(8.0, 0.5, 2)(k) for k in range(5)] == [8, 8, 4, 4, 2]
    assert Steps(1.0, 1e200, 1)(2) == math.inf


@pytest.mark.parametrize("rule", [SGD(), Momentum(), Adam()])
def test_training_lowers_the_loss_and_leaves_only_the_parameters(rule: Rule) -> None:
    with Heap() as heap:
        model = MLP(1, [4, 1], activation="tanh", generator=random.Random(3))
        optimizer = Optimizer(model.parameters(), rule, 0.05)
        losses = []
        for _ in range(40):
            with scope():
                output = model([0.5])
                assert isinstance(output, Value)
                loss = mean_squared_error(output, 2.0)
                losses.append(loss.data)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            assert heap.live == len(model.parameters())
    assert losses[-1] < 0.3 * losses[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Momentum(1.0), "momentum is 1.0"),
        (lambda: Adam(beta1=-0.1), "beta1 is -0.1"),
        (lambda: Adam(beta2=math.nan), "beta2 is nan"),
        (lambda: Adam(epsilon=0), "epsilon is 0"),
        (lambda: Linear(steps=0), "steps is 0"),
        (lambda: Cosine(1.0, steps=0), "steps is 0"),
        (lambda: Steps(1.0, every=0), "every is 0"),
    ],
)
def test_settings_out_of_range_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
