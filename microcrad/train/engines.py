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
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from microcrad import loss
from microcrad.engine import Value, backward_edges, ordering
from microcrad.heap import Region, scope
from microcrad.optim import SGD, Adam, Momentum, Optimizer
from microcrad.slices import Slices
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
T = TypeVar("T")

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

    def punished(self, strength: Value | float) -> Slices[Value]:
        """The penalty as a graph, if it is so strong, in slices."""
        parameters = self.learner.model.parameters() if self.biases else self.learner.weights()
        return loss.punishing(parameters, strength, sizes=self.sizes)

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


class _Graph(scope):
    """The nodes of a step: entered for a moment at a time, and released only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.live = 0
        """How many nodes there are, those of earlier steps that were left included."""
        self._most = self._enough = 0
        self._left: list[dict[Value, None]] = []

    @property
    def peak(self) -> int:
        """How many nodes there were at most since `begin`."""
        return max(self._most, self.live)

    def begin(self) -> None:
        """A step begins."""
        self._most, self._enough = 0, self.live + _SLICE_NODES

    def allocated(self, node: Value) -> None:
        """Count it."""
        self.live += 1
        super().allocated(node)

    def freed(self, node: Value) -> str:
        """Count it off."""
        if self.live > self._most:
            self._most = self.live
        self.live -= 1
        return super().freed(node)

    def growing(self, work: Slices[T]) -> Slices[T]:
        """Some work that makes nodes, with a pause wherever enough were made since the last one."""
        while True:
            with self:
                try:
                    while self.live < self._enough:
                        next(work)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]
            self._enough = self.live + _SLICE_NODES
            yield

    def leave(self) -> None:
        """Forget to release what there is: it stays live."""
        self._left.append(self.pool)
        self.pool = {}

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
        self._graph = _Graph()

    @property
    def live(self) -> int:
        """How many nodes are live, parameters included."""
        return self.leaked + len(self.network.learner.model.parameters())

    @property
    def leaked(self) -> int:
        """Between steps: how many nodes earlier steps did not release."""
        return self._graph.live

    def stepping(self, state: TrainingState, batch: Batch) -> Generator[None, None, Taken]:
        """Take a step in slices of some milliseconds, yielding in between; stopping early undoes it all."""
        try:
            return (yield from self._stepping(state, batch))
        finally:
            with self._graph:  # What an interrupted step had made; nothing is left of a whole one.
                self._graph.drain()

    def _stepping(self, state: TrainingState, batch: Batch) -> Generator[None, None, Taken]:
        graph, network = self._graph, self.network
        parameters = network.learner.model.parameters()
        phases: list[Phase] = []

        def done(name: str) -> None:
            phases.append(Phase(name, self.live))

        optimizer = _optimizer(network, parameters, state, batch.rate)
        graph.begin()
        yield
        if network.stale:
            for parameter, number in zip(parameters, state.grad.tolist(), strict=True):
                parameter.grad = number
        else:
            optimizer.zero_grad()
        done("zero_grad")
        yield
        every: list[list[Value]] = []
        for point in batch.points.tolist():
            outputs = yield from graph.growing(network.learner.outputs(point))
            every.append(outputs)
        done("forward")
        total = yield from graph.growing(self._objective(every, batch.targets))
        done("loss")
        yield
        edges, sent = backward_edges(total, (yield from ordering(total))), True
        while sent:
            with graph:
                sent = bool(deque(islice(edges, 2 * _SLICE_NODES), maxlen=1))
            yield
        done("backward")
        yield
        gradient, known = network.clipped(np.array([parameter.grad for parameter in parameters]))
        for parameter, number in zip(parameters, gradient.tolist(), strict=True):
            parameter.grad = number
        yield
        optimizer.step()
        done("update")
        yield
        after = TrainingState(
            state.step + 1,
            np.array([parameter.data for parameter in parameters]),
            tuple(np.array(column) for column in zip(*optimizer.memory, strict=True)),
            gradient,
            state.seen + len(batch),
            optimizer.steps,
        )
        objective, peak = total.data, graph.peak + len(parameters)
        del every, total
        if self.leaking:
            graph.leave()
        while graph.pool:
            with graph:
                graph.drain(_SLICE_NODES)
            yield
        done("release")
        return Taken(after, objective, gradient, known, peak, tuple(phases))

    def _objective(self, every: list[list[Value]], targets: Numbers) -> Slices[Value]:
        """The mean loss of the samples that have such outputs, and the penalty."""
        learner, losses = self.network.learner, []
        for outputs, wanted in zip(every, targets.tolist(), strict=True):
            losses.append(learner.loss(outputs, wanted))
            yield
        total = loss.mean(losses)
        if not self.network.penalty:
            return total
        yield
        return total + (yield from self.network.punished(self.network.penalty))


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
