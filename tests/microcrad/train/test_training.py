"""The Train mode's model: going on and stopping, settings in the middle, phases, curves, opened samples."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import spread

from microcrad.session.moves import make_move
from microcrad.session.session import Session
from microcrad.slices import Shares, finish
from microcrad.tape import Tape
from microcrad.train.configuration import BUILT_IN, TEXTS, Configuration, recipe
from microcrad.train.engines import PHASES
from microcrad.train.opened import open_sample
from microcrad.train.rate import Rate
from microcrad.train.run_log import MOST_RUNS
from microcrad.train.stop_reason import stop_after
from microcrad.train.training import Training

SMALL = Configuration(points=12, hidden=(4, 3), steps=20)
DIVERGES = replace(recipe("iris"), optimiser="sgd", rate=Rate(1e200), activation="relu", steps=50)


def run(training: Training) -> Training:
    training.run()
    for _ in training.going_on():
        pass
    return training


def test_a_run_goes_on_to_its_last_step_and_says_so() -> None:
    training = run(Training(SMALL))
    at = training.moment
    assert (at.step, at.running) == (20, False)
    assert at.stop is not None
    assert (at.stop.reason, at.stop.final) == ("steps", False)
    assert at.history.loss.steps.tolist() == list(range(20))
    assert at.history.loss.numbers[-1] == at.metrics.loss < at.history.loss.numbers[0]  # type: ignore[union-attr]
    training.run()
    assert not training.running
    assert training.notice == "Step 20 of 20."
    assert training.moment.notice == "Step 20 of 20."
    assert training.moment.advice == "{rewind} rewinds; more steps go on."
    assert training.set("steps", "25")
    assert run(training).step == 25


def test_slices_of_any_length_give_the_same_run() -> None:
    training = Training(replace(SMALL, engine="eager", points=60, steps=3))
    training.run()
    taken = []
    while training.running:  # As if every slice were left and begun again.
        taken.append(next(training.going_on()))
    assert len(taken) > 3
    assert sum(taken) == 3
    assert training.history == run(Training(replace(SMALL, points=60, steps=3, engine="eager"))).history


def test_pausing_forgets_a_step_half_taken() -> None:
    training = Training(replace(SMALL, engine="eager", points=150))
    training.run()
    going = training.going_on()
    while training.moment.live == len(training.trainer.state.weights):
        assert next(going) == 0
    assert training.step == 0
    training.pause()
    assert training.moment.live == len(training.trainer.state.weights)
    training.take_step()
    other = Training(replace(SMALL, engine="eager", points=150))
    other.take_step()
    assert training.history == other.history


def test_rewinding_repeats_the_run() -> None:
    training = run(Training(SMALL))
    history = training.history
    training.rewind()
    assert (training.step, len(training.history.loss), training.moment.metrics) == (0, 0, None)
    assert run(training).history == history


def test_an_epoch_ends_where_every_sample_was_seen() -> None:
    training = Training(replace(SMALL, batch=5))
    training.take_step()
    for epoch in (1, 2):
        training.take_epoch()
        assert training.step == 3 * epoch
        assert len(training.history.train_accuracy) == epoch
    assert not training.running


@pytest.mark.parametrize(
    ("setting", "text", "reason", "said"),
    [
        ("stop_loss", "0.5", "loss", "The train loss is {loss:.4g}, below 0.5."),
        (
            "stop_accuracy",
            "80 %",
            "accuracy",
            "{right:.4g} % of the train set are right; 80 % were asked for.",
        ),
    ],
)
def test_a_run_stops_where_it_was_asked_to(setting: str, text: str, reason: str, said: str) -> None:
    training = Training(replace(SMALL, steps=500))
    training.set(setting, text)
    run(training)
    assert training.stop is not None
    assert training.stop.reason == reason
    assert training.metrics is not None
    assert training.metrics.train is not None
    score = training.metrics.train
    assert training.stop.fact == said.format(loss=score.loss, right=100 * (score.accuracy or 0))
    assert 0 < training.step < 500
    reached = training.step
    training.take_step()  # It was said; going on is meant.
    assert training.step == reached + 1


def test_a_run_pauses_with_more_than_two_million_nodes_live() -> None:
    training = Training(SMALL)
    training.take_step()
    assert training.metrics is not None
    for live, reason in ((2_000_000, None), (2_000_001, "memory")):
        found = stop_after(training.trainer, training.before, replace(training.metrics, live=live))
        assert (found.reason if found is not None else None) == reason


def test_an_accuracy_is_reached_at_the_share_that_was_asked_for() -> None:
    first = Training(replace(SMALL, steps=60))
    run(first)
    shares = [score for score in first.history.train_accuracy.numbers if 0 < score < 1]
    assert shares
    training = Training(replace(SMALL, steps=60, stop_accuracy=float(shares[0])))
    run(training)
    assert training.stop is not None
    assert training.stop.reason == "accuracy"
    reached = training.history.train_accuracy.numbers[-1]
    assert reached >= shares[0] > max([*training.history.train_accuracy.numbers[:-1], 0])
    assert reached == shares[0]


def test_a_loss_is_reached_once_it_is_below_the_bound_and_not_at_it() -> None:
    first = Training(SMALL)
    first.take_step()
    assert first.metrics is not None
    assert first.metrics.train is not None
    reached = first.metrics.train.loss  # Of all samples after the update, as it is reported at the end.
    for bound, stops in ((reached, False), (np.nextafter(reached, np.inf), True)):
        training = Training(replace(SMALL, stop_loss=float(bound)))
        training.take_step()
        assert (training.stop is not None) == stops


# --- settings ------------------------------------------------------------------------------------------


def test_what_needs_no_rewind_changes_in_the_middle() -> None:
    training = Training(SMALL)
    training.take_epoch()
    assert training.set("rate", "0.05")
    assert (training.step, training.notice) == (1, "rate 0.05, from step 1 on.")
    assert training.nudge("rate", 1)
    assert training.configuration.rate == Rate(0.1)
    training.take_step()
    assert training.metrics is not None
    assert training.metrics.rate == 0.1
    assert len(training.history.loss) == 2


def test_what_needs_a_rewind_starts_anew_and_says_what_is_gone() -> None:
    training = run(Training(SMALL))
    assert training.set("hidden", "5")
    assert (training.step, len(training.history.loss), training.trainer.sizes) == (0, 0, (2, 5, 1))
    assert training.notice == "hidden 5: starts anew from step 0, 20 steps gone."


def test_of_a_table_it_is_said_how_many_samples_it_has(tmp_path: Path) -> None:
    """Not how many points are made: none are."""
    file = tmp_path / "x.csv"
    file.write_text(
        "a,b,kind\n" + "".join(f"{i},{i % 5},{'pq'[i % 2]}\n" for i in range(12)), encoding="utf-8"
    )
    training = Training(SMALL)
    assert training.set("data", str(file))
    assert training.notice.startswith(f"data {file}, 12 samples, ")
    assert "points" not in training.notice


def test_other_data_brings_a_loss_that_can_learn_it() -> None:
    training = Training(SMALL)
    for data in BUILT_IN:
        assert training.set("data", data)
        training.take_step()
        assert training.step == 1
    assert training.set("loss", "hinge") is False
    assert "loss: hinge learns two classes; the labels of names are letters of words" in training.notice


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hidden", "0"),
        ("rate", "-1"),
        ("data", "nowhere.csv"),
        ("fault", "x"),
        ("loss", "softmaxx"),
        ("n", "1"),
    ],
)
def test_a_bad_value_is_said_and_changes_nothing(name: str, text: str) -> None:
    training = Training(SMALL)
    training.take_step()
    before = training.moment
    assert not training.set(name, text)
    assert training.notice.endswith("Nothing was changed.")
    after = training.moment
    assert replace(after, notice="") == replace(before, notice="")


def test_a_changed_loss_of_other_outputs_starts_anew() -> None:
    training = Training(SMALL)
    training.take_step()
    assert training.set("loss", "bce")
    assert training.step == 1
    assert training.set("loss", "softmax")
    assert (training.step, training.trainer.sizes) == (0, (2, 4, 3, 2))


def test_a_fault_is_switched_on_and_off() -> None:
    training = Training(SMALL)
    training.take_step()
    assert training.switch_fault("leak")
    for _ in range(3):
        training.take_step()
    leaked = training.moment
    assert leaked.fault is not None
    assert leaked.fault.name == "leak"
    climbing = leaked.history.live.numbers.tolist()[1:]
    assert np.diff(climbing).min() > 500
    assert training.switch_fault(None)
    training.take_step()
    assert training.moment.fault is None
    assert training.moment.live > climbing[-1]  # Leaked nodes stay, and nothing is added but the tape's.
    training.rewind()
    assert training.moment.live < 500
    assert training.switch_fault("dead")
    assert training.step == 0


# --- phases, curves and samples ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["tape", "eager"])
def test_the_last_step_is_opened_into_its_phases(engine: str) -> None:
    training = Training(replace(SMALL, engine=engine))
    training.next_phase()
    assert training.notice == "No step was taken yet."
    assert training.moment.advice == "{take_step} takes one."
    training.take_step()
    training.take_step()
    weights = training.trainer.state.weights
    training.open_step()
    assert [phase.name for phase in training.phases] == list(PHASES)
    for _ in range(8):
        training.previous_phase()
    assert (training.phase, training.notice) == (0, "First phase of this step.")
    for _ in range(3):
        training.next_phase()
    assert training.phases[3].name == "backward" == training.phases[training.moment.phase or 0].name
    assert training.phases[3].live > 10 * len(weights)
    assert (training.step, training.trainer.state.weights is weights) == (2, True)
    training.take_step()
    assert bool(training.phases) == (engine == "eager")


def test_kept_runs_stay_while_another_goes_on_and_can_be_gone_back_to() -> None:
    training = Training(replace(SMALL, test=0.25))
    training.keep_run()
    assert training.notice == "No curve yet: the kept ones are cleared."
    for _ in range(7):
        training.take_step()
    training.keep_run()
    (kept,) = training.moment.runs
    assert training.notice == "Kept as moons 4 3 sgd 1 to 0.1."
    numbers, weights, scores = kept.history.loss.numbers.tolist(), kept.state.weights, training.scores
    shares = [f"{name} {100 * (scores[name].accuracy or 0):.4g} %" for name in ("train", "test")]
    assert kept.said == f"Step 7: loss {numbers[-1]:.4g}, {', '.join(shares)}; seed 1337."
    training.set("rate", "0.01")
    assert kept.differs(training.configuration) == "rate 1 to 0.1"
    run(training)
    training.keep_run()
    training.take_step()
    training.keep_run()
    names = [each.name for each in training.moment.runs]
    assert names == ["moons 4 3 sgd 1 to 0.1", "moons 4 3 sgd 0.01", "moons 4 3 sgd 0.01 (2)"]
    training.set("hidden", "3")
    finish(training.going_back(kept))
    at = training.moment
    assert (at.step, at.sizes, at.configuration, at.scores) == (7, (2, 4, 3, 1), kept.configuration, scores)
    assert np.array_equal(training.trainer.state.weights, weights)
    assert at.history.loss.numbers.tolist() == numbers
    training.take_step()
    alone = Training(replace(SMALL, test=0.25))
    for _ in range(8):
        alone.take_step()
    assert np.array_equal(training.trainer.state.weights, alone.trainer.state.weights)
    assert kept.history.loss.numbers.tolist() == numbers
    fitted = Training(replace(recipe("sine"), points=12, hidden=(2,)))
    fitted.take_step()
    fitted.keep_run()
    score = fitted.scores["train"]
    assert f", train RMSE {score.rmse:.5g}; seed" in fitted.runs[0].said
    training.rewind()
    training.keep_run()
    assert training.moment.runs == ()


def test_of_the_kept_runs_the_twenty_newest_stay_and_each_has_its_name() -> None:
    training = Training(SMALL)
    training.take_step()
    for _ in range(MOST_RUNS + 2):
        training.keep_run()
    name = "moons 4 3 sgd 1 to 0.1"
    assert MOST_RUNS == 20
    assert [run.name for run in training.runs] == [*(f"{name} ({number})" for number in range(3, 22)), name]
    others = replace(SMALL, rate=Rate(0.5), hidden=(2,), seed=1, noise=0.3, optimiser="adam")
    assert training.runs[0].differs(others).count(", ") == 3, "four of what differs are told"


@pytest.mark.parametrize("data", spread(3, [name for name in BUILT_IN if name not in TEXTS]))
def test_an_opened_sample_has_the_numbers_of_the_run(data: str) -> None:
    at = replace(recipe(data), hidden=(6, 3), batch=0, penalty=0.0, points=20)
    training = Training(at)
    training.take_step()
    trainer, state = training.trainer, training.trainer.state
    session = Session(open_sample(trainer, state, 5))
    assert session.errors == ()
    make_move(session, "last")
    found = session.snapshot
    sample = trainer.prepared.train.take([5])
    loss = found.row(found.names["loss"]).data
    assert trainer.score(sample).loss == pytest.approx(loss, rel=1e-12)
    names = [name for name in found.names if name.startswith("net.l")]
    assert [found.row(found.names[name]).data for name in names] == state.weights.tolist()
    gradient = [found.row(found.names[name]).grad for name in names]
    alone = Training(replace(at, engine="eager"), replace(trainer.prepared, train=sample))
    alone.trainer.state = replace(state, step=0)
    alone.take_step()
    assert alone.trainer.taken is not None
    np.testing.assert_allclose(gradient, alone.trainer.taken.gradient, rtol=1e-9, atol=1e-14)


@pytest.mark.slow
def test_a_sample_beyond_all_measure_is_not_opened() -> None:
    training = Training(replace(SMALL, hidden=(256, 256)))
    with pytest.raises(
        Exception, match=r"hidden: a sample's graph has [\d,]+ nodes, and the playground opens"
    ):
        open_sample(training.trainer, training.trainer.state, 0)


# --- numbers that stop being finite --------------------------------------------------------------------


def test_a_run_that_stops_being_finite_pauses_and_names_sample_and_node() -> None:
    training = run(Training(DIVERGES))
    stop = training.stop
    assert stop is not None
    assert (stop.reason, stop.final, stop.sample) == ("not finite", True, 0)
    assert stop.sample is not None
    assert stop.fact.startswith("step 1, sample 0: net.l1.n0.w0*net.l0.n0 is the first inf; net.l1.n0.w0 = ")
    assert stop.advice == "{non_finite} opens it, {rewind} rewinds."
    training.run()
    training.take_step()
    assert (training.running, training.step) == (False, 2)
    assert (training.notice, training.advice) == (stop.fact, stop.advice)
    session = Session(open_sample(training.trainer, training.before, stop.sample))
    make_move(session, "last")
    row = session.snapshot.row(session.snapshot.names["out[0]"])
    assert not np.isfinite(row.data)
    training.set("rate", "0.1")
    assert training.stop is None


def test_what_overflows_only_in_the_sum_is_named_too() -> None:
    summed = replace(recipe("sine"), optimiser="sgd", rate=Rate(1.0), steps=2000)
    stop = run(Training(summed)).stop
    assert stop is not None
    assert stop.sample is None
    assert "the loss is inf though each sample's is finite: net.l1.n0" in stop.fact.replace("l2.", "l1.")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tape", "eager"])
def test_what_overflows_only_in_the_update_is_named_too(engine: str) -> None:
    training = run(Training(Configuration(rate=Rate(1e308), fault="rate", engine=engine)))
    assert training.stop is not None
    assert (training.step, training.stop.sample) == (1, None)
    assert " in the update: it was " in training.stop.fact


def test_a_leak_is_paused_before_the_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("microcrad.train.stop_reason.MOST_LIVE", 3000)
    training = run(Training(replace(SMALL, fault="leak")))
    assert training.stop is not None
    assert (training.stop.reason, training.stop.final) == ("memory", True)
    assert training.stop.fact.startswith(f"{training.moment.live} nodes are live and none is released.")
    training.rewind()
    assert training.moment.live < 3000


def test_a_penalty_is_recorded_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it goes on for a while, slices here are short; the collector rests only until it is done."""
    training, threads = Training(SMALL), []
    recording = Tape.recording

    def watched(*args: Any, **more: Any) -> Shares[Tape]:
        threads.append((threading.current_thread(), gc.isenabled()))
        return recording(*args, **more)

    monkeypatch.setattr(Tape, "recording", watched)
    assert training.set("penalty_kind", "l1")
    assert [(thread is threading.main_thread(), collects) for thread, collects in threads] == [(False, False)]
    assert gc.isenabled()
