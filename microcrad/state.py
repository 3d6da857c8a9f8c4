"""Trained networks as JSON: every weight exactly, and nothing half-read or half-written.

A file holds one object: `format` ("microcrad model"), `version` (1), `inputs` (how many numbers the network
reads) and `layers`, each with its `activation`, its `biases` (one a neuron) and its `weights` (for each
neuron, one an input). Numbers are written so that reading gives the same double, bit for bit.
"""

from __future__ import annotations

import json
import math
import os
import random

from microcrad.errors import StateError
from microcrad.files.door import read_text, write_text
from microcrad.nn import ACTIVATIONS, MLP
from microcrad.text.json_text import brief, parsed

__all__ = ["FORMAT", "VERSION", "StateError", "from_json", "load", "read", "restore", "save", "to_json"]

FORMAT = "microcrad model"
"""What a file calls itself."""
VERSION = 1
"""The newest version of the format, which is what is written; newer ones are refused politely."""
MAX_BYTES = 2**28
"""More than a network of ten million weights takes."""


def to_json(model: MLP) -> str:
    """The network as JSON text.

    Raises `StateError`, naming the parameter, if one is infinite or nan: JSON has no such numbers, and a
    network with one is of no use.
    """
    layers = []
    for index, layer in enumerate(model.layers, 1):
        activations = {neuron.activation for neuron in layer.neurons}
        if len(activations) != 1:
            raise StateError(
                f"layer {index} cannot be saved: it needs neurons of one activation, and has "
                f"{' and '.join(sorted(activations)) or 'no neurons'}."
            )
        for number, neuron in enumerate(layer.neurons, 1):
            for place, parameter in enumerate(neuron.parameters(), 1):
                if not math.isfinite(parameter.data):
                    name = f"weight {place}" if place <= len(neuron.w) else "the bias"
                    raise StateError(
                        f"layer {index}, neuron {number}, {name} is {parameter.data}: only finite numbers "
                        "can be saved. Train again with a smaller learning rate."
                    )
        layers.append(
            {
                "activation": activations.pop(),
                "biases": [neuron.b.data for neuron in layer.neurons],
                "weights": [[weight.data for weight in neuron.w] for neuron in layer.neurons],
            }
        )
    if not layers:
        raise StateError("a network without layers cannot be saved: give it at least one.")
    inputs = len(model.layers[0].neurons[0].w)
    text = json.dumps({"format": FORMAT, "version": VERSION, "inputs": inputs, "layers": layers})
    return text.replace('{"activation"', '\n{"activation"') + "\n"  # A layer a line, for people and for diff.


def from_json(text: str, name: str = "the text") -> MLP:
    """A new network from JSON text, which messages call `name`.

    Raises `StateError` if the text is not one that `to_json` could have written. Draws no random numbers.
    """
    return _Reader(name).model(text)


def restore(model: MLP, text: str, name: str = "the text") -> None:
    """Put the saved numbers into `model`, whose parameters stay the same nodes; their grads become 0.

    Raises `StateError`, with nothing changed, if the saved network has other sizes or activations.
    """
    saved = from_json(text, name)
    found, expected = _shape(saved), _shape(model)
    if found != expected:
        raise StateError(
            f"{name} holds another network: found {found}, expected {expected}. "
            "Load it as a new network instead."
        )
    for mine, theirs in zip(model.parameters(), saved.parameters(), strict=True):
        mine.data, mine.grad = theirs.data, 0.0


def save(model: MLP, path: str | os.PathLike[str]) -> None:
    """Write the network to a file, in one step: what was there stays until the new text is complete.

    Raises `StateError` if the network cannot be saved (see `to_json`), `FileError` if the file cannot be
    written.
    """
    write_text(path, to_json(model), os.fspath(path))


def load(path: str | os.PathLike[str]) -> MLP:
    """A new network from a file that `save` wrote.

    Raises `StateError` if the file cannot be read or is not one.
    """
    return from_json(read(path), os.fspath(path))


def read(path: str | os.PathLike[str]) -> str:
    """The text of a file that should hold a network. Raises `FileError` if it cannot be read."""
    return read_text(path, MAX_BYTES, otherwise="Choose a file that microcrad saved.")


def _shape(model: MLP) -> str:
    sizes = [len(model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in model.layers)]
    names = ", ".join(layer.neurons[0].activation for layer in model.layers)
    return f"{'-'.join(map(str, sizes))} ({names})"


class _Reader:
    """Checks everything before it makes anything; `name` is what messages call the file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def model(self, text: str) -> MLP:
        top = self.parse(text)
        if not isinstance(top, dict) or top.get("format") != FORMAT:
            raise StateError(
                f'{self.name} is not a saved network: expected an object with "format": "{FORMAT}". '
                "Choose a file that microcrad saved."
            )
        version = top.get("version")
        if type(version) is int and version > VERSION:
            raise StateError(
                f"{self.name} was saved by a newer microcrad: its version is {version}, and this one reads "
                f"up to {VERSION}. Update microcrad."
            )
        if type(version) is not int or version != VERSION:
            raise self.wrong("version", brief(version), str(VERSION))
        inputs = top.get("inputs")
        if type(inputs) is not int or inputs < 0:
            raise self.wrong("inputs", brief(inputs), "a count of inputs")
        rows = top.get("layers")
        if not isinstance(rows, list) or not rows:
            raise self.wrong("layers", brief(rows), "a list of at least one layer")
        activations: list[str] = []
        numbers: list[float] = []
        sizes = [inputs]
        for index, row in enumerate(rows):
            where = f"layers[{index}]"
            if not isinstance(row, dict):
                raise self.wrong(where, brief(row), "an object")
            if row.get("activation") not in ACTIVATIONS:
                raise self.wrong(
                    f"{where}.activation", brief(row.get("activation")), " or ".join(ACTIVATIONS)
                )
            weights = row.get("weights")
            if not isinstance(weights, list) or not weights:
                raise self.wrong(f"{where}.weights", brief(weights), "a list with one list a neuron")
            biases = self.floats(f"{where}.biases", row.get("biases"), len(weights))
            for place, (given, bias) in enumerate(zip(weights, biases, strict=True)):
                numbers += [*self.floats(f"{where}.weights[{place}]", given, sizes[-1]), bias]
            activations.append(row["activation"])
            sizes.append(len(weights))
        # A generator of its own, so that loading does not disturb what the program draws next.
        model = MLP(inputs, sizes[1:], activation=activations, generator=random.Random(0))
        for parameter, number in zip(model.parameters(), numbers, strict=True):
            parameter.data = number
        return model

    def parse(self, text: str) -> object:
        try:
            return parsed(text)
        except ValueError as error:
            raise StateError(
                f"{self.name} is not a saved network: {error}. Choose a file that microcrad saved, and that "
                "is complete."
            ) from None

    def floats(self, where: str, row: object, count: int) -> list[float]:
        if not isinstance(row, list) or len(row) != count:
            found = f"{len(row)} numbers" if isinstance(row, list) else brief(row)
            raise self.wrong(where, found, f"a list of {count} numbers")
        numbers = []
        for index, item in enumerate(row):
            if type(item) not in (int, float) or not abs(item) <= 1.7976931348623157e308:
                raise self.wrong(f"{where}[{index}]", brief(item), "a finite number")
            numbers.append(float(item))
        return numbers

    def wrong(self, where: str, found: str, expected: str) -> StateError:
        return StateError(
            f"{self.name} is damaged: {where} is {found}, expected {expected}. Save the network again."
        )
