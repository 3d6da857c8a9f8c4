"""Why a run stands still: it has come to its end, to what was asked for, or cannot go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microcrad.train.culprit import find_culprit
from microcrad.train.engines import TrainingState
from microcrad.train.scores import Metrics
from microcrad.train.trainer import Trainer

__all__ = ["MOST_LIVE", "StopReason", "out_of_patience", "stop_after"]

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


def out_of_patience(trainer: Trainer) -> bool:
    """Whether so many epochs have ended without a lower loss that a run stops for it."""
    return trainer.best is not None and 0 < trainer.configuration.patience <= trainer.best.since


def _reached(trainer: Trainer, metrics: Metrics) -> StopReason | None:
    """Whether what was asked for is reached, or the last step."""
    at, score, best = trainer.configuration, metrics.judge, trainer.best
    held_out = metrics.validation is not None
    judge = "validation" if held_out else "train"
    given = ""
    if trainer.gives_back and best is not None:
        least = f"with the least validation loss, {best.loss:.4g}"
        given = f" Given back: the weights after step {best.step}, {least}."
    if score is not None and at.stop_loss is not None and score.loss < at.stop_loss:
        said = f"The {judge} loss is {score.loss:.4g}, below {at.stop_loss:g}."
        return StopReason("loss", said + given, False)
    right = None if score is None else score.accuracy
    if at.stop_accuracy is not None and right is not None and right >= at.stop_accuracy:
        said = (
            f"{100 * right:.4g} % of the {judge} set are right; {100 * at.stop_accuracy:g} % were asked for."
        )
        return StopReason("accuracy", said + given, False)
    if score is not None and best is not None and out_of_patience(trainer):
        epochs = f"{best.since} epoch{'' if best.since == 1 else 's'}"
        return StopReason("patience", f"The {judge} loss has not fallen for {epochs}.{given}", False)
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
