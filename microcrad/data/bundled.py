"""The data sets that ship with microcrad. Their sources and licences are in docs/data.md."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

import numpy as np

from microcrad.data.dataset import DataSet
from microcrad.data.word_list import data_of

__all__ = ["digits", "iris", "names"]


@cache
def iris() -> DataSet:
    """150 iris flowers of three species, by the size of their sepals and petals in centimetres."""
    head, *rows = [line.split(",") for line in _text("iris.csv").splitlines()]
    classes = tuple(dict.fromkeys(row[-1] for row in rows))
    points = np.array([[float(cell) for cell in row[:-1]] for row in rows])
    labels = np.array([classes.index(row[-1]) for row in rows])
    return DataSet("iris", "classes", points, labels, tuple(head[:-1]), head[-1], classes)


@cache
def digits() -> DataSet:
    """1797 handwritten digits of 8 by 8 pixels, row by row from the top; each pixel is 0 (paper) to 16."""
    rows = np.array([line.split(",") for line in _text("digits.csv.gz").splitlines()], dtype=np.float64)
    names = tuple(f"row {i // 8 + 1}, column {i % 8 + 1}" for i in range(64))
    return DataSet("digits", "classes", rows[:, :64], rows[:, 64], names, "digit", tuple("0123456789"))


@cache
def names() -> DataSet:
    """5163 given names of the United States, in small letters."""
    return data_of("names", _text("names.txt.gz").split())


def _text(name: str) -> str:
    content = files(__package__).joinpath(name).read_bytes()
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode()
