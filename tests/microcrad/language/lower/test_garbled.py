"""Programs with words put in, taken out and exchanged: each runs, or is refused at its place."""

from __future__ import annotations

import random
import re

from samples import share
from surface import surface_program, with_releases

from microcrad.export.c import c_program
from microcrad.export.python import python_program
from microcrad.language.parser import parse
from microcrad.run.interpreter import Limits
from microcrad.run.result import Run, running
from microcrad.slices import finish

WORDS = [
    "a", "b", "w", "v", "rows", "net", "f", "x", "i", "(", ")", "[", "]", ",", "=", "+=", "*", "**", "-",
    ":", ";", "1", "0", "-1", "1e999", "0.5", "for", "in", "range", "def", "return", "if", "lambda", "None",
    "del", "len", "sum", "dot", "zip", "enumerate", "reversed", "tanh", "max", "print", "backward",
    "retain", "release", "zero_grad", "uniform", ".data", ".grad", "MLP(2,[1])", "load('x.json')",
    "net.parameters()", "net.l0.n0.w0", "rows[0]", "w[1:]", "w[::-1]", "[0]*3", "*w", "[e,e]",
    "f'{a.data:.3f}'", "a.label='x'", "a._prev", "@", "%", "//", "{", "}", "\\",
]  # fmt: skip
SPACES = ["\n", "\n    ", " ", "\t", "é", "\u200c"]
LIMITS = Limits(nodes=3_000, events=30_000, statements=5_000, work=200_000)


def garbled(seed: int) -> str:
    """A random program in which something was done to some words."""
    pick = random.Random(seed)
    text = surface_program(seed)
    parts = re.findall(r"\w+|\s+|[^\w\s]", with_releases(text, seed) if seed % 4 == 0 else text)
    for _ in range(pick.choice([1, 1, 2, 4])):
        at, kind = pick.randrange(len(parts)), pick.random()
        if kind < 0.6:
            parts[at : at + pick.randint(0, 1)] = [
                pick.choice([*WORDS, "\n", "\n    ", " ", "\t", "é", "\u200c"])
            ]
        elif kind < 0.8:
            other = pick.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        else:
            parts[at:at] = parts[at : at + pick.randint(1, 30)]
    return "".join(parts)


def test_garbled_programs_are_taken_or_refused() -> None:
    """And what is taken can be exported."""
    taken = 0
    for seed in range(share(1_500)):
        text = garbled(seed)
        program = parse(text)
        errors = program.errors
        if not errors:
            run: Run = finish(running(program, program.ownership, LIMITS))
            c_program(program, run.ownership)
            python_program(program, run.ownership)
            errors, taken = run.errors, taken + (not run.errors)
        lines = text.count("\n") + 1
        assert all(error.message and 1 <= error.line <= lines and error.column >= 1 for error in errors), text
    assert taken > share(1_500) / 100
