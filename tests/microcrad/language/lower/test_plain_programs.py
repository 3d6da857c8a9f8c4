"""Plain numbers that go through names, functions, lists and loops: what programs say is what Python says."""

from __future__ import annotations

import re

from plain_programs import plain_program
from programs import snapshot
from samples import seeds
from surface import MICROGRAD, as_python

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]?\d+)?")


def _read(line: str) -> tuple[str, list[float]]:
    """A line with its numbers read: Python writes 2.0 and True where the language writes 2 and 1."""
    line = line.replace("True", "1").replace("False", "0")
    return _NUMBER.sub("#", line), [float(each) for each in _NUMBER.findall(line)]


def test_they_say_what_python_says() -> None:
    for seed in seeds(120):
        text, printed = plain_program(seed), list[str]()
        as_python(text, printed, MICROGRAD)
        at = snapshot(text)
        assert at.program.errors == (), text
        assert [*map(_read, at.output)] == [*map(_read, printed)], text
