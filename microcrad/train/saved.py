"""Trained networks in files: the weights as `microcrad.state` writes them, and how to read data with them.

Beside the network, a file says under `reading` what its inputs are called, how they are scaled, and what its
outputs mean, so that `predict` needs nothing else. Of a GPT, which has its letters, it is only said what it
was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from microcrad import state
from microcrad.data.cells import FORMS, PLAIN, WORDS
from microcrad.data.dataset import InputColumn, Kind, Normalisation
from microcrad.data.features import Feature
from microcrad.engine import Value
from microcrad.errors import ContentError, DataError
from microcrad.files.saved_things import Fields
from microcrad.files.types import FINITE, TEXT, TEXTS, Type, one_of
from microcrad.gpt import GPT
from microcrad.nn import MLP
from microcrad.tape import Tape
from microcrad.train.objectives import OBJECTIVES, Objective
from microcrad.train.source import Scale
from microcrad.train.trainer import Trainer

__all__ = [
    "InputReading", "Prediction", "Saved", "SavedText", "columns_with_means", "from_json", "load",
    "outputs_of", "predict", "saved", "to_json",
]  # fmt: skip

Numbers = NDArray[np.float64]
KINDS: tuple[Kind, ...] = ("binary", "classes", "regression")


@dataclass(frozen=True, slots=True, eq=False)
class InputReading:
    """How data is read with a network."""

    data: str
    """What the data it was trained on is called."""
    kind: Kind
    inputs: tuple[str, ...]
    columns: tuple[InputColumn, ...]
    """The columns of a table that these come from."""
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
    """The probability of the class; None where the outputs are no probabilities."""
    sure: str = ""
    """How sure that is, a margin where there is no probability; empty for a regression."""


@dataclass(frozen=True, slots=True, eq=False)
class SavedText:
    """A trained GPT."""

    model: GPT
    data: str
    """What the words it was trained on are called."""


def saved(trainer: Trainer) -> Saved | SavedText:
    """What is trained, as it stands."""
    train, model, inputs = trainer.prepared.train, trainer.sync(), trainer.samples.inputs
    if isinstance(model, GPT):
        return SavedText(model, train.name)
    columns = train.origin.columns if train.origin else tuple(map(InputColumn, inputs))
    reading = InputReading(
        train.name, train.kind, inputs, columns, train.label, train.classes, trainer.teaching.objective,
        trainer.prepared.scale,
    )  # fmt: skip
    return Saved(model, reading)


def to_json(trained: Saved | SavedText) -> str:
    """The network and its reading as JSON text. `StateError` if a parameter is not finite."""
    content = json.loads(state.to_json(trained.model))
    if isinstance(trained, SavedText):
        content["reading"] = {"data": trained.data}
        return state.in_lines(content)
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
    if scale.features:
        content["reading"]["features"] = [
            [*each.factors, *(["sine"] if each.sine else [])] for each in scale.features
        ]
    if any(column != InputColumn(column.name) for column in reading.columns):
        content["reading"]["columns"] = [_written(column) for column in reading.columns]
    return state.in_lines(content)


def from_json(text: str, name: str = "the text") -> Saved | SavedText:
    """A network and its reading from JSON text, which messages call `name`.

    Raises `ContentError` if the text is not one that `to_json` could have written.
    """
    fields = state.fields_of(text, name)
    model = state.model_of(fields)
    if "reading" not in fields:
        raise ContentError(
            f"{name} is a network without its reading: expected what its inputs and outputs mean. Save it "
            "from a training run, with microcrad train --save."
        )
    if isinstance(model, GPT):
        return SavedText(model, fields.inner("reading").take("data", TEXT))
    return Saved(model, _reading(fields.inner("reading"), model))


def load(path: str) -> Saved | SavedText:
    """A network and its reading from a file. `FileError` if it cannot be read, or is not one."""
    return from_json(state.read(path), path)


def _reading(fields: Fields, model: MLP) -> InputReading:
    """How data is read with a network."""
    inputs, outputs = len(model.layers[0].neurons[0].w), len(model.layers[-1].neurons)
    kind = fields.take("kind", one_of(KINDS))
    suitable = one_of(name for name, objective in OBJECTIVES.items() if kind in objective.kinds)
    objective = OBJECTIVES[fields.take("loss", Type(f"a loss for {kind}", suitable.accepts))]
    classes = fields.take("classes", _NAMES)
    expected = len(classes) if objective.one_output_a_class and classes else 1
    if (len(classes) > 0) == (kind == "regression") or outputs != expected:
        raise fields.wrong("classes", f"as many names as the network's {outputs} outputs need")
    means, deviations = (
        np.array(fields.numbers(field, fields.found.get(field), inputs, FINITE))
        for field in ("means", "deviations")
    )
    if not (deviations > 0).all():
        raise fields.wrong("deviations", "numbers above 0")
    names = fields.take("inputs", _NAMES)
    features = _features(fields, names)
    if len(features or names) != inputs:
        raise fields.wrong("features" if features else "inputs", f"a list of {inputs} names")
    columns = (
        tuple(map(_column, fields.rows("columns"))) if "columns" in fields else tuple(map(InputColumn, names))
    )
    if [name for column in columns for name in column.inputs] != list(names):
        raise fields.wrong("columns", f"the columns that become {_some(tuple(names))}")
    scale = Scale(
        Normalisation(means, deviations),
        float(fields.take("label_mean", FINITE)),
        float(fields.take("label_deviation", FINITE)),
        features,
    )
    data, label = fields.take("data", TEXT), fields.take("label", TEXT)
    return InputReading(data, kind, tuple(names), columns, label, tuple(classes), objective, scale)


def _features(fields: Fields, names: Sequence[str]) -> tuple[Feature, ...]:
    """What the network reads; none for the inputs themselves. By places: a name may look like a formula."""
    found = []
    for row in fields.maybe("features", _ROWS, []):
        sine = row[-1:] == ["sine"]
        places = row[: len(row) - sine]
        counts = (1,) if sine else (1, 2)
        if len(places) not in counts or not all(type(x) is int and 0 <= x < len(names) for x in places):
            raise fields.wrong("features", f"lists of one or two places of {len(names)} inputs")
        found.append(Feature(tuple(places), sine))
    return tuple(found)


_NAMES = Type("a list of names", TEXTS.accepts)
_ROWS = Type(
    "a list of lists",
    lambda value: isinstance(value, list) and all(isinstance(row, list) and row for row in value),
)
_FORM = Type(f"one of {', '.join((*FORMS, WORDS))}", lambda value: value in FORMS or value == WORDS)


def _column(fields: Fields) -> InputColumn:
    mean = fields.maybe("mean", FINITE, None)
    return InputColumn(
        fields.take("name", TEXT),
        fields.maybe("form", _FORM, PLAIN),
        tuple(fields.maybe("words", _NAMES, [])),
        None if mean is None else float(mean),
    )


def _written(column: InputColumn) -> dict[str, object]:
    known = {"name": column.name, "form": column.form, "words": list(column.words), "mean": column.mean}
    return {name: value for name, value in known.items() if value not in (None, [], PLAIN)}


def columns_with_means(trained: Saved) -> tuple[InputColumn, ...]:
    """The columns of a table that the network reads, each with the mean of it that is known.

    That is what gaps were filled with in training, or the mean by which its input was brought to a scale; of
    words that there is none.
    """
    reading, means, start = trained.reading, list[float | None](), 0
    scaled = not reading.scale.features and (reading.scale.inputs.deviations != 1).any()
    for column in reading.columns:
        of_scale = float(reading.scale.inputs.means[start]) if scaled else None
        means.append(0.0 if column.form == WORDS else of_scale if column.mean is None else column.mean)
        start += len(column.inputs)
    return tuple(replace(column, mean=mean) for column, mean in zip(reading.columns, means, strict=True))


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

    Raises `DataError` if they have other inputs than the network, or numbers beyond what it can read.
    """
    reading = trained.reading
    if points.shape[1] != len(reading.inputs):
        raise DataError(
            f"found {points.shape[1]} inputs: expected {len(reading.inputs)}, {_some(reading.inputs)}, as in "
            f"{reading.data}."
        )
    seen = reading.scale.seen(points)
    large = np.flatnonzero(~np.isfinite(seen).all(axis=1))
    if len(large):
        raise DataError(
            f"sample {int(large[0]) + 1}: its numbers are so large that what is read of it overflows."
        )
    outputs = outputs_of(trained.model, seen)
    if reading.kind == "regression":
        numbers = outputs[:, 0] * reading.scale.label_deviation + reading.scale.label_mean
        return [Prediction(repr(float(number)), None) for number in numbers]
    decided = reading.objective.decide(outputs)
    shares = reading.objective.likelihoods(outputs)
    objective = reading.objective
    return [
        Prediction(
            reading.classes[i], float(row[i]) if objective.probable else None, objective.sureness(each)
        )
        for i, row, each in zip(decided, shares, outputs, strict=True)
    ]


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:3])}, ... {names[-1]}"
