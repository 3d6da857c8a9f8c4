"""Why a run stands still: it has come to its end, to what was asked for, or cannot go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from microcrad.train.configuration import Configuration
from microcrad.train.culprit import find_culprit
from microcrad.train.engines import TrainingState
from microcrad.train.scores import Best, Metrics, Score, judge
from microcrad.train.trainer import Trainer

__all__ = ["MOST_LIVE", "StopReason", "out_of_patience", "reached", "stop_after"]

MOST_LIVE = 2_000_000
"""Live nodes beyond which a run that never releases is paused: some 250 MB."""


@dataclass(frozen=True, slots=True)
class StopReason:
    """Why a run stands still."""

    reason: str
    """`steps`, `loss`, `accuracy`, `patience`, `not finite` or `memory`."""
    fact: str
    """Why, in sentences."""
    final: bool
    """Whether it cannot go on without a rewind or a change of settings."""
    sample: int | None = None
    """The sample whose graph shows why, where one does."""

    @property
    def advice(self) -> str:
        """What commands help, their ids in braces; empty if none does."""
        if self.reason in ("loss", "accuracy", "patience"):
            return ""
        return f"{'{non_finite} opens it, ' if self.sample is not None else ''}{{rewind}} rewinds."


def stop_after(trainer: Trainer, before: TrainingState, metrics: Metrics) -> StopReason | None:
    """Whether a run stands still after a step that was taken from the state `before`, and why."""
    if not metrics.finite or not np.isfinite(trainer.state.weights).all():
        return _not_finite(trainer, before)
    if metrics.live > MOST_LIVE:
        said = f"{metrics.live} nodes are live and none is released. A rewind frees them."
        return StopReason("memory", said, True)
    return _reached(trainer, metrics)


def out_of_patience(configuration: Configuration, best: Best | None) -> bool:
    """Whether so many epochs have ended without a lower loss that a run stops for it."""
    return best is not None and 0 < configuration.patience <= best.since


def reached(at: Configuration, scores: Mapping[str, Score], best: Best | None) -> str:
    """What was asked for that scores have reached: `loss`, `accuracy` or `patience`; empty for nothing."""
    score = judge(scores)
    if at.stop_loss is not None and score.loss < at.stop_loss:
        return "loss"
    if at.stop_accuracy is not None and score.accuracy is not None and score.accuracy >= at.stop_accuracy:
        return "accuracy"
    return "patience" if out_of_patience(at, best) else ""


def _reached(trainer: Trainer, metrics: Metrics) -> StopReason | None:
    """Whether what was asked for is reached, or the last step."""
    at, score, best = trainer.configuration, metrics.judge, trainer.best
    judged = "validation" if metrics.validation is not None else "train"
    given = ""
    if trainer.gives_back and best is not None:
        least = f"with the least validation loss, {best.loss:.4g}"
        given = f" Given back: the weights after step {best.step}, {least}."
    reason = reached(at, metrics.scores, best) if score is not None else ""
    said = ""
    if reason == "loss" and score is not None:
        said = f"The {judged} loss is {score.loss:.4g}, below {at.stop_loss:g}."
    elif reason == "accuracy" and score is not None and score.accuracy is not None:
        right, wanted = 100 * score.accuracy, 100 * (at.stop_accuracy or 0.0)
        said = f"{right:.4g} % of the {judged} set are right; {wanted:g} % were asked for."
    elif reason == "patience" and best is not None:
        epochs = f"{best.since} epoch{'' if best.since == 1 else 's'}"
        said = f"The {judged} loss has not fallen for {epochs}."
    if reason:
        return StopReason(reason, said + given, False)
    step = trainer.state.step
    if step >= at.steps:
        return StopReason("steps", f"Step {step} of {at.steps}: the run is complete.{given}", False)
    return None


def _not_finite(trainer: Trainer, before: TrainingState) -> StopReason:
    assert trainer.taken is not None
    found = find_culprit(trainer, before, trainer.taken)
    if found is None:  # What is too large is the gradient's length alone.
        return StopReason("not finite", "The gradient is too long for a number.", True)
    return StopReason("not finite", found.sentence, True, found.sample)
