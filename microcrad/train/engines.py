"""What a training step takes and gives, and the engine that builds its graph; `taped` replays a recording.

Both engines are functions of a `TrainingState`: they take one and return the next, and keep nothing of the
run themselves. So a step can be taken again, by the other engine too, which is how a step is opened into its
phases and how the first number that is not finite is found.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from microcrad import loss
from microcrad.engine import Value, backward_edges
from microcrad.heap import Heap, Region, scope
from microcrad.optim import SGD, Adam, Momentum, Optimizer
from microcrad.train.learners import Learner

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "PHASES",
    "Batch",
    "Eager",
    "Network",
    "Phase",
    "Taken",
    "Taught",
    "TrainingState",
    "length",
]

Numbers = NDArray[np.float64]

PHASES = {
    "zero_grad": "every grad becomes 0, so that what is added starts from nothing.",
    "forward": "every sample goes through the network; each operation makes a node.",
    "loss": "outputs, labels and the penalty become one number to make small.",
    "backward": "every edge once, from the loss down; contributions add up.",
    "update": "every parameter moves against its grad; no node is made.",
    "release": "references are given back, and all but the parameters is freed.",
}
"""The phases of a step in order, with what happens in each, as the rest of a sentence."""
_SLICE_NODES = 4000
"""About how many nodes are made or released before an eager step lets others work: some milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """Where training stands between two steps. Arrays have shape (parameters,) and are never written to."""

    step: int
    """How many steps were taken."""
    weights: Numbers
    memory: tuple[Numbers, ...]
    """What the optimiser remembers."""
    grad: Numbers
    """What stands in the parameters' grads: the last step's gradient, before it is cleared."""
    seen: int = 0
    """How many samples the steps saw, one that was seen again counted again."""
    updates: int = 0
    """How many steps the optimiser remembers: those since it was chosen."""


class Taught:
    """Samples and what is asked of them, as arrays that nobody writes to, and as rows of a recording."""

    def __init__(self, learner: Learner, points: Numbers, targets: Numbers) -> None:
        """`points` has shape (samples, inputs), `targets` has shape (samples, targets)."""
        self.points, self.targets, self._learner = points, targets, learner
        self._rows: Numbers | None = None
        if learner.keeps_rows:
            self._rows = learner.rows(points, targets)
            self._rows.flags.writeable = False

    def __len__(self) -> int:
        """How many samples there are."""
        return len(self.points)

    @property
    def kept(self) -> bool:
        """Whether the rows are kept, and not made whenever they are wanted."""
        return self._rows is not None

    def rows(self, chosen: slice | NDArray[np.intp] | None) -> Numbers:
        """The leaves of a recording for some samples, or for all, shape (samples, leaves)."""
        if self._rows is not None:
            return self._rows if chosen is None else self._rows[chosen]
        every = slice(None) if chosen is None else chosen
        return self._learner.rows(self.points[every], self.targets[every])

    def gathered(self, chosen: NDArray[np.intp] | None) -> tuple[Numbers, NDArray[np.intp]]:
        """Leaves of a recording, and which rows of them are those of the chosen samples."""
        if self._rows is not None:
            return self._rows, np.arange(len(self)) if chosen is None else chosen
        rows = self.rows(chosen)
        return rows, np.arange(len(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one step sees."""

    taught: Taught
    chosen: NDArray[np.intp] | None
    """Which of these samples; None for all."""
    rate: float

    def __len__(self) -> int:
        """How many samples there are."""
        return len(self.taught) if self.chosen is None else len(self.chosen)

    @property
    def rows(self) -> Numbers:
        """The leaves of a recording, shape (samples, leaves)."""
        return self.taught.rows(self.chosen)

    @property
    def points(self) -> Numbers:
        """Shape (samples, inputs)."""
        return self.taught.points if self.chosen is None else self.taught.points[self.chosen]

    @property
    def targets(self) -> Numbers:
        """Shape (samples, targets)."""
        return self.taught.targets if self.chosen is None else self.taught.targets[self.chosen]


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of an eager step."""

    name: str
    live: int
    """How many nodes are live at its end, parameters included."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What a step did."""

    state: TrainingState
    """The state after it."""
    loss: float
    """The objective before the update: the samples' mean loss and the penalty."""
    gradient: Numbers
    """Its gradient, as the update used it..."""
    length: float
    """...and the length of that."""
    peak: int = 0
    """How many nodes were live at most during the step, where it built its graph."""
    phases: tuple[Phase, ...] = ()
    """The phases it went through, where it built its graph."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """What is trained: a model, how samples are put to it, and how it is updated."""

    learner: Learner
    penalty: float
    rule: SGD | Momentum | Adam
    stale: bool = False
    """Whether gradients are, wrongly, never cleared."""
    sizes: bool = False
    """Whether the penalty is on the parameters' sizes (L1) rather than on their squares (L2)."""
    biases: bool = True
    """Whether it is on biases, too."""
    clip: float | None = None
    """The length that gradients have at most; None for any."""

    def punished(self, strength: Value | float) -> Value:
        """The penalty as a graph, if it is so strong."""
        parameters = self.learner.model.parameters() if self.biases else self.learner.weights()
        return (loss.l1 if self.sizes else loss.l2)(parameters, strength)

    def clipped(self, gradient: Numbers) -> tuple[Numbers, float]:
        """A gradient as the update uses it, shortened where it is too long; and its length then."""
        known = length(gradient)
        share = self.share(known)
        return (gradient * share if share < 1 else gradient), known * share

    def share(self, length: float) -> float:
        """How much is left of a gradient that is so long, as `clip_grad_norm_` has it."""
        if self.clip is None:
            return 1.0
        share = self.clip / (length + 1e-6)  # PyTorch's own guard against a length of 0.
        return share if share < 1 else 1.0  # Not `min`, to which nan is the least.


class _Standing(Heap):
    """A heap that is entered for a moment at a time and keeps its nodes in between."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Region.__exit__(self, kind, error, trace)


class _Pool(scope):
    """A scope that is entered for a moment at a time, and releases only when it is told to."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        Region.__exit__(self, kind, error, trace)


class Eager:
    """Builds every sample's graph, differentiates the whole and releases it: what the tape replays.

    `leaking` forgets the release, so that `live` grows by a graph a step.
    """

    def __init__(self, network: Network, *, leaking: bool = False) -> None:
        self.network = network
        self.leaking = leaking
        self._heap = _Standing()

    @property
    def live(self) -> int:
        """How many nodes are live, parameters included."""
        return self.leaked + len(self.network.learner.model.parameters())

    @property
    def leaked(self) -> int:
        """Between steps: how many nodes earlier steps did not release."""
        return self._heap.live

    def stepping(self, state: TrainingState, batch: Batch) -> Generator[None, None, Taken]:
        """Take a step in slices of some milliseconds, yielding in between; stopping early undoes it all."""
        pool = _Pool()
        try:
            return (yield from self._stepping(state, batch, pool))
        finally:
            with self._heap, pool:  # What an interrupted step had made; nothing is left of a whole one.
                pool.drain()

    def _stepping(self, state: TrainingState, batch: Batch, pool: _Pool) -> Generator[None, None, Taken]:
        heap, network = self._heap, self.network
        parameters = network.learner.model.parameters()
        phases: list[Phase] = []

        def done(name: str) -> None:
            phases.append(Phase(name, self.live))

        optimizer = _optimizer(network, parameters, state, batch.rate)
        heap.peak = heap.live
        if network.stale:
            for parameter, number in zip(parameters, state.grad.tolist(), strict=True):
                parameter.grad = number
        else:
            optimizer.zero_grad()
        done("zero_grad")
        every: list[list[Value]] = []
        made = heap.live
        for point in batch.points.tolist():
            with heap, pool:
                every.append(network.learner.outputs(point))
            if heap.live - made > _SLICE_NODES:
                made = heap.live
                yield
        done("forward")
        with heap, pool:
            losses = [
                network.learner.loss(outputs, targets)
                for outputs, targets in zip(every, batch.targets.tolist(), strict=True)
            ]
            total = loss.mean(losses)
            if network.penalty:
                total = total + network.punished(network.penalty)
        done("loss")
        yield
        edges, sent = backward_edges(total), True
        while sent:
            with heap, pool:
                sent = bool(deque(islice(edges, 2 * _SLICE_NODES), maxlen=1))
            yield
        done("backward")
        gradient, known = network.clipped(np.array([parameter.grad for parameter in parameters]))
        for parameter, number in zip(parameters, gradient.tolist(), strict=True):
            parameter.grad = number
        optimizer.step()
        done("update")
        after = TrainingState(
            state.step + 1,
            np.array([parameter.data for parameter in parameters]),
            tuple(np.array(column) for column in zip(*optimizer.memory, strict=True)),
            gradient,
            state.seen + len(batch),
            optimizer.steps,
        )
        objective, peak = total.data, heap.peak + len(parameters)
        del losses, every, total
        if self.leaking:
            pool.pool.clear()
        while pool.pool:
            with heap, pool:
                pool.drain(_SLICE_NODES)
            yield
        done("release")
        return Taken(after, objective, gradient, known, peak, tuple(phases))


def _optimizer(network: Network, parameters: list[Value], state: TrainingState, rate: float) -> Optimizer:
    """The optimiser as it stands in a state, with the parameters' data put in."""
    for parameter, number in zip(parameters, state.weights.tolist(), strict=True):
        parameter.data = number
    optimizer = Optimizer(parameters, network.rule, rate)
    optimizer.steps = state.updates
    if state.memory:
        optimizer.memory = list(zip(*(column.tolist() for column in state.memory), strict=True))
    return optimizer


def length(vector: Numbers) -> float:
    """The length of a vector, whose squares may be beyond what a number can hold."""
    with np.errstate(all="ignore"):
        square = float(np.add.reduce(vector * vector))
    if 1e-200 < square < 1e200:
        return math.sqrt(square)
    largest = float(np.abs(vector).max(initial=0.0))
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.sqrt(((vector / largest) ** 2).sum()))
