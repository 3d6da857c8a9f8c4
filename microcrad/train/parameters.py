"""What parameters are called, and where each layer begins: `net.l0.n3.w1` is weight 1 of neuron 3 of layer 0.

That is what they are called in the program that a sample is opened as, too.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

from microcrad.gpt import GPT

__all__ = ["layer_slices", "matrix_names", "matrix_slices", "parameter_count", "parameter_names"]


def parameter_names(sizes: tuple[int, ...]) -> list[str]:
    """The parameters' names in the order of `MLP.parameters()`, for layers of `sizes`, inputs first."""
    return [
        f"net.l{layer}.n{neuron}.{part}"
        for layer, (inputs, neurons) in enumerate(pairwise(sizes))
        for neuron in range(neurons)
        for part in [*(f"w{i}" for i in range(inputs)), "b"]
    ]


def matrix_names(model: GPT) -> list[str]:
    """A GPT's parameters' names in order: `net.letters[4][7]` is number 7 of the row of token 4."""
    return [
        f"net.{name}[{row}][{column}]"
        for name, matrix in model.matrices().items()
        for row, numbers in enumerate(matrix)
        for column in range(len(numbers))
    ]


def matrix_slices(model: GPT) -> list[slice]:
    """Where each matrix's parameters stand among all."""
    counts = [sum(map(len, matrix)) for matrix in model.matrices().values()]
    return [slice(start, end) for start, end in pairwise([0, *accumulate(counts)])]


def parameter_count(sizes: tuple[int, ...]) -> int:
    """How many weights and biases such a network has."""
    return sum((inputs + 1) * neurons for inputs, neurons in pairwise(sizes))


def layer_slices(sizes: tuple[int, ...]) -> list[slice]:
    """Where each layer's parameters stand among all, a row of (inputs + 1) numbers for each neuron."""
    ends = [0, *accumulate((inputs + 1) * neurons for inputs, neurons in pairwise(sizes))]
    return [slice(start, end) for start, end in pairwise(ends)]
