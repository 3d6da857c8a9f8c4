"""Trained networks as JSON: every weight exactly, and nothing half-read or half-written.

A file holds one object: `format` ("microcrad model"), `version` (1), `inputs` (how many numbers the network
reads) and `layers`, each with its `activation`, its `biases` (one a neuron) and its `weights` (for each
neuron, one an input). A GPT is of version 2 and has `gpt`, its sizes, and `matrices`, a list of rows for each
by its name. Numbers are written so that reading gives the same double, bit for bit.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Mapping, Sequence

from microcrad.errors import StateError
from microcrad.files.door import read_text, write_text
from microcrad.files.saved_things import Fields, SavedFormat
from microcrad.files.types import COUNT, FINITE, TEXT, TEXTS, Type, one_of
from microcrad.gpt import GPT
from microcrad.nn import ACTIVATIONS, MLP
from microcrad.text.json_text import written

__all__ = [
    "FORMAT",
    "VERSION",
    "StateError",
    "fields_of",
    "from_json",
    "gpt_text",
    "in_lines",
    "json_text",
    "load",
    "model_of",
    "read",
    "restore",
    "save",
    "to_json",
]  # fmt: skip

FORMAT = "microcrad model"
"""What a file calls itself."""
VERSION = 2
"""The newest version of the format, which is what is written; newer ones are refused politely."""
MAX_BYTES = 2**28
"""More than a network of ten million weights takes."""


def to_json(model: MLP | GPT) -> str:
    """The network as JSON text.

    Raises `StateError`, naming the parameter, if one is infinite or nan: JSON has no such numbers, and a
    network with one is of no use.
    """
    if isinstance(model, GPT):
        return _text_of(model)
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
    return json_text(len(model.layers[0].neurons[0].w), layers)


def json_text(inputs: int, layers: Sequence[Mapping[str, object]]) -> str:
    """The same of what a file says of each layer. For who looks into a network that is not finite any more:
    what is nan or infinite is written as a text, and read by `from_json(text, finite=False)` alone."""
    return _infinite(in_lines({"format": FORMAT, "version": 1, "inputs": inputs, "layers": layers}))


def _infinite(text: str) -> str:
    for name, said in (("NaN", '"nan"'), ("-Infinity", '"-inf"'), ("Infinity", '"inf"')):
        text = text.replace(name, said)
    return text


def _text_of(model: GPT) -> str:
    matrices = {}
    for name, matrix in model.matrices().items():
        matrices[name] = rows = [[value.data for value in row] for row in matrix]
        for i, row in enumerate(rows):
            for j, number in enumerate(row):
                if not math.isfinite(number):
                    raise StateError(
                        f"{name}[{i}][{j}] is {number}: only finite numbers can be saved. Train again with a "
                        "smaller learning rate."
                    )
    return in_lines(_content(model, matrices))


def gpt_text(model: GPT, matrices: Mapping[str, object]) -> str:
    """`json_text` of a GPT like `model`, whose numbers are in `matrices`, rows by name."""
    return _infinite(in_lines(_content(model, matrices)))


def _content(model: GPT, matrices: Mapping[str, object]) -> dict[str, object]:
    sizes = {
        "vocabulary": model.vocabulary, "positions": model.positions, "size": model.size,
        "heads": model.heads, "layers": len(model.layers), "without": sorted(model.without),
    }  # fmt: skip
    return {"format": FORMAT, "version": VERSION, "gpt": sizes, "matrices": matrices}


def in_lines(content: Mapping[str, object]) -> str:
    """A file's content as JSON text, a layer or part a line, for people and for diff."""
    text = written(content)
    for part in _PARTS:
        text = text.replace(part, f"\n{part.strip()}")
    return f"{text}\n"


_PARTS = (
    '{"activation"',
    ' "reading"',
    ' "training"',
    ' "history"',
    ' "matrices"',
    ' "layer',
    ' "head"',
    ' "places"',
)


def from_json(text: str, name: str = "the text", *, finite: bool = True) -> MLP | GPT:
    """A new network from JSON text, which messages call `name`. Draws no random numbers.

    Raises `ContentError` if the text is not one that `to_json` could have written. Unless all has to be
    `finite`, a number may be one of the texts `nan`, `inf` and `-inf`, as `json_text` writes them.
    """
    return model_of(fields_of(text, name), finite=finite)


def fields_of(text: str, name: str) -> Fields:
    """What a saved network's text holds, to be read. Raises `ContentError`."""
    return _SAVED.read(text, name)


def restore(model: MLP | GPT, text: str, name: str = "the text") -> None:
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


def save(model: MLP | GPT, path: str | os.PathLike[str]) -> None:
    """Write the network to a file, in one step: what was there stays until the new text is complete.

    Raises `StateError` if the network cannot be saved (see `to_json`), `FileError` if the file cannot be
    written.
    """
    write_text(path, to_json(model), os.fspath(path))


def load(path: str | os.PathLike[str]) -> MLP | GPT:
    """A new network from a file that `save` wrote.

    Raises `FileError` if the file cannot be read or is not one.
    """
    return from_json(read(path), os.fspath(path))


def read(path: str | os.PathLike[str], *, most: int = MAX_BYTES) -> str:
    """The text of a file that should hold a network, at most so many bytes. Raises `FileError`."""
    return read_text(path, most, otherwise="Choose a file that microcrad saved.")


def _shape(model: MLP | GPT) -> str:
    if isinstance(model, GPT):
        return f"{model} of {model.vocabulary!r}"
    sizes = [len(model.layers[0].neurons[0].w), *(len(layer.neurons) for layer in model.layers)]
    names = ", ".join(layer.neurons[0].activation for layer in model.layers)
    return f"{'-'.join(map(str, sizes))} ({names})"


def model_of(fields: Fields, *, finite: bool = True) -> MLP | GPT:
    """The network in the fields of a file, once all of them are checked. Raises `ContentError`."""
    exact = FINITE if finite else _ANY_NUMBER
    if "gpt" in fields:
        return _gpt_of(fields, exact)
    inputs = fields.take("inputs", Type("a count of inputs", COUNT.accepts))
    rows = fields.rows("layers")
    if not rows:
        raise fields.wrong("layers", "a list of at least one layer")
    activations: list[str] = []
    numbers: list[float] = []
    sizes = [inputs]
    for row in rows:
        activations.append(row.take("activation", _ACTIVATION))
        weights = row.take("weights", _WEIGHTS)
        biases = row.numbers("biases", row.found.get("biases"), len(weights), exact)
        for place, (given, bias) in enumerate(zip(weights, biases, strict=True)):
            numbers += [*row.numbers(f"weights[{place}]", given, sizes[-1], exact), bias]
        sizes.append(len(weights))
    # A generator of its own, so that loading does not disturb what the program draws next.
    model = MLP(inputs, sizes[1:], activation=activations, generator=random.Random(0))
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    return model


def _gpt_of(fields: Fields, exact: Type) -> GPT:
    sizes = fields.inner("gpt")
    counts = {name: sizes.take(name, COUNT) for name in ("positions", "size", "heads", "layers")}
    matrices, without = fields.inner("matrices"), sizes.take("without", TEXTS)
    # A part may be left out that there are numbers for: it was when the model was trained.
    made = [part for part in without if _FIRST_OF.get(part, "") not in matrices]
    try:
        model = GPT(sizes.take("vocabulary", TEXT), seed=0, without=made, **counts)
    except ValueError as error:
        raise fields.damaged("gpt", f"what no model can be ({error})", "sizes of a model") from None
    model.without = frozenset(without)
    for name, matrix in model.matrices().items():
        rows = matrices.found.get(name)
        if not isinstance(rows, list) or len(rows) != len(matrix):
            raise matrices.wrong(name, f"a list of {len(matrix)} lists of numbers")
        for place, (values, row) in enumerate(zip(matrix, rows, strict=True)):
            for value, number in zip(
                values, matrices.numbers(f"{name}[{place}]", row, len(values), exact), strict=True
            ):
                value.data = number
    return model


_FIRST_OF = {"positions": "places", "attention": "layer0.query", "network": "layer0.widen"}
"""Of each part that has matrices, what one of them is called."""
_SAVED = SavedFormat("a saved network", VERSION, FORMAT, oldest=1, again="Save the network again.")
_ACTIVATION = one_of(ACTIVATIONS)
_WORDS = one_of(("nan", "inf", "-inf"))
_ANY_NUMBER = Type("a number", lambda value: FINITE.accepts(value) or _WORDS.accepts(value))
_WEIGHTS = Type("a list with one list a neuron", lambda value: isinstance(value, list) and len(value) > 0)
