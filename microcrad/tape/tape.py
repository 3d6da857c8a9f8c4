"""`Tape`: a recorded graph replayed for a batch of samples, forward and backward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from microcrad.engine import Value
from microcrad.errors import NotCompiledError
from microcrad.ops import OPERATIONS
from microcrad.real_numbers import Number
from microcrad.slices import Shares, finish, in_shares, part
from microcrad.tape.compiled import CompiledReplay, CompiledReplays, TapeProgram
from microcrad.tape.descent import Descent, Formulas
from microcrad.tape.numpy_expressions import evaluate
from microcrad.tape.record import PAUSES, Build, Recording, recording
from microcrad.tape.replay import Replay, Replays
from microcrad.tape.tape_layout import TapeLayout, lay_out, laying_out

__all__ = ["Tape"]

Numbers = NDArray[np.float64]
_Replay: TypeAlias = Replay | CompiledReplay
_Replays: TypeAlias = Replays | CompiledReplays
EVALUATION_BYTES = 16_000_000
"""The memory that `Tape.evaluate` takes for the nodes of the samples it has at hand."""


class Tape:
    """One sample's graph, replayed for many samples at once: `Tape.record`, then `forward` and `backward`.

    The objective is the mean of the samples' losses. What does not depend on the sample is computed once for
    all of them, so a penalty on the parameters may be added to the loss that `build` returns. To have it
    apart, record it as a tape of its own without inputs, replay it with `forward()`, and add up the two
    losses and the two gradients.

    Forward, every node is computed by the operation that the eager engine applies to it, in doubles: sums
    are added up in the order of the graph. NumPy has functions of its own, which may round otherwise than the
    C library's; compiled code (`program`, `use`) calls the C library's, and its losses are the eager engine's
    to the last bit. Backward, what a node receives along its edges is added up in another order than the
    engine's: that changes it by rounding, and not whether it is finite, unless sums come near the largest
    double.
    """

    def __init__(
        self, recording: Recording, layout: TapeLayout, input_count: int, parameters: Sequence[Value]
    ) -> None:
        """For `Tape.record`, which makes the recording and its layout."""
        self._recording = recording
        self._input_count = input_count
        self._parameters = tuple(parameters)
        self._program: TapeProgram | None = None
        self._replays: _Replays = Replays(layout)
        self._evaluation: _Replays = Replays(layout)
        self._last: _Replay | None = None  # The last forward pass.
        self._of: tuple[object, object] = None, None  # What it was of, if that cannot be written to.

    @classmethod
    def record(
        cls,
        build: Build,
        inputs: Sequence[Number],
        parameters: Sequence[Value],
        *,
        other: Sequence[Number] | None = None,
    ) -> Tape:
        """Record the graph that `build` makes of one sample.

        `build` takes the list of a sample's input leaves, labels among them, and returns the sample's loss,
        or `(loss, outputs)`: the outputs are any Values whose numbers are wanted too, such as the network's.
        It is called twice: with `inputs`, one sample's numbers, and with `other`, a second sample's (by
        default, numbers of the other sign). `parameters` are the leaves to differentiate with respect to;
        all other leaves are constants.

        Raises `TapeError`, with the reason, if the two graphs differ in shape, exponents or constants, or if
        a replay would not compute what `build` did. What shows only for samples other than these two is
        not noticed, nor is a shape that depends on the parameters.
        """
        return finish(cls.recording(build, inputs, parameters, other=other))

    @classmethod
    def recording(
        cls,
        build: Build,
        inputs: Sequence[Number],
        parameters: Sequence[Value],
        *,
        other: Sequence[Number] | None = None,
    ) -> Shares[Tape]:
        """`record` in slices, for who has something else to do meanwhile: yields the share that is done.

        Left early, it leaves nothing behind. No `Heap` and no `scope` may be entered or left in between.
        """
        building = in_shares(recording(build, inputs, parameters, other), PAUSES)
        found = yield from part(building, 0.0, 0.7)
        layout = yield from part(laying_out(found), 0.7, 1.0)
        return cls(found, layout, len(inputs), parameters)

    def __repr__(self) -> str:
        return f"Tape({self.nodes} nodes, {self.lanes} lanes)"

    @property
    def nodes(self) -> int:
        """How many nodes one sample's graph has."""
        return len(self._recording.codes)

    @property
    def lanes(self) -> int:
        """How many samples there is room for; a larger batch makes more."""
        return self._replays.lanes

    @property
    def outputs(self) -> Numbers:
        """The outputs' numbers in the last forward pass, shape (outputs, samples); a copy.

        The outputs are in the order in which `build` returned them. Raises `RuntimeError` before the first
        forward pass, as `data` and `grad` do.
        """
        return self._forward_pass("outputs").outputs()

    @property
    def data(self) -> Numbers:
        """All nodes' numbers in the last forward pass, shape (nodes, samples), operands first; a copy."""
        return self._forward_pass("data").data()

    @property
    def grad(self) -> Numbers:
        """All nodes' derivatives of the last forward pass's mean loss, each sample's share; shaped as `data`.

        For looking at: they are computed when this is read, node by node, as `backward` computes only what
        the parameters' gradients depend on.
        """
        return _all_gradients(self._recording, self.data)

    @property
    def compiled(self) -> bool:
        """Whether replays run compiled code, and not NumPy's."""
        return self._program is not None

    def program(self, samples: int, *others: int) -> TapeProgram:
        """This graph's code, for `use`, best for batches of about so many samples, and ready for `others`.

        This takes a part of a second to some seconds, changes nothing, and may be done in another thread
        while the tape is used. Raises `NotCompiledError`, with the reason, if llvmlite is not installed,
        or the graph or the machine is not one that code can be written for.
        """
        return TapeProgram(self._recording, samples, *others)

    def use(self, program: TapeProgram | None) -> None:
        """Replay with a program of this tape from now on, or with NumPy; the last forward pass stays.

        Raises `ValueError` if the program is another tape's.
        """
        if program is not None and program.recording is not self._recording:
            raise ValueError("the program is of another tape: `program` makes one of this")
        if program is not self._program:
            self._program = program
            self._replays, self._evaluation = self._both()
            self._of = None, None

    def descent(
        self, rule: Formulas, penalty: Tape | None = None, punished: ArrayLike | None = None
    ) -> Descent:
        """Steps of training in one call, with one of the rules of `microcrad.optim`.

        `penalty` is a tape with the same parameters, whose loss and gradient are added; `punished` are its
        inputs' numbers, shape (inputs,), as its strength is, if it has any. Both tapes must run compiled;
        else this raises `NotCompiledError`. Raises `ValueError` if a shape is another, or there are no
        parameters.
        """
        if self._program is None or (penalty is not None and penalty._program is None):
            raise NotCompiledError("steps in one call take tapes that run compiled: `use` a `program` first")
        if penalty is None:
            return Descent(self._program, rule)
        inputs = penalty._batch(None if punished is None else np.asarray(punished, dtype=np.float64)[None])
        return Descent(self._program, rule, penalty._program, inputs)

    def _both(self) -> tuple[_Replays, _Replays]:
        """Replays to differentiate, and replays that only evaluate, each in memory of their own."""
        if self._program is not None:
            return CompiledReplays(self._program), CompiledReplays(self._program)
        layout = lay_out(self._recording)
        return Replays(layout), Replays(layout)

    def forward(self, samples: ArrayLike | None = None, weights: ArrayLike | None = None) -> Numbers:
        """The losses, shape (samples,), of a batch of any size.

        `samples` has shape (samples, inputs); it may be left out if there are no inputs, for one lane.
        `weights`, shape (parameters,), are the parameters' numbers; by default, their `data`.
        Nothing is computed where both are the arrays of the last forward pass, and are read-only.
        Raises `ValueError` if a shape is another.
        """
        if self._last is not None and samples is self._of[0] is not None and weights is self._of[1]:
            return self._last.losses()
        batch, numbers = self._batch(samples), self._weights(weights)
        self._last = self._replays.of(len(batch))
        self._last.compute(batch, numbers)
        frozen = samples is batch and weights is numbers
        frozen = frozen and _is_frozen(batch) and _is_frozen(numbers)
        self._of = (batch, numbers) if frozen else (None, None)
        return self._last.losses()

    def evaluate(
        self, samples: ArrayLike | None = None, weights: ArrayLike | None = None
    ) -> tuple[Numbers, Numbers]:
        """The losses, shape (samples,), and outputs, shape (outputs, samples), of any number of samples.

        For test sets and grids, which need no gradient: samples are taken in turns, so that beside the
        results at most about 16 MB are used (and kept for the next time), or one lane if that is more.
        `outputs`, `data` and `backward` stay those of the last forward pass. Takes and raises what `forward`
        does.
        """
        batch, numbers = self._batch(samples), self._weights(weights)
        losses, outputs = np.empty(len(batch)), np.empty((len(self._recording.outputs), len(batch)))
        lanes = max(1, EVALUATION_BYTES // self._evaluation.bytes_per_lane)
        for start in range(0, len(batch), lanes):
            part = slice(start, start + lanes)
            replay = self._evaluation.of(len(batch[part]))
            replay.compute(batch[part], numbers)
            losses[part], outputs[:, part] = replay.losses(), replay.outputs()
        return losses, outputs

    def backward(self) -> Numbers:
        """The gradient of the last forward pass's mean loss, shape (parameters,).

        It is computed anew at every call and added to nothing. Parameters not reached get 0.
        Raises `RuntimeError` before the first forward pass.
        """
        return self._forward_pass("backward").gradient()

    def _forward_pass(self, wanted: str) -> _Replay:
        if self._last is None:
            raise RuntimeError(f"{wanted} is about the last forward pass, and there was none yet")
        return self._last

    def _batch(self, samples: ArrayLike | None) -> Numbers:
        batch = np.asarray(np.empty((1, 0)) if samples is None else samples, dtype=np.float64)
        if batch.ndim != 2 or batch.shape[1] != self._input_count or not len(batch):
            raise ValueError(f"samples must have shape (1 or more, {self._input_count}), not {batch.shape}")
        return batch

    def _weights(self, weights: ArrayLike | None) -> Numbers:
        given = [parameter.data for parameter in self._parameters] if weights is None else weights
        numbers = np.asarray(given, dtype=np.float64)
        if numbers.shape != (len(self._parameters),):
            raise ValueError(f"weights must have shape ({len(self._parameters)},), not {numbers.shape}")
        return numbers


def _is_frozen(array: Numbers) -> bool:
    """Whether nobody can write to an array, through what it is a view of neither."""
    return not array.flags.writeable and array.base is None


def _all_gradients(recording: Recording, data: Numbers) -> Numbers:
    """The chain rule node by node, for all lanes at once; a row a recorded node."""
    grad = np.zeros_like(data)
    grad[recording.loss] = 1.0 / data.shape[1]
    with np.errstate(all="ignore"):
        for node in range(recording.loss, -1, -1):
            operands = [operand for operand in (recording.left[node], recording.right[node]) if operand >= 0]
            blocks = dict(zip("ab", data[operands], strict=False)) | {"out": data[node]}
            blocks["k"] = np.full_like(data[node], recording.extra[node])
            for operand, text in zip(operands, OPERATIONS[recording.codes[node]].partials, strict=True):
                grad[operand] += evaluate(text, **blocks) * grad[node]
    return grad
