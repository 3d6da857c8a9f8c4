"""The runs that a person kept: their curves to compare with, their scores, and the way back to them."""

from __future__ import annotations

from dataclasses import dataclass

from microcrad.train import settings
from microcrad.train.configuration import Configuration
from microcrad.train.engines import TrainingState
from microcrad.train.history import History
from microcrad.train.scores import Best, Metrics, Score
from microcrad.train.source import Prepared
from microcrad.train.trainer import Trainer

__all__ = ["MOST_RUNS", "LoggedRun", "logged"]

MOST_RUNS = 20
"""How many are kept; of more, those kept first are let go."""


@dataclass(frozen=True, slots=True, eq=False)
class LoggedRun:
    """A run as it stood when it was kept."""

    name: str
    """What was set in it, in short, with a number if others are called so."""
    configuration: Configuration
    prepared: Prepared
    state: TrainingState
    best: Best | None
    last: TrainingState | None
    """Where it goes on from, if its best weights were given back."""
    metrics: Metrics | None
    scores: dict[str, Score]
    history: History
    """Its own copy: the run may go on."""

    @property
    def said(self) -> str:
        """How far it came, how well it does, and its seed, in a sentence."""
        scores = [f"{name} {_said(score)}" for name, score in self.scores.items()]
        loss = f"loss {self.history.loss.numbers[-1]:.4g}"
        return f"Step {self.state.step}: {', '.join([loss, *scores])}; seed {self.configuration.seed}."

    def differs(self, now: Configuration) -> str:
        """What is set otherwise now, each with what it was in this run; empty if nothing is."""
        rows = settings.differences(now, self.configuration)
        return ", ".join(f"{row.name} {row.show(getattr(self.configuration, row.name))}" for row in rows[:4])


def _said(score: Score) -> str:
    if score.accuracy is not None:
        return f"{100 * score.accuracy:.4g} %"
    return f"loss {score.loss:.4g}" if score.rmse is None else f"RMSE {score.rmse:.5g}"


def logged(
    runs: tuple[LoggedRun, ...],
    trainer: Trainer,
    metrics: Metrics | None,
    scores: dict[str, Score],
    history: History,
) -> tuple[LoggedRun, ...]:
    """The kept runs with the present one behind them."""
    name = _name(trainer)
    known = {run.name for run in runs}
    numbers = (f"{name} ({number})" for number in range(2, MOST_RUNS + 3))
    called = name if name not in known else next(each for each in numbers if each not in known)
    run = LoggedRun(
        called, trainer.configuration, trainer.prepared, trainer.state, trainer.best, trainer.last, metrics,
        scores, history.copy(),
    )  # fmt: skip
    return (*runs, run)[-MOST_RUNS:]


def _name(trainer: Trainer) -> str:
    at = trainer.configuration
    hidden = settings.SETTINGS["hidden"].show(at.hidden)
    fault = f", {at.fault}" if at.fault else ""
    return f"{trainer.samples.name} {hidden} {at.optimiser} {at.rate}{fault}"
