"""Whole training runs have PyTorch's numbers: 300 of them, with everything that can be set.

`tests/data/make_torch_runs.py` made the numbers; PyTorch is not needed here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import spread

from microcrad.nn import ACTIVATIONS
from microcrad.train.settings import changed, restored
from microcrad.train.trainer import Trainer

RUNS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "torch_runs.json").read_text(encoding="utf-8")
)


def test_there_are_300_runs_of_every_kind() -> None:
    assert len(RUNS) == 300
    found = [restored(run["settings"]) for run in RUNS]
    for name, kinds in (
        ("loss", 4),
        ("optimiser", 3),
        ("initialisation", 3),
        ("penalty_kind", 2),
        ("clip", 3),
    ):
        counts = [
            sum(getattr(at, name) == kind for at in found) for kind in {getattr(at, name) for at in found}
        ]
        assert len(counts) == kinds, name
        assert min(counts) >= 20, name
    assert {word for at in found for word in at.activations} == set(ACTIVATIONS)
    assert sum(bool(at.features) for at in found) > 50
    assert len({name for run in RUNS for name in run["middle"]}) == 6


@pytest.mark.parametrize("number", spread(8, range(300)))
def test_a_run_has_pytorchs_losses_and_weights(number: int) -> None:
    run = RUNS[number]
    at = restored(run["settings"])
    trainer = Trainer(at)
    losses = [trainer.step().loss for _ in range(6)]
    for name, text in run["middle"].items():
        trainer.change(changed(at, name, text))
    losses += [trainer.step().loss for _ in range(6)]
    np.testing.assert_allclose(losses, run["losses"], rtol=1e-9, atol=1e-12)
    weights = trainer.state.weights
    with np.errstate(over="ignore"):  # Where PyTorch's is infinite too.
        assert float(np.linalg.norm(weights)) == pytest.approx(run["size"], rel=1e-9)
    for place, weight in run["weights"].items():
        assert weights[int(place)] == pytest.approx(weight, rel=1e-9, abs=1e-11)
