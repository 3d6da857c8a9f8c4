"""Data to train on: made from a seed, shipped with microcrad, or read from a person's own files.

`named` holds what needs no file; nothing is ever downloaded. This package needs NumPy, so
`import microcrad` leaves it alone.
"""

from __future__ import annotations

from collections.abc import Callable

from microcrad.data.bundled import digits, iris, names
from microcrad.data.csv_file import read_csv
from microcrad.data.csv_inputs import Inputs, read_inputs
from microcrad.data.dataset import DataError, DataSet, Kind, Normalisation, split
from microcrad.data.generators import blobs, circles, moons, sine, spirals, xor
from microcrad.data.idx import read_idx
from microcrad.data.word_list import read_words

__all__ = [
    "GENERATED", "SHIPPED", "DataError", "DataSet", "Inputs", "Kind", "Normalisation", "blobs", "circles",
    "digits", "iris", "moons", "named", "names", "read_csv", "read_idx", "read_inputs", "read_words",
    "sine", "spirals", "split", "xor",
]  # fmt: skip

GENERATED: dict[str, Callable[[int, float, int], DataSet]] = {
    "xor": xor,
    "moons": moons,
    "circles": circles,
    "spirals": spirals,
    "blobs": blobs,
    "sine": sine,
}
"""What is made of a number of points, an amount of noise and a seed."""
SHIPPED: dict[str, Callable[[], DataSet]] = {"iris": iris, "digits": digits, "names": names}
"""What comes with microcrad as it is."""


def named(name: str, points: int = 200, noise: float = 0.1, seed: int = 0) -> DataSet:
    """A built-in data set by its name; the other arguments are for generated ones.

    Raises `DataError` for a name that does not exist, and for arguments out of range.
    """
    if name in SHIPPED:
        return SHIPPED[name]()
    if name not in GENERATED:
        raise DataError(f"there is no data set {name!r}: choose from {', '.join([*GENERATED, *SHIPPED])}.")
    return GENERATED[name](points, noise, seed)
