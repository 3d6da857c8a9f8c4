"""Programs with functions and lists: run, exported as C and as Python, and run by Python itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from exported import MAIN, SANITIZED, Case, batch, compiled, outcomes, printed, transcripts
from programs import end_of, run
from surface import as_python, surface_program, with_releases


def _told(lines: list[str]) -> tuple[list[str], list[float]]:
    """What was printed: the words, and the numbers, which may differ in their last digits."""
    number = r"-?[0-9][0-9.]*(?:e[-+][0-9]+)?"
    return [re.sub(number, "#", line) for line in lines], [
        float(found) for line in lines for found in re.findall(number, line)
    ]


PROGRAMS = int(os.environ.get("MICROCRAD_PROGRAMS", "500"))
"""How many the slow test takes: `MICROCRAD_PROGRAMS=10000 pytest -m slow FILE -k of_many` takes about a
quarter of an hour of one core."""
AT_ONCE = 100
"""Programs that are compiled as one file."""


def test_python_says_the_same_of_the_same_text() -> None:
    """Every name and element has Python's number and gradient, in the run of what was lowered."""
    assert sum(_agrees_with_python(surface_program(seed)) for seed in range(20)) > 8 * 20


@pytest.mark.slow
def test_run_gradients_python_and_c_agree_of_many(tmp_path: Path) -> None:
    """And both exports do, C under the sanitizers, which see every touch of what is freed."""
    for first in range(0, PROGRAMS, AT_ONCE):
        texts = [surface_program(seed) for seed in range(first, min(first + AT_ONCE, PROGRAMS))]
        assert sum(map(_agrees_with_python, texts)) > 8 * len(texts)
        cases = [Case(text) for text in texts]
        binary = compiled(tmp_path, "sanitized", [batch(cases, _names_shown), MAIN], *SANITIZED, "-O0")
        transcribed = zip(cases, outcomes(binary), transcripts(binary), strict=True)
        for case, outcome, (in_c, _) in transcribed:
            assert outcome == case.outcome, case.text
            assert case.outcome.stop is None, case.text
            out, raised = printed(case)
            assert (out.splitlines(), raised) == (in_c.splitlines(), None), case.text


def _names_shown(runtime: str) -> str:
    """The same C, which says what the names mean where nodes are really freed, too: none of these stops."""
    hidden = "#ifdef REAL_FREE\n    (void)name"
    assert hidden in runtime
    return runtime.replace(hidden, hidden.replace("ifdef REAL_FREE", "if 0"))


def _agrees_with_python(text: str) -> int:
    """Compare the run of a program with Python's; the number of names that were compared."""
    at = end_of(run(text))
    said: list[str] = []
    expected = as_python(text, said)
    words, numbers = zip(*map(_told, (at.output, said)), strict=True)
    assert words[0] == words[1], text
    assert numbers[0] == pytest.approx(numbers[1], rel=0.01, abs=0.02), text
    rows = {name: at.row(node) for name, node in at.names.items()}
    found = {name: (row.data, row.grad) for name, row in rows.items()}
    for name, (data, grad) in found.items():
        assert (data, grad) == pytest.approx(expected[name], rel=1e-9, abs=1e-9), (text, name)
    # A loop's variable is the loop's own here, and a list with two names has the elements' names once.
    plain = {name for name in expected if "[" not in name}
    assert plain - {"x", "p"} <= set(found) <= set(expected), text
    return len(found)


@pytest.mark.parametrize("count", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_c_and_python_exports_agree_with_the_run(tmp_path: Path, count: int) -> None:
    """In both kinds of ownership, with the address sanitizer as a judge of every stop and every leak."""
    texts = [surface_program(seed) for seed in range(count)]
    texts += [with_releases(surface_program(seed), seed) for seed in range(3 * count)]
    cases = [Case(text) for text in texts]
    quarantine = compiled(tmp_path, "quarantine", [batch(cases), MAIN], "-O1")
    for case, outcome in zip(cases, outcomes(quarantine), strict=True):
        assert outcome == case.outcome, case.text
    freed = outcomes(compiled(tmp_path, "freed", [batch(cases), MAIN], *SANITIZED, "-O0"))
    for case, outcome in zip(cases, freed, strict=True):
        expected = case.outcome.stop and ("asan", case.outcome.stop[1])
        assert (outcome.stop, outcome.live if expected is None else -1) == (expected, case.outcome.live)
    stops = 0
    for case, (in_c, _) in zip(cases, transcripts(quarantine), strict=True):
        out, raised = printed(case)
        stops += raised is not None
        assert out.splitlines() == in_c.splitlines()[: -1 if raised else None], case.text
    assert count / 4 < stops < 3 * count
