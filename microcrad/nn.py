"""A multi-layer perceptron made of `Value`s, with micrograd's parameters and order of random draws."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from microcrad.engine import Value
from microcrad.real_numbers import Number

__all__ = ["ACTIVATIONS", "INITIALISATIONS", "MLP", "Layer", "Module", "Neuron", "rmsnorm", "softmax"]

ACTIVATIONS = ("relu", "leaky_relu", "tanh", "sigmoid", "linear")
"""What a neuron may do to its weighted sum; `linear` leaves it as it is."""

INITIALISATIONS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda nin, nout: 1.0,
    "xavier": lambda nin, nout: math.sqrt(6.0 / max(nin + nout, 1)),
    "he": lambda nin, nout: math.sqrt(6.0 / max(nin, 1)),
}
"""The largest weight a layer of `nin` inputs and `nout` neurons starts with; all are drawn evenly up to it.

`uniform` is micrograd's. `xavier` keeps the size of signals and gradients from layer to layer with tanh
(Glorot and Bengio, 2010, equation 16), `he` with relu (He et al., 2015, equation 10); both are PyTorch's
`xavier_uniform_` and `kaiming_uniform_`.
"""


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """The trainable leaves, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Set every parameter's grad to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """`activation(w . x + b)`; relu unless told otherwise, the sum alone with `nonlin=False`.

    Weights are drawn evenly from `-bound` to `bound`, one an input in order, by `generator` or else by the
    `random` module; the bias starts at 0.
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str | None = None,
        bound: float = 1.0,
        generator: random.Random | None = None,
    ) -> None:
        uniform = random.uniform if generator is None else generator.uniform
        if activation is None:
            activation = "relu" if nonlin else "linear"
        self.activation = _known("activation", activation, ACTIVATIONS)
        self.w = [Value(uniform(-bound, bound)) for _ in range(nin)]
        self.b = Value(0)

    @property
    def nonlin(self) -> bool:
        """micrograd's word for whether anything is done to the sum; setting it chooses relu or linear."""
        return self.activation != "linear"

    @nonlin.setter
    def nonlin(self, nonlin: bool) -> None:
        if nonlin != self.nonlin:
            self.activation = "relu" if nonlin else "linear"

    def __call__(self, x: Sequence[Value | Number]) -> Value:
        """The neuron's output for one sample of `nin` numbers."""
        if len(x) != len(self.w):
            raise ValueError(f"a neuron of {len(self.w)} inputs was given {len(x)}")
        total = self.b
        for weight, value in zip(self.w, x, strict=True):
            total = total + weight * value
        return total if self.activation == "linear" else getattr(total, self.activation)()

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        names = {"relu": "ReLU", "leaky_relu": "LeakyReLU"}
        return f"{names.get(self.activation, self.activation.title())}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons that read the same `nin` inputs, all with the same activation and initialisation."""

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: str | None = None,
        initialisation: str = "uniform",
        generator: random.Random | None = None,
    ) -> None:
        bound = INITIALISATIONS[_known("initialisation", initialisation, INITIALISATIONS)](nin, nout)
        self.neurons = [
            Neuron(nin, nonlin, activation=activation, bound=bound, generator=generator) for _ in range(nout)
        ]

    def __call__(self, x: Sequence[Value | Number]) -> Value | list[Value]:
        """One output a neuron; a layer of a single neuron gives that output itself."""
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        """Those of the neurons, in order."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers one after another: `MLP(2, [16, 16, 1])` reads 2 numbers and ends in one linear neuron.

    `activation` is that of the hidden layers, the last being linear, or a sequence with one for each layer.
    `initialisation` is one of `INITIALISATIONS`; weights are drawn by `generator`, or else by the `random`
    module, as micrograd does. `ValueError` for names that do not exist.
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str | Sequence[str] = "relu",
        initialisation: str = "uniform",
        generator: random.Random | None = None,
    ) -> None:
        if isinstance(activation, str):
            activation = [activation] * (len(nouts) - 1) + ["linear"]
        if len(activation) != len(nouts) and nouts:
            raise ValueError(
                f"{len(activation)} activations were given for {len(nouts)} layers: give one each"
            )
        self.layers = [
            Layer(n, nout, activation=name, initialisation=initialisation, generator=generator)
            for n, nout, name in zip([nin, *nouts], nouts, activation, strict=False)
        ]

    def __call__(self, x: Sequence[Value | Number]) -> Value | list[Value]:
        """The last layer's output: one `Value`, or a list if that layer has several neurons."""
        for layer in self.layers:
            y = layer(x)
            x = y if isinstance(y, list) else [y]
        return y

    def parameters(self) -> list[Value]:
        """Those of the layers, in order."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _known(what: str, name: str, known: Sequence[str] | dict[str, Callable[[int, int], float]]) -> str:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r}: choose from {', '.join(known)}")
    return name


def softmax(
    values: Sequence[Value], *, recorded: bool = False, counted: Sequence[Value] | None = None
) -> list[Value]:
    """Positive numbers that sum to 1, each in proportion to the `exp` of its value; none for none.

    The largest value is subtracted first as a plain number, so that no exponential overflows: that changes no
    result, and so no gradient either. Where the graph is `recorded`, to be replayed with other numbers, it
    is a result of the values as well, whose own gradient cancels. `counted` has a 0 for each value that has
    no share, and a 1 for each other one.
    """
    if not values:
        return []
    down = -_largest(values) if recorded else -max(value.data for value in values)
    shares = [(value + down).exp() for value in values]
    if counted is not None:
        shares = [share * each for share, each in zip(shares, counted, strict=True)]
    total = sum(shares[1:], shares[0])
    return [share / total for share in shares]


def _largest(values: Sequence[Value]) -> Value:
    """The largest of some values, in pairs, each `a + relu(b - a)`."""
    while len(values) > 1:
        pairs = zip(values[::2], values[1::2], strict=False)
        values = [a + (b - a).relu() for a, b in pairs] + list(values[len(values) & ~1 :])
    return values[0]


def rmsnorm(values: Sequence[Value]) -> list[Value]:
    """The values divided by the square root of the mean of their squares, and 1e-5 so that none is by 0.

    From Zhang and Sennrich, 2019, equation 4, without gains. `ValueError` if there are none.
    """
    if not values:
        raise ValueError("rmsnorm takes the mean of at least one value, and was given none")
    squares = [value * value for value in values]
    scale = (sum(squares[1:], squares[0]) * (1 / len(values)) + 1e-5) ** -0.5
    return [value * scale for value in values]
