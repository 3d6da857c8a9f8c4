"""Training runs in files: a saved network, with its settings and where it stood, from which a run goes on.

It goes on exactly: what the optimiser remembers, the samples that were seen, the last gradient and the epochs
without a lower loss are there too, so that 100 steps and 100 more are 200, and stop where these would. Its
curves are there as well, thinned where they are long. The file is one of `saved`, which everything reads that
reads a network.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from microcrad import state
from microcrad.data.cells import brief
from microcrad.errors import ContentError, SettingError, StateError
from microcrad.files.saved_things import Fields
from microcrad.files.types import COUNT, FINITE, TEXT, Type
from microcrad.records import Record
from microcrad.slices import Shares
from microcrad.train import saved
from microcrad.train.configuration import BUILT_IN, Configuration, whole_path
from microcrad.train.engines import TrainingState
from microcrad.train.history import History
from microcrad.train.scores import Best
from microcrad.train.settings import restored, written
from microcrad.train.source import preparing
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training, beginning

__all__ = ["SavedRun", "resuming", "run_in", "to_json"]

_ROWS = Type("a list of lists of numbers", lambda value: isinstance(value, list))


def to_json(trainer: Trainer, folder: str = ".", history: History | None = None) -> str:
    """A run and its curves as JSON text, for a file in a folder, beside which its data is looked for again.

    Raises `StateError` if one of its numbers is not finite.
    """
    at, network = trainer.last or trainer.state, json.loads(saved.to_json(saved.saved(trainer)))
    numbers = (*at.memory, at.grad, at.weights)
    if not all(np.isfinite(row).all() for row in numbers):
        raise StateError("a number that the optimiser remembers is not finite. Rewind, and save before that.")
    configuration = replace(trainer.configuration, fault=None)
    if configuration.data not in BUILT_IN:
        data = os.path.relpath(whole_path(configuration.data), os.path.abspath(folder))
        configuration = replace(configuration, data=data)
    network["training"] = {
        "settings": written(configuration),
        "step": at.step,
        "seen": at.seen,
        "updates": at.updates,
        "memory": [row.tolist() for row in at.memory],
        "grad": at.grad.tolist(),
    }
    if trainer.last is not None:  # The network has the best weights; the run goes on from its last ones.
        network["training"]["last"] = at.weights.tolist()
    best = trainer.best
    if best is not None and (trainer.prepared.validation is not None or trainer.configuration.patience):
        network["training"]["best"] = {
            "step": best.step, "loss": best.loss, "since": best.since, "weights": best.weights.tolist(),
        }  # fmt: skip
    if history is not None:
        network["training"]["history"] = history.written()
    return state.in_lines(network)


class SavedRun(Record):
    """A run as it is in a file."""

    configuration: Configuration
    state: TrainingState
    """Where it stands."""
    best: Best | None
    last: TrainingState | None
    """Where it goes on from, if its best weights were given back."""
    history: History
    """Its curves; empty ones if the file is without."""


def run_in(path: str) -> SavedRun:
    """The run in a file. Raises `FileError` if it holds none."""
    fields = state.fields_of(state.read(path), path)
    model = state.model_of(fields)
    if "training" not in fields:
        raise ContentError(
            f"{path} holds a network and not the run it comes from: expected what microcrad train --save, or "
            "Train in the app, saves now."
        )
    training = fields.inner("training")
    configuration = _configuration(training, path)
    weights = np.array([parameter.data for parameter in model.parameters()])
    count = len(weights)
    rows = training.take("memory", _ROWS)
    memory = tuple(np.array(training.numbers("memory", row, count, FINITE)) for row in rows)
    if len(memory) != configuration.rule.memory:
        raise training.wrong("memory", f"a list of {configuration.rule.memory} lists of numbers")

    def numbers(fields: Fields, name: str) -> NDArray[np.float64]:
        return np.array(fields.numbers(name, fields.found.get(name), count, FINITE))

    at = TrainingState(
        training.take("step", COUNT), weights, memory, numbers(training, "grad"),
        training.take("seen", COUNT), training.take("updates", COUNT),
    )  # fmt: skip
    best = last = None
    if "best" in training:
        found = training.inner("best")
        best = Best(
            found.take("step", COUNT), numbers(found, "weights"), float(found.take("loss", FINITE)),
            found.take("since", COUNT),
        )  # fmt: skip
    if "last" in training:
        last = replace(at, weights=numbers(training, "last"))
    history = History.read(training.inner("history")) if "history" in training else History()
    return SavedRun(configuration, at, best, last, history)


def resuming(path: str) -> Shares[Training]:
    """The run in a file, in slices: its data is read again.

    Raises `FileError` if the file holds no run, and `DataError` or `SettingError` if it cannot go on.
    """
    run = run_in(path)
    configuration, at = run.configuration, run.state
    trained = saved.load(path)
    prepared = yield from preparing(configuration)
    training = yield from beginning(configuration, prepared)
    train = prepared.train
    compared = (
        [("letters", train.classes[:-1], tuple(trained.model.vocabulary))]
        if isinstance(trained, saved.SavedText)
        else [
            ("inputs", prepared.whole.inputs, trained.reading.inputs),
            ("classes", train.classes, trained.reading.classes),
        ]
    )
    for what, now, before in compared:
        if now != before:
            raise SettingError(
                f"data: {prepared.whole.name} has other {what} now: {brief(', '.join(now))}. The network in "
                f"{path} was trained on {brief(', '.join(before))}."
            )
    if len(training.trainer.state.weights) != len(at.weights):
        raise SettingError(f"data: the settings in {path} make another network than the one in it.")
    training.stand_at(run.state, run.best, run.last, run.history)
    return training


def _configuration(training: Fields, path: str) -> Configuration:
    settings = training.inner("settings")
    texts = {name: settings.take(name, TEXT) for name in settings.found}
    data = texts.get("data", "")
    if data and data not in BUILT_IN:
        texts["data"] = os.path.join(os.path.dirname(path), data)
    try:
        return restored(texts)
    except SettingError as error:
        raise ContentError(f"{path} holds settings that cannot be used: {error}") from None
