"""`Trainer`: configuration in, frozen metrics out, one step at a time. No screen and no clock needed."""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from microcrad.collector import resting
from microcrad.data.dataset import DataSet
from microcrad.errors import SettingError
from microcrad.gpt import GPT
from microcrad.nn import MLP
from microcrad.slices import Shares, Slices, finish
from microcrad.train.batches import Batches
from microcrad.train.configuration import Configuration
from microcrad.train.engines import Batch, Eager, Taken, TrainingState
from microcrad.train.models import made, sizes_for
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.parameters import (
    layer_slices,
    matrix_names,
    matrix_slices,
    parameter_names,
)
from microcrad.train.recordings import Recordings, lacking
from microcrad.train.scores import Best, Metrics, Score, Stretch, judged, scoring
from microcrad.train.settings import differences
from microcrad.train.source import Prepared, preparing
from microcrad.train.teaching import Teaching
from microcrad.train.training_faults import TRAINING_FAULTS

__all__ = ["Trainer", "making"]

Numbers = NDArray[np.float64]

RATE_FAULT = 30.0
"""What the fault `rate` multiplies every learning rate by."""
SWAPPED = 3
"""The fault `swapped` changes the label of one sample in so many."""


class Trainer:
    """One network being trained.

    `state` is where it stands; `rewind` goes back to the same initial weights. Raises `DataError` if the
    data cannot be had, and `SettingError` if the settings do not go together.
    """

    def __init__(self, configuration: Configuration, prepared: Prepared | None = None) -> None:
        """`prepared` is the data if it was read before, as it comes from `source.preparing`."""
        finish(self._setting_up(configuration, prepared or finish(preparing(configuration))))

    def _setting_up(self, configuration: Configuration, prepared: Prepared) -> Shares[None]:
        self.configuration, self.prepared = configuration, prepared
        self.samples, train = prepared.whole, prepared.train
        self.sizes = self.sizes_for(configuration)
        self.model = made(configuration, train, self.sizes)
        self._initial = np.array([parameter.data for parameter in self.model.parameters()])
        self.state = self._start()
        self._recordings = Recordings(partial(made, configuration, train, self.sizes), prepared)
        self._eager = Eager(self._recordings.network(configuration, self.model))
        yield from self._recordings.recording(configuration)
        self._prepare_engines()

    def sizes_for(self, configuration: Configuration) -> tuple[int, ...]:
        """The layers, inputs first, that a configuration asks for; `SettingError` if it fits no model."""
        return sizes_for(configuration, self.prepared.train)

    @cached_property
    def layers(self) -> list[slice]:
        """Where the parameters of each layer, or of each matrix of a GPT, stand among all."""
        return matrix_slices(self.model) if isinstance(self.model, GPT) else layer_slices(self.sizes)

    @property
    def layer_names(self) -> list[str]:
        """What these are called."""
        if isinstance(self.model, GPT):
            return list(self.model.matrices())
        return [f"l{place}" for place in range(len(self.layers))]

    @cached_property
    def names(self) -> list[str]:
        """What the parameters are called, in order."""
        if isinstance(self.model, GPT):
            return matrix_names(self.model)
        return parameter_names(self.sizes)

    def _prepare_engines(self) -> None:
        configuration, train, fault = self.configuration, self.prepared.train, self.configuration.fault
        self.network = self._recordings.network(configuration, self.model)
        self.batches = Batches(len(train), configuration.batch, configuration.seed)
        self._schedule = configuration.rate.schedule(configuration.steps)
        labels = _swapped(train, configuration.seed) if fault == "swapped" else train.labels
        self.teaching = Teaching(self.prepared, OBJECTIVES[configuration.loss], self.network.learner, labels)
        # What an earlier fault leaked stays leaked until the run starts again.
        self._eager.network, self._eager.leaking = self.network, fault == "leak"
        if isinstance(self.model, GPT):
            self.model.without = lacking(configuration)
        self.taped = self._recordings.of(configuration, self.network)

    def _start(self) -> TrainingState:
        weights = self._initial.copy()
        if self.configuration.fault == "dead" and self.configuration.hidden:
            first = weights[self.layers[0]].reshape(-1, self.sizes[0] + 1)
            _silence(first, self.prepared.train.points, self.configuration.activations[0])
        return TrainingState(0, weights, self._nothing(self.configuration), np.zeros_like(weights))

    def _nothing(self, configuration: Configuration) -> tuple[Numbers, ...]:
        """What the optimiser remembers at first."""
        return tuple(np.zeros_like(self._initial) for _ in range(configuration.rule.memory))

    # --- going on ---

    @property
    def eager(self) -> bool:
        """Whether steps build their graph."""
        fault = self.configuration.fault
        return self.configuration.engine == "eager" or (
            fault is not None and TRAINING_FAULTS[fault].needs_graph
        )

    @property
    def engine(self) -> str:
        """What takes the steps: `eager`, `tape` or `compiled`."""
        return "eager" if self.eager else "compiled" if self.taped.compiled else "tape"

    @property
    def not_compiled(self) -> str:
        """Why the steps are not compiled although that was asked for; empty if they are, or it was not."""
        return self.taped.compiling.reason if self.configuration.engine == "compiled" else ""

    @property
    def live(self) -> int:
        """How many nodes are live; with the tape, those of its recorded sample, unless a step is replayed."""
        if self._replaying is not None:
            return self._replaying.live
        return self._eager.live if self.eager else self.taped.nodes + self._eager.leaked

    @property
    def leaked(self) -> int:
        """How many nodes earlier steps did not release."""
        return self._eager.leaked

    def batch(self, state: TrainingState) -> Batch:
        """What a step from a state sees, and its learning rate."""
        chosen = None if self.batches.whole else self.batches.rows(state.seen)
        return Batch(self.teaching.taught(self.prepared.train), chosen, self.rate(state.step))

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        return self._schedule(step) * (RATE_FAULT if self.configuration.fault == "rate" else 1.0)

    def step(self) -> Metrics:
        """Take a step."""
        return finish(self.stepping())

    def stepping(self, stretch: Stretch | None = None) -> Generator[None, None, Metrics]:
        """`step` in slices of some milliseconds; stopping early leaves all as it was.

        With a `stretch`, this is the step after those that were taken in one call.
        """
        before, best = (self.state, self.best) if stretch is None else (stretch.state, stretch.best)
        batch = self.batch(before)
        if self.eager:
            taken = yield from self._eager.stepping(before, batch)
        else:
            yield from self.preparing()
            taken = self.taped.step(before, batch)
        ended = int(self.batches.epoch(taken.state.seen)) > int(self.batches.epoch(before.seen))
        metrics = yield from self._measuring(before, taken, batch, ended)
        self.taken, self.state = taken, taken.state
        # Within an epoch nothing is judged, or a run in two parts would stop elsewhere than in one.
        self.best = judged(best, taken.state.step, taken.state.weights, metrics.scores) if ended else best
        self._better = bool(metrics.judge and self.best and metrics.judge.loss < self.best.loss)
        return metrics

    def preparing(self) -> Slices[None]:
        """See that what takes the next steps is ready, in slices where that takes long."""
        sizes = self.batches.size, self.batches.samples % self.batches.size
        return self.taped.preparing(self.state, sizes, self.configuration.engine)

    def give_back(self) -> Mapping[str, Score]:
        """Put the best weights into place, where some samples are held out to judge them by.

        Their scores, if they were.
        """
        if not self.gives_back or self.best is None:
            return {}
        self.last, self.state = self.state, replace(self.state, weights=self.best.weights)
        return self.best.scores or {name: self.score(part) for name, part in self.prepared.parts.items()}

    @property
    def gives_back(self) -> bool:
        """Whether there are better weights than the present ones to be given back."""
        held_out = self.prepared.validation is not None and self.last is None and not self._better
        return held_out and self.best is not None and self.best.step != self.state.step

    def go_on(self) -> None:
        """Go on from where the run stood when weights were given back."""
        if self.last is not None:
            self.state, self.last = self.last, None

    def stand_at(
        self, state: TrainingState, best: Best | None = None, last: TrainingState | None = None
    ) -> None:
        """Stand where a run stood before."""
        self.state, self.best, self.last, self.taken, self._better = state, best, last, None, False

    taken: Taken | None = None
    """What the last step did."""
    best: Best | None = None
    """The best weights of the run so far."""
    last: TrainingState | None = None
    """Where the run goes on from, if the best weights were given back since."""
    _better = False  # Whether the present weights, from within an epoch, are better than the best ones.

    def replaying(self, state: TrainingState) -> Generator[None, None, Taken]:
        """Take the step from an earlier state again, building its graph, and leave this run where it is.

        It has a model of its own: the run may be in the middle of a step. Python's cyclic collector rests
        until it has ended or is closed, so nothing that the collector would have to find may hold it.
        """
        self._replaying = Eager(self._recordings.apart(self.configuration))
        try:
            yield  # A model with many parameters takes a while to make.
            with resting():  # Also between the slices, where it would walk all that was made so far.
                return (yield from self._replaying.stepping(state, self.batch(state)))
        finally:
            self._replaying = None

    _replaying: Eager | None = None

    def rewind(self) -> None:
        """Go back to the initial weights: the same ones, with nothing remembered."""
        self.stand_at(self._start())
        self._eager = Eager(self.network, leaking=self._eager.leaking)

    def change(self, configuration: Configuration) -> None:
        """Go on with other settings from where training stands.

        Raises `SettingError`, with nothing changed, if one of them needs a rewind or does not fit the data.
        """
        finish(self.changing(configuration))

    def changing(self, configuration: Configuration) -> Shares[None]:
        """`change` in slices; stopped early, nothing is changed."""
        late = [row.name for row in differences(self.configuration, configuration) if row.needs_rewind]
        if late or self.sizes_for(configuration) != self.sizes:
            raise SettingError(f"{(late or ['loss'])[0]}: a change needs a rewind.")
        yield from self._recordings.recording(configuration)
        self.go_on()
        if configuration.loss != self.configuration.loss:
            self.best = None  # Its loss was another one.
        if configuration.optimiser != self.configuration.optimiser:
            self.state = replace(self.state, updates=0, memory=self._nothing(configuration))
        self.configuration = configuration
        self._prepare_engines()

    # --- looking ---

    def _measuring(
        self, before: TrainingState, taken: Taken, batch: Batch, ended: bool
    ) -> Generator[None, None, Metrics]:
        """The numbers of a step, in slices; with scores where an epoch `ended`."""
        after, data = taken.state, self.prepared
        scores: dict[str, Score] = {}
        if ended or after.step >= self.configuration.steps:
            for name, part in data.parts.items():
                next_too = part is data.train and self.batches.whole
                of = self.taped, self.teaching.scored(part), after.weights
                scores[name] = yield from scoring(*of, comes_next=next_too)
        return Metrics(
            before.step, self.batches.epoch(after.seen), taken.loss, batch.rate, taken.length,
            self.live, taken.peak if self.eager else self.live, **scores,
        )  # fmt: skip

    def score(self, part: DataSet, labels: Numbers | None = None) -> Score:
        """How well the network does now, on samples in its own scale; `labels` if others are taught."""
        return finish(scoring(self.taped, self.teaching.scored(part, labels), self.state.weights))

    def outputs(self, points: Numbers) -> Numbers:
        """What the network says now, as objectives read it, of points in its own scale."""
        blank = np.zeros((len(points), self.teaching.targets_a_sample))
        return self.taped.evaluate(self.network.learner.rows(points, blank), self.state.weights)[1]

    def sync(self) -> MLP | GPT:
        """The model, with the present weights put into its parameters."""
        for parameter, number in zip(self.model.parameters(), self.state.weights.tolist(), strict=True):
            parameter.data = number
        return self.model


def making(configuration: Configuration, prepared: Prepared) -> Shares[Trainer]:
    """A trainer, made in slices: recording a large graph takes a while. Raises what `Trainer` does."""
    trainer = Trainer.__new__(Trainer)
    yield from trainer._setting_up(configuration, prepared)
    return trainer


def _swapped(train: DataSet, seed: int) -> Numbers:
    labels = train.labels.copy()
    rows = random.Random(seed).sample(range(len(labels)), len(labels) // SWAPPED)
    labels[rows] = (labels[rows] + 1) % len(train.classes) if train.classes else -labels[rows]
    return labels


def _silence(neurons: Numbers, points: Numbers, activation: str) -> None:
    """Lower the first hidden layer's biases until no training sample reaches any of its neurons."""
    reach = np.abs(neurons[:, :-1]) @ np.abs(points).max(axis=0)
    # Enough to saturate tanh too; a sigmoid's slope is 0 only where its denominator's square overflows.
    neurons[:, -1] = -reach - (400.0 if activation == "sigmoid" else 20.0)
