"""Many steps of training in one call of machine code, on recordings that are compiled."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from microcrad.tape.compiled import CompiledReplays, MachineCode, TapeProgram, aligned
from microcrad.tape.descent_code import (
    GIVEN,
    LANES,
    MEASURED,
    TURN,
    descent_assembly,
    used_numbers,
)

__all__ = ["Descended", "Descent", "Formulas", "Turns", "prepare"]

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


class Formulas(Protocol):
    """An optimiser's rule, as `microcrad.optim` has them."""

    @property
    def formulas(self) -> Mapping[str, str]:
        """The new number of each that is remembered, and then of `data`, in the table's language."""

    def settings(self, step: int) -> dict[str, float]:
        """What the formulas use besides `grad`, `rate` and what they change."""


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """What to do in one call. A column has an entry a turn, which is a step or only looks at samples."""

    samples: Sequence[Numbers]
    """What samples are taken from: arrays of shape (any, inputs)."""
    chosen: Places
    """Rows of these, in the order in which turns take them."""
    source: Places
    """Which of the arrays each turn takes from."""
    first: Places
    """Where in `chosen` it begins..."""
    size: Places
    """...and how many samples it takes, 1 or more."""
    learns: NDArray[np.bool_]
    """Whether it is a step."""
    outputs: bool = False
    """Whether outputs are wanted."""
    kept: bool = False
    """Whether the weights after every step are wanted."""

    @classmethod
    def steps(cls, samples: Numbers, chosen: Places, sizes: Places) -> Turns:
        """A step for each size, of samples that are chosen one after the other."""
        nothing = np.zeros(len(sizes), dtype=np.int64)
        return cls((samples,), chosen, nothing, np.cumsum(sizes) - sizes, sizes, nothing == 0)

    def check(self, inputs: int) -> None:
        """See that all there is can be read: code would read beyond it.

        Raises `ValueError` if there is no turn, or one that takes no sample or one that there is not, or if
        samples do not have so many `inputs`.
        """
        if not len(self.size):
            raise ValueError("there is no turn to take")
        for samples in self.samples:
            if samples.ndim != 2 or samples.shape[1] != inputs:
                raise ValueError(f"samples must have shape (any, {inputs}), not {samples.shape}")
        _check_each(self.size, 1, None, "the size of a turn")
        _check_each(self.source, 0, len(self.samples), "the source of a turn")
        _check_each(self.first, 0, None, "the first sample of a turn")
        _check_each(self.first + self.size, 1, len(self.chosen) + 1, "where the samples of a turn end")
        for source, samples in enumerate(self.samples):
            taken = [self.chosen]
            if len(self.samples) > 1:
                its = self.source == source
                parts = {*zip(self.first[its].tolist(), self.size[its].tolist(), strict=True)}
                taken = [self.chosen[first : first + size] for first, size in parts]
            for chosen in taken:
                _check_each(chosen, 0, len(samples), "a chosen sample")


def _check_each(found: Places, least: int, end: int | None, what: str) -> None:
    """Refuse what is less than `least`, or not less than `end`."""
    if len(found) and found.min() < least:
        raise ValueError(f"{what} must be {least} or more, not {found.min()}")
    if len(found) and end is not None and found.max() >= end:
        raise ValueError(f"{what} must be less than {end}, not {found.max()}")


@dataclass(frozen=True, slots=True, eq=False)
class Descended:
    """What a call came to."""

    weights: Numbers
    memory: tuple[Numbers, ...]
    gradient: Numbers
    """The last step's, as the optimiser used it: shortened, where it was too long."""
    losses: Numbers
    """Of all turns' samples, one after the other."""
    outputs: Numbers
    """The same, shape (samples, outputs); no samples if they were not wanted."""
    kept: Numbers
    """The weights after every step, shape (steps, parameters); no steps if they were not wanted."""
    penalty: Numbers
    """Of every step, as those below; for a turn that is none, 0."""
    square: Numbers
    """The sum of the squares of its gradient, before it was shortened..."""
    largest: Numbers
    """...and the size of its largest number."""
    finite: NDArray[np.bool_]
    """Whether all weights are finite after it."""

    @property
    def length(self) -> Numbers:
        """The length of every step's gradient, before it was shortened, where it was `measured`."""
        with np.errstate(all="ignore"):
            beyond = np.where(np.isnan(self.square), self.square, self.largest)
            return np.where(_in_range(self.square), np.sqrt(self.square), beyond)

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Where that is so: no square was beyond what a number can hold."""
        fine = (
            _in_range(self.square) | (self.largest == 0) | ~np.isfinite(self.largest) | np.isnan(self.square)
        )
        return np.asarray(fine)


def _in_range(square: Numbers) -> NDArray[np.bool_]:
    return np.asarray((square > 1e-200) & (square < 1e200))


class Descent:
    """Steps on a recording that is compiled, with an optimiser's rule and maybe a penalty's recording."""

    def __init__(
        self,
        program: TapeProgram,
        rule: Formulas,
        penalty: TapeProgram | None = None,
        punished: Numbers | None = None,
    ) -> None:
        """`penalty` is the program of a tape with the same parameters, for one sample, which is `punished`:
        its inputs' numbers, shape (1, inputs).

        Raises `ValueError` if there are no parameters, or the penalty has not as many.
        """
        count = program.plan.parameters
        if not count:
            raise ValueError("steps take a tape with parameters, and there is none")
        if penalty is not None and penalty.plan.parameters != count:
            raise ValueError(f"the penalty must have {count} parameters, not {penalty.plan.parameters}")
        self._replays = CompiledReplays(program)
        self._penalty = None if penalty is None else CompiledReplays(penalty)
        if self._penalty is not None and punished is not None and punished.size:
            if self._penalty.program.lanes > 1:
                raise ValueError("a penalty that has inputs takes a program for 1 sample")
            self._penalty.of(1).put(punished)
        self._rule, self._columns = rule, used_numbers(rule.formulas)
        self._code = _code(tuple(rule.formulas.items()))
        self._descend = self._code.function("descend", ctypes.c_void_p)
        self._fixed: dict[str, int] = {}
        """What the code is given at every call."""

    @property
    def outputs(self) -> int:
        """How many outputs a sample has."""
        return len(self._replays.program.plan.outputs)

    @property
    def inputs(self) -> int:
        """How many numbers of a sample are read."""
        return len(self._replays.program.plan.inputs)

    def run(
        self,
        turns: Turns,
        weights: Numbers,
        memory: Sequence[Numbers],
        rates: Iterable[float],
        step: int = 0,
        *,
        gradient: Numbers | None = None,
        clip: float | None = None,
    ) -> Descended:
        """Take all turns from `weights` and `memory`, arrays of shape (parameters,).

        `rates` has a learning rate for each turn that is a step, and the first of them is the optimiser's
        step number `step`. A gradient that is longer than `clip` is shortened to that. With `gradient`, the
        gradients of all steps add up, that one first. Raises `ValueError` if a shape is another, or turns
        take samples that there are not.
        """
        program = self._replays.program
        count, parameters = len(turns.size), program.plan.parameters
        turns.check(len(program.recording.inputs))
        if len(memory) != len(self._rule.formulas) - 1:
            raise ValueError(f"the rule remembers {len(self._rule.formulas) - 1} arrays, not {len(memory)}")
        first = () if gradient is None else (gradient,)
        for each in (weights, *memory, *first):
            if np.shape(each) != (parameters,):
                raise ValueError(
                    f"weights and the like must have shape ({parameters},), not {np.shape(each)}"
                )
        state = aligned((2 + len(memory), -(-parameters // LANES) * LANES))
        for row, numbers in zip(state, (weights, *memory, *first), strict=False):
            row[:parameters] = numbers
        measured = np.zeros((count, len(MEASURED)))
        wanted = _Wanted(turns, self.outputs, parameters)
        table, numbers = wanted.table(program), self._numbers(turns, rates, step, clip)
        self._make_room(turns)
        given = self._fixed | {
            "turns": table.ctypes.data, "count": count, "numbers": numbers.ctypes.data,
            "measured": measured.ctypes.data, "weights": state[0].ctypes.data,
            "memory": state[1:].ctypes.data, "gradient": state[-1].ctypes.data, "parameters": parameters,
            "stale": gradient is not None,
        }  # fmt: skip
        everything = np.array([given[name] for name in GIVEN], dtype=np.int64)
        self._descend(everything.ctypes.data)
        ended = state[:, :parameters].copy()
        penalty, square, largest, finite = measured.T
        return Descended(
            ended[0], tuple(ended[1:-1]), ended[-1], wanted.losses, wanted.outputs, wanted.kept,
            penalty, square, largest, finite == 0,
        )  # fmt: skip

    def _numbers(self, turns: Turns, rates: Iterable[float], step: int, clip: float | None) -> Numbers:
        """What each turn's formulas use, after the length that its gradient has at most."""
        table = np.zeros((len(turns.size), 1 + len(self._columns)))
        table[:, 0] = np.inf if clip is None else clip
        learns = np.flatnonzero(turns.learns)
        for column, name in enumerate(self._columns, 1):
            if name == "rate":
                table[learns, column] = np.fromiter(rates, dtype=np.float64, count=len(learns))
        settings = [name for name in self._columns if name != "rate"]
        if settings:
            places = [1 + self._columns.index(name) for name in settings]
            known = [self._rule.settings(step + offset) for offset in range(len(learns))]
            table[learns[:, None], places] = [[each[name] for name in settings] for each in known]
        return table

    def _make_room(self, turns: Turns) -> None:
        """See that there are blocks for all turns, and where they are."""
        replays, samples = self._replays, int(turns.size.max())
        if self._fixed and samples <= replays.lanes:
            return
        given = dict.fromkeys(GIVEN, 0) | replays.addresses(samples)
        plan = replays.program.plan
        self._read = np.array([replays.place_of(node) for node in (plan.loss, *plan.outputs)], dtype=np.int64)
        given |= {"read": self._read.ctypes.data, "read_count": self.outputs}
        if self._penalty is not None:
            found = self._penalty.addresses(1)
            given |= {f"penalty_{name}": found[name] for name in _PENALTY}
            given["penalty_loss"] = self._penalty.place_of(self._penalty.program.plan.loss)[0]
        self._fixed = given


_PENALTY = ("shared", "forward", "backward", "blocks", "scalars", "table", "grad")


class _Wanted:
    """Room for what is written down of turns, and the turns as the code reads them."""

    def __init__(self, turns: Turns, outputs: int, parameters: int) -> None:
        self._turns = turns
        self._samples = [np.ascontiguousarray(each, dtype=np.float64) for each in turns.samples]
        self._chosen = np.ascontiguousarray(turns.chosen, dtype=np.int64)
        every = int(turns.size.sum())
        self.losses = np.empty(every)
        self.outputs = np.empty((every if turns.outputs else 0, outputs))
        self.kept = np.empty((np.count_nonzero(turns.learns) if turns.kept else 0, parameters))

    def table(self, program: TapeProgram) -> Places:
        """A row a turn, of samples that are put to a program."""
        turns = self._turns
        used = np.where(turns.learns, turns.size % program.lanes, 0)
        forward = np.full(len(used), program.whole.address("forward"))
        backward = np.zeros_like(forward)
        for each in set(used.tolist()) - {0}:
            last = program.last(each)
            forward[used == each], backward[used == each] = last.address("forward"), last.address("backward")
        before = np.cumsum(turns.size) - turns.size
        column = {
            "samples": np.array([each.ctypes.data for each in self._samples])[turns.source],
            "width": self._samples[0].shape[1],
            "chosen": self._chosen.ctypes.data + 8 * turns.first,
            "size": turns.size,
            "last_forward": forward,
            "last_backward": backward,
            "learns": turns.learns,
            "losses": self.losses.ctypes.data + 8 * before,
            "outputs": 0,
            "kept": 0,
        }
        if self.outputs.size:
            column["outputs"] = self.outputs.ctypes.data + 8 * self.outputs.shape[1] * before
        if self.kept.size:
            step = np.cumsum(turns.learns) - 1
            column["kept"] = self.kept.ctypes.data + 8 * self.kept.shape[1] * step
        table = np.empty((len(turns.size), len(TURN)), dtype=np.int64)
        for place, name in enumerate(TURN):
            table[:, place] = column[name]
        return table


def prepare(rule: Formulas) -> None:
    """Compile what steps by a rule take besides a program, which is then kept.

    This may be done in another thread. Raises `NotCompiledError`, with the reason.
    """
    _code(tuple(rule.formulas.items()))


@cache
def _code(formulas: tuple[tuple[str, str], ...]) -> MachineCode:
    """The function for some formulas: it is small, and kept."""
    return MachineCode(descent_assembly(dict(formulas)))
