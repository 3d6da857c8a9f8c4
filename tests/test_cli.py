"""The commands, through click and as real processes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from microcrad.examples import examples
from microcrad.inspection import inspect
from microcrad.numbers import full
from microcrad.report import report, run_program
from microcrad.snapshot import Snapshot
from microcrad.timeline import View
from tui.cli import main

NEURON = next(found.text for found in examples() if found.slug == "neuron")
MANUAL = "# ownership: manual\na = 2\nb = a*3\nrelease(a)\nc = a + b\n"
LEAKY = "a = 1\nb = a*2\nretain(b)\nb = 3\nprint(b)\n"
MODULE = [sys.executable, "-m", "microcrad"]


def microcrad(*arguments: str, stdin: str | bytes = "") -> Result:
    """Run the command line in this process; whatever it raises is a failure."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def process(*arguments: str, stdin: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person does."""
    return subprocess.run([*MODULE, *arguments], input=stdin, capture_output=True, text=True, **settings)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with one program in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "neuron.mc").write_text(NEURON)
    return tmp_path


# --- run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [found.text for found in examples()] + [LEAKY, "変数 = 2\ny = 変数*3\n"])
def test_the_table_is_aligned_and_holds_every_live_node(text: str) -> None:
    result = microcrad("run", "-", stdin=text)
    live = [node for node in report(run_program(text))["nodes"] if node["live"]]  # type: ignore[attr-defined]
    head, *rows = result.stdout.split("\n\n")[0].splitlines()
    assert head.split() == ["name", "op", "data", "grad", "refs", "line"]
    assert len(rows) == len(live) > 0
    assert {cell_len(row) for row in rows} == {cell_len(head)}
    for row, node in zip(rows, live, strict=True):
        assert row.split()[-2:] == [str(node["refs"]), str(node["line"])]
        data, grad = (float(cell) for cell in row.split()[-4:-2])
        assert data == pytest.approx(node["data"], abs=5e-5)
        assert grad == pytest.approx(node["grad"], abs=5e-5)
    assert result.exit_code == 0
    assert result.stderr == ""


def test_after_the_table_come_prints_leaks_and_the_heap() -> None:
    parts = microcrad("run", "-", stdin=LEAKY).stdout.split("\n\n")
    assert parts[1] == "printed\n  b = 3  (grad 0)"
    assert parts[2].splitlines()[0] == "leaked"
    assert len(parts[2].splitlines()) == 4
    assert "a retain since line 3" in parts[2]
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
    assert len(lines) == len(log.view_events[view])
    for number, (line, event) in enumerate(zip(lines, log.view_events[view], strict=True), 1):
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


# --- errors and warnings -------------------------------------------------------------------------------


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
    assert cell_len(source) < 120
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


# --- explain -------------------------------------------------------------------------------------------


def test_explain_says_what_the_inspector_knows() -> None:
    text = next(found.text for found in examples() if found.slug == "shared")
    run = run_program(text)
    told = inspect(Snapshot(run.program, run.log, len(run.log)), 0)
    lines = microcrad("explain", "--plain", "-", "x", stdin=text).stdout.splitlines()
    assert f"grad: {full(told.row.grad)}" in lines
    assert [line for line in lines if line.startswith("added up")] == [
        f"added up: {contribution.text}" for contribution in told.contributions
    ]
    assert len(told.contributions) == 3
    assert [line for line in lines if line.startswith("held by")] == [
        f"held by: {text}" for text in told.owners
    ]
    assert any(line.startswith(("nudged: 7", "nudged: 6.99")) for line in lines)
    slopes = [
        line
        for line in microcrad("explain", "--plain", "-", "y", stdin=text).stdout.splitlines()
        if "slot" in line
    ]
    assert slopes[0] == "slope: to x (slot 0): x = 3"


def test_explain_finds_a_node_by_name_expression_source_or_number() -> None:
    for node, found in (("n", 4), ("x*w", 3), ("x * w", 3), ("x*w + b", 4), ("#3", 3), ("tanh(n)", 5)):
        result = microcrad("explain", "-", node, stdin=NEURON)
        assert result.exit_code == 0
        assert result.stdout.split()[1] == f"#{found}"
    alike = "a = 1\nb = (a*2) + (a*2)\na*2\n"  # The newest of all is freed at the end of its line.
    assert microcrad("explain", "-", "a*2", stdin=alike).stdout.split()[1] == "#4"
    both = "a = 1\nA = 2\nb = a\n"
    assert [microcrad("explain", "-", name, stdin=both).stdout.split()[1] for name in "aAb"] == [
        "#0",
        "#1",
        "#0",
    ]


def test_explain_counts_events_as_step_does() -> None:
    """Just after the event that `run --step --view all` numbers so, what it says holds."""
    steps = microcrad("run", "--step", "--view", "all", "--plain", "-", stdin=NEURON).stdout.splitlines()
    number = next(i for i, line in enumerate(steps, 1) if line.endswith("n.grad = 0.4200"))
    grads = [
        next(line for line in text.splitlines() if line.startswith("grad"))
        for text in (
            microcrad("explain", "--plain", "-", "n", "--at", str(at), stdin=NEURON).stdout
            for at in (number - 1, number)
        )
    ]
    assert grads == ["grad: 0", "grad: 0.41997434161402614"]


def test_explain_of_a_freed_node_says_who_freed_it() -> None:
    result = microcrad("explain", "-", "#0", stdin="a = 2\nb = 3\ndel a\n")
    assert "nobody: freed on line 3 by del a" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("oo",), "Did you mean o?"),
        (("quite different",), "The names are x, w, b, n, o."),
        (("#6",), "#0 to #5"),
        (("#x",), "#0 to #5"),
        (("",), "No node"),
        (("o", "--at", "3"), "names no node at event 3; it does after event 20"),
        (("x", "--at", "0"), "no nodes at event 0"),
    ],
)
def test_explain_of_a_node_that_is_not_there(arguments: tuple[str, ...], said: str) -> None:
    result = microcrad("explain", "-", *arguments, stdin=NEURON)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_explain_of_a_program_with_an_error() -> None:
    assert microcrad("explain", "-", "a", stdin="a = 1 +").exit_code == 1
    stopped = microcrad("explain", "-", "a", stdin="a = 1\nrelease(a)\n")
    assert stopped.exit_code == 1
    assert "computed" in stopped.stdout
    assert ": error: " in stopped.stderr


@pytest.mark.parametrize(
    "text", [found.text for found in examples() if found.slug != "descent"] + [MANUAL, LEAKY]
)
def test_every_node_can_be_explained_at_every_moment(text: str) -> None:
    run = run_program(text)
    explained = 0
    for at in range(1, len(run.log) + 1):
        for node in Snapshot(run.program, run.log, at).nodes:
            result = microcrad("explain", "--plain", "-", f"#{node}", "--at", str(at), stdin=text)
            assert result.exit_code == 0
            assert result.stdout.startswith(f"node: #{node} ")
            explained += 1
    assert explained > len(run.log)


# --- hostile text --------------------------------------------------------------------------------------

HOSTILE = st.text(
    st.sampled_from("ab=1+-*/^().#:,\n\t \x1b\x00\x07\x9b\r[]{}'\"\\é変²\u202e\u200d\u2028\ufeff\U0001f600")
    | st.characters(exclude_categories=["Cs"]),
    max_size=60,
)


def harmless(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


@given(HOSTILE, st.sampled_from([(), ("--plain",), ("--step", "--view", "all"), ("--json",)]))
@example("print('\x1b[2J')", ())
@example("x = '''\x1b[31m", ())
@example("a.\x1b = 3", ("--plain",))
@example("# ownership: \x1b[31m", ())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_is_too_hostile_to_run(text: str, options: tuple[str, ...]) -> None:
    result = microcrad("run", *options, "-", stdin=text.encode())
    assert result.exit_code in (0, 1)
    assert result.exit_code == 0 or result.stderr
    assert harmless(result.output)


@given(HOSTILE)
@settings(max_examples=150)
def test_no_argument_is_too_hostile(text: str) -> None:
    for arguments in (
        (f"no-{text}",), ("run", f"no-{text}"), (f"--{text}x",), ("run", f"--view={text}", "-"),
        ("run", "-", f"more{text}"), ("explain", "-", f"no{text}"), ("explain", "-", "n", f"--at={text}x"),
    ):  # fmt: skip
        result = microcrad(*arguments, stdin="n = 1")
        assert result.exit_code == 2
        assert result.stderr
        assert harmless(result.output)


def test_bytes_that_are_no_text() -> None:
    result = microcrad("run", "-", stdin=b"x = 1\xff")
    assert result.exit_code == 1
    assert (
        result.stderr == "microcrad: error: <stdin> is not UTF-8 text: see byte 5 (0xff). Save it as UTF-8.\n"
    )


# --- opening the app -----------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Opening:
    """Runs the command line on a terminal, with an app that only notes what it was opened on."""

    def __init__(self) -> None:
        self.opened: list[Path | None] = []
        self.said = ""

    def __call__(self, *arguments: str, without: str = "") -> object:
        streams = {
            name: io.StringIO() if name == without else Terminal() for name in ("stdin", "stdout", "stderr")
        }
        app = SimpleNamespace(launch=self.opened.append)
        with (
            patch.multiple(sys, **streams),
            patch.dict(sys.modules, {"tui.app": app}),
            pytest.raises(SystemExit) as left,
        ):
            main(arguments)
        self.said = streams["stderr"].getvalue()
        return left.value.code


def test_alone_or_with_a_file_it_opens_the_app(here: Path) -> None:
    (here / "run").write_text(NEURON)
    opening = Opening()
    assert [opening(), opening("neuron.mc"), opening("./run")] == [0, 0, 0]
    assert opening.opened == [None, Path("neuron.mc"), Path("run")]


def test_what_is_no_program_is_not_opened(here: Path) -> None:
    (here / "bytes.mc").write_bytes(b"\xff")
    opening = Opening()
    assert [opening(file) for file in (".", "-", "gone.mc", "bytes.mc")] == [2, 2, 2, 1]
    assert opening.opened == []


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_it_says_what_to_do(here: Path, stream: str) -> None:
    opening = Opening()
    assert opening("neuron.mc", without=stream) == 2
    assert opening.opened == []
    assert opening.said == (
        "microcrad: error: The playground needs a terminal. Without one: microcrad run neuron.mc\n"
    )


def test_a_mistyped_command_is_told_from_a_file(here: Path) -> None:
    for wrong, hint in (("rnu", "run"), ("explian", "explain"), ("neuro.mc", "neuron.mc")):
        result = microcrad(wrong)
        assert result.exit_code == 2
        assert result.stderr == (
            f"microcrad: error: There is no command or file {wrong!r}. Did you mean {hint}?\n"
        )


def test_help_and_version() -> None:
    for arguments in (("--help",), ("-h",), ("run", "-h"), ("explain", "--help")):
        result = microcrad(*arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: microcrad")
        assert "neuron.mc" in result.stdout
    assert microcrad("--version").stdout.startswith("microcrad ")


# --- as a process --------------------------------------------------------------------------------------

LONG = "x = 1\nfor i in range(5000):\n    x = x*1\n"


def test_python_m_microcrad_is_the_same_command() -> None:
    done = process("run", "-", stdin=NEURON)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == microcrad("run", "-", stdin=NEURON).stdout
    assert process("run", "-", stdin="x = q").returncode == 1
    assert process().returncode == 2


def test_errors_stand_below_what_came_before_them() -> None:
    done = subprocess.run(
        [*MODULE, "run", "-"],
        input="a = 1\nrelease(a)\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.stdout.index("heap: ") < done.stdout.index(": error: ")


def test_a_terminal_that_cannot_show_a_name_gets_it_spelled_out() -> None:
    done = subprocess.run(
        [*MODULE, "run", "-"], input="é = 1\nprint(é)\n".encode(), capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\xe9 = 1" in done.stdout


def test_a_reader_that_leaves_early_ends_it_quietly() -> None:
    with subprocess.Popen(
        [*MODULE, "run", "--step", "--view", "all", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(LONG.encode())
        running.stdin.close()
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT")
def test_ctrl_c_leaves_with_130_and_no_traceback() -> None:
    with subprocess.Popen(
        [*MODULE, "run", "--step", "--view", "all", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(LONG.encode())
        running.stdin.close()
        running.stdin = None
        assert running.stdout.readline()  # It is printing now, and waits for us to read on.
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
        assert running.returncode == 130
        assert said.strip() == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that only Linux has")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full_disk:
        done = subprocess.run(
            [*MODULE, "run", "-"], input=NEURON, stdout=full_disk, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "microcrad: error: Reading or writing failed: No space left on device.\n"


def test_the_commands_load_no_screen() -> None:
    """What the app needs takes long to import; a command must not wait for it."""
    probe = (
        "import sys; from tui.cli import main\n"
        "try: main(['run', '-'])\nexcept SystemExit: pass\n"
        "print(sorted({'textual', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], input=NEURON, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
