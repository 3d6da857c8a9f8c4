"""The reference: it leaves nothing out, its examples run, and the page in docs is what is generated."""

from __future__ import annotations

import json
import re
import typing
from pathlib import Path

import pytest
from commands import microcrad

from microcrad.language import core_expressions as ex
from microcrad.language import statements as program
from microcrad.language.core_expressions import ARITHMETIC, FIELDS
from microcrad.language.parser import parse
from microcrad.language.vocabulary import WORDS
from microcrad.ops import LEAF, OPERATIONS
from microcrad.reference import Entry, entry_lines, find, markdown, printed, reference, reference_lines
from microcrad.reference.entries import rows
from microcrad.run.result import run_program
from microcrad.text.numbers import short
from microcrad.timeline.snapshot import Snapshot

PAGE = Path(__file__).parents[3] / "docs" / "reference.md"
ENTRIES = [entry for section in reference() for entry in section.entries]
EXAMPLES = [entry for entry in ENTRIES if entry.example]

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
each_example = pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.name)


def without_last_digits(text: str) -> str:
    """The last digits of exp and tanh are those of the C library at hand."""
    return re.sub(r"-?\d+\.\d{10,}", lambda found: f"{float(found[0]):.12g}", text)


def test_the_page_is_what_is_generated() -> None:
    assert without_last_digits(PAGE.read_text("utf-8")) == without_last_digits(markdown()), "make reference"


@each_example
def test_every_example_runs_and_leaks_nothing(entry: Entry) -> None:
    run = run_program(entry.example)
    assert run.errors == ()
    assert run.log.leaks == frozenset()
    assert printed(entry.example) == tuple(Snapshot(run.program, run.log, len(run.log)).output)
    assert bool(printed(entry.example)) == ("print(" in entry.example)


@pytest.mark.parametrize("row", rows("habits"), ids=lambda row: row["tried"])
def test_what_python_has_is_refused_and_what_to_write_instead_runs(row: dict[str, str]) -> None:
    given = "a = 2\nw = [1, 2, 3]\nx = [4, 5, 6]\nnet = MLP(2, [2, 1])\n"
    assert parse(given + row["tried"]).errors
    assert run_program(given + row["write"]).errors == ()


def parts_of(found: object) -> set[type]:
    """The classes that a program's statement is made of."""
    if not isinstance(found, tuple):
        return set()
    own = {type(found)} if hasattr(found, "_fields") else set()
    return own.union(*map(parts_of, found))


def test_the_examples_use_all_of_the_language() -> None:
    used = parts_of(tuple(parse(entry.example).statements for entry in EXAMPLES))
    used |= {program.Let, ex.Known}  # Nobody writes them: a Number with a draw in it, used twice.
    kinds = (program.Statement, ex.Expression, ex.Number)
    assert {kind for union in kinds for kind in typing.get_args(union)} <= used


WRITTEN = sorted({*WORDS, *FIELDS, *ARITHMETIC, "=", "#"})


@pytest.mark.parametrize("word", WRITTEN)
def test_everything_that_can_be_written_can_be_looked_up(word: str) -> None:
    entry = find(word)
    assert entry is not None
    shown = "\n".join(entry_lines(entry))
    assert word in shown
    assert find(f" {word.upper()} ") is entry


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.name)
def test_every_operation_is_there_with_its_own_texts(op: typing.Any) -> None:
    entry = find(op.name)
    assert entry is not None
    assert find(op.c_name) is entry
    assert entry.text == op.why
    said = [text for _, text in entry.facts]
    assert {op.forward, *op.partials, op.c_name} <= set(said)
    if op is not LEAF:
        out = op.evaluate(0.5, 3.0, 2.0)
        slopes = op.differentiate(0.5, 3.0, 2.0, out)
        numbers = [float(line.split(" = ")[1].split()[0]) for line in printed(entry.example)]
        assert numbers == [out, *slopes]


@pytest.mark.parametrize("row", rows("built"), ids=lambda row: row["name"])
def test_what_is_built_of_operations_is_what_it_says(row: dict[str, typing.Any]) -> None:
    """The formula gives the same number and the same slopes."""
    entry = find(row["name"])
    assert entry is not None
    form, formula = row["forms"][0], row["formula"]
    assert formula in entry.text
    for a, b in ((0.5, 3.0), (1.75, -0.3)):
        found = []
        for expression in (form, formula):
            at = run_program(f"a = {a}\nb = {b}\nout = {expression}\nbackward(out)\n")
            end = Snapshot(at.program, at.log, len(at.log))
            found.append([end.row(end.names["out"]).data, *(end.row(end.names[name]).grad for name in "ab")])
        assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_the_nodes_of_a_sigmoid() -> None:
    entry = find("sigmoid")
    assert entry is not None
    assert entry.facts == (("nodes", "leaf -1, mul, exp, leaf 1, add, leaf 1, pow, mul"),)


TORCH = json.loads((PAGE.parents[1] / "tests" / "data" / "torch_gradients.json").read_text("utf-8"))["grads"]


def grads_of(one_line: str) -> list[float]:
    """The grads of a program's named leaves, in order of their names."""
    text = one_line.replace("; ", "\n") + ("" if "backward(" in one_line else "\nbackward(y)\n")
    run = run_program(text)
    assert run.errors == ()
    end = Snapshot(run.program, run.log, len(run.log))
    return [end.grad(node) for node in end.names.values() if not end.operands(node)]


@pytest.mark.parametrize("row", rows("pytorch"), ids=lambda row: row["program"])
def test_a_gradient_that_is_said_to_differ_does_and_is_the_one_of_pytorch(row: dict[str, typing.Any]) -> None:
    there = [float(number) for number in TORCH[row["program"]]]
    assert row["there"] == pytest.approx(there, rel=1e-12, nan_ok=True)
    here = grads_of(row["program"])
    assert here != pytest.approx(there, rel=1e-12, nan_ok=True)
    entry = find("pytorch")
    assert entry is not None
    (shown,) = (line for line in entry.table if line[0] == row["program"])
    for said, numbers in ((shown[1], here), (shown[2], there)):
        assert [part.split(" = ")[1] for part in said.split(", ")] == [short(number) for number in numbers]


@pytest.mark.parametrize("program", sorted(TORCH.keys() - {row["program"] for row in rows("pytorch")}))
def test_elsewhere_the_gradients_are_those_of_pytorch(program: str) -> None:
    there = [float(number) for number in TORCH[program]]
    assert grads_of(program) == pytest.approx(there, rel=1e-12)


@each_entry
def test_an_entry_fits_and_says_everything(entry: Entry) -> None:
    assert len([each for each in ENTRIES if each.name == entry.name]) == 1
    assert find(entry.name) is entry
    for width in (68, 88):
        lines = list(entry_lines(entry, width))
        assert lines[0] == entry.name
        assert all(line.startswith("  ") for line in lines[1:] if line)
        assert max(map(len, lines)) <= width
        said = " ".join(" ".join(lines).split())
        said_of_it = (word for row in (*entry.facts, *entry.table) for word in row)
        for part in (entry.text, *entry.forms, *said_of_it):
            assert " ".join(part.strip("`").split()) in said
    assert entry.text.endswith(".")


def test_what_is_not_there_is_not_found() -> None:
    assert find("cosh") is None
    assert find("") is None


# --- microcrad reference -------------------------------------------------------------------------------


def test_the_command_prints_all_of_it() -> None:
    result = microcrad("reference")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == list(reference_lines())
    for section in reference():
        assert section.title.upper() in result.stdout
    for entry in ENTRIES:
        assert "\n".join(entry_lines(entry)) in result.stdout


@pytest.mark.parametrize("asked", ["tanh", "tanh(a)", "TANH( a )", "a.tanh()", "value_tanh"])
def test_the_command_prints_one_entry(asked: str) -> None:
    result = microcrad("reference", asked)
    assert result.exit_code == 0
    assert result.stdout.startswith("tanh\n")
    assert "slope to a  1 - out * out" in result.stdout
    assert "relu" not in result.stdout


def test_what_is_misspelled_is_said() -> None:
    result = microcrad("reference", "tahn")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The reference has no 'tahn'. Did you mean tanh?" in result.stderr
