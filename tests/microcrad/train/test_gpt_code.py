"""A GPT as Python says what microcrad says."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from samples import spread

from microcrad.gpt import GPT, PARTS
from microcrad.train.model_code import python_model, pytorch_model
from microcrad.train.saved import SavedText

CASES = [(without, 1) for without in ((), *((part,) for part in PARTS))] + [((), 2)]


def model(without: tuple[str, ...], layers: int) -> GPT:
    made = GPT("abc'\"é", positions=5, size=4, heads=2, layers=layers, seed=3, without=without)
    for parameter in made.parameters():
        parameter.data *= 8
    return made


@pytest.mark.parametrize(("without", "layers"), CASES)
def test_the_script_alone_has_the_same_chances(without: tuple[str, ...], layers: int) -> None:
    made = model(without, layers)
    script: dict[str, Any] = {"__name__": "script"}
    exec(python_model(SavedText(made, 'a "file"')), script)
    for word, temperature in product(("", "a", "cab'"), (1.0, 0.5)):
        assert script["following"](word, temperature) == pytest.approx(
            made.next(word, temperature), rel=1e-12
        )


@pytest.mark.parametrize(("without", "layers"), spread(1, CASES))
def test_the_module_has_the_same_chances(without: tuple[str, ...], layers: int) -> None:
    pytest.importorskip("torch")
    made = model(without, layers)
    script: dict[str, Any] = {"__name__": "script"}
    exec(pytorch_model(SavedText(made, "words")), script)
    for word in ("", "a", "cab'"):
        assert script["following"](word) == pytest.approx(made.next(word), rel=1e-9)


def test_the_script_writes_from_the_command_line_and_refuses_other_letters(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(python_model(SavedText(model((), 1), "words")), encoding="utf-8")
    run = [sys.executable, str(path)]
    assert subprocess.run([*run, "cab"], capture_output=True, text=True, check=True).stdout.startswith("cab")
    refused = subprocess.run([*run, "x"], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "'x' is not one of" in refused.stderr
