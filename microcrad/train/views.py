"""What a trained network can be looked at with: a plane, a fit, pictures, a table, weights. Pure functions.

Each takes a `Trainer` as it stands and returns frozen numbers; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataSet
from microcrad.train.trainer import Trainer

__all__ = [
    "Bounds", "Confusion", "Fit", "LayerWeights", "PlaneField", "Points", "SamplePicture", "confusion",
    "counted", "field", "first_layer", "fit", "is_plane", "layers", "picture_side", "pictures", "plane_grid",
    "points",
]  # fmt: skip

Numbers = NDArray[np.float64]
LARGEST_PICTURE = 16
"""The rows of pixels that a picture is shown with at most."""
BINS = 7
"""How many bars a layer's histogram has."""
_INNER_EDGES = np.linspace(-1.0, 1.0, BINS + 1)[1:-1]
"""Where one of its bars ends and the next begins, in shares of the largest weight."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle of the plane, in the data's own units."""

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Samples in the plane, in the data's own units."""

    x: Numbers
    y: Numbers
    """The second input, or a regression's label."""
    classes: NDArray[np.intp]
    """What each is labelled as, in training; 0 for a regression."""
    wrong: NDArray[np.bool_]
    """Whether the network decides otherwise."""
    tested: NDArray[np.bool_]
    """Whether it is one of those set aside to test with."""
    places: NDArray[np.intp]
    """Its place among those, or else among those trained on."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaneField:
    """What a network says all over the plane; row 0 is at the top."""

    bounds: Bounds
    classes: NDArray[np.intp]
    """Shape (rows, columns): the class that each place is given."""
    confidence: Numbers
    """Shape (rows, columns): from 0, undecided, to 1."""

    def discrete(self) -> PlaneField:
        """The same as if each place were sure of its class."""
        return replace(self, confidence=np.ones_like(self.confidence))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A regression's curve over one of its inputs, in the data's own units."""

    bounds: Bounds
    x: Numbers
    y: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class SamplePicture:
    """A sample that is a picture, and what the network makes of it."""

    sample: int
    """Its place in the part it was taken from."""
    pixels: Numbers
    """Shape (rows, columns), from 0 (paper) to 1 (ink)."""
    label: str
    prediction: str
    sure: str
    """How sure that is: a probability, or what there is in its place."""

    @property
    def right(self) -> bool:
        """Whether the prediction is the label."""
        return self.prediction == self.label


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often each class was taken for each."""

    classes: tuple[str, ...]
    counts: NDArray[np.intp]
    """Shape (classes, classes): a row a label, a column a prediction."""
    tested: bool
    """Whether the samples counted are those set aside to test with."""


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer's parameters at a glance."""

    name: str
    """The layer's, or that of a matrix of a GPT."""
    counts: tuple[int, ...]
    """A histogram of its weights and biases, from the most negative to the most positive of all."""
    reach: float
    """The size of the largest: the histogram goes from `-reach` to `reach`."""
    gradient: float
    """The mean size of its gradient in the last step; nan before the first."""


def is_plane(trainer: Trainer) -> bool:
    """Whether the data has two inputs and classes, so that there is a boundary to draw."""
    train = trainer.prepared.train
    return train.own.shape[1] == 2 and train.kind not in ("regression", "text")


def points(trainer: Trainer, along: int = 0, parts: Sequence[str] = ("train",)) -> Points:
    """The samples of some parts of the data, `train` or `test`; of a regression, one input and the label."""
    found = [_points(trainer, trainer.prepared.parts[name], along) for name in parts]
    x, y, classes, wrong = (np.concatenate(column) for column in zip(*found, strict=True))
    counts = [len(each[0]) for each in found]
    tested = np.repeat([name == "test" for name in parts], counts)
    places = np.concatenate([np.arange(count) for count in counts])
    return Points(x, y, classes.astype(np.intp), wrong.astype(bool), tested, places)


def _points(trainer: Trainer, part: DataSet, along: int) -> tuple[Numbers, ...]:
    labels = trainer.teaching.labels(part)
    own = part.own
    if part.kind == "regression":
        none = np.zeros(len(part))
        return own[:, along], trainer.prepared.scale.own_label(labels), none, none
    decided = trainer.teaching.objective.decide(trainer.outputs(part.points))
    return own[:, 0], own[:, -1], labels, decided != labels


def bounds(trainer: Trainer, along: int = 0) -> Bounds:
    """The rectangle that holds all samples, with a margin."""
    whole = trainer.samples
    regression = whole.kind == "regression"
    x, y = whole.points[:, along if regression else 0], whole.labels if regression else whole.points[:, -1]
    (left, right), (bottom, top) = (_padded(float(axis.min()), float(axis.max())) for axis in (x, y))
    return Bounds(left, right, bottom, top)


def _padded(least: float, most: float) -> tuple[float, float]:
    margin = 0.12 * (most - least) or 1.0
    return least - margin, most + margin


def field(trainer: Trainer, columns: int, rows: int) -> PlaneField:
    """What the network says at the middle of each of `columns` by `rows` cells of the plane."""
    area = bounds(trainer)
    outputs = trainer.outputs(trainer.prepared.scale.seen(plane_grid(area, columns, rows)))
    shares = trainer.teaching.objective.likelihoods(outputs)
    decided = trainer.teaching.objective.decide(outputs)
    least = 1.0 / shares.shape[1]
    confidence = np.nan_to_num((shares.max(axis=1) - least) / (1.0 - least), nan=0.0)
    return PlaneField(area, decided.reshape(rows, columns), confidence.reshape(rows, columns))


def plane_grid(area: Bounds, columns: int, rows: int) -> Numbers:
    """The middles of a rectangle's cells, shape (rows * columns, 2), row by row from the top."""
    x = _middles(area.left, area.right, columns)
    y = _middles(area.top, area.bottom, rows)
    return np.column_stack([np.tile(x, rows), np.repeat(y, columns)])


def _middles(start: float, end: float, count: int) -> Numbers:
    return start + (end - start) * (np.arange(count) + 0.5) / count


def fit(trainer: Trainer, columns: int, along: int = 0) -> Fit:
    """The curve of a regression over one input, the others staying at their mean."""
    area, scale = bounds(trainer, along), trainer.prepared.scale
    grid = np.repeat(trainer.prepared.train.own.mean(axis=0)[None, :], columns, axis=0)
    grid[:, along] = _middles(area.left, area.right, columns)
    said = scale.own_label(trainer.outputs(scale.seen(grid))[:, 0])
    return Fit(area, grid[:, along], said)


def picture_side(trainer: Trainer) -> int:
    """The side of the samples as square pictures; 0 if they are none."""
    whole = trainer.samples.points
    inputs = whole.shape[1]
    side = isqrt(inputs)
    square = side * side == inputs == trainer.sizes[0] and side >= 8
    return side if square and float(whole.min()) >= 0 else 0


def pictures(
    trainer: Trainer, count: int, *, mistakes_first: bool = True, largest: int = LARGEST_PICTURE
) -> tuple[SamplePicture, ...]:
    """So many samples of those set aside to test with, or of all if there are none, in their order.

    Mistakes come first, which takes a look at all of them, unless that is not wanted. Pictures with more than
    `largest` rows are shown smaller.
    """
    part = trainer.prepared.test or trainer.prepared.train
    if not mistakes_first:
        part = part.take(range(min(count, len(part))))
    side = picture_side(trainer)
    outputs = trainer.outputs(part.points)
    decided = trainer.teaching.objective.decide(outputs)
    order = np.arange(len(part))
    if mistakes_first:
        order = np.argsort(decided == part.labels, kind="stable")[:count]
    most = float(trainer.prepared.whole.points.max()) or 1.0
    return tuple(
        SamplePicture(
            int(i),
            _smaller((part.own[i] / most).reshape(side, side), largest),
            part.classes[int(part.labels[i])],
            part.classes[int(decided[i])],
            trainer.teaching.objective.sureness(outputs[i]),
        )
        for i in order
    )


def _smaller(grid: Numbers, largest: int) -> Numbers:
    """A square picture, or the means of its squares where it has more than so many rows."""
    by = -(-len(grid) // largest)
    if by == 1:
        return grid
    missing = -len(grid) % by
    padded = np.pad(grid, (0, missing))
    side = len(padded) // by
    return np.asarray(padded.reshape(side, by, side, by).mean(axis=(1, 3)))


def first_layer(trainer: Trainer, count: int, *, largest: int = LARGEST_PICTURE) -> Numbers:
    """The first neurons' weights as pictures, shape (neurons, side, side), each from -1 to 1."""
    side = picture_side(trainer)
    rows = trainer.state.weights[trainer.layers[0]].reshape(-1, trainer.sizes[0] + 1)[:count, :-1]
    with np.errstate(all="ignore"):
        reach = np.abs(rows).max(axis=1, keepdims=True)
        grids = np.nan_to_num(rows / reach, posinf=0.0, neginf=0.0).reshape(-1, side, side)
    return np.array([_smaller(grid, largest) for grid in grids])


def confusion(trainer: Trainer) -> Confusion:
    """How often each class was taken for each, among test samples, or among all if there are none."""
    part = trainer.prepared.test or trainer.prepared.train
    decided = trainer.teaching.objective.decide(trainer.outputs(part.points))
    size = len(part.classes)
    places = part.labels.astype(np.intp) * size + decided
    counts = np.bincount(places, minlength=size * size).reshape(size, size)
    return Confusion(part.classes, counts, trainer.prepared.test is not None)


def counted(trainer: Trainer, label: int, said: int) -> list[int]:
    """The samples that one cell of `confusion` counts, by their place in the part that it is made of."""
    part = trainer.prepared.test or trainer.prepared.train
    decided = trainer.teaching.objective.decide(trainer.outputs(part.points))
    return np.flatnonzero((part.labels == label) & (decided == said)).tolist()


def layers(trainer: Trainer) -> tuple[LayerWeights, ...]:
    """Each layer's weights and how large its gradient was."""
    gradient = trainer.state.grad if trainer.state.step else None
    return tuple(
        _layer(name, trainer.state.weights[part], None if gradient is None else gradient[part])
        for name, part in zip(trainer.layer_names, trainer.layers, strict=True)
    )


def _layer(name: str, weights: Numbers, gradient: Numbers | None) -> LayerWeights:
    finite = weights[np.isfinite(weights)]
    reach = float(np.abs(finite).max(initial=0.0))
    with np.errstate(all="ignore"):
        # A share of the largest: at both ends of what doubles hold, bins have no width.
        shares = np.nan_to_num(finite / reach)
        size = float("nan") if gradient is None else float(np.abs(gradient).mean())
    # As `np.histogram` counts, which asks more questions first than there are weights.
    counts = np.bincount(np.searchsorted(_INNER_EDGES, shares, side="right"), minlength=BINS)
    return LayerWeights(name, tuple(counts.tolist()), reach, size)
