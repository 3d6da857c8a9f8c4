"""The graphs that a run's steps replay: recorded once, in slices, and kept while settings change."""

from __future__ import annotations

from collections.abc import Callable

from microcrad.collector import resting
from microcrad.gpt import GPT
from microcrad.nn import MLP
from microcrad.slices import Shares, aside, finish
from microcrad.tape import Tape
from microcrad.train.compiling import Compiling
from microcrad.train.configuration import MODELS, Configuration
from microcrad.train.engines import Network
from microcrad.train.learners import learner_of
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.source import Prepared
from microcrad.train.taped import Taped
from microcrad.train.training_faults import TRAINING_FAULTS

__all__ = ["Recordings", "lacking"]


class Recordings:
    """What was recorded of one model's graph.

    It is recorded of models of their own: a step that is in its middle moves the parameters of the one that
    is trained.
    """

    def __init__(self, model: Callable[[], MLP | GPT], prepared: Prepared) -> None:
        """`model` makes a model like the one that is trained."""
        self._model, self._train = model, prepared.train
        self._tapes: dict[tuple[str, frozenset[str]], Taped] = {}
        """By the loss, and the parts that are left out: nothing else that can change is recorded."""
        self._penalties: dict[tuple[str, bool], Compiling] = {}
        """By their kind, and whether biases are punished; the strength is an input of the recording."""

    def network(self, at: Configuration, model: MLP | GPT) -> Network:
        """How a configuration trains a model."""
        return Network(
            learner_of(model, OBJECTIVES[at.loss], self._train.points.shape[1]), at.penalty, at.rule,
            at.fault == "stale", at.penalty_kind == "l1", at.penalty_biases, at.clip,
        )  # fmt: skip

    def apart(self, at: Configuration) -> Network:
        """The same with a model of its own, which nothing else reads or changes."""
        model = self._model()
        if isinstance(model, GPT):
            model.without = lacking(at)
        return self.network(at, model)

    def recording(self, configuration: Configuration) -> Shares[None]:
        """Record what a configuration's steps replay, if it was not yet; nothing else changes."""
        key, punished = _keys(configuration)
        if key not in self._tapes:
            self._tapes[key] = yield from aside(self._sample(configuration))
        if configuration.penalty and punished not in self._penalties:
            self._penalties[punished] = yield from aside(self._punishing(configuration))

    def _sample(self, configuration: Configuration) -> Shares[Taped]:
        train, objective = self._train, OBJECTIVES[configuration.loss]
        targets = objective.targets(train.labels[:1], len(train.classes))
        with resting():  # Two graphs are built, and columns made of them, all without cycles.
            return (yield from Taped.recording(self.apart(configuration), train.points[0], targets[0]))

    def _punishing(self, configuration: Configuration) -> Shares[Compiling]:
        with resting():
            apart = self.apart(configuration)
            parameters = apart.learner.model.parameters()
            tape = yield from Tape.recording(
                lambda leaves: finish(apart.punished(leaves[0])), [1.0], parameters
            )
        return Compiling(tape, apart.rule)

    def of(self, configuration: Configuration, network: Network) -> Taped:
        """What was recorded for a configuration, which learns as the network does from now on."""
        key, punished = _keys(configuration)
        self._tapes[key].learn_as(network, self._penalties[punished] if configuration.penalty else None)
        return self._tapes[key]


def _keys(at: Configuration) -> tuple[tuple[str, frozenset[str]], tuple[str, bool]]:
    """What decides the graph of a sample, and what that of the penalty."""
    return (at.loss, lacking(at)), (at.penalty_kind, at.penalty_biases)


def lacking(configuration: Configuration) -> frozenset[str]:
    """The parts that a GPT is left without: what its kind lacks, and what a fault leaves out."""
    fault = configuration.fault
    out = "" if fault is None else TRAINING_FAULTS[fault].without
    return frozenset((*MODELS.get(configuration.model, ()), *([out] if out else ())))
