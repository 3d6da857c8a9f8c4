"""The engine that replays a recording of a step's graph, with NumPy or as compiled code.

Compiled code takes whole steps, the optimiser's update included, and any number of them in one call: what a
step comes to does not depend on how many that are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from microcrad.errors import NotCompiledError
from microcrad.slices import Shares, Slices
from microcrad.tape import Tape
from microcrad.tape.descent import Descended, Descent, Turns
from microcrad.train.compiling import Compiling
from microcrad.train.engines import Batch, Network, Taken, TrainingState

__all__ = ["Taped", "descended"]

Numbers = NDArray[np.float64]


class Taped:
    """Replays one recorded sample's graph with the batch as lanes, and the penalty's graph once."""

    def __init__(self, network: Network, tape: Tape) -> None:
        """`tape` is of a sample that `network` is put: see `recording`. Then comes `learn_as`."""
        self._tape, self.network = tape, network
        self.compiling = Compiling(self._tape, network.rule)
        self._penalty: Compiling | None = None
        self._descent: Descent | None = None

    @classmethod
    def recording(cls, network: Network, point: Numbers, targets: Numbers) -> Shares[Taped]:
        """Record a sample in slices; its model may not change meanwhile.

        `point` and `targets` are the sample's, shapes (inputs,) and (targets,): any will do.
        """
        learner = network.learner
        (row,) = learner.rows(point[None], targets[None]).tolist()
        return cls(network, (yield from Tape.recording(learner.recorded, row, learner.model.parameters())))

    def learn_as(self, network: Network, penalty: Compiling | None) -> None:
        """Go on with such a model and the same objective, and whatever else may have changed.

        `penalty` is the recording of the penalty, whose only input is its strength; None for no penalty.
        """
        before = self.network
        if (penalty, network.penalty, network.rule) != (self._penalty, before.penalty, before.rule):
            self.compiling.rule, self._descent = network.rule, None
        self._penalty, self.network = penalty, network
        self._strength = np.array([[network.penalty]])

    @property
    def nodes(self) -> int:
        """How many nodes the recorded sample has."""
        return self._tape.nodes

    @property
    def compiled(self) -> bool:
        """Whether compiled code took the last step."""
        return self._tape.compiled

    def preparing(self, state: TrainingState, samples: Sequence[int], engine: str) -> Slices[None]:
        """See that the engine's replays run for steps of so many samples, in slices where that takes long."""
        yield from self.compiling.preparing(engine, state.step, *samples)
        if self._penalty is not None:
            yield from self._penalty.preparing(engine, state.step, 1)

    def descent(self) -> Descent | None:
        """Steps in one call of compiled code; None where there is none."""
        penalty = None if self._penalty is None else self._penalty.tape
        if not self._tape.compiled or (penalty is not None and not penalty.compiled):
            return None
        if self._descent is None:
            with contextlib.suppress(
                NotCompiledError
            ):  # As where there is no memory for another rule's code.
                self._descent = self._tape.descent(self.network.rule, penalty, self._strength[0])
        return self._descent

    def step(self, state: TrainingState, batch: Batch) -> Taken:
        """Take a step."""
        descent = self.descent()
        taken = None if descent is None else self._descended(descent, state, batch)
        return taken or self._replayed(state, batch)

    def _descended(self, descent: Descent, state: TrainingState, batch: Batch) -> Taken | None:
        """A step by compiled code; None where squares are beyond what a number can hold."""
        network = self.network
        rows, chosen = batch.taught.gathered(batch.chosen)
        found = descent.run(
            Turns.steps(rows, chosen, np.array([len(batch)])),
            state.weights, state.memory, [batch.rate], state.updates,
            gradient=state.grad if network.stale else None, clip=network.clip,
        )  # fmt: skip
        if not found.measured[0]:
            return None
        with np.errstate(all="ignore"):
            objective = float(np.add.reduce(found.losses)) / len(batch) + float(found.penalty[0])
        known = float(found.length[0])
        return Taken(
            descended(state, found, 1, len(batch)), objective, found.gradient, known * network.share(known)
        )

    def _replayed(self, state: TrainingState, batch: Batch) -> Taken:
        tape, weights, rule = self._tape, state.weights, self.network.rule
        losses = tape.forward(batch.rows, weights)
        with np.errstate(all="ignore"):
            objective, gradient = float(np.add.reduce(losses)) / len(losses), tape.backward()
            if self._penalty is not None:
                punishing = self._penalty.tape
                objective += float(punishing.forward(self._strength, weights)[0])
                gradient += punishing.backward()
            if self.network.stale:
                gradient += state.grad
            gradient, known = self.network.clipped(gradient)
            moved, memory = rule.update(weights, gradient, state.memory, batch.rate, state.updates)
        moved.flags.writeable = False
        seen = state.seen + len(batch)
        now = TrainingState(state.step + 1, moved, memory, gradient, seen, state.updates + 1)
        return Taken(now, objective, gradient, known)

    def finite_samples(self, state: TrainingState, batch: Batch) -> NDArray[np.bool_]:
        """For each sample of a step, whether all its numbers and gradients are finite."""
        self._tape.forward(batch.rows, state.weights)
        lanes = slice(len(batch))
        numbers, grads = self._tape.data[:, lanes], self._tape.grad[:, lanes]
        return np.asarray(np.isfinite(numbers).all(axis=0) & np.isfinite(grads).all(axis=0))

    def evaluate(self, rows: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Losses, shape (samples,), and outputs, as objectives read them, for any number of samples."""
        losses, outputs = self.looking(rows, weights)
        return losses, self.network.learner.shaped(outputs)

    def evaluate_next(self, rows: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        """The same of the batch that the next step sees, which then need not be computed again."""
        if self.descent() is not None:  # Which has memory of its own.
            return self.evaluate(rows, weights)
        losses = self._tape.forward(rows, weights)
        return losses, self.network.learner.shaped(self._tape.outputs.T)

    def looking(self, rows: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        """The same with all that was recorded, shape (samples, outputs)."""
        losses, outputs = self._tape.evaluate(rows, weights)
        return losses, outputs.T


def descended(state: TrainingState, found: Descended, steps: int, samples: int) -> TrainingState:
    """The state after so many steps that were taken in one call, and have seen so many samples."""
    return TrainingState(
        state.step + steps, found.weights, found.memory, found.gradient, state.seen + samples,
        state.updates + steps,
    )  # fmt: skip
