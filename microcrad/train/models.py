"""Which model a configuration asks for, and whether it can be trained on what there is to learn."""

from __future__ import annotations

import random

from microcrad.data.dataset import DataSet
from microcrad.errors import SettingError
from microcrad.gpt import GPT
from microcrad.nn import MLP
from microcrad.train.configuration import MODELS, Configuration
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.parameters import parameter_count
from microcrad.train.training_faults import TRAINING_FAULTS

__all__ = ["MOST_PARAMETERS", "made", "sizes_for"]

MOST_PARAMETERS = 200_000
MOST_PRODUCTS = 10_000_000
"""Samples of a batch times parameters: about a gigabyte with the tape, and three with graphs."""
MOST_READ = 1_000_000
"""Parameters of a model that reads a text times positions: about half as many as its graph has nodes."""
_LABELS = {
    "binary": "two classes", "classes": "several classes", "regression": "numbers", "text": "letters of words"
}  # fmt: skip


def sizes_for(configuration: Configuration, train: DataSet) -> tuple[int, ...]:
    """The layers, inputs first, that a configuration asks for; `SettingError` if it fits no model."""
    objective = OBJECTIVES[configuration.loss]
    if train.kind not in objective.kinds:
        fitting = [row.name for row in OBJECTIVES.values() if train.kind in row.kinds]
        raise SettingError(
            f"loss: {objective.name} learns {' or '.join(_LABELS[kind] for kind in objective.kinds)}; "
            f"the labels of {train.name} are {_LABELS[train.kind]}. Choose {' or '.join(fitting)}."
        )
    fault = configuration.fault
    if fault is not None and not TRAINING_FAULTS[fault].suits(reads_text=train.kind == "text"):
        whom = "reads no text" if train.kind == "text" else "reads a text"
        raise SettingError(f"fault: {fault} is for a model that {whom}. Choose another one, or none.")
    if train.kind == "text":
        return _sizes_of_text(configuration, train)
    _check_activations(configuration)
    sizes = (train.points.shape[1], *configuration.hidden, objective.outputs(train))
    if parameter_count(sizes) > MOST_PARAMETERS:
        raise SettingError(
            f"hidden: {'-'.join(map(str, sizes))} has {parameter_count(sizes)} parameters, and every one "
            f"is a node: at most {MOST_PARAMETERS} can be trained. Choose fewer neurons."
        )
    batch, most = configuration.batch or len(train), MOST_PRODUCTS // parameter_count(sizes)
    if min(batch, len(train)) > most:
        raise SettingError(
            f"batch: {batch} samples at once, with {parameter_count(sizes)} parameters each, are more "
            f"than the memory should hold. Choose up to {most}."
        )
    return sizes


def _sizes_of_text(configuration: Configuration, train: DataSet) -> tuple[int, ...]:
    """Tokens, the size of the stream, and tokens again; `SettingError` if such a model cannot be trained."""
    at, longest, tokens = configuration, train.points.shape[1], len(train.classes)
    if longest > at.positions:
        raise SettingError(
            f"positions: the longest word of {train.name} has {longest - 1} letters and takes {longest} "
            f"positions, not {at.positions}. Choose {longest} or more, or leave out long words."
        )
    if at.size % at.heads:
        raise SettingError(
            f"heads: {at.heads} do not share a size of {at.size} evenly. Choose a divisor of {at.size}."
        )
    count = at.size * (2 * tokens + at.positions + 12 * at.size * at.layers)
    if count * longest > MOST_READ:
        raise SettingError(
            f"size: {count:,} parameters, used at {longest} positions, make a graph of about "
            f"{2 * count * longest:,} nodes, and at most {2 * MOST_READ:,} can be trained. Choose a smaller "
            "size or fewer layers."
        )
    if min(at.batch or len(train), len(train)) > MOST_PRODUCTS // (count * longest):
        raise SettingError(
            f"batch: so many words at once are more than the memory should hold. Choose up to "
            f"{MOST_PRODUCTS // (count * longest)}."
        )
    return tokens, at.size, tokens


def _check_activations(configuration: Configuration) -> None:
    """Raises `SettingError` unless one is named for all hidden layers, or one for each."""
    named = configuration.activation.split()
    if len(named) > 1 and len(named) != len(configuration.hidden):
        raise SettingError(
            f"activation: {len(named)} are named for {len(configuration.hidden)} hidden layers. Name one "
            "for all, or one for each."
        )


def made(configuration: Configuration, train: DataSet, sizes: tuple[int, ...]) -> MLP | GPT:
    """The model that a configuration asks for, with its initial weights."""
    at = configuration
    if train.kind == "text":
        return GPT(
            "".join(train.classes[:-1]),
            positions=at.positions,
            size=at.size,
            heads=at.heads,
            layers=at.layers,
            seed=at.seed,
            without=MODELS[at.model],
        )
    return MLP(
        sizes[0],
        sizes[1:],
        activation=[*at.activations, "linear"],
        initialisation=at.initialisation,
        generator=random.Random(at.seed),
    )
