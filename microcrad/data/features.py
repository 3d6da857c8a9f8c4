"""Features: what a network reads of each sample, made of the inputs that the data has.

They belong to the data: what is trained, looked at, predicted, saved and exported goes through `derived`. A
feature is written as a formula of inputs' names: `x`, `x**2`, `x*y`, `sin(x)`. The words of `GROUPS` stand
for those of all inputs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from microcrad.data.dataset import DataSet
from microcrad.errors import SettingError
from microcrad.text.near import did_you_mean

__all__ = ["GROUPS", "MOST_FEATURES", "Feature", "derived", "features_of", "on_points", "possible"]

Numbers = NDArray[np.float64]
MOST_FEATURES = 1000
"""How many features a network may read."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One number that a network reads."""

    factors: tuple[int, ...]
    """The places of the inputs that are multiplied: one, or two that may be the same."""
    sine: bool = False
    """Whether the sine is taken of that."""

    def formula(self, names: Sequence[str], sine: str = "sin", square: str = "{0}**2") -> str:
        """It as a formula of what the inputs are called."""
        first, *others = (names[place] for place in self.factors)
        if self.sine:
            return f"{sine}({first})"
        if others == [first]:
            return square.format(first)
        return "*".join([first, *others])


def on_points(features: Sequence[Feature], points: Numbers) -> Numbers:
    """The features of points, shape (points, inputs), in shape (points, features); the points without any."""
    if not features:
        return points
    with np.errstate(all="ignore"):
        columns = [np.prod(points[:, each.factors], axis=1) for each in features]
        pairs = zip(features, columns, strict=True)
        return np.column_stack([np.sin(column) if each.sine else column for each, column in pairs])


def derived(data: DataSet, features: Sequence[Feature]) -> DataSet:
    """The samples as features; the points that they are made of stay with them as `own`.

    Raises `SettingError` if one is beyond what a number can hold.
    """
    if not features:
        return data
    points = on_points(features, data.points)
    names = tuple(each.formula(data.inputs) for each in features)
    wrong = np.flatnonzero(~np.isfinite(points).all(axis=0))
    if len(wrong):
        name = names[int(wrong[0])]
        raise SettingError(f"features: {name} is beyond 1.8e308 for a sample of {data.name}. Leave it out.")
    return replace(data, points=points, inputs=names, one_unit=False, raw=data.points)


# --- what people write ---------------------------------------------------------------------------------


def _plain(inputs: int) -> Iterator[Feature]:
    return (Feature((place,)) for place in range(inputs))


def _squares(inputs: int) -> Iterator[Feature]:
    return (Feature((place, place)) for place in range(inputs))


def _products(inputs: int) -> Iterator[Feature]:
    return map(Feature, itertools.combinations(range(inputs), 2))


def _sines(inputs: int) -> Iterator[Feature]:
    return (Feature((place,), sine=True) for place in range(inputs))


GROUPS: dict[str, Callable[[int], Iterator[Feature]]] = {
    "inputs": _plain, "squares": _squares, "products": _products, "sines": _sines,
}  # fmt: skip
"""Words for the features of all of so many inputs."""


def possible(names: Sequence[str]) -> list[str]:
    """The formulas of all features of inputs with these names, group by group."""
    return [each.formula(names) for group in GROUPS.values() for each in group(len(names))]


def features_of(texts: Sequence[str], names: Sequence[str]) -> tuple[Feature, ...]:
    """The features that texts name, of inputs with these names; none for the inputs alone.

    Raises `SettingError` if there is no such one, or there are too many.
    """
    found: list[Feature] = []
    for text in texts:
        asked = _asked(" ".join(text.split()), names)
        if asked is None:
            every = [*(names if len(names) <= 4 else [*names[:2], "...", names[-1]]), *GROUPS]
            raise SettingError(
                f"features: found {text!r}, expected formulas of inputs, such as {_example(names)}, or of "
                f"{', '.join(every)}.{did_you_mean(text, [*names, *GROUPS])}"
            )
        found += [each for each in itertools.islice(asked, MOST_FEATURES + 1) if each not in found]
        if len(found) > MOST_FEATURES:
            raise SettingError(
                f"features: {text} makes more than {MOST_FEATURES:,} of them. Name those that are wanted, "
                f"such as {_example(names)}."
            )
    return () if found == list(_plain(len(names))) else tuple(found)


def _example(names: Sequence[str]) -> str:
    first, last = (f'"{name}"' if "," in name else name for name in (names[0], names[-1]))
    return ", ".join([f"{first}**2", *([f"{first}*{last}"] if len(names) > 1 else []), f"sin({first})"])


_SQUARE = re.compile(r"(.*?) ?(?:\*\* ?2|\^ ?2|²)")
_SINE = re.compile(r"sin ?\( ?(.*?) ?\)|sin (.*)")


def _asked(text: str, names: Sequence[str]) -> Iterator[Feature] | None:
    """What a text asks for; None if that is nothing. An input's own name comes before everything."""
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    if text in places:
        return iter([Feature((places[text],))])
    if text in GROUPS:
        return GROUPS[text](len(names))
    if (square := _SQUARE.fullmatch(text)) and square[1] in places:
        return iter([Feature((places[square[1]],) * 2)])
    if (sine := _SINE.fullmatch(text)) and (sine[1] or sine[2]) in places:
        return iter([Feature((places[sine[1] or sine[2]],), sine=True)])
    for sign in re.finditer(
        r" ?[*·] ?| |(?<=.)(?=.)", text
    ):  # A name may have the sign in it; `xy` has none.
        first, second = text[: sign.start()], text[sign.end() :]
        if first in places and second in places:
            return iter([Feature(tuple(sorted((places[first], places[second]))))])
    return None
