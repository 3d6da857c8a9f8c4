"""Trained networks in files: the weights as `microcrad.state` writes them, and how to read data with them.

Beside the network, a file says under `reading` what its inputs are called, how they are scaled, and what its
outputs mean, so that `predict` needs nothing else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microcrad import state
from microcrad.data.dataset import Kind, Normalisation
from microcrad.engine import Value
from microcrad.errors import DataError, StateError
from microcrad.nn import MLP
from microcrad.tape import Tape
from microcrad.text.json_text import brief
from microcrad.train.objectives import OBJECTIVES, Objective
from microcrad.train.source import Scale
from microcrad.train.trainer import Trainer

__all__ = [
    "InputReading",
    "Prediction",
    "Saved",
    "from_json",
    "load",
    "outputs_of",
    "predict",
    "saved",
    "to_json",
]

Numbers = NDArray[np.float64]
KINDS: tuple[Kind, ...] = ("binary", "classes", "regression")


@dataclass(frozen=True, slots=True, eq=False)
class InputReading:
    """How data is read with a network."""

    data: str
    """What the data it was trained on is called."""
    kind: Kind
    inputs: tuple[str, ...]
    label: str
    classes: tuple[str, ...]
    objective: Objective
    scale: Scale


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A trained network, and how data is read with it."""

    model: MLP
    reading: InputReading


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a network says of one sample."""

    said: str
    """The class; of a regression, the number."""
    share: float | None
    """The share of the outputs that speaks for the class; None for a regression."""


def saved(trainer: Trainer) -> Saved:
    """What is trained, as it stands."""
    train = trainer.prepared.train
    reading = InputReading(
        train.name, train.kind, train.inputs, train.label, train.classes, trainer.objective,
        trainer.prepared.scale,
    )  # fmt: skip
    return Saved(trainer.sync(), reading)


def to_json(trained: Saved) -> str:
    """The network and its reading as JSON text. `StateError` if a parameter is not finite."""
    content = json.loads(state.to_json(trained.model))
    reading, scale = trained.reading, trained.reading.scale
    content["reading"] = {
        "data": reading.data,
        "kind": reading.kind,
        "inputs": list(reading.inputs),
        "label": reading.label,
        "classes": list(reading.classes),
        "loss": reading.objective.name,
        "means": scale.inputs.means.tolist(),
        "deviations": scale.inputs.deviations.tolist(),
        "label_mean": scale.label_mean,
        "label_deviation": scale.label_deviation,
    }
    text = json.dumps(content)
    return text.replace('{"activation"', '\n{"activation"').replace(' "reading"', '\n"reading"') + "\n"


def from_json(text: str, name: str = "the text") -> Saved:
    """A network and its reading from JSON text, which messages call `name`.

    Raises `StateError` if the text is not one that `to_json` could have written.
    """
    model = state.from_json(text, name)
    found = json.loads(text).get("reading")
    if found is None:
        raise StateError(
            f"{name} is a network without its reading: expected what its inputs and outputs mean. Save it "
            "from a training run, with microcrad train --save."
        )
    return Saved(model, _Checked(name, found).reading(model))


def load(path: str) -> Saved:
    """A network and its reading from a file. `StateError` if it cannot be read, or is not one."""
    return from_json(state.read(path), path)


class _Checked:
    """Reads the fields of a `reading`, naming the one that is wrong."""

    def __init__(self, name: str, found: object) -> None:
        self.name = name
        self.found: dict[str, Any] = found if isinstance(found, dict) else {}
        if not isinstance(found, dict):
            raise StateError(
                f"{name} is damaged: reading is {brief(found)}, expected an object. Save the network again."
            )

    def wrong(self, field: str, expected: str) -> StateError:
        where, found = f"reading.{field}", brief(self.found.get(field))
        return StateError(
            f"{self.name} is damaged: {where} is {found}, expected {expected}. Save the network again."
        )

    def reading(self, model: MLP) -> InputReading:
        inputs, outputs = len(model.layers[0].neurons[0].w), len(model.layers[-1].neurons)
        kind, loss = self.found.get("kind"), self.found.get("loss")
        if kind not in KINDS:
            raise self.wrong("kind", " or ".join(KINDS))
        if not isinstance(loss, str) or loss not in OBJECTIVES or kind not in OBJECTIVES[loss].kinds:
            raise self.wrong("loss", f"a loss for {kind}")
        classes = self.texts("classes", None)
        objective = OBJECTIVES[loss]
        expected = len(classes) if objective.one_output_a_class and classes else 1
        if (len(classes) > 0) == (kind == "regression") or outputs != expected:
            raise self.wrong("classes", f"as many names as the network's {outputs} outputs need")
        deviations = self.numbers("deviations", inputs)
        if not (deviations > 0).all():
            raise self.wrong("deviations", "numbers above 0")
        scale = Scale(
            Normalisation(self.numbers("means", inputs), deviations),
            self.number("label_mean"),
            self.number("label_deviation"),
        )
        data, label = self.found.get("data"), self.found.get("label")
        if not isinstance(data, str) or not isinstance(label, str):
            raise self.wrong("data" if not isinstance(data, str) else "label", "a text")
        return InputReading(data, kind, self.texts("inputs", inputs), label, classes, objective, scale)

    def texts(self, field: str, count: int | None) -> tuple[str, ...]:
        row = self.found.get(field)
        if not isinstance(row, list) or not all(isinstance(item, str) for item in row):
            raise self.wrong(field, "a list of names")
        if count is not None and len(row) != count:
            raise self.wrong(field, f"a list of {count} names")
        return tuple(row)

    def numbers(self, field: str, count: int) -> Numbers:
        row = self.found.get(field)
        if not isinstance(row, list) or len(row) != count or not all(map(_is_finite, row)):
            raise self.wrong(field, f"a list of {count} finite numbers")
        return np.array(row, dtype=np.float64)

    def number(self, field: str) -> float:
        if not _is_finite(self.found.get(field)):
            raise self.wrong(field, "a finite number")
        return float(self.found[field])


def _is_finite(item: object) -> bool:
    return type(item) in (int, float) and abs(item) <= 1.7976931348623157e308  # type: ignore[arg-type]


def outputs_of(model: MLP, points: Numbers) -> Numbers:
    """A network's outputs, shape (points, outputs), for points in its own scale."""

    def build(leaves: list[Value]) -> tuple[Value, list[Value]]:
        made = model(leaves)
        outputs = made if isinstance(made, list) else [made]
        return outputs[0], outputs

    tape = Tape.record(build, points[0].tolist(), model.parameters())
    return np.asarray(tape.evaluate(points)[1].T)


def predict(trained: Saved, points: Numbers) -> list[Prediction]:
    """What the network says of samples, shape (samples, inputs), in the units they came in.

    Raises `DataError` if they have other inputs than the network.
    """
    reading = trained.reading
    if points.shape[1] != len(reading.inputs):
        raise DataError(
            f"found {points.shape[1]} inputs: expected {len(reading.inputs)}, {_some(reading.inputs)}, as in "
            f"{reading.data}."
        )
    scaled = (points - reading.scale.inputs.means) / reading.scale.inputs.deviations
    outputs = outputs_of(trained.model, scaled)
    if reading.kind == "regression":
        numbers = outputs[:, 0] * reading.scale.label_deviation + reading.scale.label_mean
        return [Prediction(repr(float(number)), None) for number in numbers]
    decided = reading.objective.decide(outputs)
    shares = reading.objective.likelihoods(outputs)
    return [Prediction(reading.classes[i], float(row[i])) for i, row in zip(decided, shares, strict=True)]


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:3])}, ... {names[-1]}"
