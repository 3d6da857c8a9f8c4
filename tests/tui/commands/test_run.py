"""`microcrad run`, its errors, and wrong usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import LEAKY, MANUAL, NEURON, microcrad
from programs import finished
from rich.cells import cell_len

from microcrad.examples import examples
from microcrad.run.result import run_program
from microcrad.session.file import VERSION, SavedSession, to_json
from microcrad.session.report import report
from microcrad.timeline.log import View
from microcrad.timeline.snapshot import Snapshot


def ends_well_with_live_nodes(text: str) -> bool:
    """Whether there is a table to look at and nothing on standard error."""
    run = finished(text)
    return not run.errors and Snapshot(run.program, run.log, len(run.log)).heap.live > 0


TABLES = [found.text for found in examples() if ends_well_with_live_nodes(found.text)]


@pytest.mark.parametrize("text", [*TABLES, LEAKY, "変数 = 2\ny = 変数*3\n"])
def test_the_table_is_aligned_and_holds_every_live_node(text: str) -> None:
    result = microcrad("run", "-", stdin=text)
    live = [node for node in report(finished(text))["nodes"] if node["live"]]  # type: ignore[attr-defined]
    head, *rows = result.stdout.split("\n\n")[0].splitlines()
    assert head.split() == ["name", "op", "data", "grad", "refs", "line"]
    assert len(rows) == len(live) > 0
    assert {cell_len(row) for row in rows} == {cell_len(head)}
    for row, node in zip(rows, live, strict=True):
        assert row.split()[-2:] == [str(node["refs"]), str(node["line"])]
        data, grad = (float(cell) for cell in row.split()[-4:-2])
        assert data == pytest.approx(float(node["data"]), abs=5e-5, nan_ok=True)
        assert grad == pytest.approx(node["grad"], abs=5e-5)
    assert result.exit_code == 0
    assert result.stderr == ""


def test_after_the_table_come_prints_leaks_and_the_heap() -> None:
    parts = microcrad("run", "-", stdin=LEAKY).stdout.split("\n\n")
    assert parts[1] == "printed\n  b = 3  (grad 0)"
    assert parts[2].splitlines()[0] == "leaked"
    assert len(parts[2].splitlines()) == 5
    assert "a retain since line 3" in parts[2]
    assert parts[2].splitlines()[-1].startswith("    Write release(b)")
    assert parts[3] == "heap: 4 live, 4 at the peak, 4 allocated, 0 freed, 3 leaked\n"


def test_a_program_of_nothing_runs() -> None:
    for text in ("", "\n", "# nothing"):
        result = microcrad("run", "-", stdin=text)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "no live nodes" in result.stdout


def test_plain_says_one_fact_a_line_with_every_digit() -> None:
    lines = microcrad("run", "--plain", "-", stdin=LEAKY + "x = 0.1 + 0.2\ny = x*3\n").stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if line.startswith(("printed", "leaked", "heap"))] == [
        "printed", "leaked", "leaked", "leaked", "heap",
    ]  # fmt: skip
    assert "node x: leaf, data 0.30000000000000004, grad 0, refs 2, line 6" in lines
    assert all(line.isascii() and line == line.strip() and line for line in lines)


@pytest.mark.parametrize("text", [NEURON, MANUAL, LEAKY, "a = 1\nb = 2 +\n", "a = 1\nrelease(a)\n"])
def test_json_is_one_strict_object(text: str) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    result = microcrad("run", "--json", "-", stdin=text)
    told = json.loads(result.stdout, parse_constant=refuse)
    assert told == report(run_program(text))
    assert result.exit_code == (1 if told["errors"] else 0)
    assert len(told["errors"]) == result.stderr.count(": error: ")


def test_json_writes_infinities_as_strings() -> None:
    assert '"data": "inf"' in microcrad("run", "--json", "-", stdin="x = exp(1000)").stdout


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("plain", [(), ("--plain",)])
def test_step_prints_every_event_of_a_view(view: View, plain: tuple[str, ...]) -> None:
    log = run_program(NEURON).log
    lines = microcrad("run", "--step", "--view", view.value, *plain, "-", stdin=NEURON).stdout.splitlines()
    assert len(lines) == len(log.view_events(view))
    for number, (line, event) in enumerate(zip(lines, log.view_events(view), strict=True), 1):
        words = line.removeprefix("event ").replace(",", " ").replace(":", " ").split()
        assert words[:3] == [str(number), "line", str(log.span(event).line)]
    for first in (1, 2, len(lines)):
        later = microcrad(
            "run", "--step", "--view", view.value, *plain, "--from", str(first), "-", stdin=NEURON
        )
        assert later.stdout.splitlines() == lines[first - 1 :]


def test_step_walks_the_mathematics_in_auto_and_everything_in_manual() -> None:
    for text, view in ((NEURON, "math"), (MANUAL, "all")):
        chosen = microcrad("run", "--step", "--view", view, "-", stdin=text).stdout
        assert microcrad("run", "--step", "-", stdin=text).stdout == chosen
    assert "o = tanh(n) = tanh(1) = 0.7616" in microcrad("run", "--step", "-", stdin=NEURON).stdout


def test_a_leak_fails_only_if_asked_to() -> None:
    assert microcrad("run", "-", stdin=LEAKY).exit_code == 0
    assert microcrad("run", "--fail-on-leak", "-", stdin=LEAKY).exit_code == 1
    assert microcrad("run", "--fail-on-leak", "--json", "-", stdin=LEAKY).exit_code == 1
    assert microcrad("run", "--fail-on-leak", "-", stdin=NEURON).exit_code == 0


@pytest.mark.parametrize(
    ("text", "line", "marked"),
    [
        ("x = 1\ny = x + ww*2\n", 2, "ww"),
        ("変数 = 1\ny = 変数 + 変x\n", 2, "変x"),
        ("for i in range(2):\n\tx = qqq\n", 2, "qqq"),
        ("x = 1\ny = x^2\n", 2, "x^2"),
        (f"{'x' * 300} = 1\ny = {'x' * 300} + wrong*3  # {'x' * 300}\n", 2, "wrong"),
        ("x = 1\r\ny = é\r\n", 2, "é"),
        ("\ufeffy = q\n", 1, "q"),
    ],
    ids=["name", "wide", "tab", "expression", "long", "windows", "mark"],
)
def test_carets_stand_below_what_is_wrong(text: str, line: int, marked: str) -> None:
    result = microcrad("run", "-", stdin=text.encode())
    said, source, carets = result.stderr.splitlines()
    column = text.replace("\ufeff", "").splitlines()[line - 1].index(marked) + 1
    assert said.startswith(f"<stdin>:{line}:{column}: error: ")
    assert carets.strip() == "^" * cell_len(marked)
    before = source[: source.index(marked)]
    assert cell_len(before) == len(carets) - len(carets.lstrip())
    assert cell_len(source) <= 2 + 90 + 2 * len("...")
    assert source.isprintable()
    assert "\\" not in source  # A tab is spaces, not a code.
    assert (result.exit_code, result.stdout) == (1, "")


def test_several_errors_are_reported_at_once_and_plainly_if_asked() -> None:
    text = "a = 1\nb = aa\nc = a^2\n"
    assert microcrad("run", "-", stdin=text).stderr.count("\n") == 6
    lines = microcrad("run", "--plain", "-", stdin=text).stderr.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["<stdin>:2:5:", "<stdin>:3:5:"]


def test_an_error_while_running_keeps_the_nodes_made_so_far(here: Path) -> None:
    (here / "stop.mc").write_text("a = 1\nrelease(a)\n")
    result = microcrad("run", "stop.mc")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].split()[0] == "a"
    assert result.stdout.endswith("stopped before the end\n")
    assert result.stderr.startswith("stop.mc:2:9: error: ")


def test_warnings_are_said_once_a_place_and_fail_nothing() -> None:
    result = microcrad("run", "-", stdin=MANUAL)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0].startswith("<stdin>:5:5: warning: a is borrowed")
    lines = MANUAL.splitlines()
    looped = "\n".join([lines[0], "for i in range(50):", *(f"    {line}" for line in lines[1:])])
    assert microcrad("run", "-", stdin=looped).stderr.count("warning") == 1


def test_files_that_cannot_be_read(here: Path) -> None:
    (here / "bytes.mc").write_bytes(b"\xef\xbb\xbfx = 1\xff\n")
    (here / "large.mc").write_bytes(b"#" * 1_000_001)
    for file, code, said in (
        ("bytes.mc", 1, "byte 8 (0xff)"),
        ("large.mc", 1, "larger than 1,000,000 bytes"),
        (".", 2, "is a directory"),
        ("", 2, "There is no file ''"),
        ("nuron.mc", 2, "There is no file 'nuron.mc'. Did you mean neuron.mc?"),
        ("nul\0", 2, "cannot be read"),
        ("n" * 5000, 2, "cannot be read"),
    ):
        for arguments in (("run", file), ("explain", file, "x")):
            result = microcrad(*arguments)
            assert (result.exit_code, result.stdout) == (code, "")
            assert said in result.stderr
            assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "FILE"),
        (("run", "a", "b"), "b"),
        (("run", "--step", "--json", "-"), "Choose one"),
        (("run", "--view", "math", "-"), "Add --step"),
        (("run", "--from", "2", "-"), "Add --step"),
        (("run", "--until", "line 2", "-"), "Add --step"),
        (("run", "--step", "--from", "0", "-"), "a whole number from 1, found '0'"),
        (("run", "--step", "--from", "x", "-"), "a whole number from 1, found 'x'"),
        (("run", "--step", "--from", "-1", "-"), "'-1'"),
        (("run", "--step", "--from", "10", "-"), "has 9 events"),
        (("run", "--step", "--view", "maths", "-"), "maths"),
        (("run", "--stp", "-"), "--step"),
        (("explain", "-"), "NODE"),
        (("explain", "-", "n", "--at", "28"), "has 27 events"),
        (("explain", "-", "n", "--at", "1.5"), "a whole number from 0, found '1.5'"),
        (("--nonsense",), "--nonsense"),
        (("neuron.mc", "more"), "more"),
    ],
)
def test_wrong_usage(here: Path, arguments: tuple[str, ...], said: str) -> None:
    result = microcrad(*arguments, stdin=NEURON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("microcrad: error: ")
    assert said in result.stderr
    assert "nvalid" not in result.stderr


READERS = (
    ("run",),
    ("run", "--step"),
    ("explain", "n"),
    ("diagnose",),
    ("gradcheck",),
    ("export", "--to", "c"),
)
"""The commands that read a program, and what comes behind its name."""


@pytest.mark.parametrize("arguments", READERS)
def test_a_saved_session_is_read_as_its_program(arguments: tuple[str, ...], here: Path) -> None:
    Path("saved.mcs").write_text(to_json(SavedSession("neuron.mc", NEURON)))
    command, rest = arguments[0], arguments[1:]
    result = microcrad(command, "saved.mcs", *rest)
    assert result.exit_code == 0
    assert result.stdout == microcrad(command, "neuron.mc", *rest).stdout != ""


@pytest.mark.parametrize("arguments", [*READERS, ()])
def test_a_session_of_a_newer_version_is_refused_and_left_as_it_is(
    arguments: tuple[str, ...], here: Path
) -> None:
    """By every command that reads programs, and by the app before it has the terminal."""
    content = {**json.loads(to_json(SavedSession("x.mc", NEURON))), "version": VERSION + 1, "rooms": [1]}
    Path("new.mcs").write_text(json.dumps(content))
    result = microcrad(*arguments[:1], "new.mcs", *arguments[1:])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"microcrad: error: new.mcs was saved by a newer microcrad: its version is {VERSION + 1}, and this "
        f"one reads up to {VERSION}. Update microcrad; the file stays as it is.\n"
    )
    assert json.loads(Path("new.mcs").read_text()) == content


def test_what_is_plain_has_every_digit() -> None:
    """In sentences and explanations as well: who reads them has no pane to look a number up in."""
    third = "x = 3\nn = 1/x\nbackward(n)\n"
    plain = microcrad("run", "--step", "--plain", "--view", "all", "-", stdin=third).stdout
    assert f"= {1 / 3 * 1!r}; 1.grad = {1 / 3!r}" in plain
    assert f"x.grad = {-(3.0**-2)!r}" in plain
    assert " = 0.3333\n" in microcrad("run", "--step", "-", stdin=third).stdout
    assert (
        f"slope: to 1 (slot 0): x**-1 = {1 / 3!r}\n"
        in microcrad("explain", "--plain", "-", "n", stdin=third).stdout
    )


def test_what_was_passed_over_is_noted_beside_the_output() -> None:
    result = microcrad("run", "-", stdin="import math\nx = 2\nprint(math.sqrt(x))\n")
    assert result.stderr == "<stdin>: note: Passed over, as nothing here needs it: import math.\n"
    assert result.exit_code == 0
