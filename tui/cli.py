"""The command line. Every job of the playground can be done here without a screen.

Exit codes: 0 good; 1 the program has an error, or a leak was asked to fail; 2 wrong usage; 130 after Ctrl+C;
141 when whoever reads the output has gone, as a shell says it of C programs. What the commands print is worded in
`tui.plain`.
"""

from __future__ import annotations

import codecs
import contextlib
import difflib
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

import microcrad

__all__ = ["main"]

MAX_BYTES = 1_000_000
"""More than any program that can be read; it keeps an endless file from filling the memory."""


class _Failed(click.ClickException):
    """What was asked for could not be done."""


class _Wrong(click.ClickException):
    """The command line asks for something that is not there."""

    exit_code = 2


class _Commands(click.Group):
    """Commands, where a first argument that is none of them is a file to open in the app."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A command and its arguments; for a file, the command that opens the app."""
        first = args[0]
        if first in self.commands:
            return super().resolve_command(ctx, args)
        if first != "-" and not os.path.lexists(first):
            raise _Wrong(f"There is no command or file {first!r}.{_near(first, [*self.commands, *_programs('.')])}")
        return "open", _open, args

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader that leaves early, as `head` does, ends it quietly."""
        try:
            code = super().invoke(ctx)
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # None: closed from the start.
                    stream.flush()
            return code
        except BrokenPipeError:
            _let_go()
            return 141
        except OSError as error:
            _let_go()
            raise _Failed(f"The output could not be written: {error.strerror}.") from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code; errors are worded and escaped here."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # Not every terminal can show every name.
                stream.reconfigure(errors="backslashreplace")
        extra.update(standalone_mode=False, prog_name="microcrad")
        try:
            code = super().main(*args, **extra)
        except click.Abort:  # Ctrl+C
            code = 130
        except click.ClickException as error:
            _say_error(error)
            code = error.exit_code
        sys.exit(code or 0)


def _let_go() -> None:
    """Send what is still to be written nowhere, so that nothing complains of it when Python exits."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_error(error: click.ClickException) -> None:
    from tui.plain import visible

    message = error.format_message()
    if isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter):
        hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""  # type: ignore[no-untyped-call]
        message = f"{hint}: {error.message}"
    with contextlib.suppress(OSError):
        print(f"microcrad: error: {visible(message)}", file=sys.stderr)
        if isinstance(error, click.UsageError) and error.ctx is not None:
            print(f"Try: {error.ctx.command_path} --help", file=sys.stderr)


def _near(wrong: str, names: Iterable[str]) -> str:
    found = difflib.get_close_matches(wrong, names, 3, 0.5)
    return f" Did you mean {' or '.join(found)}?" if found else ""


def _programs(folder: str | Path) -> list[str]:
    with contextlib.suppress(OSError, ValueError):
        return [entry.name for entry in os.scandir(folder) if entry.name.endswith(".mc")]
    return []


class _Count(click.ParamType):
    """A whole number, at least `least`."""

    name = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a usage error for anything else."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= self.least):
            self.fail(f"expected a whole number from {self.least}, found {text!r}.", param, ctx)
        return int(text)


# --- reading programs ----------------------------------------------------------------------------------


def _read(file: str) -> str:
    """The text of a program; `-` is standard input."""
    try:
        if file == "-":
            if sys.stdin is None:
                raise _Wrong("Standard input is closed. Name a file instead of -.")
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        folder = Path(file).parent
        raise _Wrong(f"There is no file {file!r}.{_near(Path(file).name, _programs(folder))}") from None
    except IsADirectoryError:
        raise _Wrong(f"{file!r} is a directory. Name a file in it.") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise _Wrong(f"{file!r} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > MAX_BYTES:
        raise _Failed(f"{_called(file)} is larger than {MAX_BYTES:,} bytes. Write a smaller program, with loops.")
    skipped = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        return data[skipped:].decode()
    except UnicodeDecodeError as error:
        at = error.start + skipped
        raise _Failed(f"{_called(file)} is not UTF-8 text: see byte {at} (0x{data[at]:02x}). Save it as UTF-8.") from None


def _called(file: str) -> str:
    """What an error says instead of a file's name."""
    return "<stdin>" if file == "-" else file


def _print(lines: Iterable[str], *, error: bool = False) -> None:
    for line in lines:
        print(line, file=sys.stderr if error else sys.stdout)


# --- the commands --------------------------------------------------------------------------------------

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_plain = click.option("--plain", is_flag=True, help="One fact a line: no tables, no alignment.")


@click.group(cls=_Commands, invoke_without_command=True, context_settings=_SETTINGS, subcommand_metavar="[FILE | COMMAND ...]")
@click.version_option(microcrad.__version__, message="microcrad %(version)s")
@click.pass_context
def main(ctx: click.Context) -> int | None:
    """See backpropagation happen, one number at a time.

    \b
    microcrad                     open the playground
    microcrad neuron.mc           open a program in it
    microcrad run neuron.mc       run a program and print its nodes
    microcrad run --step neuron.mc
    microcrad explain neuron.mc n
    """
    return None if ctx.invoked_subcommand else _launch(None)


@click.command(name="open", add_help_option=False)
@click.argument("file")
def _open(file: str) -> int:
    """Open a program in the app."""
    if file == "-":
        raise _Wrong("The playground reads its keys from standard input. Name a file, or: microcrad run -")
    _read(file)  # What cannot be read is said here, where the terminal is still as it was.
    return _launch(Path(file))


def _launch(path: Path | None) -> int:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        name = "FILE" if path is None else path
        raise _Wrong(f"The playground needs a terminal. Without one: microcrad run {name}")
    from tui.app import launch

    launch(path)
    return 0


@main.command()
@click.argument("file")
@click.option("--step", is_flag=True, help="Print every event as a sentence instead.")
@click.option("--view", type=click.Choice(["math", "memory", "all"]), help="Which events --step prints. [math; all in manual ownership]")
@click.option("--from", "first", type=_Count(1), metavar="N", help="Start --step at the view's event N.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
@click.option("--fail-on-leak", is_flag=True, help="Exit with 1 if nodes are leaked.")
@_plain
def run(file: str, step: bool, view: str | None, first: int | None, as_json: bool, fail_on_leak: bool, plain: bool) -> int:
    """Run a program and print its nodes.

    FILE is a program, or - for standard input. Exits with 1 if it has an error.

    \b
    microcrad run neuron.mc
    microcrad run --step --view memory neuron.mc
    echo "print(2**0.5)" | microcrad run -
    """
    if step and as_json:
        raise click.UsageError("--step prints sentences and --json an object. Choose one.", click.get_current_context())
    if not step and (view or first):
        raise click.UsageError("--view and --from choose events for --step. Add --step.", click.get_current_context())
    text = _read(file)
    from microcrad.report import report, run_program
    from microcrad.timeline import View
    from tui import plain as words

    done = run_program(text)
    if as_json:
        import json

        print(json.dumps(report(done), allow_nan=False))
    elif step:
        chosen = View(view) if view else View.ALL if done.ownership == "manual" else View.MATH
        count = len(done.log.view_events[chosen])
        if first is not None and first > max(1, count):
            raise _Wrong(f"--from: the {chosen} view of this run has {count} events, so there is no event {first}.")
        _print(words.events(done, chosen, first or 1, plain=plain))
    elif len(done.log):
        _print(words.outcome(done, plain=plain))
    _print(words.diagnostics(_called(file), done, plain=plain), error=True)
    return 1 if done.errors or (fail_on_leak and done.log.leaks) else 0


@main.command()
@click.argument("file")
@click.argument("node")
@click.option("--at", type=_Count(0), metavar="EVENT", help="The moment after so many events of the view `all`. [the end]")
@_plain
def explain(file: str, node: str, at: int | None, plain: bool) -> int:
    """Say everything about one node: how it was computed, its slopes, its grad, its owners.

    FILE is a program, or - for standard input. NODE is a name, an expression as the table of `run` shows it, or a
    number such as '#4'.

    \b
    microcrad explain neuron.mc n
    microcrad explain neuron.mc 'x*w' --at 14
    """
    text = _read(file)
    from microcrad.report import run_program
    from microcrad.snapshot import Snapshot
    from tui import plain as words

    done = run_program(text)
    _print(words.diagnostics(_called(file), done, plain=plain), error=True)
    if not len(done.log):
        return 1
    if at is not None and at > len(done.log):
        raise _Wrong(f"--at: this run has {len(done.log)} events, so there is no event {at}.")
    moment = Snapshot(done.program, done.log, len(done.log) if at is None else at)
    found = words.find_node(moment, node)
    if found is None:
        raise _Wrong(words.no_such_node(moment, node))
    _print(words.explanation(moment, found, plain=plain))
    return 1 if done.errors else 0
