"""Data sets: what is generated and shipped, how it is split and normalised."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microcrad.data import (
    GENERATED,
    SHIPPED,
    DataError,
    DataSet,
    Normalisation,
    blobs,
    circles,
    digits,
    iris,
    moons,
    named,
    sine,
    spirals,
    split,
    xor,
)

PLANE = [xor, moons, circles, spirals, blobs]


def numbers(points: int, seed: int = 0) -> DataSet:
    """A regression whose points are 0, 1, 2, ... so that every sample can be told."""
    column = np.arange(points, dtype=float)
    return DataSet("numbers", "regression", column[:, None], column, ("x",), "y")


def classed(*counts: int) -> DataSet:
    """As many samples of each class as it says."""
    labels = np.repeat(np.arange(len(counts)), counts).astype(float)
    names = tuple("abcdef"[: len(counts)])
    points = np.arange(len(labels), dtype=float)[:, None]
    return DataSet("classed", "binary" if len(counts) == 2 else "classes", points, labels, ("x",), "y", names)


@pytest.mark.parametrize("make", GENERATED.values(), ids=GENERATED)
def test_a_seed_says_it_all(make: Callable[[int, float, int], DataSet]) -> None:
    one, again, other = make(50, 0.1, 3), make(50, 0.1, 3), make(50, 0.1, 4)
    assert np.array_equal(one.points, again.points)
    assert np.array_equal(one.labels, again.labels)
    assert not (np.array_equal(one.points, other.points) and np.array_equal(one.labels, other.labels))
    assert len(one) == 50


@pytest.mark.parametrize("make", PLANE)
@pytest.mark.parametrize("points", [3, 10, 200])
def test_classes_are_balanced(make: Callable[..., DataSet], points: int) -> None:
    data = make(points)
    counts = Counter(data.labels.tolist())
    assert len(counts) == len(data.classes)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert data.points.shape == (points, 2)
    assert data.kind == ("binary" if len(data.classes) == 2 else "classes")


def test_points_without_noise_lie_where_they_should() -> None:
    data = xor(100, 0.0)
    assert np.array_equal(data.points.prod(axis=1) < 0, data.labels == 1)
    assert len({(x > 0, y > 0) for x, y in data.points.tolist()}) == 4
    data = circles(100, 0.0)
    assert np.hypot(*data.points.T) == pytest.approx(np.where(data.labels == 0, 1.0, 0.5))
    data = moons(100, 0.0)
    x, y = data.points.T
    upper = data.labels == 0
    assert np.hypot(x, y)[upper] == pytest.approx(1)
    assert np.hypot(x - 1, y - 0.5)[~upper] == pytest.approx(1)
    assert (y[upper].min(), x[upper].min(), x[~upper].max()) == pytest.approx((0, -1, 2))
    data = spirals(100, 0.0)
    arms = data.points[data.labels == 0], data.points[data.labels == 1]
    assert arms[0] == pytest.approx(-arms[1])
    assert np.hypot(*arms[0].T) == pytest.approx(np.linspace(0.1, 1, 50))
    data = blobs(99, 0.0)
    corners = np.unique(data.points.round(9), axis=0)
    assert len(corners) == 3
    assert np.hypot(*corners.T) == pytest.approx(1)
    data = sine(101, 0.0)
    assert data.labels == pytest.approx(np.sin(np.pi * data.points[:, 0]))
    assert (data.points.min(), data.points.max()) == (-1, 1)


@pytest.mark.parametrize("make", [*PLANE, sine])
def test_noise_is_a_standard_deviation(make: Callable[..., DataSet]) -> None:
    if make in (moons, spirals, blobs, sine):  # Chance decides nothing but the noise there.
        moved, still = make(2000, 0.2, 1), make(2000, 0.0, 1)
        added = (moved.labels - still.labels) if make is sine else (moved.points - still.points)
        assert added.std() == pytest.approx(0.2, rel=0.05)
        assert abs(added.mean()) < 0.02
    else:
        assert make(2000, 5.0, 1).points.std() == pytest.approx(5, rel=0.1)


def test_iris_is_fishers() -> None:
    """Means and deviations from the table in scikit-learn's description, which gives two decimals."""
    data = iris()
    assert data.points.shape == (150, 4)
    assert Counter(data.labels.tolist()) == {0: 50, 1: 50, 2: 50}
    assert data.classes == ("setosa", "versicolor", "virginica")
    assert data.inputs == ("sepal length", "sepal width", "petal length", "petal width")
    assert data.points.min(axis=0).tolist() == [4.3, 2.0, 1.0, 0.1]
    assert data.points.max(axis=0).tolist() == [7.9, 4.4, 6.9, 2.5]
    assert data.points.mean(axis=0) == pytest.approx([5.84, 3.05, 3.76, 1.20], abs=0.01)
    assert data.points.std(axis=0) == pytest.approx([0.83, 0.43, 1.76, 0.76], abs=0.01)


def test_digits_are_scikit_learns() -> None:
    data = digits()
    assert data.points.shape == (1797, 64)
    assert list(Counter(sorted(data.labels.tolist())).values()) == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]
    assert (data.points.min(), data.points.max()) == (0, 16)
    assert data.points[0, :16].tolist() == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    assert data.labels[:10].tolist() == list(range(10))
    assert data.points.sum() == 561718


def test_every_name_has_a_set() -> None:
    for name in [*GENERATED, *SHIPPED]:
        assert named(name).name == name
    assert len(named("moons", 30, 0.0, 5)) == 30
    with pytest.raises(DataError, match=r"no data set 'mnist': choose from xor, moons, .*digits"):
        named("mnist")


@pytest.mark.parametrize("make", [*PLANE, sine])
def test_settings_out_of_range_are_refused(make: Callable[..., DataSet]) -> None:
    for arguments in [(1, 0.1), (-5, 0.1), (10, -0.1), (10, float("nan")), (10, float("inf"))]:
        with pytest.raises(DataError, match="was asked for"):
            make(*arguments)


def test_arrays_are_locked_copies() -> None:
    mine = np.zeros((2, 1))
    data = DataSet("d", "regression", mine, np.array([0.0, 1.0]), ("x",), "y")
    mine[0] = 7
    assert data.points[0, 0] == 0
    for array in (data.points, data.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("regression", [[1.0]], [1.0, 2.0], ("x",)), "found points of shape"),
        (("regression", [1.0, 2.0], [1.0, 2.0], ("x",)), "found points of shape"),
        (("regression", np.zeros((0, 1)), [], ("x",)), "at least one sample"),
        (("regression", [[1.0]], [1.0], ("x", "y")), "2 names were given for 1 inputs"),
        (("regression", [[np.nan]], [1.0], ("x",)), "finite"),
        (("regression", [[1.0]], [np.inf], ("x",)), "finite"),
        (
            ("binary", [[1.0]], [2.0], ("x",), "y", ("a", "b")),
            "found the label 2, expected the index of one of 2",
        ),
        (("binary", [[1.0]], [0.5], ("x",), "y", ("a", "b")), r"found the label 0\.5"),
        (("classes", [[1.0]], [0.0], ("x",), "y", ("a", "b")), "found 2 classes for the kind 'classes'"),
        (("binary", [[1.0]], [0.0], ("x",), "y", ("a",)), "found 1 classes"),
    ],
)
def test_what_is_no_data_set_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    rest = arguments[1:] if len(arguments) > 4 else (*arguments[1:], "y")
    with pytest.raises(DataError, match=message):
        DataSet("d", arguments[0], *rest)


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.integers(0, 5))
def test_split_divides_without_loss(points: int, share: float, seed: int) -> None:
    train, test = split(numbers(points), share, seed)
    assert sorted([*train.labels, *test.labels]) == list(range(points))
    assert len(train) >= 1
    assert len(test) >= 1
    assert abs(len(test) - share * points) <= 1
    assert np.array_equal(train.points[:, 0], train.labels)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=5), st.floats(0.05, 0.95))
def test_split_is_stratified(counts: list[int], share: float) -> None:
    data = classed(*counts)
    if max(counts) == 1:
        with pytest.raises(DataError, match="one sample of each class"):
            split(data, share)
        return
    train, test = split(data, share)
    assert sorted([*train.points[:, 0], *test.points[:, 0]]) == list(range(len(data)))
    assert len(test) >= 1
    for index, count in enumerate(counts):
        assert abs((test.labels == index).sum() - share * count) <= 1
        assert (train.labels == index).any()


def test_split_is_seeded_and_shuffled() -> None:
    one, again, other = (split(numbers(40), 0.25, seed)[0].labels.tolist() for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert one != sorted(one)
    _, test = split(numbers(40))
    assert sorted(test.labels.tolist()) != list(range(8))  # Not merely the first ones.
    train, _ = split(classed(20, 20))
    assert train.labels.tolist() != sorted(train.labels.tolist())


def test_split_refuses_what_cannot_be_divided() -> None:
    for share in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(DataError, match="above 0 and below 1"):
            split(numbers(5), share)
    with pytest.raises(DataError, match="one sample is there to be divided, and at least 2"):
        split(numbers(1))


def test_normalisation_uses_the_training_part_alone() -> None:
    train, test = split(iris(), 0.3)
    normalisation = Normalisation.of(train)
    assert normalisation.means == pytest.approx(train.points.mean(axis=0))
    assert normalisation.deviations == pytest.approx(train.points.std(axis=0))
    done = normalisation.apply(train)
    assert done.points.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert done.points.std(axis=0) == pytest.approx(1)
    expected = (test.points - train.points.mean(axis=0)) / train.points.std(axis=0)
    assert normalisation.apply(test).points == pytest.approx(expected)
    assert np.array_equal(normalisation.apply(test).labels, test.labels)


def test_normalisation_of_what_does_not_vary_and_of_extremes() -> None:
    points = np.array([[0.1, 1e300, 1e-300, 0.0], [0.1, -1e300, 3e-300, 0.0], [0.1, 1e300, 2e-300, 0.0]])
    data = DataSet("d", "regression", points, np.arange(3.0), ("a", "b", "c", "d"), "y")
    done = Normalisation.of(data).apply(data).points
    assert done[:, [0, 3]].tolist() == [[0, 0]] * 3
    assert done[:, 1:3].std(axis=0) == pytest.approx(1)
    with pytest.raises(DataError, match="has 1 inputs: expected 4"):
        Normalisation.of(data).apply(numbers(3))


def test_importing_microcrad_leaves_numpy_alone() -> None:
    program = "import sys, microcrad, microcrad.nn, microcrad.loss, microcrad.optim, microcrad.state; "
    subprocess.run([sys.executable, "-c", program + "assert 'numpy' not in sys.modules"], check=True)
