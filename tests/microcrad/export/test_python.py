"""Exported Python scripts print what exported C prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from exported import MAIN, Case, batch, compiled, printed, random_export, transcripts
from programs import HOSTILE

from microcrad.errors import DoubleFreeError, ProgramError, UseAfterFreeError
from microcrad.examples import examples
from microcrad.export import python_program
from microcrad.language.parser import parse

RAISES: dict[str, type[Exception]] = {
    "use after free": UseAfterFreeError,
    "double free": DoubleFreeError,
    "no value": NameError,
    "not retained": ValueError,
}


@pytest.mark.parametrize("count", [8, pytest.param(150, marks=pytest.mark.slow)])
def test_scripts_print_what_c_prints(tmp_path: Path, count: int) -> None:
    texts = [*HOSTILE, *(example.text for example in examples())][:: 1 if count > 100 else 5]
    texts += [random_export(seed, ownership) for seed in range(count) for ownership in ("auto", "manual")]
    cases = [Case(text) for text in texts]
    stops = 0
    found = transcripts(compiled(tmp_path, "c", [batch(cases), MAIN], "-O0"))
    for case, (text, code) in zip(cases, found, strict=True):
        said, raised = printed(case)
        if case.outcome.stop:
            stops += 1
            assert code < 0
            assert raised is RAISES[case.outcome.stop[0]], case.text
            assert text.splitlines()[:-1] == said.splitlines(), case.text
        else:
            assert (said, raised) == (text, None), case.text
    assert count / 3 < stops < len(cases) - count / 2


def test_a_script_is_short_and_runs_by_itself() -> None:
    script = python_program(parse("x = 3\ny = x*x + 2  # a bowl\nbackward(y)\nprint(y)"), "auto")
    assert script.partition("with Heap() as heap:\n")[2].splitlines()[:9] == [
        "    # x = 3", "    x = Value(3.0)", "    # y = x*x + 2  # a bowl", "    t1 = x * x",
        "    t2 = Value(2.0)", "    y = t1 + t2", "    t2.release()", "    t1.release()", "    # backward(y)",
    ]  # fmt: skip
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "print y = 11 grad 1\nx 3 6 3\ny 11 1 1\nlive 0\n", done.stderr


def test_a_program_with_errors_is_not_exported() -> None:
    with pytest.raises(ProgramError, match="has no value yet"):
        python_program(parse("x = q"), "auto")
