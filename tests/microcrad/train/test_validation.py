"""What is held out to judge by: stops, the best weights, which are given back, and scores in own units."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from microcrad.errors import DataError
from microcrad.slices import finish
from microcrad.train import scores
from microcrad.train.configuration import Configuration, recipe
from microcrad.train.rate import Rate
from microcrad.train.resuming import resuming, to_json
from microcrad.train.source import load, prepare
from microcrad.train.stop_reason import out_of_patience
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tests.support.samples import spread

OVERFITS = Configuration(
    points=40, noise=0.4, test=0.2, validation=0.3, hidden=(8,), activation="tanh", initialisation="xavier",
    loss="bce", penalty=0.0, optimiser="adam", rate=Rate(0.1), batch=8, steps=120,
)  # fmt: skip


def run(training: Training) -> Training:
    training.run()
    for _ in training.going_on():
        pass
    return training


def test_the_samples_are_divided_once_and_the_test_set_is_the_same_without_validation() -> None:
    samples = load(OVERFITS)
    divided = prepare(samples, 0.2, True, 5, 0.25)
    assert {name: len(part) for name, part in divided.parts.items()} == {
        "train": 24, "validation": 8, "test": 8,
    }  # fmt: skip
    before = prepare(samples, 0.2, True, 5).test
    assert before is not None
    assert divided.test is not None
    raw = [part.points * divided.scale.inputs.deviations + divided.scale.inputs.means
           for part in divided.parts.values()]  # fmt: skip
    rows = np.concatenate(raw)
    assert np.allclose(np.sort(rows, axis=0), np.sort(samples.points, axis=0))
    assert np.array_equal(divided.test.labels, before.labels)
    assert np.allclose(divided.train.points.mean(axis=0), 0.0)  # Statistics are those of what is learned.
    assert not np.allclose(divided.parts["validation"].points.mean(axis=0), 0.0)
    with pytest.raises(DataError, match="has one sample of each class"):
        prepare(samples.take([0, 1]), 0.0, False, 5, 0.5)


def test_the_best_weights_are_those_with_the_least_validation_loss_and_are_given_back() -> None:
    training = run(Training(OVERFITS))
    alone = Trainer(OVERFITS)
    held_out = alone.prepared.validation
    assert held_out is not None
    found = []
    for _ in range(120):
        ended = alone.step().validation is not None
        if ended:
            found.append((alone.score(held_out).loss, alone.state.step, alone.state.weights))
    loss, step, weights = min(found, key=lambda each: each[0])
    at, trainer = training.moment, training.trainer
    assert 0 < step < 120
    assert at.best is not None
    assert (at.best.loss, at.best.step, at.given_back, at.step) == (loss, step, True, 120)
    assert np.array_equal(trainer.state.weights, weights)
    assert at.stop is not None
    assert at.stop.fact == (
        "Step 120 of 120: the run is complete. "
        f"Given back: the weights after step {step}, with the least validation loss, {loss:.4g}."
    )
    assert at.scores["validation"] == trainer.score(held_out)
    assert at.scores["test"] == trainer.score(trainer.prepared.parts["test"])
    # Going on is from the last weights, as if none had been given back.
    training.set("steps", "130")
    run(training)
    for _ in range(10):
        alone.step()
    assert trainer.last is not None
    assert np.array_equal(trainer.last.weights, alone.state.weights)
    training.rewind()
    assert (training.moment.best, training.moment.given_back) == (None, False)
    training.take_step()
    assert training.set("loss", "hinge")  # The best weights were those of another loss.
    assert training.moment.best is None


def test_a_run_in_a_file_has_its_best_weights_and_goes_on_from_its_last(tmp_path: Path) -> None:
    whole, first = Training(replace(OVERFITS, steps=60)), Training(replace(OVERFITS, steps=30))
    run(whole)
    run(first)
    assert first.moment.given_back
    (tmp_path / "run.json").write_text(to_json(first.trainer, str(tmp_path)))
    again = finish(resuming(str(tmp_path / "run.json")))
    assert again.moment.given_back
    assert np.array_equal(again.trainer.state.weights, first.trainer.state.weights)
    again.set("steps", "60")
    run(again)
    one, other = again.trainer, whole.trainer
    assert one.last is not None
    assert other.last is not None
    assert np.array_equal(one.last.weights, other.last.weights)
    assert one.best is not None
    assert other.best is not None
    assert (one.best.step, one.best.loss, one.best.since) == (
        other.best.step,
        other.best.loss,
        other.best.since,
    )
    assert np.array_equal(one.state.weights, other.state.weights)


@pytest.mark.parametrize("validation", [0.0, 0.3])
def test_patience_ends_with_so_many_epochs_without_a_lower_loss(validation: float) -> None:
    at = replace(OVERFITS, validation=validation, steps=5000, patience=3)
    training = run(Training(at))
    history = training.history
    losses = (history.validation_loss if validation else history.train_loss).numbers.tolist()
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 3
    assert all(later - earlier <= 3 for earlier, later in _records(losses))
    assert training.stop is not None
    assert training.stop.reason == "patience"
    judge = "validation" if validation else "train"
    assert training.stop.fact.startswith(f"The {judge} loss has not fallen for 3 epochs.")
    assert ("Given back" in training.stop.fact) == (validation > 0)
    training.take_step()  # It was said; going on is meant.
    assert training.step == training.metrics.step + 1  # type: ignore[union-attr]


@pytest.mark.parametrize("cut", spread(1, [4, 7, 13, 20]))
def test_a_run_in_two_parts_runs_out_of_patience_where_a_whole_one_does(tmp_path: Path, cut: int) -> None:
    """Epochs have three steps: a part ends within one, whose loss is no epoch's."""
    at = replace(OVERFITS, steps=5000, patience=4)
    whole, first = run(Training(at)), run(Training(replace(at, steps=cut)))
    file = tmp_path / "run.json"
    file.write_text(to_json(first.trainer, str(tmp_path), first.history))
    again = finish(resuming(str(file)))
    assert again.set("steps", "5000")
    assert not out_of_patience(again.trainer.configuration, again.trainer.best)
    run(again)
    assert (again.stop, again.step, out_of_patience(again.trainer.configuration, again.trainer.best)) == (
        whole.stop,
        whole.step,
        True,
    )
    assert again.step > cut
    assert np.array_equal(again.trainer.state.weights, whole.trainer.state.weights)
    assert (again.history.loss, again.history.smoothed) == (whole.history.loss, whole.history.smoothed)
    validation = again.history.validation_loss
    assert [x for x, step in zip(validation.numbers, validation.steps, strict=True) if step % 3 == 2] == [
        *whole.history.validation_loss.numbers
    ]


def test_weights_from_within_an_epoch_are_kept_where_they_are_better_than_all_ends() -> None:
    """A run of two epochs and a step: what is given back is never worse than what there is."""
    for seed in range(6):
        training = run(Training(replace(OVERFITS, steps=7, seed=seed)))
        trainer, held_out = training.trainer, training.trainer.prepared.validation
        assert held_out is not None
        assert trainer.best is not None
        given_back = trainer.last is not None
        last = training.history.validation_loss.numbers[-1]
        assert given_back == (last >= trainer.best.loss)
        assert trainer.score(held_out).loss == pytest.approx(min(last, trainer.best.loss))


def _records(losses: list[float]) -> list[tuple[int, int]]:
    """Each new least loss, and the one before it."""
    places = [i for i in range(len(losses)) if losses[i] < min([*losses[:i], np.inf])]
    return list(pairwise(places))


def test_stops_are_judged_by_what_is_held_out() -> None:
    training = run(Training(replace(OVERFITS, steps=3000, stop_accuracy=0.8)))
    assert training.stop is not None
    assert training.stop.reason == "accuracy"
    assert "% of the validation set are right; 80 %" in training.stop.fact
    shares = training.history.validation_accuracy.numbers.tolist()
    assert shares[-1] >= 0.8 > max([0, *shares[:-1]])
    training = run(Training(replace(OVERFITS, steps=3000, stop_loss=0.5)))
    assert training.stop is not None
    assert training.stop.fact.startswith("The validation loss is 0.")
    losses = training.history.validation_loss.numbers.tolist()
    assert losses[-1] < 0.5 <= min(losses[:-1])


def test_a_regression_is_scored_in_the_units_of_its_label(tmp_path: Path) -> None:
    draw = random.Random(4)
    rows = [(x := draw.uniform(0, 9), 3000 * x + draw.gauss(0, 500)) for _ in range(40)]
    table = tmp_path / "price.csv"
    table.write_text("size,price\n" + "".join(f"{x},{y}\n" for x, y in rows))
    trainer = Trainer(replace(recipe(str(table)), loss="mse", hidden=(), test=0.25, steps=40, batch=0))
    for _ in range(40):
        metrics = trainer.step()
    scale, part = trainer.prepared.scale, trainer.prepared.parts["test"]
    weight, bias = trainer.state.weights.tolist()
    said = (weight * part.points[:, 0] + bias) * scale.label_deviation + scale.label_mean
    true = part.labels * scale.label_deviation + scale.label_mean
    score = metrics.test
    assert score is not None
    assert score.rmse == pytest.approx(np.sqrt(np.mean((said - true) ** 2)))
    assert score.r2 == pytest.approx(1 - np.sum((said - true) ** 2) / np.sum((true - true.mean()) ** 2))
    assert score.accuracy is None
    assert trainer.score(part.take([0])).r2 is None  # One label does not vary.


def test_scores_in_slices_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(OVERFITS)
    whole = trainer.step(), trainer.score(trainer.prepared.train)
    monkeypatch.setattr(scores, "_SLICE_NODES", 3 * trainer.taped.nodes)
    again = Trainer(OVERFITS)
    slices = sum(1 for _ in again.stepping())
    assert slices == 0  # No epoch ended.
    assert again.score(again.prepared.train) == pytest.approx(whole[1])
    again = Trainer(replace(OVERFITS, steps=1))
    assert sum(1 for _ in again.stepping()) == -(-22 // 3) - 1 + -(-10 // 3) - 1 + -(-8 // 3) - 1


def test_the_smoothed_loss_is_a_running_mean_over_about_an_epoch() -> None:
    training = run(Training(replace(OVERFITS, steps=20)))
    each = training.trainer.batches.per_epoch
    assert each == 3
    mean, means = 0.0, []
    for count, loss in enumerate(training.history.loss.numbers, 1):
        mean += (loss - mean) / min(count, each)
        means.append(mean)
    assert training.history.smoothed.numbers.tolist() == pytest.approx(means)
    assert training.history.with_batches
    whole = run(Training(replace(OVERFITS, steps=5, batch=0)))
    assert whole.history.smoothed == whole.history.loss
    assert not whole.history.with_batches
