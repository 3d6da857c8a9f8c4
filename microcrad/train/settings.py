"""The table of settings: how each part of a configuration is written, read, and turned one notch.

The Train screen, `microcrad train` and the lessons all go through it, so a value is checked in one place.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from microcrad.data.features import GROUPS
from microcrad.data.remedies import listed
from microcrad.data.table_options import DATES, DECIMALS, ENCODINGS, GAPS_CHOICES, KINDS
from microcrad.errors import SettingError
from microcrad.nn import ACTIVATIONS, INITIALISATIONS
from microcrad.train.configuration import BUILT_IN, ENGINES, MODELS, OPTIMISERS, Configuration, recipe
from microcrad.train.objectives import OBJECTIVES
from microcrad.train.rate import Rate
from microcrad.train.training_faults import TRAINING_FAULTS

__all__ = [
    "LARGEST_LAYER", "MOST_LAYERS", "READING", "READING_ALIKE", "SETTINGS", "Setting", "changed",
    "differences", "nudged", "restored", "value_of", "written",
]  # fmt: skip

LARGEST_LAYER = 256
MOST_LAYERS = 8
MOST_POSITIONS = 64
MOST_POINTS = 100_000
MOST_STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One part of a configuration."""

    name: str
    """The field of `Configuration`."""
    does: str
    """What it decides, in a sentence."""
    expects: str
    """What may be written, for messages and help."""
    read: Callable[[str], Any]
    """Text to value; `ValueError` for anything else."""
    show: Callable[[Any], str]
    ladder: Sequence[Any] = ()
    """The values that turning it up and down goes through, in order."""
    needs_rewind: bool = False
    """Whether a change starts training anew, from new initial weights."""
    applies: Callable[[Configuration], bool] = lambda configuration: True
    wraps: bool = False
    """Whether the ladder is a ring, as choices are."""
    suits: Callable[[Configuration, Any], bool] = lambda configuration, value: True
    """Whether a value of the ladder is offered, with the other settings as they are."""


def changed(configuration: Configuration, name: str, text: str) -> Configuration:
    """The configuration with one setting read from text.

    Choosing other data chooses what suits it too, all but the seed, the engine and the fault. Raises
    `SettingError` if there is no such setting, or it cannot have that value.
    """
    value = value_of(name, text)
    return _with(configuration, SETTINGS[name], value)


def value_of(name: str, text: str) -> Any:
    """What a text means as a setting's value. Raises `SettingError` if it cannot, or there is no setting."""
    row = SETTINGS.get(name)
    if row is None:
        raise SettingError(f"there is no setting {name!r}: choose from {', '.join(SETTINGS)}.")
    try:
        return row.read(text.strip())
    except (ValueError, OverflowError):
        raise SettingError(f"{name}: found {text.strip()!r}, expected {row.expects}.") from None


def nudged(configuration: Configuration, name: str, direction: int) -> Configuration:
    """The configuration with one setting turned up (1) or down (-1); the same one at the end of its range."""
    row = SETTINGS[name]
    value = getattr(configuration, name)
    if name == "rate":
        value = value.times(2.0 if direction > 0 else 0.5)
        if not 1e-9 < value.start < 1e9:
            return configuration
        return replace(configuration, rate=value)
    if name == "seed":
        return replace(configuration, seed=max(0, value + direction))
    ladder = [rung for rung in row.ladder if row.suits(configuration, rung)]
    if not ladder:
        return configuration
    if value in ladder:
        place = ladder.index(value) + direction
    else:
        below = _rungs_below(ladder, value)
        place = below if direction > 0 else below - 1
    if row.wraps:
        place %= len(ladder)
    return _with(configuration, row, ladder[min(max(place, 0), len(ladder) - 1)])


def differences(one: Configuration, other: Configuration) -> list[Setting]:
    """The settings in which two configurations differ."""
    return [row for row in SETTINGS.values() if getattr(one, row.name) != getattr(other, row.name)]


def written(configuration: Configuration) -> dict[str, str]:
    """A configuration as texts by name: the data, and what is different from its recipe."""
    rows = differences(recipe(configuration.data), configuration)
    return {
        "data": configuration.data,
        **{row.name: row.show(getattr(configuration, row.name)) for row in rows},
    }


def restored(texts: Mapping[str, str]) -> Configuration:
    """The configuration that such texts say. Raises `SettingError` if one of them cannot be read."""
    configuration = recipe(texts.get("data", ""))
    for name, text in texts.items():
        if name != "data":
            configuration = changed(configuration, name, text)
    return configuration


def _with(configuration: Configuration, row: Setting, value: Any) -> Configuration:
    if row.name == "data" and value != configuration.data:
        kept = {name: getattr(configuration, name) for name in ("seed", "engine", "fault")}
        return replace(recipe(value), **kept)
    return replace(configuration, **{row.name: value})


def _rungs_below(ladder: Sequence[Any], value: Any) -> int:
    return sum(rung is None or rung < value for rung in ladder)


def _plain(text: str) -> str:
    """A number's text without what only Python reads: separators, and digits of other scripts."""
    if "_" in text or not text.isascii():
        raise ValueError
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(_plain(text))
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(_plain(text))
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _share(text: str) -> float:
    number = float(_plain(text.removesuffix("%")))
    number = number / 100 if text.endswith("%") or number >= 1 else number
    if not 0 <= number <= 0.9:
        raise ValueError
    return number


def _accuracy(text: str) -> float | None:
    if text in ("", "none"):
        return None
    number = float(_plain(text.removesuffix("%")))
    number = number / 100 if text.endswith("%") or number > 1 else number
    if not 0 < number <= 1:
        raise ValueError
    return number


def _loss_bound(text: str) -> float | None:
    return None if text in ("", "none") else _number(1e-300, 1e300)(text)


def _layers(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    sizes = tuple(_whole(1, LARGEST_LAYER)(word) for word in text.replace(",", " ").split())
    if not 1 <= len(sizes) <= MOST_LAYERS:
        raise ValueError
    return sizes


def _batch(text: str) -> int:
    return 0 if text == "all" else _whole(1, 1_000_000)(text)


def _activations(text: str) -> str:
    words = text.replace(",", " ").split()
    if not words or not all(word in ACTIVATIONS for word in words):
        raise ValueError
    return " ".join(words)


def _patience(text: str) -> int:
    return 0 if text == "none" else _whole(1, MOST_STEPS)(text)


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError
        return text

    return read


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


def _data(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _fault(text: str) -> str | None:
    return None if text in ("", "none") else _one_of(tuple(TRAINING_FAULTS))(text)


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:g} %"


def _choice(name: str, does: str, names: Sequence[str], **more: Any) -> Setting:
    return Setting(
        name, does, "one of " + ", ".join(names), _one_of(names), str, tuple(names), wraps=True, **more
    )


def _of_a_file(configuration: Configuration) -> bool:
    return configuration.data not in BUILT_IN and not configuration.reads_pictures


def _of_a_table(configuration: Configuration) -> bool:
    return _of_a_file(configuration) and not configuration.reads_text


def _of_a_text(configuration: Configuration) -> bool:
    return configuration.reads_text


def _of_no_text(configuration: Configuration) -> bool:
    return not configuration.reads_text


def _fault_suits(configuration: Configuration, name: str | None) -> bool:
    return name is None or TRAINING_FAULTS[name].suits(reads_text=configuration.reads_text)


def _loss_suits(configuration: Configuration, name: str) -> bool:
    return ("text" in OBJECTIVES[name].kinds) == configuration.reads_text


_AUTO_OR = {None: "auto", True: "yes", False: "no"}


def _yes_or_auto(text: str) -> bool | None:
    return None if text == "auto" else _yes(text)


def _names(text: str) -> tuple[str, ...]:
    if text in ("", "none"):
        return ()
    return tuple(name.strip() for name in next(csv.reader([text])))


def _listed(names: tuple[str, ...]) -> str:
    return listed(names) or "none"


SETTINGS: dict[str, Setting] = {
    row.name: row
    for row in (
        Setting("data", "What there is to learn.",
                f"one of {', '.join(BUILT_IN)}, a CSV file, a text file (.txt) with a word "
                "a line, or a folder with IDX files",
                _data, str, BUILT_IN, needs_rewind=True, wraps=True),
        Setting("label", "The column of a table to learn; empty for its last.", "the name of a column",
                str, lambda name: name or "last", needs_rewind=True, applies=_of_a_table),
        Setting("header", "Whether its first line holds names; auto if it is unlike the others.",
                "auto, yes or no", _yes_or_auto, _AUTO_OR.__getitem__, (None, True, False),
                needs_rewind=True, wraps=True, applies=_of_a_table),
        _choice("kind", "Whether the label is a class or a number, or each line a word of a text.",
                KINDS, needs_rewind=True, applies=_of_a_file),
        Setting("drop", "Columns that are left out.", "names of columns, divided by commas, or none",
                _names, _listed, needs_rewind=True, applies=_of_a_table),
        Setting("words", "Columns that have an input for each of their words.",
                "names of columns, divided by commas, or none", _names, _listed, needs_rewind=True,
                applies=_of_a_table),
        _choice("gaps", "Whether lines that lack something are refused, left out, or filled with the mean.",
                GAPS_CHOICES, needs_rewind=True, applies=_of_a_table),
        _choice("decimal", "The sign before decimals.", DECIMALS, needs_rewind=True, applies=_of_a_table),
        _choice("dates", "What comes first in dates such as 1/2/2023, where none of the table tells it.",
                DATES, needs_rewind=True, applies=_of_a_table),
        _choice("encoding", "How letters are written.", ENCODINGS, needs_rewind=True, applies=_of_a_file),
        Setting("points", "How many points are made.", f"a whole number from 4 to {MOST_POINTS}",
                _whole(4, MOST_POINTS), str, (20, 50, 100, 200, 500, 1000, 2000), needs_rewind=True,
                applies=lambda configuration: configuration.generated),
        Setting("noise", "How far points stray.", "a number from 0 to 2", _number(0.0, 2.0), "{:g}".format,
                (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5), needs_rewind=True,
                applies=lambda configuration: configuration.generated),
        Setting("test", "The share of samples set aside to test with.", "a share from 0 to 90 %", _share,
                _percent, (0.0, 0.1, 0.2, 0.3, 0.5), needs_rewind=True),
        Setting("validation", "The share of the rest that is held out to judge stops and weights by.",
                "a share from 0 to 90 %", _share, _percent, (0.0, 0.1, 0.2, 0.3), needs_rewind=True),
        Setting("normalise", "Whether inputs are brought to mean 0 and deviation 1.", "yes or no", _yes,
                lambda yes: "yes" if yes else "no", (False, True), needs_rewind=True, wraps=True,
                applies=_of_no_text),
        Setting("seed", "Where chance starts: the same seed, the same run.",
                f"a whole number from 0 to {2**32}", _whole(0, 2**32), str, needs_rewind=True),
        Setting("features", "What the network reads: the inputs, their squares, products and sines.",
                f"{', '.join(GROUPS)}, or formulas such as x**2, x*y, sin(x), divided by commas, or none",
                _names, _listed, ((), *itertools.islice(itertools.accumulate(zip(GROUPS)), 1, None)),
                needs_rewind=True, applies=_of_no_text),
        Setting("hidden", "How many neurons each hidden layer has.",
                f"up to {MOST_LAYERS} layers of 1 to {LARGEST_LAYER} neurons, such as 16 16, or none",
                _layers, lambda sizes: " ".join(map(str, sizes)) or "none",
                ((), (2,), (4,), (8,), (16,), (32,), (4, 4), (8, 8), (16, 16), (32, 16), (8, 8, 8)),
                needs_rewind=True, applies=_of_no_text),
        Setting("activation", "What hidden neurons do to their sum.",
                f"one of {', '.join(ACTIVATIONS)}, or one for each hidden layer", _activations, str,
                ACTIVATIONS, needs_rewind=True, wraps=True, applies=_of_no_text),
        _choice("initialisation", "How large the first weights are.", tuple(INITIALISATIONS),
                needs_rewind=True, applies=_of_no_text),
        _choice("model", "What reads: a GPT, one without network or without attention, or a table of pairs.",
                tuple(MODELS), needs_rewind=True, applies=_of_a_text),
        Setting("positions", "How many letters it can look back on.",
                f"a whole number from 2 to {MOST_POSITIONS}", _whole(2, MOST_POSITIONS), str,
                (8, 12, 16, 24, 32), needs_rewind=True, applies=_of_a_text),
        Setting("size", "How many numbers stand for a letter.", f"a whole number from 1 to {LARGEST_LAYER}",
                _whole(1, LARGEST_LAYER), str, (4, 8, 16, 24, 32), needs_rewind=True, applies=_of_a_text),
        Setting("heads", "In how many parts attention looks; they share the size evenly.",
                f"a whole number from 1 to {LARGEST_LAYER}", _whole(1, LARGEST_LAYER), str, (1, 2, 4, 8),
                needs_rewind=True, applies=_of_a_text),
        Setting("layers", "How often it gathers and works on it.", f"a whole number from 1 to {MOST_LAYERS}",
                _whole(1, MOST_LAYERS), str, (1, 2, 3, 4), needs_rewind=True, applies=_of_a_text),
        _choice("loss", "What is made small.", tuple(OBJECTIVES), suits=_loss_suits),
        Setting("penalty", "How strongly large parameters are punished.", "a number from 0 to 1",
                _number(0.0, 1.0), "{:g}".format, (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1)),
        _choice("penalty_kind", "Whether it is on squares (l2) or on sizes (l1).", ("l2", "l1"),
                applies=lambda configuration: configuration.penalty > 0),
        Setting("penalty_biases", "Whether biases are punished as well as weights.", "yes or no", _yes,
                lambda yes: "yes" if yes else "no", (False, True), wraps=True,
                applies=lambda configuration: configuration.penalty > 0),
        _choice("optimiser", "How parameters move.", tuple(OPTIMISERS)),
        Setting("rate", "How far they move.", "0.1, or 1 to 0.1", Rate.parse, str),
        Setting("momentum", "How much of the last direction is kept (Adam's beta 1).",
                "a number from 0 to 0.9999", _number(0.0, 0.9999), "{:g}".format, (0.0, 0.5, 0.9, 0.95, 0.99),
                applies=lambda configuration: configuration.optimiser != "sgd"),
        Setting("beta2", "How much of the last squares is kept.", "a number from 0 to 0.99999",
                _number(0.0, 0.99999), "{:g}".format, (0.9, 0.99, 0.999, 0.9999),
                applies=lambda configuration: configuration.optimiser == "adam"),
        Setting("clip", "How long a step's gradient is at most.", "none, or a number above 0", _loss_bound,
                lambda bound: "none" if bound is None else f"{bound:g}", (None, 10.0, 5.0, 1.0, 0.5, 0.1)),
        Setting("batch", "How many samples a step sees.", "all, or a whole number from 1", _batch,
                lambda size: str(size) if size else "all", (0, 1, 4, 8, 16, 32, 64, 128)),
        Setting("steps", "How many steps a run has.", f"a whole number from 1 to {MOST_STEPS}",
                _whole(1, MOST_STEPS), str, (10, 50, 100, 200, 500, 1000, 2000, 5000)),
        Setting("stop_loss", "Stop once the loss of what is held out, or else trained on, is below this.",
                "a number above 0, or none", _loss_bound,
                lambda bound: "none" if bound is None else f"{bound:g}", (None, 0.5, 0.1, 0.05, 0.01, 0.001)),
        Setting("stop_accuracy", "Stop once so large a share of that is right.",
                "a share up to 100 %, or none", _accuracy, _percent, (None, 0.8, 0.9, 0.95, 0.99, 1.0)),
        Setting("patience", "Stop after so many epochs without a lower loss of that.",
                "none, or a whole number of epochs from 1", _patience,
                lambda epochs: str(epochs) if epochs else "none", (0, 1, 2, 3, 5, 10, 20, 50)),
        _choice("engine", "Whether a step builds its graph or replays a recording, compiled or not.",
                ENGINES),
        Setting("fault", "What is done wrong on purpose.", f"none, or one of {', '.join(TRAINING_FAULTS)}",
                _fault, lambda name: name or "none", (None, *TRAINING_FAULTS), wraps=True,
                suits=_fault_suits),
    )
}  # fmt: skip
"""Every setting by its name, in the order of the screen."""
READING_ALIKE = ("header", "gaps", "decimal", "encoding")
"""The settings that say how any table is read, also one whose columns are known."""
READING = ("label", "kind", "drop", "words", *READING_ALIKE, "dates", "test", "validation", "seed")
"""Those that say how a table is read and divided."""
