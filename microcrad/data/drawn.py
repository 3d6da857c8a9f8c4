"""A data set drawn by hand: points that are put on the plane one by one, and taken away again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from microcrad.data.dataset import DataSet

__all__ = ["MOST_DRAWN", "DrawnData"]

MOST_DRAWN = 9
"""How many classes can be drawn: one a digit from 1."""
_REACH = 1.0
"""The plane goes from minus this to this, both ways, where nothing else was there before."""


class DrawnData:
    """Points with classes, and a cursor among the cells that the plane is shown in.

    A place is the middle of a cell, so what is drawn where there are more cells stays where it is.
    """

    def __init__(
        self, names: tuple[str, str] = ("x", "y"), bounds: tuple[float, float, float, float] | None = None
    ) -> None:
        """`bounds` are left, right, bottom and top."""
        self.names = names
        self.bounds = bounds or (-_REACH, _REACH, -_REACH, _REACH)
        self.points: list[tuple[float, float, str]] = []
        """Each point's place and class, in the order in which they were put."""
        self.x = self.y = 0.5
        """The cursor, as shares of the way to the right and down."""

    @classmethod
    def of(cls, samples: DataSet) -> DrawnData:
        """What could have been drawn, a table of two inputs and few classes, to go on; else an empty one."""
        if samples.kind == "regression" or samples.points.shape[1] != 2 or len(samples.classes) > MOST_DRAWN:
            return cls()
        (left, bottom), (right, top) = samples.points.min(axis=0), samples.points.max(axis=0)
        across, up = 0.12 * (right - left) or _REACH, 0.12 * (top - bottom) or _REACH
        bounds = (left - across, right + across, bottom - up, top + up)
        drawing = cls((samples.inputs[0], samples.inputs[1]), tuple(map(float, bounds)))  # type: ignore[arg-type]
        named = all(name in map(str, range(1, MOST_DRAWN + 1)) for name in samples.classes)
        for (x, y), label in zip(samples.points.tolist(), samples.labels.astype(int).tolist(), strict=True):
            drawing.points.append((x, y, samples.classes[label] if named else str(label + 1)))
        return drawing

    def cell(self, columns: int, rows: int) -> tuple[int, int]:
        """The column and the row that the cursor is in, rows counted from the top."""
        return min(int(self.x * columns), columns - 1), min(int(self.y * rows), rows - 1)

    def cell_of(self, x: float, y: float, columns: int, rows: int) -> tuple[int, int]:
        """The same of a place of the plane; beyond its edges, at them."""
        left, right, bottom, top = self.bounds
        across, down = (x - left) / (right - left), (top - y) / (top - bottom)
        return (
            min(max(int(across * columns), 0), columns - 1), min(max(int(down * rows), 0), rows - 1),
        )  # fmt: skip

    def move(self, right: int, down: int, columns: int, rows: int) -> None:
        """Move the cursor by cells, up to the edges."""
        column, row = self.cell(columns, rows)
        self.x = (min(max(column + right, 0), columns - 1) + 0.5) / columns
        self.y = (min(max(row + down, 0), rows - 1) + 0.5) / rows

    @property
    def place(self) -> tuple[float, float]:
        """Where the cursor is on the plane, rounded to what a hand means."""
        left, right, bottom, top = self.bounds
        x, y = left + self.x * (right - left), top - self.y * (top - bottom)
        return float(f"{x:.3g}"), float(f"{y:.3g}")

    def put(self, name: str, columns: int, rows: int) -> None:
        """Put a point of a class under the cursor, in place of one that is in its cell."""
        self.take(columns, rows)
        self.points.append((*self.place, name))

    def take(self, columns: int, rows: int) -> bool:
        """Take the points in the cursor's cell away; whether there was one."""
        here = self.cell(columns, rows)
        kept = [each for each in self.points if self.cell_of(each[0], each[1], columns, rows) != here]
        taken = len(kept) < len(self.points)
        self.points = kept
        return taken

    @property
    def counts(self) -> dict[str, int]:
        """How many points each class has, by the classes' order."""
        names = [name for _, _, name in self.points]
        return {name: names.count(name) for name in sorted(set(names))}

    @property
    def lacks(self) -> str:
        """What is missing before it can be learned from, in a sentence; empty if nothing is."""
        if not self.counts:
            return "There is no point yet. A digit puts one of its class where the cursor is."
        if len(self.counts) < 2:
            return "There are points of one class. Put some of another one, with another digit."
        few = [name for name, count in self.counts.items() if count < 2]
        return f"Class {few[0]} has one point. Put another one." if few else ""

    def table(self) -> str:
        """The points as a CSV file."""
        text = io.StringIO()
        rows: Sequence[Sequence[object]] = [(*self.names, "class"), *self.points]
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()
