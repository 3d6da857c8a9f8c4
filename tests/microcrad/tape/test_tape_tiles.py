"""Members of a loop that are computed together: which are, and that nothing else comes of it."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from samples import always
from tape_graphs import INF, NAN, Build, eager

from microcrad import Value
from microcrad.nn import MLP
from microcrad.tape import Tape
from microcrad.tape.record import record
from microcrad.tape.tape_plan import plan_for
from microcrad.tape.tape_tiles import tile


def layers(*sizes: int, activation: str = "tanh") -> tuple[Build, list[Value]]:
    """A network's outputs, added up."""
    model = MLP(sizes[0], list(sizes[1:]), activation=activation, generator=random.Random(3))

    def build(x: list[Value]) -> Value:
        outputs = model(x)
        return sum(outputs, Value(0.0)) if isinstance(outputs, list) else outputs

    return build, model.parameters()


def recurrence() -> tuple[Build, list[Value]]:
    """Each state of an earlier one and of the same three inputs."""
    w = [Value(0.3 * i - 1) for i in range(12)]

    def build(x: list[Value]) -> Value:
        state = w[0] * x[0]
        for i in range(8):
            state = w[1 + i % 3] * state + w[i] * x[0] + w[i + 1] * x[1] + w[i + 2] * x[2]
        return state

    return build, w


def tiles(build: Build, inputs: int, parameters: list[Value], most: int = 8) -> list[tuple[int, int]]:
    """For each loop how many members it has, and how many of them are computed together."""
    plan = plan_for(record(build, [0.1 * i - 0.3 for i in range(inputs)], parameters, None))
    return [(loop.count, tile(loop, plan.table, most).members) for loop in plan.loops]


def test_neurons_that_read_the_same_are_computed_together() -> None:
    build, parameters = layers(5, 12, 7, 1)
    sums = [found for found in tiles(build, 5, parameters) if found[1] > 1]
    assert sums == [(12, 6), (7, 7)]
    assert [found for found in tiles(build, 5, parameters, 5) if found[1] > 1] == [(12, 4)]
    assert {together for _, together in tiles(build, 5, parameters, 1)} == {1}


def test_who_reads_what_another_member_computes_waits_for_it() -> None:
    build, parameters = recurrence()
    found = tiles(build, 3, parameters)
    assert max(count for count, _ in found) == 8
    assert {together for _, together in found} == {1}


def test_weights_lie_one_after_the_other() -> None:
    build, parameters = layers(9, 4, 2)
    plan = plan_for(record(build, [0.1] * 9, parameters, None))
    its = tile(plan.loops[0], plan.table, 8)
    assert [(run.count, slot) for run, slot in its.consecutive] == [(9, 0)]
    backwards = list(reversed(parameters))
    plan = plan_for(record(build, [0.1] * 9, backwards, None))
    assert not any(tile(loop, plan.table, 8).consecutive for loop in plan.loops)


REGISTERS = (32, 64, 256)
SIZES = ((17, 12, 10, 3), (8, 6, 9, 4), (40, 3))
EVERY = list(itertools.product(REGISTERS, SIZES, (False, True)))
DIAGONAL = [case for case in EVERY if SIZES.index(case[1]) == (REGISTERS.index(case[0]) + case[2]) % 3]
"""Each number of registers with ordinary numbers and with wild ones, and each network twice."""


@pytest.mark.parametrize(
    ("registers", "sizes", "wild"), always(6, sorted(EVERY, key=lambda case: case not in DIAGONAL))
)
def test_losses_are_the_engines_to_the_last_bit_on_every_machine(
    monkeypatch: pytest.MonkeyPatch, registers: int, sizes: tuple[int, ...], wild: bool
) -> None:
    """And gradients up to rounding: in whole blocks, in a part of one, and of one sample."""
    monkeypatch.setattr("microcrad.tape.compiled._numbers_in_registers", lambda: registers)
    build, parameters = layers(*sizes, activation="relu" if wild else "tanh")
    dice = np.random.default_rng(len(sizes))
    batch = dice.normal(size=(70, sizes[0]))
    if wild:
        batch[3, 0], batch[5, 2], batch[64, 1], batch[65] = INF, NAN, -INF, -0.0
    assert_the_engines(build, parameters, batch, (70, 32, 9, 1))


@pytest.mark.parametrize("registers", [32, 256])
def test_a_recurrence_is_the_engines(monkeypatch: pytest.MonkeyPatch, registers: int) -> None:
    monkeypatch.setattr("microcrad.tape.compiled._numbers_in_registers", lambda: registers)
    build, parameters = recurrence()
    assert_the_engines(build, parameters, np.random.default_rng(1).normal(size=(40, 3)), (40, 5))


def assert_the_engines(
    build: Build, parameters: list[Value], batch: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    counts: tuple[int, ...],
) -> None:  # fmt: skip
    tape = Tape.record(build, [0.1] * batch.shape[1], parameters)
    for count in counts:
        tape.use(tape.program(count))
        samples = batch[:count].tolist()
        losses, gradient, sizes = eager(build, samples, parameters)
        got = tape.forward(batch[:count]).tolist()
        assert [x.hex() for x in got if not math.isnan(x)] == [x.hex() for x in losses if not math.isnan(x)]
        assert [math.isnan(x) for x in got] == [math.isnan(x) for x in losses]
        for one, two, size in zip(tape.backward().tolist(), gradient, sizes, strict=True):
            tolerance = 1e-12 * size if math.isfinite(size) else 0.0
            assert one == pytest.approx(two, rel=1e-12, abs=tolerance, nan_ok=True)
