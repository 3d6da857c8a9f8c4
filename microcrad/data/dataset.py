"""`DataSet`, what there is to learn from, and what is done to it before training: split and normalise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from microcrad.data.cells import PLAIN, WORDS
from microcrad.errors import DataError

__all__ = ["DataError", "DataSet", "InputColumn", "Kind", "Normalisation", "TableOrigin", "split"]

Kind = Literal["binary", "classes", "regression", "text"]
"""What labels are: one of two classes, one of several, a number, or the letter after each of a word's."""


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column of a table, and how its cells become inputs."""

    name: str
    form: str = PLAIN
    """How its numbers are written: one of `cells.FORMS`, or `words`."""
    words: tuple[str, ...] = ()
    """Those that there are, if it holds words: each is an input, 1 where it stands and else 0."""
    mean: float | None = None
    """What stands where a number is missing (0 for each word); None if that is refused."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs that it becomes."""
        return tuple(f"{self.name}={word}" for word in self.words) if self.form == WORDS else (self.name,)


@dataclass(frozen=True, slots=True)
class TableOrigin:
    """How a data set was read from a table."""

    columns: tuple[InputColumn, ...]
    """Those that the inputs come from."""
    told: tuple[tuple[str, str, str], ...]
    """Of each column of the table its name, what it holds, and what becomes of it."""
    notes: tuple[str, ...]
    """What was decided in reading it, in sentences."""


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Points and their labels, one row a sample. The arrays cannot be written to."""

    name: str
    kind: Kind
    points: NDArray[np.float64]
    """Shape (samples, inputs); every number is finite. Of a text the token at each position, -1 after the
    last that is read."""
    labels: NDArray[np.float64]
    """Shape (samples,). For a regression the number itself, else the index of the class, counted from 0. Of
    a text, shape (samples, inputs), the token that comes next at each position, -1 after the last."""
    inputs: tuple[str, ...]
    """The inputs' names, one a column of `points`."""
    label: str
    """What the label is called."""
    classes: tuple[str, ...] = ()
    """The classes' names, one an index; none for a regression. Of a text its tokens, the last `end`."""
    origin: TableOrigin | None = None
    """How it was read; None for what comes from no table."""
    one_unit: bool = False
    """Whether all inputs are in one unit, as pixels are, and are brought to one scale together."""
    raw: NDArray[np.float64] | None = None
    """The points as they came, where `points` are made of them: brought to a scale, or other features."""

    def __post_init__(self) -> None:
        # Copies, so that nobody else's array is locked or can change this one.
        points, labels = np.array(self.points, dtype=np.float64), np.array(self.labels, dtype=np.float64)
        samples = len(labels)
        expected = points.shape if self.kind == "text" else points.shape[:1]
        if points.ndim != 2 or labels.shape != expected or not samples:
            raise DataError(
                f"{self.name}: found points of shape {points.shape} and labels of shape {labels.shape}; "
                "expected (samples, inputs) and (samples,), with at least one sample."
            )
        if points.shape[1] != len(self.inputs):
            raise DataError(f"{self.name}: {len(self.inputs)} names were given for {points.shape[1]} inputs.")
        if not (np.isfinite(points).all() and np.isfinite(labels).all()):
            raise DataError(f"{self.name}: expected finite numbers, found nan or infinity.")
        if self.kind not in ("regression", "text"):
            allowed = np.isin(labels, np.arange(len(self.classes)))
            if not allowed.all():
                raise DataError(
                    f"{self.name}: found the label {labels[~allowed][0]:g}, expected the index of one of "
                    f"{len(self.classes)} classes."
                )
            if len(self.classes) < 2 or (self.kind == "binary") != (len(self.classes) == 2):
                raise DataError(f"{self.name}: found {len(self.classes)} classes for the kind {self.kind!r}.")
        points.flags.writeable = labels.flags.writeable = False
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.labels)

    @property
    def own(self) -> NDArray[np.float64]:
        """The points in their own units, as they came."""
        return self.points if self.raw is None else self.raw

    @property
    def one_class(self) -> bool:
        """Whether samples are not told apart by a class, so that any share of them is as good as another."""
        return self.kind in ("regression", "text")

    def take(self, rows: Sequence[int]) -> DataSet:
        """The samples with these indices, in this order."""
        chosen = np.asarray(rows, dtype=np.intp)
        raw = None if self.raw is None else self.raw[chosen]
        return replace(self, points=self.points[chosen], labels=self.labels[chosen], raw=raw)


def split(data: DataSet, test: float = 0.2, seed: int = 0) -> tuple[DataSet, DataSet]:
    """The samples, shuffled and divided into some to train on and others to test with: `(train, test)`.

    `test` is the share of samples to test with, above 0 and below 1. Classes are divided one by one, so both
    parts have each class in the same proportion, to the nearest sample; a class always keeps at least one
    sample to train on. The same seed gives the same parts. Raises `DataError` if there are too few samples.
    """
    if not 0 < test < 1:
        raise DataError(f"the share of samples to test with is {test}: it must be above 0 and below 1.")
    if len(data) < 2:
        raise DataError(
            f"{data.name}: one sample is there to be divided, and at least 2 are needed, one to train on and "
            "one to test with. Add samples, or set test and validation to 0."
        )
    draw = random.Random(seed)
    every = np.arange(len(data))
    groups = [every] if data.one_class else [every[data.labels == i] for i in range(len(data.classes))]
    shuffled = [draw.sample(group.tolist(), len(group)) for group in groups]
    counts = [min(max(round(len(group) * test), 0), max(len(group) - 1, 0)) for group in shuffled]
    if not any(counts):  # Every class is too small for the share that was asked for: take one all the same.
        largest = max(range(len(shuffled)), key=lambda i: len(shuffled[i]))
        counts[largest] = min(1, len(shuffled[largest]) - 1)
    if not any(counts):
        raise DataError(
            f"{data.name} has one sample of each class: none can be spared to test with. Add samples, or set "
            "test to 0."
        )
    tested = [row for group, count in zip(shuffled, counts, strict=True) for row in group[:count]]
    trained = [row for group, count in zip(shuffled, counts, strict=True) for row in group[count:]]
    draw.shuffle(tested)
    draw.shuffle(trained)
    return data.take(trained), data.take(tested)


@dataclass(frozen=True, slots=True, eq=False)
class Normalisation:
    """How to bring each input to mean 0 and standard deviation 1, from the numbers of one data set.

    Make it from the training part alone and apply it to both: what is tested with must stay unknown.
    """

    means: NDArray[np.float64]
    """Shape (inputs,), in the inputs' own units."""
    deviations: NDArray[np.float64]
    """Shape (inputs,): standard deviations, dividing by the number of samples; 1 where all are equal."""

    @classmethod
    def of(cls, train: DataSet) -> Normalisation:
        """The statistics of a data set: of each input, or of all together where they are in one unit."""
        if train.one_unit:
            count, deviation = train.points.shape[1], float(train.points.std())
            return cls(np.full(count, train.points.mean()), np.full(count, deviation or 1.0))
        # Divided by its largest number first, so that squares of huge or tiny inputs stay in range.
        scale = np.abs(train.points).max(axis=0)
        scale[scale == 0] = 1.0
        scaled = train.points / scale
        means = scaled.mean(axis=0)
        deviations = scaled.std(axis=0) * scale
        same = (train.points == train.points[0]).all(axis=0) | (deviations == 0)
        return cls(np.where(same, train.points[0], means * scale), np.where(same, 1.0, deviations))

    def apply(self, data: DataSet) -> DataSet:
        """The same samples with normalised inputs. Raises `DataError` if there are not as many inputs."""
        if data.points.shape[1] != len(self.means):
            raise DataError(
                f"{data.name} has {data.points.shape[1]} inputs: expected {len(self.means)}, as where the "
                "statistics were taken."
            )
        return replace(data, points=(data.points - self.means) / self.deviations, raw=data.own)
