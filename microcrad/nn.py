"""A multi-layer perceptron made of `Value`s, with micrograd's parameters and order of random draws."""

from __future__ import annotations

import random
from collections.abc import Sequence

from microcrad.engine import Number, Value

__all__ = ["MLP", "Layer", "Module", "Neuron"]


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
    """`relu(w . x + b)`, or the sum alone with `nonlin=False`.

    Weights are drawn from `random.uniform(-1, 1)`, one a input in order; the bias starts at 0.
    """

    def __init__(self, nin: int, nonlin: bool = True) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0)
        self.nonlin = nonlin

    def __call__(self, x: Sequence[Value | Number]) -> Value:
        """The neuron's output for one sample of `nin` numbers."""
        if len(x) != len(self.w):
            raise ValueError(f"a neuron of {len(self.w)} inputs was given {len(x)}")
        activation = self.b
        for weight, value in zip(self.w, x, strict=True):
            activation = activation + weight * value
        return activation.relu() if self.nonlin else activation

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons that read the same `nin` inputs."""

    def __init__(self, nin: int, nout: int, nonlin: bool = True) -> None:
        self.neurons = [Neuron(nin, nonlin) for _ in range(nout)]

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
    """Layers one after another: `MLP(2, [16, 16, 1])` reads 2 numbers and ends in one linear neuron."""

    def __init__(self, nin: int, nouts: Sequence[int]) -> None:
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [Layer(sizes[i], sizes[i + 1], nonlin=i != last) for i in range(len(nouts))]

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
