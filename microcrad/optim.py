"""Optimisers: how parameters move once their gradients are known.

A *rule* (`SGD`, `Momentum`, `Adam`) is pure arithmetic, element by element: it works alike on floats and on
NumPy arrays, takes the old numbers and returns the new. A *schedule* gives the learning rate of each step.
An `Optimizer` applies both to a list of parameters. The rules and their defaults are PyTorch's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from microcrad.engine import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "SGD", "Adam", "Constant", "Cosine", "Linear", "Momentum", "Numbers", "Optimizer", "Rule", "Schedule",
    "Steps",
]  # fmt: skip

Numbers = TypeVar("Numbers", float, "NDArray[np.float64]")
"""One parameter as a float, or any number of them as an array; what goes in comes out."""
Schedule = Callable[[int], float]
"""The learning rate of each step; steps count from 0."""


class Rule(Protocol):
    """One step of an optimiser for each parameter alone."""

    @property
    def memory(self) -> int:
        """How many numbers, all 0 at first, are remembered for each parameter from step to step."""

    def update(
        self, data: Numbers, grad: Numbers, memory: tuple[Numbers, ...], rate: float, step: int
    ) -> tuple[Numbers, tuple[Numbers, ...]]:
        """The new data and memory; `step` counts from 0. Nothing that is passed in is changed."""


@dataclass(frozen=True, slots=True)
class SGD:
    """Gradient descent: `data - rate * grad`."""

    memory: ClassVar[int] = 0

    def update(
        self, data: Numbers, grad: Numbers, memory: tuple[Numbers, ...], rate: float, step: int
    ) -> tuple[Numbers, tuple[Numbers, ...]]:
        """See `Rule.update`."""
        return data - rate * grad, memory


@dataclass(frozen=True, slots=True)
class Momentum:
    """Gradient descent along a velocity: `velocity = momentum * velocity + grad`.

    As `torch.optim.SGD(momentum=...)`, without dampening and Nesterov: the rate multiplies the velocity, so a
    change of rate acts at once on all of it. `momentum` is at least 0 and below 1.
    """

    momentum: float = 0.9
    memory: ClassVar[int] = 1

    def __post_init__(self) -> None:
        _below_one("momentum", self.momentum)

    def update(
        self, data: Numbers, grad: Numbers, memory: tuple[Numbers, ...], rate: float, step: int
    ) -> tuple[Numbers, tuple[Numbers, ...]]:
        """See `Rule.update`; the memory is the velocity."""
        velocity = self.momentum * memory[0] + grad
        return data - rate * velocity, (velocity,)


@dataclass(frozen=True, slots=True)
class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1), as `torch.optim.Adam`.

    Running means of the gradient and of its square; each parameter moves by about the rate, whatever the
    size of its gradient. `beta1` and `beta2` are at least 0 and below 1; `epsilon`, above 0, is added to the
    root of the mean square after its correction.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    memory: ClassVar[int] = 2

    def __post_init__(self) -> None:
        _below_one("beta1", self.beta1)
        _below_one("beta2", self.beta2)
        _positive("epsilon", self.epsilon)

    def update(
        self, data: Numbers, grad: Numbers, memory: tuple[Numbers, ...], rate: float, step: int
    ) -> tuple[Numbers, tuple[Numbers, ...]]:
        """See `Rule.update`; the memory is the mean gradient and the mean square, before correction."""
        mean = self.beta1 * memory[0] + (1 - self.beta1) * grad
        square = self.beta2 * memory[1] + (1 - self.beta2) * (grad * grad)
        # The means started at 0, so early ones are too small by a factor that is known exactly.
        mean_correction = 1 - self.beta1 ** (step + 1)
        square_correction = 1 - self.beta2 ** (step + 1)
        # `** 0.5` rather than a square root's name: it means the same for a float and for an array.
        size = (square / square_correction) ** 0.5 + self.epsilon
        return data - rate * (mean / mean_correction) / size, (mean, square)


class Optimizer:
    """Applies a rule to parameters, one step at a time.

    `schedule` gives each step's learning rate; a number is a constant one. A training step is
    `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`. Only `data` and `grad` are touched: no
    nodes are made, and no reference is taken.
    """

    def __init__(self, parameters: Sequence[Value], rule: Rule, schedule: Schedule | float) -> None:
        self.parameters = list(parameters)
        self.rule = rule
        self.schedule = schedule if callable(schedule) else Constant(schedule)
        self.steps = 0
        """How many steps were taken."""
        self.memory: list[tuple[float, ...]] = [(0.0,) * rule.memory for _ in self.parameters]
        """What the rule remembers, for each parameter."""

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.schedule(self.steps)

    def step(self) -> None:
        """Move every parameter once by its gradient."""
        rate = self.rate
        for index, parameter in enumerate(self.parameters):
            parameter.data, self.memory[index] = self.rule.update(
                parameter.data, parameter.grad, self.memory[index], rate, self.steps
            )
        self.steps += 1

    def zero_grad(self) -> None:
        """Set every parameter's grad to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


# --- schedules -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """The same rate at every step."""

    rate: float

    def __call__(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        return self.rate


@dataclass(frozen=True, slots=True)
class Linear:
    """From `start` straight down (or up) to `end`, reached at step number `steps`, and then no further.

    The defaults are micrograd's demo: `1.0 - 0.9 * step / 100`.
    """

    start: float = 1.0
    end: float = 0.1
    steps: int = 100

    def __post_init__(self) -> None:
        _positive("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        return self.start - (self.start - self.end) * min(step, self.steps) / self.steps


@dataclass(frozen=True, slots=True)
class Cosine:
    """From `start` to `end` along half a cosine: slow, fast, slow; then no further.

    `end + (start - end) * (1 + cos(pi * step / steps)) / 2` (Loshchilov and Hutter, 2017, equation 5;
    `torch.optim.lr_scheduler.CosineAnnealingLR`).
    """

    start: float
    end: float = 0.0
    steps: int = 100

    def __post_init__(self) -> None:
        _positive("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        turn = math.pi * min(step, self.steps) / self.steps
        return self.end + (self.start - self.end) * (1 + math.cos(turn)) / 2


@dataclass(frozen=True, slots=True)
class Steps:
    """`start`, times `factor` after each `every` steps (`torch.optim.lr_scheduler.StepLR`)."""

    start: float
    factor: float = 0.1
    every: int = 30

    def __post_init__(self) -> None:
        _positive("every", self.every)

    def __call__(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        return float(self.start * self.factor ** (step // self.every))


def _positive(name: str, number: float) -> None:
    if not number > 0:
        raise ValueError(f"{name} is {number}: it must be above 0")


def _below_one(name: str, number: float) -> None:
    if not 0 <= number < 1:
        raise ValueError(f"{name} is {number}: it must be at least 0 and below 1")
