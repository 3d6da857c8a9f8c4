"""Training steps: both engines agree, chance comes from the seed, and faults do what they say."""

from __future__ import annotations

import gc
import itertools
import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from samples import spread

from microcrad import Value
from microcrad.errors import DataError, SettingError
from microcrad.nn import MLP
from microcrad.train.configuration import BUILT_IN, OPTIMISERS, Configuration, recipe
from microcrad.train.engines import PHASES
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.rate import Rate
from microcrad.train.source import load, suiting
from microcrad.train.trainer import RATE_FAULT, Trainer

SMALL = Configuration(points=12, hidden=(4, 3), steps=20)
CLASSED = tuple(name for name, row in OBJECTIVES.items() if "binary" in row.kinds)


def small(data: str) -> Configuration:
    """The recipe of a data set, cut down so that building every graph stays quick."""
    at = replace(recipe(data), hidden=recipe(data).hidden and (5,), batch=8)
    return replace(at, points=24) if at.generated else at


@pytest.mark.parametrize("data", spread(3, BUILT_IN))
def test_replaying_equals_building_on_every_data_set(data: str) -> None:
    taped, built = Trainer(small(data)), Trainer(replace(small(data), engine="eager"))
    for _ in range(4):
        one, other = taped.step(), built.step()
        assert one.loss == pytest.approx(other.loss, rel=1e-9)
        assert one.gradient_norm == pytest.approx(other.gradient_norm, rel=1e-9)
        assert one.test == pytest.approx(other.test)
        assert taped.taken is not None
        assert built.taken is not None
        np.testing.assert_allclose(taped.taken.gradient, built.taken.gradient, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(taped.state.weights, built.state.weights, rtol=1e-9, atol=1e-14)
    assert not np.array_equal(taped.state.weights, Trainer(small(data)).state.weights)


@pytest.mark.parametrize(("loss", "optimiser"), spread(5, product(CLASSED, OPTIMISERS)))
def test_replaying_equals_building_for_every_loss_and_optimiser(loss: str, optimiser: str) -> None:
    at = replace(SMALL, loss=loss, optimiser=optimiser, rate=Rate(0.1, 0.01, True), batch=5, test=0.25)
    taped, built = Trainer(at), Trainer(replace(at, engine="eager"))
    for _ in range(6):
        assert taped.step().loss == pytest.approx(built.step().loss, rel=1e-9)
    np.testing.assert_allclose(taped.state.weights, built.state.weights, rtol=1e-9)


@pytest.mark.parametrize("kind", ["l1", "l2"])
@pytest.mark.parametrize("engine", ["eager", "tape", "compiled"])
def test_a_penalty_that_is_changed_is_what_it_says(engine: str, kind: str) -> None:
    at = replace(SMALL, engine=engine, penalty_kind=kind, penalty_biases=False, rate=Rate(0.1))
    trainer, plain = Trainer(at), Trainer(replace(at, penalty=0.0))
    for strength in (0.25, 0.0, 0.5):
        trainer.step()
        trainer.change(replace(trainer.configuration, penalty=strength))
        plain.stand_at(trainer.state)
        numbers = trainer.state.weights.copy()
        for part, size in zip(trainer.layers, trainer.sizes[:-1], strict=True):
            numbers[part].reshape(-1, size + 1)[:, -1] = 0.0  # The biases.
        punished = np.abs(numbers).sum() if kind == "l1" else (numbers * numbers).sum()
        slopes = np.sign(numbers) if kind == "l1" else 2 * numbers
        with_it, without = trainer.step(), plain.step()
        assert with_it.loss - without.loss == pytest.approx(strength * punished, rel=1e-9)
        assert trainer.taken is not None
        assert plain.taken is not None
        added = trainer.taken.gradient - plain.taken.gradient
        np.testing.assert_allclose(added, strength * slopes, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("also", ["a step is replayed", "a loss is recorded"])
def test_nothing_that_goes_on_beside_a_step_changes_it(also: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microcrad.train.engines._SLICE_NODES", 50)
    at = replace(SMALL, engine="eager", optimiser="adam")
    trainer, alone = Trainer(at), Trainer(at)
    old = trainer.state
    trainer.step()
    alone.step()
    step, beside = trainer.stepping(), None
    with pytest.raises(StopIteration):
        while True:
            next(step)
            if beside is None:
                change = trainer.changing(replace(at, loss="bce", penalty=0.1, penalty_kind="l1"))
                replayed = also == "a step is replayed"
                # A loss is recorded in a thread of its own, and nothing changes before that is taken note of.
                beside = trainer.replaying(old) if replayed else itertools.islice(change, 1)
            next(beside, None)
    alone.step()
    assert trainer.state.weights.tolist() == alone.state.weights.tolist()
    assert trainer.state.grad.tolist() == alone.state.grad.tolist()


def test_it_is_micrograds_demo() -> None:
    """The loop written out with the library, a graph at a time, gives the same losses."""
    trainer = Trainer(replace(SMALL, seed=5))
    random.seed(5)
    model = MLP(2, [4, 3, 1])
    points, labels = trainer.samples.points, 2 * trainer.samples.labels - 1
    for step in range(5):
        scores = [model([Value(x) for x in point]) for point in points.tolist()]
        losses = [(1 + -label * score).relu() for label, score in zip(labels.tolist(), scores, strict=True)]
        loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * step / 20) * p.grad
        metrics = trainer.step()
        assert metrics.loss == pytest.approx(loss.data, rel=1e-12)


def test_a_step_that_builds_its_graph_leaves_only_parameters() -> None:
    trainer = Trainer(replace(SMALL, engine="eager"))
    parameters = len(trainer.state.weights)
    for _ in range(3):
        metrics = trainer.step()
        assert metrics.live == parameters
        assert metrics.peak > 10 * parameters
    assert trainer.taken is not None
    assert [phase.name for phase in trainer.taken.phases] == [*PHASES]
    live = [phase.live for phase in trainer.taken.phases]
    assert live[0] == parameters < live[1] < live[2] == live[3] == live[4] > live[5] == parameters


def test_a_replay_is_in_slices_and_its_nodes_are_counted_meanwhile() -> None:
    trainer = Trainer(replace(SMALL, points=400))
    before, recorded = trainer.state, trainer.live
    trainer.step()
    replay, live = trainer.replaying(before), []
    try:
        while True:
            next(replay)
            live.append(trainer.live)
    except StopIteration as end:
        phases = end.value.phases
    most = max(phase.live for phase in phases)
    assert live[0] < most / 2  # The forward pass, the backward pass and the release are all in slices.
    assert live.count(most) > 3
    assert live.index(most) < len(live) - live[::-1].index(most) < len(live)
    assert max(live) == most > 10 * recorded
    assert trainer.live == recorded


@pytest.mark.parametrize("broken_off", [False, True])
@pytest.mark.parametrize("data", ["moons", "names"])
def test_at_every_pause_of_a_replay_as_many_nodes_are_counted_as_there_are(
    data: str, broken_off: bool
) -> None:
    """By looking through Python's memory, also once it has ended or was left half way."""

    def nodes() -> int:
        return sum(type(thing) is Value for thing in gc.get_objects())

    trainer = Trainer(replace(recipe(data), points=60, penalty=0.01))
    gc.collect()
    before, live = nodes(), []
    replay = trainer.replaying(trainer.state)
    for _ in replay:
        assert nodes() - before == trainer.live
        assert not gc.isenabled() or not live  # It would walk all of them again and again.
        live.append(trainer.live)
        if broken_off and len(set(live)) > 5:
            break
    replay.close()
    del replay
    assert len(set(live)) > 5
    assert gc.isenabled()
    assert nodes() == before


def test_a_step_broken_off_leaves_all_as_it_was() -> None:
    trainer = Trainer(replace(SMALL, engine="eager", points=200))
    before = trainer.state
    going = trainer.stepping()
    while trainer.live == len(before.weights):
        next(going)
    going.close()
    assert trainer.live == len(before.weights)
    assert trainer.state is before
    other = Trainer(replace(SMALL, engine="eager", points=200))
    assert trainer.step() == other.step()


def test_the_same_seed_gives_the_same_run_and_rewinding_repeats_it() -> None:
    at = replace(SMALL, batch=5, points=23, test=0.3)
    trainer, other = Trainer(at), Trainer(at)
    first = [trainer.step() for _ in range(7)]
    assert first == [other.step() for _ in range(7)]
    trainer.rewind()
    assert [trainer.step() for _ in range(7)] == first
    assert Trainer(replace(at, seed=1)).step() != first[0]


def test_an_epoch_sees_every_sample_once_in_its_own_order() -> None:
    trainer = Trainer(replace(SMALL, batch=5))
    assert trainer.batches.per_epoch == 3
    epochs = [np.concatenate([trainer.batches.rows(12 * i + 5 * j) for j in range(3)]) for i in range(2)]
    assert [sorted(epoch.tolist()) for epoch in epochs] == [list(range(12))] * 2
    assert epochs[0].tolist() != epochs[1].tolist()
    assert [trainer.step().train is not None for _ in range(6)] == [False, False, True] * 2


def test_an_optimiser_chosen_later_moves_as_a_fresh_one() -> None:
    """Its corrections count from where its memory begins: Adam's first step is one rate at most."""
    trainer = Trainer(replace(SMALL, penalty=0.0, loss="bce", activation="tanh"))
    for _ in range(40):
        trainer.step()
    trainer.change(replace(trainer.configuration, optimiser="adam", rate=Rate(0.01)))
    for engine in ("tape", "eager"):
        trainer.change(replace(trainer.configuration, engine=engine))
        before = trainer.state
        trainer.step()
        assert 0.9 < np.abs(trainer.state.weights - before.weights).max() / 0.01 < 1.001
        trainer.state = before


def test_epochs_that_were_seen_stay_seen_when_the_batch_changes() -> None:
    trainer = Trainer(SMALL)
    for _ in range(6):
        trainer.step()
    epochs = [6.0]
    for batch in (5, 5, 5, 5, 0, 7, 7):
        trainer.change(replace(trainer.configuration, batch=batch))
        epochs.append(trainer.step().epoch)
    assert (np.diff(epochs) * 12).round(9).tolist() == [5, 5, 2, 5, 12, 7, 7]


def test_a_run_ends_with_the_scores_of_all_samples() -> None:
    trainer = Trainer(replace(SMALL, batch=5, steps=3, test=0.25))
    metrics = [trainer.step() for _ in range(3)]
    assert metrics[-1].epoch % 1 != 0
    assert metrics[-1].train is not None
    assert metrics[-1].test is not None


def test_settings_change_in_the_middle_of_a_run() -> None:
    trainer = Trainer(SMALL)
    trainer.step()
    weights = trainer.state.weights
    trainer.change(replace(SMALL, rate=Rate(1e-9), optimiser="momentum", engine="eager", loss="bce"))
    trainer.step()
    assert trainer.state.step == 2
    np.testing.assert_allclose(trainer.state.weights, weights, atol=1e-6)
    for other in (
        replace(trainer.configuration, hidden=(3,)),
        replace(trainer.configuration, loss="softmax"),
    ):
        with pytest.raises(SettingError, match="a change needs a rewind"):
            trainer.change(other)
    assert trainer.configuration.optimiser == "momentum"


# --- faults --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["tape", "eager"])
def test_stale_gradients_add_up(engine: str) -> None:
    at = replace(SMALL, engine=engine, rate=Rate(1e-12), penalty=0.0)
    right, wrong = Trainer(at), Trainer(replace(at, fault="stale"))
    for count in (1, 2, 3):
        right.step()
        wrong.step()
        assert right.taken is not None
        assert wrong.taken is not None
        np.testing.assert_allclose(wrong.taken.gradient, count * right.taken.gradient, rtol=1e-6, atol=1e-9)


def test_a_leak_keeps_every_steps_graph_and_changes_no_number() -> None:
    right, wrong = Trainer(SMALL), Trainer(replace(SMALL, fault="leak"))
    assert wrong.eager
    parameters = len(wrong.state.weights)
    grown = []
    for _ in range(3):
        before = wrong.live
        assert wrong.step().loss == pytest.approx(right.step().loss, rel=1e-9)
        grown.append(wrong.live - before)
    assert grown[0] > 10 * parameters
    assert len(set(grown)) == 1
    wrong.change(SMALL)
    wrong.step()
    assert wrong.live >= 3 * grown[0]  # What has leaked stays leaked.
    wrong.rewind()
    assert wrong.live < grown[0]


def test_the_rate_is_thirty_times_too_high() -> None:
    right, wrong = Trainer(SMALL), Trainer(replace(SMALL, fault="rate"))
    start = right.state.weights
    right.step()
    wrong.step()
    np.testing.assert_allclose(wrong.state.weights - start, RATE_FAULT * (right.state.weights - start))


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_dead_start_has_no_gradient_in_its_first_layer(activation: str) -> None:
    at = replace(SMALL, points=13, penalty=0.0, activation=activation, fault="dead")
    trainer = Trainer(at)
    trainer.step()
    assert trainer.taken is not None
    first = np.abs(trainer.taken.gradient[trainer.layers[0]])
    assert (first == 0).all() if activation == "relu" else (first < 1e-12).all()
    assert trainer.taken.gradient[trainer.layers[-1]].any()


@pytest.mark.parametrize("data", ["moons", "blobs", "sine"])
def test_a_third_of_the_labels_is_wrong(data: str) -> None:
    at = suiting(replace(SMALL, data=data), load(replace(SMALL, data=data)))
    right, wrong = Trainer(at), Trainer(replace(at, fault="swapped"))
    taught = [each.teaching.taught(each.prepared.train).targets for each in (right, wrong)]
    assert (taught[0] != taught[1]).any(axis=1).sum() == pytest.approx(4, abs=data == "sine")
    assert np.array_equal(wrong.prepared.train.labels, right.prepared.train.labels)


# --- what cannot be trained ----------------------------------------------------------------------------


def test_a_loss_that_cannot_learn_the_labels_is_refused_with_those_that_can() -> None:
    with pytest.raises(SettingError) as error:
        Trainer(replace(recipe("iris"), loss="hinge"))
    assert str(error.value) == (
        "loss: hinge learns two classes; the labels of iris are several classes. Choose softmax or mse."
    )
    with pytest.raises(SettingError, match=r"the labels of sine are numbers. Choose mse"):
        Trainer(replace(recipe("sine"), loss="bce"))


def test_a_network_beyond_all_measure_is_refused_with_its_size() -> None:
    with pytest.raises(SettingError, match=r"2-256-256-256-256-1 has 198401 parameters|at most 200000"):
        Trainer(replace(SMALL, hidden=(256,) * 5))


def test_a_batch_beyond_all_measure_is_refused_with_one_that_is_not() -> None:
    large = replace(SMALL, points=100_000, hidden=(64,))
    with pytest.raises(SettingError, match=r"batch: 100000 samples at once, .* Choose up to 38910\."):
        Trainer(large)
    trainer = Trainer(replace(large, batch=64))
    with pytest.raises(SettingError, match="batch: 100000"):
        trainer.change(large)
    assert trainer.configuration.batch == 64


def test_data_that_does_not_exist_is_named_with_what_does() -> None:
    with pytest.raises(
        DataError, match=r"there is no data set 'moon' and no such file: choose from xor, moons"
    ):
        Trainer(replace(SMALL, data="moon"))


@pytest.mark.slow
def test_digits_are_learned_within_twenty_epochs() -> None:
    """64-32-10 on the samples not set aside: more than 94 % of the others, from the seed the recipe has."""
    trainer = Trainer(recipe("digits"))
    assert trainer.sizes == (64, 32, 10)
    for _ in range(6 * trainer.batches.per_epoch):
        metrics = trainer.step()
    assert metrics.epoch == 6
    assert metrics.test is not None
    assert metrics.test.accuracy is not None
    assert metrics.test.accuracy > 0.94


def test_a_sigmoid_is_silenced_to_the_last_bit_and_opened_with_its_numbers() -> None:
    trainer = Trainer(replace(SMALL, activation="sigmoid relu", fault="dead"))
    trainer.step()
    assert trainer.taken is not None
    weights = trainer.taken.gradient[trainer.layers[0]].reshape(4, 3)
    penalty = (
        2 * SMALL.penalty * Trainer(trainer.configuration).state.weights[trainer.layers[0]].reshape(4, 3)
    )
    assert np.array_equal(weights, penalty)  # What is left is the penalty's: the loss has none.


def test_activations_are_one_for_all_or_one_for_each_layer() -> None:
    trainer = Trainer(replace(SMALL, activation="sigmoid tanh"))
    assert [layer.neurons[0].activation for layer in trainer.model.layers] == ["sigmoid", "tanh", "linear"]
    with pytest.raises(SettingError, match="activation: 2 are named for 1 hidden layers"):
        Trainer(replace(SMALL, activation="sigmoid tanh", hidden=(3,)))


def test_a_changed_momentum_keeps_what_the_optimiser_remembers() -> None:
    at = replace(SMALL, optimiser="momentum")
    trainer = Trainer(at)
    for _ in range(3):
        trainer.step()
    velocity = trainer.state.memory[0]
    trainer.change(replace(at, momentum=0.5))
    assert trainer.state.memory[0] is velocity
    before, rate = trainer.state.weights, trainer.batch(trainer.state).rate
    trainer.step()
    assert np.allclose(trainer.state.weights, before - rate * (0.5 * velocity + trainer.state.grad))


def test_a_penalty_changed_in_a_run_is_that_of_the_new_kind() -> None:
    at = replace(SMALL, penalty=0.1, penalty_biases=False)
    trainer = Trainer(at)
    trainer.step()
    for kind, biases in (("l2", False), ("l1", False), ("l1", True), ("l2", True)):
        trainer.change(replace(at, penalty_kind=kind, penalty_biases=biases))
        before = trainer.state.weights
        plain = trainer.score(trainer.prepared.train).loss
        rows = [
            before[part].reshape(-1, n + 1) for part, n in zip(trainer.layers, trainer.sizes, strict=False)
        ]
        numbers = np.concatenate([(row if biases else row[:, :-1]).ravel() for row in rows])
        size = np.abs(numbers).sum() if kind == "l1" else np.square(numbers).sum()
        assert trainer.step().loss == pytest.approx(plain + 0.1 * size)


def test_what_a_phase_does_is_said_in_a_row_of_80_columns() -> None:
    assert max(len(f"{name}: {does}") for name, does in PHASES.items()) < 79
