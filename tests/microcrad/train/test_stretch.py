"""Steps in one call, as the command and the app take them: the same run, to the last bit, and it stops where
it would."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import always, spread

from microcrad.train import stretch
from microcrad.train.configuration import BUILT_IN, TEXTS, Configuration, recipe
from microcrad.train.rate import Rate
from microcrad.train.training import Training

MANY = 10**6
SECONDS = 1e9
"""That steps may take in one go: as many as there are."""
SMALL = Configuration(points=20, noise=0.2, hidden=(3,), steps=60, engine="compiled")


def run(configuration: Configuration, most: int = MANY, training: Training | None = None) -> Training:
    training = training or Training(configuration)
    training.run()
    for _ in training.going_on(SECONDS, lambda: most):
        pass
    return training


def everything(training: Training) -> dict[str, Any]:
    """All that a run has come to, numbers by their bits."""
    at, best = training.trainer.state, training.trainer.best
    return {
        "state": [at.step, at.seen, at.updates, *(x.tobytes() for x in (at.weights, at.grad, *at.memory))],
        "best": best
        and (
            best.step,
            best.loss,
            best.since,
            best.weights.tobytes(),
            sorted((best.scores or {}).items(), key=str),
        ),
        "history": repr(training.history),  # In which nan is nan.
        "before": (training.before.step, training.before.weights.tobytes()),
        "now": repr((training.metrics, training.scores, training.stop, training.running)),
    }


def test_steps_are_taken_in_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[int]()
    monkeypatch.setattr(stretch.Descent, "run", _counted(calls, stretch.Descent.run))
    run(replace(SMALL, steps=1000))
    assert sum(calls) >= 1000
    assert len(calls) < 20  # The first calls are short ones, to see how long a step takes.


def _counted(calls: list[int], run: Any) -> Any:
    def counted(descent: Any, turns: Any, *rest: Any, **named: Any) -> Any:
        calls.append(int(np.count_nonzero(turns.learns)))
        return run(descent, turns, *rest, **named)

    return counted


SCHEDULES: tuple[dict[str, Any], ...] = (
    {"rate": Rate(0.05), "test": 0.2},
    {"rate": Rate(0.1, 0.01, cosine=True), "batch": 7, "penalty": 0.01, "penalty_kind": "l1"},
    {"rate": Rate(0.1, factor=0.5, every=9), "validation": 0.2, "clip": 0.2, "penalty_biases": False},
    {"rate": Rate(0.2, 0.02), "batch": 16, "fault": "stale", "test": 0.1, "validation": 0.1},
)
"""With all kinds of penalties and batches, some of them partial."""


@pytest.mark.parametrize(
    ("data", "optimiser", "row"),
    spread(
        4,
        [
            row
            for row in itertools.product(BUILT_IN, ("sgd", "momentum", "adam"), range(len(SCHEDULES)))
            if row[0] not in TEXTS or row[1:] == ("adam", 1)  # To score all words at every step takes long.
        ],
    ),
)
def test_a_run_in_one_go_is_the_run_step_by_step(data: str, optimiser: str, row: int) -> None:
    at = replace(recipe(data), engine="compiled", steps=50, points=60, optimiser=optimiser)
    if data == "digits":
        at = replace(at, hidden=(4,))
    at = replace(at, **SCHEDULES[row])
    if at.reads_text:
        at = replace(at, size=8, heads=2, points=100, batch=3)
    assert everything(run(at)) == everything(run(at, 1)) == everything(run(at, 7))


@pytest.mark.parametrize("optimiser", always(0, ["adam", "sgd", "momentum"]))
def test_a_thousand_steps_are_the_eager_engines(optimiser: str) -> None:
    at = replace(
        SMALL, points=8, activation="tanh", loss="bce", steps=1000, optimiser=optimiser, rate=Rate(0.02)
    )
    one, two = run(at), run(replace(at, engine="eager"))
    np.testing.assert_allclose(one.trainer.state.weights, two.trainer.state.weights, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(one.history.loss.numbers, two.history.loss.numbers, rtol=1e-9, atol=1e-12)
    assert one.history.loss.steps == two.history.loss.steps


STOPS: dict[str, Configuration] = {
    "loss": replace(SMALL, stop_loss=1.0, rate=Rate(0.1)),
    "accuracy": replace(SMALL, stop_accuracy=0.4, rate=Rate(0.1)),
    "patience": replace(
        SMALL, points=40, noise=0.4, validation=0.3, hidden=(8,), activation="tanh", loss="bce", penalty=0.0,
        optimiser="adam", rate=Rate(0.1), patience=4, steps=900,
    ),
    "not finite": replace(
        recipe("iris"), optimiser="sgd", rate=Rate(0.1, factor=1e60, every=9), activation="relu",
        engine="compiled", steps=50,
    ),
    "update": replace(SMALL, loss="mse", activation="tanh", rate=Rate(1e-3, factor=1e40, every=7)),
}  # fmt: skip


@pytest.mark.parametrize("reason", STOPS)
def test_a_run_in_one_go_stops_where_it_would_step_by_step(reason: str) -> None:
    one, two = run(STOPS[reason]), run(STOPS[reason], 1)
    assert everything(one) == everything(two)
    assert one.stop is not None
    assert one.stop.reason == ("not finite" if reason == "update" else reason)
    assert 3 < one.step < STOPS[reason].steps - 1


@pytest.mark.parametrize("batch", [0, 7])
def test_a_run_in_two_parts_is_the_whole_one(batch: int) -> None:
    at = replace(SMALL, batch=batch, optimiser="adam", rate=Rate(0.05), steps=200, validation=0.2)
    half, whole = Training(at), run(at)
    half.run()
    for _ in half.going_on(SECONDS, lambda: 100 - half.step):
        if half.step == 100:
            half.pause()
    at_half, again = half.trainer, Training(at)
    assert at_half.state.step == 100
    again.stand_at(at_half.state, at_half.best, at_half.last, half.history)
    run(at, training=again)
    assert everything(again) == everything(whole)


def test_pausing_within_a_stretch_leaves_all_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step after it is only half done then: scores are taken in slices."""
    monkeypatch.setattr("microcrad.train.scores._SLICE_NODES", 1)
    training = run(replace(SMALL, batch=7))
    training.configure(replace(training.configuration, steps=120))
    training.run()
    before = everything(training)
    for _ in training.going_on(SECONDS, lambda: MANY):
        if training.step > 60:
            before = everything(training)
        elif training._going is not None:
            training.pause()
    assert everything(training) == before | {"now": everything(training)["now"]}


def test_an_epoch_in_one_go_ends_with_the_epoch() -> None:
    one, two = (Training(replace(SMALL, batch=3)) for _ in range(2))
    one.take_epoch()
    one.take_epoch()
    while two.trainer.batches.epoch(two.trainer.state.seen) < 2:
        two.take_step()
    assert everything(one) == everything(two)


def test_weights_that_overflow_end_a_run_though_its_loss_stays_finite(tmp_path: Path) -> None:
    """All are on the right side then, infinitely far."""
    table = tmp_path / "x.csv"
    table.write_text("x,side\n" + "".join(f"{x},{x > 0}\n" for x in (-1000, -999, 999, 1000)))
    at = Configuration(
        data=str(table), points=0, hidden=(), loss="hinge", penalty=0.0, seed=4, steps=30, engine="compiled",
        rate=Rate(1e-7, factor=1e156, every=5), optimiser="momentum",
    )  # fmt: skip
    one, two = run(at), run(at, 1)
    assert everything(one) == everything(two)
    assert one.metrics is not None
    assert one.metrics.finite
    assert one.stop is not None
    assert one.stop.reason == "not finite"
    assert 5 < one.step < 29
