"""What Train shows as pictures, in numbers: the curve of the loss, and what is decided over the plane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from microcrad.text.numbers import short
from microcrad.train import views
from microcrad.train.history import Curve
from microcrad.train.settings import SETTINGS
from microcrad.train.training import Training

__all__ = ["in_numbers", "settings_in_use"]

_POINTS = 6
"""How many numbers of a curve are said."""
_ACROSS, _DOWN = 48, 5
"""How finely the plane is looked at: the rows that are told of, and the places along each."""


def settings_in_use(training: Training) -> Iterator[str]:
    """The settings that mean something for this data and network, as Train lists them."""
    at = training.configuration
    yield from (
        f"{row.name}: {row.show(getattr(at, row.name))}" for row in SETTINGS.values() if row.applies(at)
    )


def in_numbers(training: Training) -> Iterator[str]:
    """The curve of the loss, and of two inputs and classes what is decided where, and where that is wrong."""
    at = training.moment
    yield from _curve("loss", at.history.loss)
    yield from _curve("test loss", at.history.test_loss)
    if at.plane:
        yield from _plane(training)


def _curve(name: str, curve: Curve) -> Iterator[str]:
    """Some numbers of a curve, from its first to its last, and the lowest."""
    count = len(curve)
    if not count:
        return
    places = sorted({round(place * (count - 1) / (_POINTS - 1)) for place in range(_POINTS)})
    yield f"{name}: {', '.join(_said(curve, place) for place in places)}"
    lowest = min(range(count), key=lambda place: (curve.numbers[place], place))
    yield f"lowest {name}: {_said(curve, lowest)}"


def _said(curve: Curve, place: int) -> str:
    """One number of a curve; a loss is that of the step which was taken with it."""
    return f"{short(curve.numbers[place])} at step {curve.steps[place] + 1:.0f}"


def _plane(training: Training) -> Iterator[str]:
    """Where the decision changes, along rows of the plane from the top, and where samples are wrong."""
    trainer, classes = training.trainer, training.moment.classes
    field = views.field(trainer, _ACROSS, _DOWN)
    area = field.bounds
    high, wide = (area.top - area.bottom) / _DOWN, (area.right - area.left) / _ACROSS
    across, up = trainer.samples.inputs
    yield f"what the network decides, with {across} from {area.left:.4g} to {area.right:.4g}:"
    for row in range(_DOWN):
        decided = field.classes[row].tolist()
        changes = [place for place in range(1, _ACROSS) if decided[place] != decided[place - 1]]
        parts = [f"{classes[decided[at]]} from {across} {area.left + wide * at:.2g}" for at in changes]
        along = ", then ".join([classes[decided[0]], *parts])
        yield f"{up} {area.top - high * (row + 0.5):.2g}: {along}"
    points = views.points(trainer)
    wrong: Counter[str] = Counter()
    middle = (area.left + area.right) / 2, (area.bottom + area.top) / 2
    for x, y, is_wrong in zip(points.x.tolist(), points.y.tolist(), points.wrong.tolist(), strict=True):
        if is_wrong:
            wrong[f"{'upper' if y > middle[1] else 'lower'} {'right' if x > middle[0] else 'left'}"] += 1
    where = ", ".join(f"{count} {place}" for place, count in sorted(wrong.items()))
    yield f"wrong: {wrong.total()} of {len(points.x)} samples" + (f" ({where})" if where else "")
