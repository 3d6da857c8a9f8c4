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
    texts: bool | None = None
    """Whether it is for models that read a text, or for all others; None for any."""
    without: str = ""
    """The part that a model which reads a text is then without."""

    def suits(self, *, reads_text: bool) -> bool:
        """Whether it can be done to such a model."""
        return self.texts in (None, reads_text)


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
            texts=False,
        ),
        TrainingFault(
            "swapped",
            "labels swapped",
            "A third of the labels that are trained on are wrong.",
            "The training loss cannot reach 0 without twisting the boundary around the wrong points.",
            texts=False,
        ),
        TrainingFault(
            "no-mask",
            "no mask",
            "Attention sees the letters that come after, too: those that it should guess.",
            "The loss falls far below what letters allow, and what the model writes of its own is worse.",
            texts=True,
            without="mask",
        ),
        TrainingFault(
            "no-positions",
            "no positions",
            "Letters do not say where in the word they stand.",
            "One layer then cannot tell in what order the letters before came, and the loss is higher.",
            texts=True,
            without="positions",
        ),
        TrainingFault(
            "no-scale",
            "no scale",
            "Scores of attention are not divided by the root of their length.",
            "Shares of attention are more uneven: softmax chooses where it should mix. With few numbers a "
            "head the loss hardly changes.",
            texts=True,
            without="scale",
        ),
        TrainingFault(
            "no-residual",
            "no residual",
            "Each part of a layer replaces the stream instead of adding to it.",
            "The loss falls more slowly and stays higher.",
            texts=True,
            without="residual",
        ),
    )
}
"""Every fault of training by its name."""
