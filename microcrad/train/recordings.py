"""The graphs that a run's steps replay: recorded once, in slices, and kept while settings change."""

from __future__ import annotations

from microcrad.engine import Value
from microcrad.gpt import GPT
from microcrad.nn import MLP
from microcrad.slices import Shares
from microcrad.tape import Build
from microcrad.train.configuration import MODELS, Configuration
from microcrad.train.engines import Network
from microcrad.train.learners import learner_of
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.source import Prepared
from microcrad.train.taped import Taped
from microcrad.train.training_faults import TRAINING_FAULTS

__all__ = ["Recordings", "lacking"]


class Recordings:
    """What was recorded of one model's graph."""

    def __init__(self, model: MLP | GPT, prepared: Prepared) -> None:
        self._model, self._train = model, prepared.train
        self._tapes: dict[tuple[str, frozenset[str]], Taped] = {}
        """By the loss, and the parts that are left out: nothing else that can change is recorded."""

    def network(self, at: Configuration) -> Network:
        """How a configuration trains the model."""
        return Network(
            learner_of(self._model, OBJECTIVES[at.loss], self._train.points.shape[1]), at.penalty, at.rule,
            at.fault == "stale", at.penalty_kind == "l1", at.penalty_biases, at.clip,
        )  # fmt: skip

    def recording(self, configuration: Configuration) -> Shares[None]:
        """Record what a configuration's steps replay, if it was not yet; nothing else changes."""
        network = self.network(configuration)
        key = configuration.loss, lacking(configuration)
        if key not in self._tapes:
            train, objective = self._train, OBJECTIVES[configuration.loss]
            targets = objective.targets(train.labels[:1], len(train.classes))
            build = _build(network, lacking(configuration))
            self._tapes[key] = yield from Taped.recording(network, build, train.points[0], targets[0])
        yield from self._tapes[key].recording_penalty(network)

    def of(self, configuration: Configuration, network: Network) -> Taped:
        """What was recorded for a configuration, which learns as the network does from now on."""
        taped = self._tapes[configuration.loss, lacking(configuration)]
        taped.learn_as(network)
        return taped


def lacking(configuration: Configuration) -> frozenset[str]:
    """The parts that a GPT is left without: what its kind lacks, and what a fault leaves out."""
    fault = configuration.fault
    out = "" if fault is None else TRAINING_FAULTS[fault].without
    return frozenset((*MODELS.get(configuration.model, ()), *([out] if out else ())))


def _build(network: Network, without: frozenset[str]) -> Build:
    """What makes a sample's graph without some parts, and leaves the model as it is."""

    def build(leaves: list[Value]) -> tuple[Value, list[Value]]:
        model = network.learner.model
        if not isinstance(model, GPT):
            return network.learner.recorded(leaves)
        now, model.without = model.without, without
        try:
            return network.learner.recorded(leaves)
        finally:
            model.without = now

    return build
