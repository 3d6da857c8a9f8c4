"""The command line against the world: hostile text, terminals, pipes and signals."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from commands import MODULE, NEURON, microcrad, process
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import share

from tui.commands.main import main
from tui.widgets.themes import THEMES

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
@settings(max_examples=share(300), suppress_health_check=[HealthCheck.too_slow])
def test_no_text_is_too_hostile_to_run(text: str, options: tuple[str, ...]) -> None:
    result = microcrad("run", *options, "-", stdin=text.encode())
    assert result.exit_code in (0, 1)
    assert result.exit_code == 0 or result.stderr
    assert harmless(result.output)


@given(HOSTILE)
@settings(max_examples=share(150))
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


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@contextmanager
def _in_place_of(name: str, module: object) -> Iterator[None]:
    """Have an import find something else. Other modules that are loaded meanwhile stay: NumPy loads once."""
    with pytest.MonkeyPatch.context() as patching:
        patching.setitem(sys.modules, name, module)  # type: ignore[arg-type]
        yield


class Opening:
    """Runs the command line on a terminal, with an app that only notes what it was opened on."""

    def __init__(self) -> None:
        self.opened: list[Path | None] = []
        self.looks: list[dict[str, object]] = []
        self.said = ""

    def __call__(self, *arguments: str, without: str = "") -> object:
        streams = {
            name: io.StringIO() if name == without else Terminal() for name in ("stdin", "stdout", "stderr")
        }
        with (
            patch.multiple(sys, **streams),
            _in_place_of("tui.launch", SimpleNamespace(launch=self._launch)),
            pytest.raises(SystemExit) as left,
        ):
            main(arguments)
        self.said = streams["stderr"].getvalue()
        return left.value.code

    def _launch(self, path: Path | None = None, **looks: object) -> int:
        self.opened.append(path)
        self.looks.append({name: each for name, each in looks.items() if each})
        return 0


def test_alone_or_with_a_file_it_opens_the_app(here: Path) -> None:
    (here / "run").write_text(NEURON)
    opening = Opening()
    assert [opening(), opening("neuron.mc"), opening("./run")] == [0, 0, 0]
    assert opening.opened == [None, Path("neuron.mc"), Path("run")]


def test_colours_lessons_and_language_are_chosen_before_the_file_or_with_a_lesson(here: Path) -> None:
    (here / "own").mkdir()
    opening = Opening()
    chosen = ("--theme", "light", "--lessons", "own", "--language", "de")
    assert [opening(*chosen), opening(*chosen, "neuron.mc")] == [0, 0]
    assert opening("lessons", "start", "nudge", *chosen) == 0
    light = THEMES["light"].name
    looks = {"theme": light, "lessons_folder": Path("own"), "language": "de"}
    started = opening.looks[2].pop("lesson")
    assert opening.looks == [looks, looks, looks]
    assert (started.id, started.language) == ("nudge", "de")  # type: ignore[attr-defined]
    assert opening("--theme", "purple") == 2
    assert "expected dark, light, high, found 'purple'" in opening.said
    assert len(opening.opened) == 3


def test_an_option_before_a_command_that_would_not_see_it_is_refused(here: Path) -> None:
    opening = Opening()
    assert opening("--lessons", "gone", "lessons", "list") == 2
    assert (
        "--lessons stands after the command that it is for: microcrad lessons COMMAND ... --lessons ..."
        in opening.said
    )


def test_lessons_that_are_gone_keep_nothing_from_opening_and_the_one_who_named_them_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "x.mc").write_text(NEURON)
    opening = Opening()
    assert opening("--lessons", "gone") == opening("--lessons", "gone", "x.mc") == 0
    assert opening("lessons", "start", "nudge", "--lessons", "gone") == 0
    monkeypatch.setenv("MICROCRAD_LESSONS", "lost")
    assert opening() == opening("x.mc") == opening("lessons", "start", "nudge") == 0
    warnings = [looks["warning"] for looks in opening.looks]
    assert (
        warnings
        == ["--lessons: there is no folder 'gone'."] * 3
        + ["MICROCRAD_LESSONS: there is no folder 'lost'."] * 3
    )
    assert opening("run", "x.mc") == 0
    assert opening("lessons", "list") == 2
    assert "error: MICROCRAD_LESSONS: there is no folder 'lost'." in opening.said


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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            "export neuron.mc",
            "Missing option '--to'. Choose from: c, python, dot, mermaid, svg, json, pytorch.",
        ),
        ("export neuron.mc --to", "Option '--to' requires an argument."),
        ("run", "Missing argument 'FILE'."),
        ("run neuron.mc b.mc", "Got unexpected extra argument (b.mc)."),
        ("run neuron.mc --bogus", "No such option '--bogus'."),
        ("lessons bogus", "No such command 'bogus'."),
        ("--theme", "Option '--theme' requires an argument."),
    ],
)
def test_what_is_missing_or_too_much_is_a_sentence_and_a_way_to_help(
    here: Path, arguments: str, says: str
) -> None:
    result = microcrad(*arguments.split())
    words = arguments.split()[0]
    command = f"microcrad {words}" if words[0] != "-" else "microcrad"
    assert result.exit_code == 2
    assert result.stderr == f"microcrad: error: {says}\nTry: {command} --help\n"


def test_a_group_of_commands_alone_prints_its_help() -> None:
    result = microcrad("lessons")
    assert result.exit_code == 0
    assert result.output == microcrad("lessons", "--help").output
    assert "\n  take      Take a lesson in plain text.\n" in result.stdout
    assert "..." not in result.stdout.split("Commands:")[1]


def test_help_and_version() -> None:
    for arguments in (("--help",), ("-h",), ("run", "-h"), ("explain", "--help")):
        result = microcrad(*arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: microcrad")
        assert "neuron.mc" in result.stdout
    assert microcrad("--version").stdout.startswith("microcrad ")


LONG = "x = 1\nfor i in range(5000):\n    x = x*1\n"


def test_python_m_microcrad_is_the_same_command() -> None:
    done = process("run", "-", stdin=NEURON)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == microcrad("run", "-", stdin=NEURON).stdout
    assert process("run", "-", stdin="x = q").returncode == 1
    assert process().returncode == 2


def test_errors_stand_below_what_came_before_them() -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [*MODULE, "run", "-"], input="a = 1\nrelease(a)\n", text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=buffered,
    )  # fmt: skip
    assert done.stdout.index("heap: ") < done.stdout.index(": error: ")


def test_a_terminal_that_cannot_show_a_name_gets_it_spelled_out() -> None:
    done = subprocess.run(
        [*MODULE, "run", "-"], input="é = 1\nprint(é)\n".encode(), capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\xe9 = 1" in done.stdout


def printing() -> subprocess.Popen[bytes]:
    """A command that is printing, and waits for whoever reads to read on."""
    running = subprocess.Popen(
        [*MODULE, "run", "--step", "--view", "all", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(LONG.encode())
    running.stdin.close()
    running.stdin = None
    assert running.stdout.readline()
    return running


def test_a_reader_that_leaves_early_ends_it_quietly() -> None:
    with printing() as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT")
def test_ctrl_c_leaves_with_130_and_no_traceback() -> None:
    with printing() as running:
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
        assert running.returncode == 130
        assert said == b"microcrad: stopped.\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that only Linux has")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "w") as full_disk:
        done = subprocess.run(
            [*MODULE, "run", "-"], input=NEURON, stdout=full_disk, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "microcrad: error: Reading or writing failed: No space left on device.\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on how large a file may get")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_does_not_fit_is_said_and_not_cut_short(tmp_path: Path, unbuffered: str) -> None:
    """Without a buffer, too, where Python forgets what one call of the system leaves over."""
    import resource

    (tmp_path / "long.mc").write_text(LONG)
    with open(tmp_path / "out", "wb") as file:
        done = subprocess.run(
            [*MODULE, "export", str(tmp_path / "long.mc"), "--to", "json"], stdout=file,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
        )  # fmt: skip
    assert (tmp_path / "out").stat().st_size == 5000
    assert done.returncode == 1
    assert done.stderr == "microcrad: error: Reading or writing failed: File too large.\n"


def test_the_commands_load_no_screen() -> None:
    """What the app needs takes long to import; a command must not wait for it."""
    probe = (
        "import sys; from tui.commands.main import main\n"
        "try: main(['run', '-'])\nexcept SystemExit: pass\n"
        "print(sorted({'textual', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], input=NEURON, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_ctrl_c_while_it_starts_ends_it_in_a_line(here: Path) -> None:
    interrupted = (
        "import sys, microcrad.__main__ as main\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'tui.commands.run': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "main.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupted], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "microcrad: stopped.\n")
