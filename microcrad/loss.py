"""Losses: how wrong one sample's output is, as one node built of `Value`s.

Each function takes what the network said and what it should have said and returns one sample's loss;
`mean` makes the objective of several, and `l2` is a penalty on the parameters to add to it. What is made on
the way is released before a function returns, as the engine's own composite operations do, so that only the
result is left to release. A target or a penalty's strength may be a number, which becomes a leaf, or a
`Value`, for a recording in which it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import islice
from typing import ParamSpec, TypeGuard

from microcrad.engine import Value
from microcrad.heap import scope
from microcrad.nn import softmax
from microcrad.real_numbers import Number
from microcrad.slices import Slices, finish

__all__ = [
    "binary_cross_entropy", "cross_entropy", "hinge", "l1", "l2", "maximum", "mean", "mean_squared_error",
    "one_hot", "punishing", "softmax_cross_entropy",
]  # fmt: skip

P = ParamSpec("P")


def _releasing_temporaries(build: Callable[P, Value]) -> Callable[P, Value]:
    """`build`, whose result's creation reference is all that it leaves behind."""

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> Value:
        with scope() as temporaries:
            return temporaries.keep(build(*args, **kwargs))

    return built


@_releasing_temporaries
def hinge(score: Value, label: Value | Number) -> Value:
    """`relu(1 - label * score)`: zero once the score has the label's sign and is at least 1 in size.

    The label is -1 or +1. It is the maximum-margin loss of micrograd's demo, as the same graph.
    """
    return (1.0 + -label * score).relu()


@_releasing_temporaries
def mean_squared_error(
    outputs: Value | Sequence[Value], targets: Value | Number | Sequence[Value | Number]
) -> Value:
    """The mean over the outputs of `(output - target)**2`; the target's unit, squared.

    Takes one output and its target, or as many of each as the last layer has neurons; `ValueError` if there
    are not as many of one as of the other.
    """
    outputs = [outputs] if isinstance(outputs, Value) else outputs
    wanted: Sequence[Value | Number] = targets if _is_sequence(targets) else [targets]  # type: ignore[list-item]
    _same_count(outputs, wanted)
    return _mean([(output - target) ** 2 for output, target in zip(outputs, wanted, strict=True)])


@_releasing_temporaries
def binary_cross_entropy(logit: Value, label: Value | Number) -> Value:
    """`-log` of the probability that a logit gives to its label, 0 or 1; in nats.

    The probability of 1 is `sigmoid(logit)`. Computed as `(1-y)*z + m + log(exp(-m) + exp(-z-m))` with
    `m = relu(-z)`: no exponent is positive, so nothing overflows at any finite logit, and the slope is
    `sigmoid(z) - y` everywhere, also at 0, where `relu` has a kink. A label in between is a probability.
    """
    m = (-logit).relu()
    return (1.0 - label) * logit + m + ((-m).exp() + (-logit - m).exp()).log()


@_releasing_temporaries
def softmax_cross_entropy(logits: Sequence[Value], targets: Sequence[Value | Number]) -> Value:
    """`-log` of the probability that softmax gives to the right class; in nats.

    One logit and one target for each class: targets are 1 for the right class and 0 for the others (see
    `one_hot`), or probabilities that sum to 1. `ValueError` if there are not as many of one as of the other,
    or none. The largest logit is subtracted first, so no exponential overflows; its own gradient is part of
    the graph, and cancels.
    """
    _same_count(logits, targets)
    largest = logits[0]
    for logit in logits[1:]:
        largest = maximum(largest, logit)
    negated = -largest
    shifted = [logit + negated for logit in logits]
    likelihood = _sum([target * logit for target, logit in zip(targets, shifted, strict=True)])
    return _sum([logit.exp() for logit in shifted]).log() - likelihood


@_releasing_temporaries
def cross_entropy(logits: Sequence[Value], index: int) -> Value:
    """`-log` of the probability that softmax gives to the class `index`, counted from 0; in nats.

    The same loss as `softmax_cross_entropy`, for a class that is a plain number, with fewer nodes: the
    largest logit is subtracted as a number. `ValueError` if there is no such class.
    """
    one_hot(index, len(logits))
    return -softmax(logits)[index].log()


@_releasing_temporaries
def maximum(a: Value, b: Value) -> Value:
    """The larger of two, as `a + relu(b - a)`; the gradient goes to the larger one, and to `a` if equal."""
    return a + (b - a).relu()


@_releasing_temporaries
def mean(values: Sequence[Value]) -> Value:
    """The sum times `1 / count`, as in micrograd's demo; `ValueError` if there are none."""
    return _mean(values)


def l2(parameters: Iterable[Value], strength: Value | Number) -> Value:
    """`strength` times the sum of the parameters' squares: a penalty that pulls every parameter to 0.

    micrograd's demo uses a strength of 1e-4. Without parameters it is a leaf of 0.
    """
    return finish(punishing(parameters, strength))


def l1(parameters: Iterable[Value], strength: Value | Number) -> Value:
    """`strength` times the sum of the parameters' sizes: a penalty that brings many of them to exactly 0.

    A size is `relu(p) + relu(-p)`, whose slope is 0 at 0, as PyTorch's `abs` has it. Without parameters it
    is a leaf of 0.
    """
    return finish(punishing(parameters, strength, sizes=True))


def punishing(parameters: Iterable[Value], strength: Value | Number, *, sizes: bool = False) -> Slices[Value]:
    """`l2`, or `l1` for the parameters' `sizes`, in slices: there may be tens of thousands of parameters."""
    waiting, total = iter(parameters), None
    while some := list(islice(waiting, _PUNISHED_AT_ONCE)):
        before, total = total, _added_up(total, some, sizes)
        if before is not None:
            before.release()
        yield
    if total is None:
        return Value(0.0)
    penalty = strength * total
    total.release()
    return penalty


_PUNISHED_AT_ONCE = 1000


@_releasing_temporaries
def _added_up(total: Value | None, parameters: Sequence[Value], sizes: bool) -> Value:
    terms = [each.relu() + (-each).relu() if sizes else each * each for each in parameters]
    return _sum(terms if total is None else [total, *terms])


def one_hot(index: int, classes: int) -> tuple[float, ...]:
    """The targets for `softmax_cross_entropy`: 1 at `index`, counted from 0, and 0 for the other classes.

    `ValueError` if there is no such class.
    """
    if not 0 <= index < classes:
        raise ValueError(f"class {index} does not exist: there are {classes}, counted from 0")
    return tuple(float(i == index) for i in range(classes))


def _sum(values: Sequence[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _mean(values: Sequence[Value]) -> Value:
    if not values:
        raise ValueError("the mean of no values was asked for: give at least one")
    return _sum(values) * (1.0 / len(values))


def _is_sequence(targets: Value | Number | Sequence[Value | Number]) -> TypeGuard[Sequence[Value | Number]]:
    return hasattr(targets, "__len__")  # A row of an array is none by its type, but serves as well.


def _same_count(outputs: Sequence[Value], targets: Sequence[Value | Number]) -> None:
    if len(outputs) != len(targets) or not outputs:
        raise ValueError(
            f"a loss was given {len(outputs)} outputs and {len(targets)} targets: give one target an output"
        )
