"""Data sets made from a seed: the same number of points, noise and seed give the same numbers anywhere.

Each takes the number of points (2 or more; as many of each class as can be), the noise (the standard
deviation of what is added to every coordinate, or to the label of a regression, in its own units; 0 for
none) and the seed. Coordinates are about -2 to 2. `DataError` if an argument is out of range.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from microcrad.data.dataset import DataError, DataSet, Kind

__all__ = ["blobs", "circles", "moons", "sine", "spirals", "xor"]

Place = Callable[[int, float, random.Random], tuple[float, float]]
"""Where a point belongs: from its class, its position in its class (0 to 1) and a source of chance."""


def xor(points: int = 200, noise: float = 0.0, seed: int = 0) -> DataSet:
    """Four squares around the origin; opposite ones are of one class, so no line divides the classes."""

    def place(index: int, position: float, draw: random.Random) -> tuple[float, float]:
        x, y = draw.uniform(0.05, 1.0), draw.uniform(0.05, 1.0)  # A gap, so that every point has a square.
        left = draw.random() < 0.5
        return (-x if left else x), (y if left == (index == 1) else -y)

    return _plane("xor", ("same sign", "opposite signs"), place, points, noise, seed)


def moons(points: int = 200, noise: float = 0.1, seed: int = 0) -> DataSet:
    """Two half circles that reach into each other, scikit-learn's `make_moons`."""

    def place(index: int, position: float, draw: random.Random) -> tuple[float, float]:
        x, y = math.cos(math.pi * position), math.sin(math.pi * position)
        return (x, y) if index == 0 else (1.0 - x, 0.5 - y)

    return _plane("moons", ("upper", "lower"), place, points, noise, seed)


def circles(points: int = 200, noise: float = 0.05, seed: int = 0) -> DataSet:
    """A circle of radius 1 and one of radius 0.5 inside it, scikit-learn's `make_circles`."""

    def place(index: int, position: float, draw: random.Random) -> tuple[float, float]:
        radius = 1.0 if index == 0 else 0.5
        angle = 2 * math.pi * draw.random()
        return radius * math.cos(angle), radius * math.sin(angle)

    return _plane("circles", ("outer", "inner"), place, points, noise, seed)


def spirals(points: int = 200, noise: float = 0.02, seed: int = 0) -> DataSet:
    """Two arms that wind once and a half around each other."""

    def place(index: int, position: float, draw: random.Random) -> tuple[float, float]:
        radius = 0.1 + 0.9 * position
        angle = 3 * math.pi * position + math.pi * index
        return radius * math.cos(angle), radius * math.sin(angle)

    return _plane("spirals", ("first arm", "second arm"), place, points, noise, seed)


def blobs(points: int = 200, noise: float = 0.3, seed: int = 0) -> DataSet:
    """Three clouds around the corners of a triangle, a distance of 1 from the origin."""

    def place(index: int, position: float, draw: random.Random) -> tuple[float, float]:
        angle = math.pi / 2 + 2 * math.pi * index / 3
        return math.cos(angle), math.sin(angle)

    return _plane("blobs", ("top", "left", "right"), place, points, noise, seed)


def sine(points: int = 200, noise: float = 0.1, seed: int = 0) -> DataSet:
    """A regression: `y = sin(pi * x)` for x from -1 to 1, with noise in y alone."""
    _check("sine", points, noise, 2)
    draw = random.Random(seed)
    xs = [-1 + 2 * i / (points - 1) for i in range(points)]
    ys = [math.sin(math.pi * x) + noise * draw.gauss(0, 1) for x in xs]
    return DataSet("sine", "regression", np.array(xs)[:, None], np.array(ys), ("x",), "y")


def _plane(
    name: str, classes: tuple[str, ...], place: Place, points: int, noise: float, seed: int
) -> DataSet:
    """Points of the plane, the classes in turn."""
    _check(name, points, noise, len(classes))
    draw = random.Random(seed)
    rows, labels = [], []
    for i in range(points):
        turn, index = divmod(i, len(classes))
        last = (points - 1 - index) // len(classes)  # The turn of this class's last point.
        x, y = place(index, turn / max(last, 1), draw)
        rows.append((x + noise * draw.gauss(0, 1), y + noise * draw.gauss(0, 1)))
        labels.append(index)
    kind: Kind = "binary" if len(classes) == 2 else "classes"
    return DataSet(name, kind, np.array(rows), np.array(labels), ("x", "y"), "class", classes)


def _check(name: str, points: int, noise: float, least: int) -> None:
    if points < least:
        raise DataError(f"{name} was asked for {points} points: expected {least} or more.")
    if not 0 <= noise < math.inf:
        raise DataError(f"{name} was asked for a noise of {noise}: expected 0 or a positive number.")
