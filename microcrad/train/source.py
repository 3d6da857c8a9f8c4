"""The data of a training run: made, read or shipped, divided into train and test, brought to one scale."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from microcrad import data
from microcrad.data.csv_file import reading_csv
from microcrad.data.dataset import DataSet, Normalisation, split
from microcrad.data.features import Feature, derived, features_of, on_points
from microcrad.data.idx import reading_idx
from microcrad.data.word_list import reading_words
from microcrad.errors import DataError, MissingFileError
from microcrad.slices import Shares, finish
from microcrad.train.configuration import BUILT_IN, Configuration, recipe
from microcrad.train.objectives import OBJECTIVES, objective_for

__all__ = ["Prepared", "Scale", "load", "loading", "prepare", "preparing", "read_idx_folder", "suiting"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How numbers as they come relate to those a network sees: inputs, and the labels of a regression."""

    inputs: Normalisation
    label_mean: float = 0.0
    label_deviation: float = 1.0
    features: tuple[Feature, ...] = ()
    """What is made of the inputs before they are brought to a scale; none for the inputs themselves."""

    @classmethod
    def of(cls, train: DataSet, features: tuple[Feature, ...] = (), *, normalise: bool = True) -> Scale:
        """That of the samples that are trained on: mean 0 and standard deviation 1, or as they come."""
        seen = derived(train, features)
        if not normalise:
            count = len(seen.inputs)
            return cls(Normalisation(np.zeros(count), np.ones(count)), features=features)
        if train.kind != "regression":
            return cls(Normalisation.of(seen), features=features)
        mean, deviation = float(train.labels.mean()), float(train.labels.std())
        return cls(Normalisation.of(seen), mean, deviation if deviation > 0 else 1.0, features)

    def seen(self, points: Numbers) -> Numbers:
        """Points as they come, shape (points, inputs), as the network sees them."""
        return (on_points(self.features, points) - self.inputs.means) / self.inputs.deviations

    def own_label(self, labels: Numbers) -> Numbers:
        """Numbers that a network says or is taught, in the unit of a regression's label."""
        return labels * self.label_deviation + self.label_mean

    def apply(self, samples: DataSet) -> DataSet:
        """The samples as the network sees them. Raises `DataError` if there are not as many inputs."""
        scaled = self.inputs.apply(derived(samples, self.features))
        if samples.kind != "regression":
            return scaled
        return replace(scaled, labels=(samples.labels - self.label_mean) / self.label_deviation)


def load(configuration: Configuration) -> DataSet:
    """The data a configuration names: made, shipped or read. `DataError` or `FileError` if it cannot be."""
    return finish(loading(configuration))


def loading(configuration: Configuration) -> Shares[DataSet]:
    """`load` in slices."""
    name = configuration.data
    if name in BUILT_IN:
        return data.named(name, configuration.points, configuration.noise, configuration.seed)
    path = os.path.expanduser(name)
    if configuration.reads_pictures:
        return (yield from _reading_folder(path, configuration.points or None))
    try:
        if configuration.reads_text:
            return (yield from reading_words(path, configuration.encoding))
        return (yield from reading_csv(path, configuration))
    except MissingFileError:
        raise DataError(
            f"there is no data set {name!r} and no such file: choose from {', '.join(BUILT_IN)}, or name a "
            "CSV file, a text file (.txt) with a word a line, or a folder with IDX files."
        ) from None


def suiting(configuration: Configuration, samples: DataSet, chosen: Collection[str] = ()) -> Configuration:
    """The same configuration, with a loss that can learn these samples, and positions for their letters.

    Settings that were `chosen` by a person stay as they are.
    """
    longest, usual = samples.points.shape[1], recipe(configuration.data).positions
    if samples.kind == "text" and "positions" not in chosen and configuration.positions == usual < longest:
        configuration = replace(configuration, positions=longest)
    if "loss" in chosen or samples.kind in OBJECTIVES[configuration.loss].kinds:
        return configuration
    return replace(configuration, loss=objective_for(samples.kind).name)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a network is trained on and tested with, in its own scale."""

    train: DataSet
    test: DataSet | None
    """None where nothing was set aside."""
    scale: Scale
    whole: DataSet
    """All samples, in the units they came in."""
    validation: DataSet | None = None
    """What is held out of the train set to judge by; None where nothing is."""

    def part(self, *, tested: bool) -> DataSet:
        """What is tested with, if something was set aside for that, or else what is trained on."""
        return self.test if tested and self.test is not None else self.train

    @property
    def parts(self) -> dict[str, DataSet]:
        """What the samples are divided into, by names."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in parts.items() if part is not None}


def prepare(
    samples: DataSet,
    test: float,
    normalise: bool,
    seed: int,
    validation: float = 0.0,
    features: Sequence[str] = (),
) -> Prepared:
    """Divide and scale: a share of `test` is set aside, and of the rest one of `validation` is held out.

    `features` are what the network reads of each sample, the inputs themselves if none is named. Statistics
    come from what is left to train on. Raises `DataError` if there are too few samples, `SettingError` if
    there are no such features.
    """
    train, tested = split(samples, test, seed) if test else (samples, None)
    train, held_out = split(train, validation, seed) if validation else (train, None)
    normalise = normalise and train.kind != "text"
    scale = Scale.of(train, features_of(features, samples.inputs), normalise=normalise)
    tested, held_out = (None if part is None else scale.apply(part) for part in (tested, held_out))
    return Prepared(scale.apply(train), tested, scale, samples, held_out)


def preparing(configuration: Configuration, samples: DataSet | None = None) -> Shares[Prepared]:
    """What a configuration trains on and tests with, in slices; `samples` if they were read before.

    Raises `DataError` or `FileError` if it cannot be had.
    """
    if samples is None:
        samples = yield from loading(configuration)
        yield 1.0
    at = configuration
    return prepare(samples, at.test, at.normalise, at.seed, at.validation, at.features)


IDX_PAIRS = (
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
    ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
)
"""The names MNIST's files are published under, plain or with `.gz`, those to train on first."""


def read_idx_folder(folder: str | Path) -> DataSet:
    """The pictures and labels in a folder that has MNIST's file names, plain or compressed.

    Raises `DataError` if the folder has no such pair of files, or the files are not of the format.
    """
    return finish(_reading_folder(folder, None))


def _reading_folder(folder: str | Path, limit: int | None) -> Shares[DataSet]:
    for pictures, labels in IDX_PAIRS:
        pair = [_plain_or_gzip(Path(folder), name) for name in (pictures, labels)]
        if pair[0] and pair[1]:
            return (yield from reading_idx(pair[0], pair[1], limit))
    raise DataError(
        f"{folder} has no pair of IDX files: expected {IDX_PAIRS[0][0]} and {IDX_PAIRS[0][1]}, or the same "
        "with .gz. Name the folder that holds both."
    )


def _plain_or_gzip(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if os.path.isfile(path)), None)
