"""Curves that grow without end: what is let go of, and what stays as it was measured."""

from __future__ import annotations

import itertools
import math
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.train import history as history_module
from microcrad.train.history import MOST_MEASURED, Curve, History
from microcrad.train.scores import Score, StepColumns

LEAST = 11
"""The fewest measurements that the tests thin to: three stretches."""


def curve(numbers: list[float], steps: list[int] | None = None) -> Curve:
    return Curve(array("d", steps or range(len(numbers))), array("d", numbers))


@given(
    st.lists(st.sampled_from([0.0, -0.0, 1.5, -2.0, 7.0, 1e300, math.inf, -math.inf, math.nan]), min_size=1),
    st.integers(LEAST, 40),
    st.randoms(),
)
def test_a_thinned_curve_has_the_ends_and_what_stands_out_of_each_stretch(
    numbers: list[float], most: int, dice: object
) -> None:
    steps = list(itertools.accumulate(dice.randint(1, 9) for _ in numbers))  # type: ignore[attr-defined]
    thin = curve(numbers, steps).thinned(most)
    assert len(thin) <= most
    kept = dict(zip(thin.steps.tolist(), thin.numbers.tolist(), strict=True))
    assert list(kept) == sorted(kept)
    measured = dict(zip(steps, numbers, strict=True))
    assert repr(kept) == repr({float(step): measured[int(step)] for step in kept})
    assert {steps[0], steps[-1]} <= kept.keys()
    assert thin.extent() == curve(numbers).extent()
    if len(numbers) > most:
        count = (most - 2) // 3
        stretches: dict[int, list[int]] = {}
        for step in steps:
            place = min(int((step - steps[0]) / (steps[-1] - steps[0]) * count), count - 1)
            stretches.setdefault(place, []).append(step)
        for inside in stretches.values():
            finite = [step for step in inside if math.isfinite(measured[step])]
            broken = [step for step in inside if step not in finite]
            if finite:
                assert min(finite, key=lambda step: (measured[step], step)) in kept
                assert max(finite, key=lambda step: (measured[step], -step)) in kept
            assert kept.keys() >= set(broken[:1])


def test_a_curve_of_a_million_steps_is_bounded_and_equally_dense() -> None:
    numbers = np.random.default_rng(5).normal(size=1_000_000)
    numbers[[3, 420_000]] = -100.0, 100.0
    grown = Curve()
    for start in range(0, len(numbers), 7_000):
        part = numbers[start : start + 7_000]
        grown.extend(range(start, start + len(part)), part.tolist())
        assert len(grown) <= MOST_MEASURED
    steps = np.array(grown.steps, dtype=int)
    assert np.array_equal(numbers[steps], grown.numbers)
    assert (steps[0], steps[-1]) == (0, 999_999)
    assert {3, 420_000} <= set(steps.tolist())
    assert np.diff(steps).max() < 200  # Nowhere are more of them lost than everywhere.


def test_a_normal_run_keeps_every_step() -> None:
    grown = Curve()
    grown.extend(range(MOST_MEASURED), map(float, range(MOST_MEASURED)))
    assert grown.steps.tolist() == grown.numbers.tolist() == list(range(MOST_MEASURED))


@pytest.mark.parametrize("epoch_steps", [1, 7, 400])
def test_what_is_measured_does_not_depend_on_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, epoch_steps: int
) -> None:
    """The running mean goes on as if nothing had been let go of; whole sets are still known from batches."""
    losses = np.random.default_rng(epoch_steps).random(5_000).tolist()

    def grown() -> History:
        history = History()
        for start in range(0, len(losses), 50):
            part = losses[start : start + 50]
            scores = {"train": [Score(loss, 0.5) for loss in part]} if epoch_steps == 1 else {}
            history.extend(StepColumns(start, part, part, 3, 3, scores), epoch_steps)
        return history

    whole = grown()
    monkeypatch.setattr(history_module, "MOST_MEASURED", 300)
    thin = grown()
    assert len(whole.smoothed) == 5_000
    measured = dict(zip(whole.smoothed.steps, whole.smoothed.numbers, strict=True))
    kept = dict(zip(thin.smoothed.steps, thin.smoothed.numbers, strict=True))
    assert len(kept) <= 300
    assert kept == {step: measured[step] for step in kept}
    assert thin.with_batches == whole.with_batches == (epoch_steps > 1)
    again = History(loss=thin.loss.thinned(40), smoothed=thin.smoothed.thinned(40))
    assert again.with_batches == (epoch_steps > 1)
