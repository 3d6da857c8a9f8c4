"""Where a training stands: all that a screen shows of it, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from microcrad.train.configuration import Configuration
from microcrad.train.engines import PHASES, Phase
from microcrad.train.history import History
from microcrad.train.run_log import LoggedRun
from microcrad.train.scores import Best, Metrics, Score
from microcrad.train.stop_reason import StopReason
from microcrad.train.training_faults import TrainingFault
from microcrad.train.views import LayerWeights

__all__ = ["TrainingMoment"]


@dataclass(frozen=True, slots=True)
class TrainingMoment:
    """All that a screen shows of a training, taken at once so that its panes agree."""

    name: str
    """What the data is called."""
    configuration: Configuration
    sizes: tuple[int, ...]
    """The network's layers, inputs first."""
    classes: tuple[str, ...]
    """What the classes are called; none for a regression."""
    plane: bool
    """Whether there are two inputs and classes, so that there is a boundary to draw."""
    step: int
    """How many steps were taken."""
    epoch: float
    """How often every sample was seen."""
    layers: tuple[LayerWeights, ...]
    """The weights of each layer as they are now."""
    metrics: Metrics | None
    """The last step; None before the first."""
    scores: dict[str, Score]
    """The last scores of each part of the data, or those of the weights that were given back."""
    history: History
    runs: tuple[LoggedRun, ...]
    """Those that were kept, the latest last."""
    running: bool
    stop: StopReason | None
    best: Best | None
    """The best weights so far."""
    given_back: bool
    """Whether these are in place instead of the last ones."""
    fault: TrainingFault | None
    engine: str
    """What takes the steps: `eager`, `tape` or `compiled`."""
    not_compiled: str
    """Why they are not compiled although that was asked for."""
    live: int
    leaked: int
    """How many of those no step will ever release."""
    phases: tuple[Phase, ...]
    """The phases of the last step, if it was opened."""
    phase: int | None
    """The one that is looked at."""
    levels: tuple[tuple[str, float], ...]
    """Losses to beat, each with what has it; none but for words."""
    notice: str
    """What the last command did or could not do; empty if there is nothing to say."""
    advice: str
    """What commands help then, their ids in braces."""

    @property
    def eager(self) -> bool:
        """Whether steps build their graph."""
        return self.engine == "eager"

    @property
    def happening(self) -> str:
        """What happens in the phase that is looked at, in a sentence; empty if none is."""
        if self.phase is None:
            return ""
        name, fault = self.phases[self.phase].name, self.fault
        left_out = fault is not None and fault.phase == name
        return f"{name}: {fault.instead if fault is not None and left_out else PHASES[name]}"
