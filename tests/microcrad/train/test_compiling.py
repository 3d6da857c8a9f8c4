"""Training with compiled code: the same run, from the same step on, or a reason why not."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from samples import always

from microcrad.errors import NotCompiledError
from microcrad.train.compiling import FIRST_STEPS
from microcrad.train.configuration import Configuration
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training

SMALL = Configuration(points=20, hidden=(3,), steps=40, batch=7, optimiser="adam", engine="compiled")


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code takes over soon."""
    monkeypatch.setitem(FIRST_STEPS, "auto", 5)


@pytest.mark.parametrize(
    ("data", "loss", "activation"),
    always(
        1,
        [
            ("moons", "hinge", "relu"),
            ("moons", "bce", "tanh"),
            ("iris", "softmax", "tanh"),
            ("sine", "mse", "tanh"),
        ],
    ),
)
def test_a_run_is_the_eager_engines(data: str, loss: str, activation: str) -> None:
    at = replace(SMALL, data=data, loss=loss, activation=activation)
    compiled, eager = Trainer(at), Trainer(replace(at, engine="eager"))
    for _ in range(20):
        one, two = compiled.step(), eager.step()
        assert one.loss == pytest.approx(two.loss, rel=1e-9)
        np.testing.assert_allclose(compiled.state.weights, eager.state.weights, rtol=1e-9, atol=1e-12)
    assert (compiled.engine, compiled.not_compiled) == ("compiled", "")


@pytest.mark.usefixtures("early")
def test_which_step_is_compiled_depends_on_its_number_alone() -> None:
    """In a run that goes on from a state, and in one that starts again, as in one that is taken in one go."""
    at = replace(SMALL, engine="auto")
    whole, other = Trainer(at), Trainer(at)
    engines, losses = [], []
    for _ in range(9):
        losses.append(whole.step().loss)
        engines.append(whole.engine)
    assert engines == ["tape"] * 5 + ["compiled"] * 4
    other.stand_at(whole.state)
    assert (other.step(), other.engine) == (whole.step(), "compiled")
    whole.rewind()
    assert [whole.step().loss for _ in range(9)] == losses


def test_what_is_set_later_compiles_and_records_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(SMALL)
    trainer.step()
    monkeypatch.setattr("microcrad.tape.tape.recording", None)
    monkeypatch.setattr("microcrad.tape.tape.TapeProgram", None)
    changes = {
        "steps": 90, "batch": 13, "optimiser": "momentum", "stop_loss": 0.001, "penalty": 0.01,
        "engine": "auto",
    }  # fmt: skip
    for name, value in changes.items():
        trainer.change(replace(trainer.configuration, **{name: value}))
        trainer.step()
    assert trainer.engine == "tape"
    trainer.change(replace(trainer.configuration, engine="compiled"))
    trainer.step()
    assert trainer.engine == "compiled"


def test_without_llvmlite_a_run_goes_on_with_numpy_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    training, numpy = Training(SMALL), Trainer(replace(SMALL, engine="tape"))
    training.take_step()
    assert training.metrics == numpy.step()
    assert training.moment.engine == "tape"
    assert "it takes llvmlite, of the extra jit" in training.moment.not_compiled
    training.set("engine", "auto")
    assert training.moment.not_compiled == ""  # Nobody asked for it.


def test_without_the_memory_to_compile_a_run_goes_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("microcrad.tape.tape.TapeProgram", too_large)
    trainer = Trainer(SMALL)
    trainer.step()
    assert (trainer.engine, trainer.not_compiled) == ("tape", "there is not enough memory to compile it")


@pytest.mark.parametrize("late", [False, True])
def test_where_the_optimiser_cannot_be_compiled_a_run_goes_on_too(
    monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """Where it is chosen late, with the compiled tape's gradients."""

    def refused(formulas: object) -> None:
        raise NotCompiledError("no room")

    trainer = Trainer(SMALL)
    if late:
        trainer.step()
    monkeypatch.setattr("microcrad.tape.descent._code", refused)
    other = Trainer(replace(SMALL, engine="tape"))
    if late:
        other.step()
    for each in (trainer, other):
        each.change(replace(each.configuration, optimiser="momentum"))
        for _ in range(3):
            metrics = each.step()
        assert metrics.finite
    np.testing.assert_allclose(trainer.state.weights, other.state.weights, rtol=1e-9, atol=1e-12)
    expected = ("compiled", "") if late else ("tape", "no room")
    assert (trainer.engine, trainer.not_compiled) == expected
