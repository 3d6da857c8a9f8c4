"""What `microcrad train` and `predict` say, as lines of text. Nothing here prints or trains."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from microcrad.data import Inputs
from microcrad.text.visible import visible
from microcrad.train import letters, views
from microcrad.train.history import History
from microcrad.train.saved import Prediction
from microcrad.train.scores import Score
from microcrad.train.settings import SETTINGS
from microcrad.train.source import Prepared
from microcrad.train.trainer import Trainer
from microcrad.train.training import Training
from tui.commands.setting_options import in_options
from tui.widgets.glyphs import Glyphs
from tui.widgets.wrap import cell_len, clip, fit

__all__ = ["drawing", "outcome", "predictions", "progress", "report", "table_report"]

PARTS = ("train", "validation", "test")
WORDS = 10
"""How many words a model of words writes in the end."""
COLUMNS, ROWS = 60, 20
"""The size of a drawing, in characters."""


def progress(training: Training) -> str:
    """One line about the step that was just taken."""
    at = training.moment
    metrics = at.metrics
    if metrics is None:
        return "No step was taken."
    words = [f"step {at.step} of {at.configuration.steps}", f"loss {_number(metrics.loss)}"]
    for name, score in metrics.scores.items():
        if score.accuracy is not None:
            words.append(f"{name} {_percent(score.accuracy)}")
    return "  ".join(words)


def table_report(prepared: Prepared) -> dict[str, Any]:
    """The same as an object for JSON."""
    samples = prepared.whole
    told = samples.origin.told if samples.origin else ()
    return {
        "data": samples.name,
        "samples": len(samples),
        "inputs": list(samples.inputs),
        "label": samples.label,
        "kind": samples.kind,
        "classes": {name: int((samples.labels == i).sum()) for i, name in enumerate(samples.classes)},
        "columns": [{"name": name, "holds": holds, "becomes": becomes} for name, holds, becomes in told],
        "notes": in_options(samples.origin.notes) if samples.origin else [],
        "train": len(prepared.train),
        "validation": 0 if prepared.validation is None else len(prepared.validation),
        "test": 0 if prepared.test is None else len(prepared.test),
    }


def outcome(training: Training, seconds: float, *, plain: bool) -> Iterator[str]:
    """What came of a run: the settings in short, the scores, and why it stopped."""
    at, trainer = training.moment, training.trainer
    settings = at.configuration
    sizes = "-".join(map(str, at.sizes))
    facts = [
        ("data", f"{trainer.samples.name}, {len(trainer.prepared.train)} samples to train on"),
        ("network", f"{sizes}, {len(trainer.state.weights)} parameters"),
        ("seed", str(settings.seed)),
        ("steps", f"{at.step} of {settings.steps}, {_time(seconds)}, {at.engine}"),
        ("live nodes", str(at.live) if at.eager else f"{at.live}, of one recorded sample"),
    ]
    if at.not_compiled:
        facts.append(("not compiled", at.not_compiled))
    if at.fault is not None:
        facts.append(("fault", f"{at.fault.title}. {at.fault.does} {at.fault.look}"))
    if at.stop is not None:
        facts.append(("stopped", at.stop.fact))
    scores = [(name, score) for name, score in _scores(training).items() if at.step]
    if plain:
        yield from (f"{name}: {value}" for name, value in facts)
        for name, score in scores:
            yield from (f"{name} {what}: {said}" for what, said in _said(score).items())
        return
    yield from (f"{name:<11}{value}" for name, value in facts)
    if scores:
        yield ""
        yield f"{'':<10}" + "".join(f"{what:>12}" for what in _said(scores[0][1]))
        for name, score in scores:
            yield f"{name:<10}" + "".join(f"{said:>12}" for said in _said(score).values())


def _said(score: Score) -> dict[str, str]:
    """A score's numbers, by what they are called."""
    said = {"loss": _number(score.loss)}
    if score.rmse is not None:
        said["RMSE"] = f"{score.rmse:.5g}"
    if score.r2 is not None:
        said["R2"] = f"{score.r2:.4f}"
    return said if score.accuracy is None else said | {"accuracy": _percent(score.accuracy)}


def _scores(training: Training) -> dict[str, Score]:
    at, trainer = training.moment, training.trainer
    if at.metrics is not None and at.metrics.scores:  # Those of the weights as they are.
        return at.scores
    return {name: trainer.score(part) for name, part in trainer.prepared.parts.items()}


def report(training: Training, seconds: float) -> dict[str, Any]:
    """The same, and the curves, as an object for JSON. Numbers that are not finite are None."""
    at, trainer = training.moment, training.trainer
    scores = {
        name: {
            "loss": _finite(score.loss),
            "accuracy": score.accuracy,
            **({} if score.rmse is None else {"rmse": _finite(score.rmse), "r2": score.r2}),
        }
        for name, score in _scores(training).items()
    }
    return {
        "settings": {name: row.show(getattr(at.configuration, name)) for name, row in SETTINGS.items()},
        "sizes": list(at.sizes),
        "parameters": len(trainer.state.weights),
        "notes": in_options(trainer.samples.origin.notes) if trainer.samples.origin else [],
        "steps": at.step,
        "seconds": round(seconds, 6),
        "live": at.live,
        "stop": None if at.stop is None else {"reason": at.stop.reason, "sentence": at.stop.fact},
        "train": scores["train"],
        "validation": scores.get("validation"),
        "test": scores.get("test"),
        "curves": _curves(at.history),
    }


def _curves(history: History) -> dict[str, Any]:
    return {
        name: {"steps": [int(step) for step in curve.steps], "numbers": [_finite(x) for x in curve.numbers]}
        for name, curve in (
            ("loss", history.loss),
            ("smoothed", history.smoothed),
            *((f"{part}_loss", getattr(history, f"{part}_loss")) for part in PARTS),
            *((f"{part}_accuracy", getattr(history, f"{part}_accuracy")) for part in PARTS),
        )
    }


# --- drawings ------------------------------------------------------------------------------------------


def drawing(trainer: Trainer, glyphs: Glyphs) -> Iterator[str]:
    """The boundary, the fit or the table of confusions."""
    if views.is_plane(trainer):
        yield from _boundary(trainer, glyphs)
    elif trainer.prepared.train.kind == "regression":
        yield from _fit(trainer, glyphs)
    elif trainer.prepared.train.kind == "text":
        yield from _written(trainer)
    else:
        yield from _confusion(trainer)


def _written(trainer: Trainer) -> Iterator[str]:
    beaten = letters.baselines(trainer)
    yield f"To beat: {beaten.alike:.3f}, all letters alike; {beaten.pairs:.3f}, pairs of letters counted."
    yield "It writes: " + " ".join(visible(word) or "(nothing)" for word in letters.written(trainer, WORDS))


def _boundary(trainer: Trainer, glyphs: Glyphs) -> Iterator[str]:
    field, points = views.field(trainer, COLUMNS, ROWS), views.points(trainer)
    grounds, marks = glyphs.grounds, glyphs.points
    rows = [[grounds[min(i, len(grounds) - 1)] for i in row] for row in field.classes.tolist()]
    for column, row, index, wrong in zip(
        *_cells(field.bounds, points.x, points.y), points.classes.tolist(), points.wrong.tolist(), strict=True
    ):
        rows[row][column] = glyphs.wrong if wrong else marks[min(index, len(marks) - 1)]
    yield from ("".join(row) for row in rows)
    classes = trainer.prepared.train.classes
    yield _extent(field.bounds, *trainer.samples.inputs)
    named = [f"{mark} {name}" for mark, name in zip(marks, classes, strict=False)]
    yield "  ".join([*named, f"{glyphs.wrong} taken for another"])


def _fit(trainer: Trainer, glyphs: Glyphs) -> Iterator[str]:
    fit, points = views.fit(trainer, COLUMNS), views.points(trainer)
    rows = [[" "] * COLUMNS for _ in range(ROWS)]
    for column, row in zip(*_cells(fit.bounds, points.x, points.y), strict=True):
        rows[row][column] = glyphs.points[1]
    for column, row in zip(*_cells(fit.bounds, fit.x, fit.y), strict=True):
        rows[row][column] = glyphs.points[0]
    yield from ("".join(row).rstrip() for row in rows)
    train = trainer.prepared.train
    yield _extent(fit.bounds, trainer.samples.inputs[0], train.label)
    yield f"{glyphs.points[0]} the network  {glyphs.points[1]} the samples"


def _extent(area: views.Bounds, across: str, up: str) -> str:
    """From where to where a drawing goes."""
    return (
        f"{across} from {area.left:.4g} to {area.right:.4g} across, "
        f"{up} from {area.bottom:.4g} to {area.top:.4g} up"
    )


def _cells(area: views.Bounds, x: Any, y: Any) -> tuple[list[int], list[int]]:
    """Columns and rows of points of the plane; what is outside stands at the edge."""

    def place(number: float, start: float, end: float, count: int) -> int:
        share = (number - start) / (end - start)
        return min(max(int(share * count) if math.isfinite(share) else 0, 0), count - 1)

    columns = [place(number, area.left, area.right, COLUMNS) for number in x.tolist()]
    return columns, [place(number, area.top, area.bottom, ROWS) for number in y.tolist()]


def _confusion(trainer: Trainer) -> Iterator[str]:
    table = views.confusion(trainer)
    names = [clip(name, 12, "") for name in table.classes]
    width = max(6, *(len(name) + 1 for name in names))
    yield f"{'test' if table.tested else 'train'} samples: a row a label, a column what it was taken for"
    yield " " * width + "".join(f"{name:>{width}}" for name in names)
    for name, counts in zip(names, table.counts.tolist(), strict=True):
        yield f"{name:<{width}}" + "".join(f"{count or '.':>{width}}" for count in counts)


# --- predictions ---------------------------------------------------------------------------------------


def predictions(said: Sequence[Prediction], inputs: Inputs, *, plain: bool) -> Iterator[str]:
    """A line a sample, by its number in the table; then how many are right, where that is known."""
    right, known, labels = 0, 0, inputs.labels
    width = max(12, *(cell_len(each.said) + 2 for each in said)) if said else 12
    sure = 8 if all(each.share is not None for each in said) else 18
    for place, each in enumerate(said):
        share = each.sure if each.share is None else f"{each.share:.4f}"
        wrong = ""
        if labels is not None and labels[place] and each.sure:
            known, right = known + 1, right + (each.said == labels[place])
            wrong = "" if each.said == labels[place] else f"wrong: {labels[place]}"
        words = (str(inputs.samples[place]), each.said, share, wrong)
        if plain:
            yield " ".join(word for word in words if word)
        else:
            yield f"{words[0]:>7}  {fit(each.said, width)}{words[2]:<{sure}}{words[3]}".rstrip()
    if known:
        yield f"{right} of {known} right, {_percent(right / known)}."


def _number(x: float) -> str:
    return f"{x:.4f}" if (math.isfinite(x) and 1e-3 <= abs(x) < 1e4) or x == 0 else f"{x:.4g}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None
