"""What a table holds and what becomes of it, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from microcrad.data.dataset import DataSet
from microcrad.text.visible import visible
from microcrad.train.source import Prepared
from tui.widgets.wrap import cell_len, fit

__all__ = ["columns", "divided", "summary"]

FEW = 10
"""Of how many classes the samples are counted in a sentence."""


def summary(samples: DataSet) -> str:
    """What there is to learn from, in a sentence."""
    if samples.kind == "text":
        letters = visible("".join(samples.classes[:-1]))
        longest = samples.points.shape[1] - 1
        return (
            f"{samples.name}: {len(samples):,} different words of up to {longest} letters; "
            f"{len(samples.classes) - 1} letters: {letters}"
        )
    inputs = f"{len(samples.inputs)} input{'' if len(samples.inputs) == 1 else 's'}"
    label = f"label {samples.label}, {_classes(samples) if samples.classes else 'a number'}"
    return f"{samples.name}: {len(samples):,} samples, {inputs}, {label}."


def _classes(samples: DataSet) -> str:
    counts = [int((samples.labels == code).sum()) for code in range(len(samples.classes[:FEW]))]
    few = ", ".join(f"{name}: {count:,}" for name, count in zip(samples.classes, counts, strict=False))
    more = f" and {len(samples.classes) - FEW} more" if len(samples.classes) > FEW else ""
    return f"{len(samples.classes)} classes ({few}{more})"


def columns(samples: DataSet, *, plain: bool = False) -> Iterator[str]:
    """What a table's columns hold, and what becomes of them; nothing of what comes from no table."""
    if samples.origin is None:
        return
    rows = [("column", "holds", "becomes"), *samples.origin.told]
    if plain:
        yield from (f"{name}: {holds}; {becomes}" for name, holds, becomes in rows[1:])
        return
    widths = [max(cell_len(row[i]) for row in rows) for i in range(2)]
    for name, holds, becomes in rows:
        yield f"{fit(name, widths[0])}  {fit(holds, widths[1])}  {becomes}"


def divided(prepared: Prepared) -> str:
    """How many samples are trained on and tested with."""
    tested = 0 if prepared.test is None else len(prepared.test)
    held_out = "" if prepared.validation is None else f"{len(prepared.validation):,} to validate with, "
    return f"{len(prepared.train):,} to train on, {held_out}{tested:,} to test with."
