"""Machine code for a recorded graph, and replays that run it; how it is laid out stands in `tape_plan`.

It takes llvmlite, which not every installation has: `NotCompiledError` says what is missing.
"""

from __future__ import annotations

import ctypes
import importlib
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from microcrad.errors import NotCompiledError
from microcrad.ops import OPERATIONS
from microcrad.tape.llvm_code import assembly
from microcrad.tape.numpy_expressions import Block, evaluate
from microcrad.tape.record import Recording
from microcrad.tape.tape_plan import TapePlan, plan_for

__all__ = ["CompiledReplays", "MachineCode", "TapeProgram", "aligned"]

_MOST_LOOPS = 1500
"""How many kinds of nodes code is written for: some five seconds of compiling."""
_KEPT = 8
"""How many sizes of batches stay prepared."""
_LINE = 8
"""How many numbers a line of the cache has."""
_COSTS = {8: 1.25, 32: 1.0}
"""Widths of a block, with what a lane of it takes beside one of the widest."""


class TapeProgram:
    """A recording compiled, for batches of about so many samples; it serves any number of them.

    Raises `NotCompiledError`, with the reason, where that cannot be done.
    """

    def __init__(self, recording: Recording, samples: int, *others: int) -> None:
        self.recording = recording
        self.plan = plan_for(recording)
        self.lanes = 1 if samples == 1 else min(_COSTS, key=lambda w: -(-samples // w) * w * _COSTS[w])
        kinds = len(self.plan.loops)
        if kinds > _MOST_LOOPS:
            raise NotCompiledError(
                f"its nodes are of {kinds} kinds, and code is written for at most {_MOST_LOOPS}"
            )
        self.whole = _Functions(self.plan, self.lanes, self.lanes, partial=False)
        self._last: dict[int, _Functions] = {}
        for size in (samples, *others):
            if size % self.lanes:
                self.last(size % self.lanes)

    def last(self, used: int) -> _Functions:
        """For a block in which only so many lanes hold a sample: of a few, few are computed."""
        lanes = min((width for width in _COSTS if used <= width <= self.lanes), default=self.lanes)
        if lanes not in self._last:
            self._last[lanes] = _Functions(self.plan, lanes, self.lanes, partial=True)
        return self._last[lanes]


class MachineCode:
    """An assembly compiled for this machine, which is given back with this object."""

    def __init__(self, text: str) -> None:
        """Raises `NotCompiledError` where that cannot be done."""
        llvm, self._addresses = _binding(), dict[str, int]()
        try:
            module = llvm.parse_assembly(text)
            machine = llvm.Target.from_default_triple().create_target_machine(
                opt=2, cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten()
            )
            self._engine = llvm.create_mcjit_compiler(module, machine)
            self._engine.finalize_object()
        except (RuntimeError, OSError, MemoryError) as error:
            raise NotCompiledError(f"LLVM does not compile it here: {error}") from None

    def address(self, name: str) -> int:
        """Where a function is."""
        if name not in self._addresses:
            self._addresses[name] = self._engine.get_function_address(name)
        return self._addresses[name]

    def function(self, name: str, *types: Any) -> Callable[..., None]:
        """A function, of arguments of these types of `ctypes`."""
        function: Callable[..., None] = ctypes.CFUNCTYPE(None, *types)(self.address(name))
        return function


class _Functions(MachineCode):
    """A plan's functions."""

    def __init__(self, plan: TapePlan, lanes: int, stride: int, *, partial: bool) -> None:
        registers = _numbers_in_registers()
        super().__init__(assembly(plan, lanes, stride=stride, partial=partial, registers=registers))
        pointer, number = ctypes.c_void_p, ctypes.c_int64
        self.shared = self.function("shared", pointer, pointer)
        self.forward = self.function("forward", pointer, pointer, pointer, number)
        self.backward = self.function(
            "backward", pointer, pointer, pointer, number, pointer, pointer, ctypes.c_double, number
        )


def _numbers_in_registers() -> int:
    """How many numbers this machine's vector registers hold."""
    features = _binding().get_host_cpu_features()
    return 32 * 8 if features.get("avx512f") else 16 * 4 if features.get("avx") else 16 * 2


def _binding() -> Any:
    """LLVM, ready to compile for this machine."""
    try:
        llvm = importlib.import_module("llvmlite.binding")
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    except (ImportError, OSError, RuntimeError) as error:
        raise NotCompiledError(f"it takes llvmlite, of the extra jit: {error}") from None
    return llvm


def aligned(shape: tuple[int, ...]) -> Block:
    """Zeros that begin where a line of the cache does: a vector that lies in two lines is read twice."""
    size = math.prod(shape)
    room = np.zeros(size + _LINE)
    start = -(room.ctypes.data // room.itemsize) % _LINE
    return room[start : start + size].reshape(shape)


class CompiledReplays:
    """The replays of a program, in memory of their own."""

    def __init__(self, program: TapeProgram) -> None:
        self.program = program
        plan, lanes = program.plan, program.lanes
        self.blocks: Block = np.empty((0, plan.rows, lanes))
        """All rows, a block of samples after the other."""
        self.scalars: Block = aligned((plan.scalars,))
        self.scalars[plan.parameters : plan.first_result] = plan.constants
        self.loss, self.outputs = _Stored(plan, (plan.loss,)), _Stored(plan, plan.outputs)
        self._replays: dict[int, CompiledReplay] = {}

    @cached_property
    def grad(self) -> Block:
        """One block's gradients."""
        return aligned((self.program.plan.gradient_rows, self.program.lanes))

    @cached_property
    def grad_address(self) -> int:
        """Where they are."""
        return self.grad.ctypes.data

    @property
    def lanes(self) -> int:
        """How many samples there is room for."""
        return len(self.blocks) * self.program.lanes

    @property
    def bytes_per_lane(self) -> int:
        """What a forward pass takes for a sample."""
        return 8 * max(1, self.program.plan.rows)

    def addresses(self, samples: int) -> dict[str, int]:
        """What code that calls the program's functions is given, for at most so many samples at once."""
        self.make_room(samples)
        program, plan = self.program, self.program.plan
        return {
            **{name: program.whole.address(name) for name in ("shared", "forward", "backward")},
            "blocks": self.blocks.ctypes.data,
            "scalars": self.scalars.ctypes.data,
            "table": plan.table.ctypes.data,
            "grad": self.grad_address,
            "lanes": program.lanes,
            "shift": program.lanes.bit_length() - 1,
            "rows": plan.rows,
            "inputs": plan.inputs.ctypes.data,
            "input_count": len(plan.inputs),
            "input_row": plan.results,
        }

    def place_of(self, node: int) -> tuple[int, int, int]:
        """The address of a stored node's number, and how many numbers further it is in the next block and in
        the next lane."""
        plan, lanes = self.program.plan, self.program.lanes
        place = int(plan.place[node])
        if plan.kinds[node].wide:
            return self.blocks.ctypes.data + 8 * place * lanes, plan.rows * lanes, 1
        return self.scalars.ctypes.data + 8 * place, 0, 0

    def make_room(self, samples: int) -> None:
        """See that there are blocks for so many samples."""
        if samples > self.lanes:
            blocks = -(-samples // self.program.lanes)
            self.blocks = aligned((blocks, self.program.plan.rows, self.program.lanes))
            self._replays.clear()

    def of(self, samples: int) -> CompiledReplay:
        """The replay for so many samples."""
        self.make_room(samples)
        if samples not in self._replays:
            if len(self._replays) == _KEPT:
                del self._replays[next(iter(self._replays))]
            self._replays[samples] = CompiledReplay(self, samples)
        return self._replays[samples]


class CompiledReplay:
    """Some samples, computed and differentiated."""

    def __init__(self, memory: CompiledReplays, samples: int) -> None:
        self._memory, self._samples = memory, samples
        self._plan, self._program = memory.program.plan, memory.program
        self._whole, self._used = divmod(samples, memory.program.lanes)
        """How many blocks are full, and how many samples are in one that is not."""
        self._blocks = memory.blocks[: self._whole + bool(self._used)]
        self._shared = memory.scalars.ctypes.data, self._plan.table.ctypes.data
        """Addresses, which take longer to find than a small graph to be computed."""
        self._first, self._last = self._blocks.ctypes.data, self._blocks[self._whole :].ctypes.data

    def compute(self, batch: Block, weights: Block) -> None:
        """Fill in all rows, from samples of shape (samples, inputs) and all parameters' numbers."""
        self._memory.scalars[: self._plan.parameters] = weights
        self.put(batch)
        self._program.whole.shared(*self._shared)
        self._program.whole.forward(self._first, *self._shared, len(self._blocks))

    def put(self, batch: Block) -> None:
        """Fill in the inputs' rows, from samples of shape (samples, inputs)."""
        plan, lanes = self._plan, self._program.lanes
        inputs = self._blocks[:, plan.results :]
        if len(plan.inputs) != batch.shape[1]:
            batch = batch[:, plan.inputs]
        full = self._whole * lanes
        inputs[: self._whole] = batch[:full].reshape(self._whole, lanes, len(plan.inputs)).transpose(0, 2, 1)
        if self._used:
            inputs[-1, :, : self._used] = batch[full:].T  # What stands in the other lanes counts nowhere.

    def gradient(self) -> Block:
        """The mean loss's gradient, shape (parameters,)."""
        gradient = np.zeros(self._plan.parameters)
        to = self._memory.grad_address, gradient.ctypes.data, 1.0 / self._samples
        if self._whole:
            self._program.whole.backward(self._first, *self._shared, self._whole, *to, 0)
        if self._used:
            self._program.last(self._used).backward(self._last, *self._shared, 1, *to, self._used)
        return gradient

    def losses(self) -> Block:
        """The loss of each sample."""
        losses: Block = self._read(self._memory.loss)[0]
        return losses

    def outputs(self) -> Block:
        """Shape (outputs, samples)."""
        return self._read(self._memory.outputs)

    def data(self) -> Block:
        """All nodes' numbers, shape (nodes, samples); what was never stored is computed now."""
        recording = self._program.recording
        stored = np.flatnonzero(self._plan.place >= 0)
        numbers = np.empty((len(self._plan.place), self._samples))
        numbers[stored] = self._read(_Stored(self._plan, stored.tolist()))
        with np.errstate(all="ignore"):
            for node in np.flatnonzero(self._plan.place < 0).tolist():
                a, b = numbers[recording.left[node]], numbers[recording.right[node]]
                numbers[node] = evaluate(OPERATIONS[recording.codes[node]].forward, a=a, b=b)
        return numbers

    def _read(self, stored: _Stored) -> Block:
        return stored.read(self._blocks, self._memory.scalars, self._samples)


class _Stored:
    """Some stored nodes, found once and read as often as wanted."""

    def __init__(self, plan: TapePlan, nodes: Sequence[int]) -> None:
        places = plan.place[list(nodes)]
        self._wide = np.array([plan.kinds[node].wide for node in nodes], dtype=bool)
        self._rows, self._scalars = places[self._wide], places[~self._wide]

    def read(self, blocks: Block, scalars: Block, samples: int) -> Block:
        """Their numbers, shape (nodes, samples); a copy."""
        if len(self._rows) == 1:
            rows = blocks[:, self._rows[0]].reshape(1, -1)[:, :samples].copy()
        else:
            lanes = blocks[:, self._rows].transpose(1, 0, 2)
            rows = lanes.reshape(len(lanes), lanes.shape[1] * lanes.shape[2])[:, :samples]
        if not len(self._scalars):
            return rows
        found = np.empty((len(self._wide), samples))
        found[self._wide] = rows
        found[~self._wide] = scalars[self._scalars][:, None]
        return found
