"""The table of runs that `microcrad train --log` adds a line to: settings, scores and seed, to compare."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable

from microcrad.errors import FileError
from microcrad.files.door import add_text, read_text
from microcrad.train.settings import written
from microcrad.train.training import Training

__all__ = ["add_run", "check_table"]

_PARTS = ("train", "validation", "test")
_SCORES = ("loss", "accuracy", "rmse")
COLUMNS = (
    "data", "seed", "step", "seconds", *(f"{part} {what}" for part in _PARTS for what in _SCORES), "settings",
)  # fmt: skip


def check_table(path: str) -> None:
    """Raises `FileError` if the file is there and holds something else, or cannot be read."""
    if os.path.lexists(path):
        _end_of(read_text(path), path)


def _end_of(text: str, path: str) -> str:
    """What a table of runs needs at its end before another line: its first one, if it is empty."""
    first = _line(COLUMNS)
    if text and not text.startswith(first):
        raise FileError(f"{path} holds no table of runs, as --log writes it: name another file.")
    return "" if text.endswith("\n") else "\n" if text else first


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
    line = _line([cells.get(name, "") for name in COLUMNS])
    add_text(path, lambda text: _end_of(text, path) + line)


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
