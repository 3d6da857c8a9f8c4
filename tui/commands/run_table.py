"""The table of runs that `microcrad train --log` adds a line to: settings, scores and seed, to compare."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable

from microcrad.errors import FileError
from microcrad.files.door import read_text, write_text
from microcrad.train.settings import written
from microcrad.train.training import Training

__all__ = ["add_run", "runs_in"]

_PARTS = ("train", "validation", "test")
_SCORES = ("loss", "accuracy", "rmse")
COLUMNS = (
    "data", "seed", "step", "seconds", *(f"{part} {what}" for part in _PARTS for what in _SCORES), "settings",
)  # fmt: skip


def runs_in(path: str) -> str:
    """The table as it is, or its first line if there is none yet.

    Raises `FileError` if the file holds something else, or cannot be read.
    """
    first = _line(COLUMNS)
    if not os.path.lexists(path):
        return first
    text = read_text(path)
    if text and not text.startswith(first):
        raise FileError(f"{path} holds no table of runs, as --log writes it: name another file.")
    return text if text.endswith("\n") else f"{text}\n" if text else first


def add_run(path: str, training: Training, seconds: float) -> None:
    """Add a run to the table in a file. Raises `FileError`."""
    at = training.moment
    texts = written(at.configuration)
    cells: dict[str, object] = {
        "data": texts.pop("data"), "seed": at.configuration.seed, "step": at.step,
        "seconds": f"{seconds:.3f}",
        "settings": "; ".join(f"{name} {text}" for name, text in texts.items() if name != "seed"),
    }  # fmt: skip
    for part, score in at.scores.items():
        for what in _SCORES:
            number = getattr(score, what)
            cells[f"{part} {what}"] = "" if number is None else f"{number:.6g}"
    write_text(path, runs_in(path) + _line([cells.get(name, "") for name in COLUMNS]))


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
