"""The example programs that ship with microcrad, in the order in which they teach."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from microcrad.records import Record

__all__ = ["Example", "examples"]

_ORDER = (
    "square",
    "chain",
    "neuron",
    "shared",
    "two-inputs",
    "sigmoid",
    "lecture-neuron",
    "function",
    "dot-product",
    "mlp",
    "descent",
    "four-points",
    "nan",
    "owners",
    # With C's rules, one bug at a time, each followed by its repair.
    "leak",
    "leak-repaired",
    "cascade",
    "double-free",
    "double-free-repaired",
    "use-after-free",
    "use-after-free-repaired",
    "manual-descent",
)


class Example(Record):
    """One example program."""

    slug: str
    """The file's name without `.mc`."""
    title: str
    """The program's first comment line."""
    text: str
    """The program."""


@cache
def examples() -> tuple[Example, ...]:
    """Every example: from one line to a loop that learns, then memory by C's rules."""
    return tuple(map(_example, _ORDER))


def _example(slug: str) -> Example:
    # The app's first frame shows one: `importlib.resources` and what it loads would double the time to here.
    text = Path(__file__).with_name(f"{slug}.mc").read_text(encoding="utf-8")
    return Example(slug, text.partition("\n")[0].removeprefix("#").strip(), text)
