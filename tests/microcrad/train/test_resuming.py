"""Runs in files: what goes on from one is what would have been without it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from microcrad.errors import ContentError, DataError, MicrocradError, SettingError, StateError
from microcrad.slices import finish
from microcrad.train import saved
from microcrad.train.charts import columns
from microcrad.train.configuration import OPTIMISERS, Configuration
from microcrad.train.history import MOST_KEPT, History
from microcrad.train.rate import Rate
from microcrad.train.resuming import resuming, run_in, to_json
from microcrad.train.trainer import Trainer
from microcrad.train.views import layers

SMALL = Configuration(points=20, hidden=(3,), steps=40, rate=Rate(0.05))


def kept(trainer: Trainer, folder: Path) -> str:
    path = folder / "run.json"
    path.write_text(to_json(trainer, str(folder)))
    return str(path)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("batch", [0, 7])
def test_a_run_goes_on_exactly(tmp_path: Path, optimiser: str, batch: int) -> None:
    """By the same losses and to the same weights, whatever the optimiser remembers."""
    at = replace(SMALL, optimiser=optimiser, batch=batch, test=0.2, engine="eager" if batch else "tape")
    whole, first = Trainer(at), Trainer(at)
    steps = [whole.step() for _ in range(13)]
    for _ in range(6):
        first.step()
    training = finish(resuming(kept(first, tmp_path)))
    assert training.step == 6
    assert [each.gradient for each in training.moment.layers] == [each.gradient for each in layers(first)]
    assert [training.trainer.step() for _ in range(7)] == steps[6:]
    assert np.array_equal(training.trainer.state.weights, whole.state.weights)


def test_weights_that_are_given_back_have_scores_also_where_they_are_not_in_the_file(tmp_path: Path) -> None:
    trainer = Trainer(replace(SMALL, validation=0.3))
    for _ in range(3):
        trainer.step()
    assert trainer.best is not None
    worse = replace(trainer.state, step=9, weights=trainer.state.weights * 30)
    trainer.stand_at(worse, trainer.best)
    again = finish(resuming(kept(trainer, tmp_path))).trainer
    assert again.best is not None
    assert again.best.scores is None
    given, known = again.give_back(), trainer.give_back()
    assert given == known
    assert given["validation"].loss == pytest.approx(again.best.loss)


def test_an_optimiser_chosen_later_goes_on_from_its_own_steps(tmp_path: Path) -> None:
    whole = Trainer(SMALL)
    for _ in range(5):
        whole.step()
    whole.change(replace(SMALL, optimiser="adam"))
    whole.step()
    training = finish(resuming(kept(whole, tmp_path)))
    assert training.trainer.step() == whole.step()


def test_data_of_ones_own_is_looked_for_beside_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text("a,b,t\n" + "1,u,0.5\n2,v,1.5\n" * 5)
    monkeypatch.chdir(tmp_path)
    trainer = Trainer(replace(SMALL, data="data/x.csv", loss="mse", drop=("b",)))
    trainer.step()
    path = kept(trainer, tmp_path)
    assert str(tmp_path) not in Path(path).read_text()
    monkeypatch.chdir("/")
    training = finish(resuming(path))
    assert (training.configuration.drop, training.step) == (("b",), 1)
    (tmp_path / "data" / "x.csv").write_text("a,b,c,t\n" + "1,u,2,0.5\n2,v,3,1.5\n" * 5)
    with pytest.raises(
        SettingError, match=r"has other inputs now: 'a, c'. The network in .* was trained on 'a'"
    ):
        finish(resuming(path))
    (tmp_path / "data" / "x.csv").unlink()
    with pytest.raises(DataError, match="no such file"):
        finish(resuming(path))


def test_what_reads_networks_reads_runs(tmp_path: Path) -> None:
    trainer = Trainer(SMALL)
    trainer.step()
    found = saved.load(kept(trainer, tmp_path))
    assert [p.data for p in found.model.parameters()] == trainer.state.weights.tolist()


def test_what_is_not_finite_is_not_saved() -> None:
    trainer = Trainer(replace(SMALL, optimiser="momentum"))
    trainer.state = replace(trainer.state, memory=(np.full_like(trainer.state.weights, np.inf),))
    with pytest.raises(StateError, match="that the optimiser remembers is not finite"):
        to_json(trainer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"training": None}, "training is missing, expected an object"),
        ({"training": {"step": -1}}, "training.step is -1, expected a whole number from 0"),
        ({"training": {"memory": []}}, "training.memory is a list of 0, expected a list of 1 lists"),
        ({"training": {"memory": [[1.0]]}}, "training.memory"),
        ({"training": {"grad": ["x"]}}, "training.grad"),
        (
            {"training": {"history": {"loss": {"steps": [1, 1], "numbers": [1, 2]}}}},
            "training.history.loss.steps is a list of 2, expected a list of steps in order",
        ),
        (
            {"training": {"history": {"loss": {"steps": [1, 2], "numbers": [1]}}}},
            "training.history.loss.numbers is 1 numbers, expected a list of 2 numbers",
        ),
        (
            {"training": {"settings": {"hidden": "x"}}},
            "settings that cannot be used: hidden: found 'x'",
        ),
        ({"training": {"settings": {"colour": "red"}}}, "there is no setting 'colour'"),
    ],
)
def test_a_damaged_run_says_where(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    trainer = Trainer(replace(SMALL, optimiser="momentum"))
    content = json.loads(to_json(trainer))
    inner = change["training"]
    content["training"] = None if inner is None else {**content["training"], **inner}
    (tmp_path / "x.json").write_text(json.dumps(content))
    with pytest.raises(MicrocradError) as error:
        run_in(str(tmp_path / "x.json"))
    assert words in str(error.value)


def test_a_file_has_the_curves_thinned_where_they_are_long(tmp_path: Path) -> None:
    trainer, history = Trainer(SMALL), History()
    numbers = np.random.default_rng(1).normal(size=30_000).cumsum()
    numbers[12_345] = np.inf
    for step, number in enumerate(numbers.tolist()):
        history.loss.extend([step], [number])
    history.test_loss.extend([7], [0.1 + 0.2])
    (tmp_path / "run.json").write_text(to_json(trainer, str(tmp_path), history))
    found = run_in(str(tmp_path / "run.json")).history
    assert found.test_loss == history.test_loss
    assert len(found.loss) <= MOST_KEPT
    assert found.loss.extent() == history.loss.extent()
    assert (found.loss.steps[0], found.loss.steps[-1]) == (0, 29_999)
    assert np.array_equal(numbers[np.array(found.loss.steps, int)], found.loss.numbers)
    assert np.inf in found.loss.numbers
    whole, thin = (columns(curve, 30_000, 100) for curve in (history.loss, found.loss))
    np.testing.assert_allclose(thin.high, whole.high, atol=12)  # A column is a few stretches wide.
    assert thin.broken == whole.broken


def test_a_network_without_its_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(saved.to_json(saved.saved(Trainer(SMALL))))
    with pytest.raises(ContentError, match="holds a network and not the run it comes from"):
        run_in(str(tmp_path / "x.json"))
