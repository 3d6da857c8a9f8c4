"""Tables to be predicted: the same columns as those that were trained on, with or without a label."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from microcrad.data.csv_file import MAX_ROWS, finite, open_table
from microcrad.data.dataset import DataError

__all__ = ["Inputs", "read_inputs"]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Samples of which the label may be unknown."""

    points: NDArray[np.float64]
    """Shape (samples, inputs)."""
    labels: tuple[str, ...] | None
    """What stands in the label's column, if there is one."""


def read_inputs(path: str | os.PathLike[str], inputs: Sequence[str], label: str) -> Inputs:
    """The columns called `inputs`, and the one called `label` if it is there.

    Where the first line has no such names, columns count by their order: as many as there are inputs, or one
    more for the label, which is then the last. Raises `DataError`, with line and column, for anything else,
    and `FileError` for a file that cannot be opened.
    """
    with open_table(path) as table:
        rows = table.rows()
        first = next(rows, None)
        if first is None:
            raise DataError(f"{table.name} is empty: expected a line for each sample.")
        header, names = table.header(first, None)
        places, place = _places(table.name, names, inputs, label)
        numbers, labels = array("d"), []
        for cells in rows if header else chain([first], rows):
            if len(cells) != len(names):
                raise table.wrong(
                    table.reader.line_num,
                    f"found {len(cells)} columns",
                    f"{len(names)}, as in the first line",
                )
            if len(numbers) == MAX_ROWS * len(places):
                raise DataError(f"{table.name} has more than {MAX_ROWS:,} samples. Keep fewer lines.")
            for column in places:
                number = finite(cells[column])
                if number is None:
                    line = table.reader.line_num
                    raise DataError(table.at(line, column, names, cells[column], "a finite number"))
                numbers.append(number)
            if place is not None:
                labels.append(cells[place])
        if not numbers:
            raise DataError(f"{table.name} has names and no samples: expected a line for each sample.")
        points = np.frombuffer(numbers, np.float64).reshape(-1, len(places))
        return Inputs(points, None if place is None else tuple(labels))


def _places(
    name: str, names: Sequence[str], inputs: Sequence[str], label: str
) -> tuple[list[int], int | None]:
    """Which columns are the inputs, and which is the label."""
    if set(inputs) <= set(names):
        return [names.index(each) for each in inputs], names.index(label) if label in names else None
    count = len(inputs)
    if len(names) not in (count, count + 1):
        raise DataError(
            f"{name} has {len(names)} columns: expected the network's {count} inputs, and the label behind "
            "them if it is known."
        )
    return list(range(count)), count if len(names) > count else None
