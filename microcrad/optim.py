"""Optimisers: how parameters move once their gradients are known.

A *rule* (`SGD`, `Momentum`, `Adam`) is pure arithmetic, element by element, written as texts in the language
of the operation table (see `microcrad.ops`): Python computes them, alike for floats and for NumPy arrays, and
so does machine code, where steps are compiled. A *schedule* gives the learning rate of each step. An
`Optimizer` applies both to a list of parameters. The rules and their defaults are PyTorch's.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from microcrad.engine import Value
from microcrad.ops import parse

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


class _Formulas:
    """A rule that is its formulas: one for each number that is remembered, and then one for the data.

    They are computed in this order, and each may use `grad`, what is old and what is new by then, and the
    names that `settings` has, and `rate`.
    """

    __slots__ = ()
    formulas: ClassVar[Mapping[str, str]]
    _compute: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls) -> None:
        cls._compute = staticmethod(_function(cls.formulas))

    @property
    def memory(self) -> int:
        """See `Rule.memory`."""
        return len(self.formulas) - 1

    def settings(self, step: int) -> dict[str, float]:
        """What is the same for all parameters in a step besides the rate, by the names of the formulas."""
        return self._settings(step)

    def _settings(self, step: int) -> dict[str, float]:
        return {}

    def update(
        self, data: Numbers, grad: Numbers, memory: tuple[Numbers, ...], rate: float, step: int
    ) -> tuple[Numbers, tuple[Numbers, ...]]:
        """See `Rule.update`."""
        *remembered, moved = self._compute(grad, *memory, data, rate=rate, **self._settings(step))
        return moved, tuple(remembered)


def _function(formulas: Mapping[str, str]) -> Callable[..., Any]:
    """Formulas as a function of the gradient, of the old numbers, and by name of what they use besides."""
    # Only the texts of this module ever get here; nothing a person types does.
    changed = ", ".join(f"({name} := {text})" for name, text in formulas.items())
    used = {
        node.id for text in formulas.values() for node in ast.walk(parse(text)) if isinstance(node, ast.Name)
    }
    named = sorted(used - {"grad", "sqrt", *formulas})
    arguments = ", ".join(["grad", *formulas, "*", *named])
    function: Callable[..., Any] = eval(f"lambda {arguments}: ({changed},)", {"sqrt": _square_root})
    return function


def _square_root(x: Any) -> Any:
    if isinstance(x, float):
        return math.sqrt(x) if x >= 0 else math.nan
    return x**0.5  # Of an array NumPy takes the root, rounded as `math.sqrt` rounds it.


@dataclass(frozen=True, slots=True)
class SGD(_Formulas):
    """Gradient descent: `data - rate * grad`."""

    formulas: ClassVar[Mapping[str, str]] = {"data": "data - rate * grad"}


@dataclass(frozen=True, slots=True)
class Momentum(_Formulas):
    """Gradient descent along a velocity: `velocity = momentum * velocity + grad`.

    As `torch.optim.SGD(momentum=...)`, without dampening and Nesterov: the rate multiplies the velocity, so a
    change of rate acts at once on all of it. `momentum` is at least 0 and below 1.
    """

    momentum: float = 0.9
    formulas: ClassVar[Mapping[str, str]] = {
        "velocity": "momentum * velocity + grad",
        "data": "data - rate * velocity",
    }

    def __post_init__(self) -> None:
        _below_one("momentum", self.momentum)

    def _settings(self, step: int) -> dict[str, float]:
        return {"momentum": self.momentum}


@dataclass(frozen=True, slots=True)
class Adam(_Formulas):
    """Adam (Kingma and Ba, 2015, algorithm 1), as `torch.optim.Adam`.

    Running means of the gradient and of its square, which are remembered before their correction; each
    parameter moves by about the rate, whatever the size of its gradient. `beta1` and `beta2` are at least 0
    and below 1; `epsilon`, above 0, is added to the root of the mean square after its correction.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    formulas: ClassVar[Mapping[str, str]] = {
        "mean": "beta1 * mean + (1 - beta1) * grad",
        "square": "beta2 * square + (1 - beta2) * (grad * grad)",
        "data": "data - rate * (mean / mean_correction) / (sqrt(square / square_correction) + epsilon)",
    }

    def __post_init__(self) -> None:
        _below_one("beta1", self.beta1)
        _below_one("beta2", self.beta2)
        _positive("epsilon", self.epsilon)

    def _settings(self, step: int) -> dict[str, float]:
        return {
            "beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon,
            # The means started at 0, so early ones are too small by factors that are known exactly.
            "mean_correction": 1 - self.beta1 ** (step + 1),
            "square_correction": 1 - self.beta2 ** (step + 1),
        }  # fmt: skip


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
        try:
            return float(self.start * self.factor ** (step // self.every))
        except OverflowError:  # Of a power; products give infinities by themselves.
            return math.inf


def _positive(name: str, number: float) -> None:
    if not number > 0:
        raise ValueError(f"{name} is {number}: it must be above 0")


def _below_one(name: str, number: float) -> None:
    if not 0 <= number < 1:
        raise ValueError(f"{name} is {number}: it must be at least 0 and below 1")
