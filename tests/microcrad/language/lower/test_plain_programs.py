"""Plain numbers that go through names, functions, lists and loops: what programs say is what Python says."""

from __future__ import annotations

import re

import pytest
from plain_programs import plain_program
from programs import snapshot
from samples import seeds
from surface import MICROGRAD, as_python, surface_program

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


def test_programs_with_functions_and_lists_are_the_same_where_numbers_are_numbers() -> None:
    """Written for micrograd, numbers alone make no nodes, and nothing else changes."""
    for seed in seeds(60):
        text, printed = surface_program(seed).replace("backward(end)", "end.backward()"), list[str]()
        found = as_python(text, printed)
        at = snapshot(text)
        assert at.program.errors == (), text
        assert list(at.output) == printed, text
        assert "end" in at.names
        for name in found.keys() & at.names.keys():
            row = at.row(at.names[name])
            assert (row.data, row.grad) == pytest.approx(found[name], rel=1e-9, abs=1e-12), (name, text)
