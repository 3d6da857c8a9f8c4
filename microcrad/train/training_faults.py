"""Training made wrong on purpose, and what to look for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TRAINING_FAULTS", "TrainingFault"]


@dataclass(frozen=True, slots=True)
class TrainingFault:
    """One thing done wrong. `Trainer` knows each by its name."""

    name: str
    title: str
    does: str
    """What is wrong, in a sentence."""
    look: str
    """What to look for, in a sentence."""
    needs_rewind: bool = False
    """Whether it acts on how training starts, and so not before the next rewind."""
    needs_graph: bool = False
    """Whether it needs real nodes, so that steps are taken by the eager engine."""
    phase: str = ""
    """The phase of a step that it leaves out, if it does."""
    instead: str = ""
    """What happens in that phase instead, as the rest of a sentence."""


TRAINING_FAULTS: dict[str, TrainingFault] = {
    row.name: row
    for row in (
        TrainingFault(
            "stale",
            "no zero_grad",
            "Gradients are never cleared, so every step adds to those of all steps before.",
            "The gradient norm grows, the weights overshoot, and the loss swings instead of falling.",
            phase="zero_grad",
            instead="left out: the grads of all steps before stay, and what comes now is added to them.",
        ),
        TrainingFault(
            "leak",
            "no release",
            "The graph of a step is never released.",
            "The memory curve climbs by a whole graph with every step, though the losses are the right ones.",
            needs_graph=True,
            phase="release",
            instead="left out: nothing is given back, so this step's whole graph stays in memory.",
        ),
        TrainingFault(
            "rate",
            "rate too high",
            "Every step is thirty times as long as the learning rate says.",
            "The loss jumps up instead of falling; relus die, or numbers grow until they are not finite.",
        ),
        TrainingFault(
            "dead",
            "dead ReLU start",
            "The first layer starts with biases so low that no sample makes any of its neurons fire.",
            "The gradient of the first layer is exactly 0, and the loss stays where it is.",
            needs_rewind=True,
        ),
        TrainingFault(
            "swapped",
            "labels swapped",
            "A third of the labels that are trained on are wrong.",
            "The training loss cannot reach 0 without twisting the boundary around the wrong points.",
        ),
    )
}
"""Every fault of training by its name."""
