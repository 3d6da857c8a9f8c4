"""`microcrad export`."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from commands import LEAKY, MANUAL, NEURON, microcrad, process

from microcrad.export import (
    FORMATS,
    MomentFormat,
    c_program,
    dot,
    from_json,
    graph_of,
    mermaid,
    python_program,
    svg_of,
    to_json,
)
from microcrad.language.parser import parse
from microcrad.run.result import run_program
from microcrad.timeline.snapshot import Snapshot

USE_AFTER_FREE = "# ownership: manual\na = 3\nb = a*a\nrelease(b)\nc = b + a\n"
MOMENTS = [name for name, row in FORMATS.items() if isinstance(row, MomentFormat)]


@pytest.mark.parametrize("text", [NEURON, LEAKY, MANUAL, "", "变 = 2\nprint(变)\n"])
def test_both_forms_go_to_standard_output(text: str) -> None:
    program = parse(text)
    c = microcrad("export", "-", "--to", "c", stdin=text)
    python = microcrad("export", "-", "--to", "python", stdin=text)
    assert (c.stdout, c.stderr, c.exit_code) == (c_program(program, program.ownership).text, "", 0)
    assert (python.stdout, python.exit_code) == (python_program(program, program.ownership), 0)
    assert microcrad("export", "--to", "c", "-o", "-", "-", stdin=text).stdout == c.stdout


def test_what_is_written_runs_and_prints_the_same(here: Path) -> None:
    for form, out in (("c", "neuron.c"), ("python", "neuron.py")):
        result = microcrad("export", "neuron.mc", "--to", form, "-o", out)
        assert (result.exit_code, result.output) == (0, "")
    subprocess.run(["cc", "-std=c99", "-ffp-contract=off", "neuron.c", "-o", "neuron", "-lm"], check=True)
    c = subprocess.run(["./neuron"], capture_output=True, text=True, check=True).stdout
    python = subprocess.run([sys.executable, "neuron.py"], capture_output=True, text=True, check=True).stdout
    assert c == python
    assert c.splitlines()[0].startswith("x 2 ")
    assert c.endswith("\nlive 0\n")


def test_a_file_is_replaced_whole_and_keeps_its_mode(here: Path) -> None:
    old = here / "out.c"
    old.write_text("old")
    old.chmod(0o640)
    (here / "link.c").symlink_to(old)
    assert microcrad("export", "neuron.mc", "--to", "c", "-o", "link.c").exit_code == 0
    assert (here / "link.c").is_symlink()
    assert old.read_text().startswith("/* The runtime")
    assert old.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(here)) == ["link.c", "neuron.mc", "out.c"]


def test_a_new_file_has_the_usual_mode(here: Path) -> None:
    (here / "plain").touch()
    microcrad("export", "neuron.mc", "--to", "c", "-o", "new.c")
    assert (here / "new.c").stat().st_mode == (here / "plain").stat().st_mode


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("nowhere/out.c", "'nowhere/out.c' cannot be written: No such file or directory."),
        (".", "'.' is a directory. Name a file in it."),
        ("neuron.mc/x", "'neuron.mc/x' cannot be written: Not a directory."),
        ("a\0b", "cannot be written"),
        ("x" * 300, "cannot be written: File name too long."),
        ("", "is a directory"),
        ("neuron.mc", "-o: 'neuron.mc' is the program itself. Name another file."),
        ("./neuron.mc", "is the program itself"),
    ],
    ids=["folder", "directory", "file", "null", "long", "empty", "itself", "itself-again"],
)
def test_what_cannot_be_written_is_said(here: Path, out: str, said: str) -> None:
    result = microcrad("export", "neuron.mc", "--to", "c", "-o", out)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert os.listdir(here) == ["neuron.mc"]
    assert (here / "neuron.mc").read_text() == NEURON


def test_a_full_disk_leaves_what_was_there(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (here / "out.c").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    result = microcrad("export", "neuron.mc", "--to", "c", "-o", "out.c")
    assert result.exit_code == 2
    assert "'out.c' cannot be written: No space left on device." in result.stderr
    assert (here / "out.c").read_text() == "old"
    assert sorted(os.listdir(here)) == ["neuron.mc", "out.c"]


def test_a_device_is_written_to(here: Path) -> None:
    done = process("export", "neuron.mc", "--to", "python", "-o", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert done.stdout == python_program(parse(NEURON), "auto")


def test_a_program_with_errors_is_not_written(here: Path) -> None:
    (here / "bad.mc").write_text("x = 1\ny = q + x\nz = x^2\n")
    result = microcrad("export", "bad.mc", "--to", "c", "-o", "out.c")
    assert result.exit_code == 1
    assert result.stderr.count(": error: ") == 2
    assert result.stderr.startswith("bad.mc:2:5: error: q has no value yet.")
    assert not (here / "out.c").exists()
    many = microcrad("export", "-", "--to", "c", stdin="for i in range(1000000000):\n    x = uniform(0, 1)\n")
    assert (many.exit_code, many.stdout) == (1, "")
    assert many.stderr.startswith("<stdin>:")


def at(text: str, event: int | None = None) -> Snapshot:
    """A moment of a program's run."""
    done = run_program(text)
    return Snapshot(done.program, done.log, len(done.log) if event is None else event)


@pytest.mark.parametrize("text", [NEURON, LEAKY, MANUAL, "", "变 = 2\nprint(变)\n"])
def test_graphs_go_to_standard_output(text: str) -> None:
    graph = graph_of(at(text))
    for form, write in (("dot", dot), ("mermaid", mermaid), ("json", to_json)):
        result = microcrad("export", "-", "--to", form, stdin=text)
        assert (result.stdout, result.exit_code) == (write(graph), 0)
    picture = microcrad("export", "-", "--to", "svg", stdin=text)
    assert (picture.stdout, picture.exit_code) == (svg_of(at(text)), 0)
    assert from_json(microcrad("export", "-", "--to", "json", stdin=text).stdout) == graph


@pytest.mark.parametrize("form", MOMENTS)
def test_a_graph_is_of_the_moment_that_was_asked_for(here: Path, form: str) -> None:
    row = FORMATS[form]
    assert isinstance(row, MomentFormat)
    last = len(run_program(NEURON).log)
    written = {}
    for event in (0, 14, last):
        result = microcrad("export", "neuron.mc", "--to", form, "--at", str(event))
        assert (result.stdout, result.exit_code) == (row.write(at(NEURON, event)), 0)
        written[event] = result.stdout
    assert len(set(written.values())) == 3
    assert microcrad("export", "neuron.mc", "--to", form).stdout == written[last]
    beyond = microcrad("export", "neuron.mc", "--to", form, "--at", str(last + 1))
    assert beyond.exit_code == 2
    assert f"--at: this run has {last} events, so there is no event {last + 1}." in beyond.stderr
    assert microcrad("export", "neuron.mc", "--to", form, "--at", "-1").exit_code == 2


@pytest.mark.parametrize("form", MOMENTS)
def test_a_graph_goes_to_a_file(here: Path, form: str) -> None:
    result = microcrad("export", "neuron.mc", "--to", form, "-o", "out")
    assert (result.exit_code, result.output) == (0, "")
    assert (here / "out").read_text("utf-8") == microcrad("export", "neuron.mc", "--to", form).stdout
    itself = microcrad("export", "neuron.mc", "--to", form, "-o", "neuron.mc")
    assert itself.exit_code == 2
    assert "is the program itself" in itself.stderr


@pytest.mark.parametrize("form", MOMENTS)
def test_a_program_that_stops_leaves_the_graph_it_made(form: str) -> None:
    row = FORMATS[form]
    assert isinstance(row, MomentFormat)
    result = microcrad("export", "-", "--to", form, stdin=USE_AFTER_FREE)
    assert (result.stdout, result.exit_code) == (row.write(at(USE_AFTER_FREE)), 1)
    assert result.stderr.startswith("<stdin>:5:5: error: b is used: it was created on line 3 and freed on")
    unread = microcrad("export", "-", "--to", form, stdin="x = \n")
    assert (unread.stdout, unread.exit_code) == ("", 1)
    assert unread.stderr.startswith("<stdin>:1:")


def test_a_graph_too_large_to_draw_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("microcrad.export.svg"), "MOST", 5)
    result = microcrad("export", "neuron.mc", "--to", "svg", "-o", "out.svg")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error: This graph has 6 boxes and bends of long edges, and a picture at most 5." in result.stderr
    assert os.listdir(here) == ["neuron.mc"]
    assert microcrad("export", "neuron.mc", "--to", "dot").exit_code == 0


def test_warnings_are_said_beside_the_graph() -> None:
    result = microcrad("export", "-", "--to", "json", stdin=MANUAL)
    assert result.exit_code == 0
    assert ": warning: " in result.stderr


@pytest.mark.parametrize("form", ["c", "python"])
def test_a_program_has_no_moments(form: str) -> None:
    result = microcrad("export", "-", "--to", form, "--at", "3", stdin=NEURON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--at: {form} is the program, which has no moments. Leave --at out." in result.stderr


def test_every_format_is_explained() -> None:
    said = microcrad("export", "--help").stdout
    for row in FORMATS.values():
        assert f"{row.name:<8} {row.title}. {row.says}" in said
        assert row.suffix.startswith(".")


def test_wrong_usage() -> None:
    for arguments in (["-"], ["-", "--to", "fortran"], ["--to", "c"]):
        assert microcrad("export", *arguments).exit_code == 2
    assert "There is no file 'nowhere.mc'" in microcrad("export", "nowhere.mc", "--to", "c").stderr
