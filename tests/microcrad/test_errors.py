"""The hierarchy of errors, and what `import microcrad` gives."""

from __future__ import annotations

import importlib

import pytest

import microcrad
from microcrad import errors


def test_one_name_catches_everything() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.MicrocradError)
        assert getattr(microcrad, name) is getattr(errors, name)


@pytest.mark.parametrize("module", ["", ".engine", ".errors", ".gradcheck", ".heap", ".nn", ".ops"])
def test_what_a_module_offers_exists(module: str) -> None:
    offered = importlib.import_module(f"microcrad{module}")
    assert offered.__all__
    assert [name for name in offered.__all__ if not hasattr(offered, name)] == []


def test_a_program_error_says_where_and_what_to_do() -> None:
    error = errors.ProgramError("`q` has no value.", 3, 7, 8, "Did you mean `p`?")
    assert (error.line, error.column, error.end_column) == (3, 7, 8)
    assert str(error) == "line 3: `q` has no value. Did you mean `p`?"
    assert str(errors.ProgramError("no.", 1, 1, 2)) == "line 1: no."


def test_a_program_error_marks_at_least_one_character() -> None:
    assert errors.ProgramError("no.", 1, 5, 5).end_column == 6
