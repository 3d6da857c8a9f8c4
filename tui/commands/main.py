"""The command line. Every job of the playground can be done here without a screen.

Exit codes: 0 good; 1 the program has an error, or a leak was asked to fail; 2 wrong usage; 130 after Ctrl+C;
141 when whoever reads the output has gone, as a shell says it of C programs.
What the commands print is worded in `tui.commands.outcome`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import microcrad
from microcrad.errors import FileError
from microcrad.session.on_disk import programs
from microcrad.text.near import did_you_mean
from tui.commands.explain import diagnose, explain, gradcheck
from tui.commands.export import export
from tui.commands.lessons import lessons
from tui.commands.options import language_option, lessons_folder, own_lessons, theme_option
from tui.commands.reading import Failed, Wrong, of_file, read
from tui.commands.reference import reference
from tui.commands.run import run
from tui.saying import say

__all__ = ["main"]

_ELSEWHERE = {
    "data": "tui.commands.data",
    "predict": "tui.commands.predict",
    "sample": "tui.commands.predict",
    "serve": "tui.commands.serve",
    "train": "tui.commands.train",
}
"""Commands that need more than the playground does, and the modules they stand in."""


class _Commands(click.Group):
    """Commands, where a first argument that is none of them is a file to open in the app."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A command and its arguments; for a file, the command that opens the app."""
        first = args[0]
        if first in self.list_commands(ctx):
            return super().resolve_command(ctx, args)
        if first != "-" and not os.path.lexists(first):
            known = [*self.list_commands(ctx), *programs(".")]
            raise Wrong(f"There is no command or file {first!r}.{did_you_mean(first, known)}")
        return "", _open, args  # Without a name, because a person never types one.

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*self.commands, *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; one that stands in a module of its own is imported only now."""
        if cmd_name in _ELSEWHERE and cmd_name not in self.commands:
            self.add_command(getattr(import_module(_ELSEWHERE[cmd_name]), cmd_name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a reader that leaves early, as `head` does, ends it quietly."""
        try:
            code = super().invoke(ctx)
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # None: closed from the start.
                    stream.flush()
            return code
        except KeyboardInterrupt:
            raise click.Abort("stopped.") from None
        except BrokenPipeError:
            _let_go()
            return 141
        except FileError as error:
            raise of_file(error) from None
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            command = self.get_command(ctx, name) if name else None
            if (
                error.ctx is None and command is not None
            ):  # An option without its value tells not whose it is.
                error.ctx = click.Context(command, ctx, name)
            raise
        except OSError as error:
            _let_go()
            raise Failed(f"Reading or writing failed: {error.strerror or error}.") from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line and leave with its exit code; errors are worded and escaped here."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # Not every terminal can show every name.
                stream.reconfigure(errors="backslashreplace")
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        extra.update(standalone_mode=False, prog_name="microcrad")
        try:
            code = super().main(*args, **extra)
        except click.Abort as stopped:  # Ctrl+C
            with contextlib.suppress(OSError):
                say([*_after_ctrl_c(), f"microcrad: {stopped}"], error=True)
            code = 130
        except click.exceptions.NoArgsIsHelpError as error:  # A group of commands, and none of them.
            say(error.ctx.get_help().split("\n"))
            code = 0
        except click.ClickException as error:
            _say_error(error)
            code = error.exit_code
        sys.exit(code or 0)


def _after_ctrl_c() -> list[str]:
    """What ends the line in which a terminal shows that it was pressed."""
    return [""] if sys.stderr is not None and sys.stderr.isatty() else []


def _let_go() -> None:
    """Send what is still to be written nowhere, so that nothing complains of it when Python exits."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_error(error: click.ClickException) -> None:
    message = error.format_message()
    if isinstance(error, click.MissingParameter):
        message = " ".join(message.split())  # Each choice would have a line of its own.
    elif isinstance(error, click.BadParameter):
        hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        message = f"{hint}: {error.message}"
    lines = [f"microcrad: error: {message}"]
    if isinstance(error, click.UsageError):
        lines[0] += "" if message.endswith((".", "?", "?)")) else "."
        lines.append(f"Try: {error.ctx.command_path.strip() if error.ctx else 'microcrad'} --help")
    with contextlib.suppress(OSError):
        say(lines, error=True)


# --- the commands --------------------------------------------------------------------------------------

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings=_SETTINGS,
    subcommand_metavar="[FILE | COMMAND ...]",
)
@click.version_option(microcrad.__version__, message="microcrad %(version)s")
@theme_option
@own_lessons
@language_option
@click.pass_context
def main(ctx: click.Context, theme: str, own: str | None, language: str) -> int | None:
    """See backpropagation happen, one number at a time.

    \b
    microcrad                     open the playground
    microcrad neuron.mc           open a program in it, or a graph
    microcrad --theme light       in other colours
    microcrad run neuron.mc       run a program and print its nodes
    microcrad run --step neuron.mc
    microcrad explain neuron.mc n
    microcrad diagnose nan.mc     say where a nan or a lost gradient comes from
    microcrad gradcheck neuron.mc
    microcrad export neuron.mc --to dot
    microcrad data flowers.csv    say what training would make of a table
    microcrad serve               open the playground in a browser
    """
    _check_who_takes_options(ctx)
    ctx.obj = {"theme": theme, "language": language}
    try:
        ctx.obj["lessons_folder"] = lessons_folder(own)
    except FileError as error:
        ctx.obj["warning"] = str(error)
    return _launch(None, ctx.obj) if ctx.invoked_subcommand is None else None


def _check_who_takes_options(ctx: click.Context) -> None:
    """Raises `UsageError` for an option before a command, which would not see it."""
    name = ctx.invoked_subcommand
    if name is None or name not in main.list_commands(ctx) or name == "open":  # Those that open the app.
        return
    for option in ctx.params:
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            said = "--lessons" if option == "own" else f"--{option}"
            # A group takes none itself: `lessons list` does.
            command = f"{name} COMMAND" if isinstance(main.get_command(ctx, name), click.Group) else name
            raise click.UsageError(
                f"{said} stands after the command that it is for: microcrad {command} ... {said} ...", ctx
            )


@click.command(name="open", add_help_option=False)
@click.argument("file")
@click.pass_obj
def _open(looks: dict[str, Any], file: str) -> int:
    """Open a program in the app."""
    return _open_in_app(file, looks)


@click.command(name="open")
@click.argument("file")
@click.pass_obj
def _open_named(looks: dict[str, Any], file: str) -> int:
    """Open a program, a session or a graph in the app.

    FILE is a program, a session that was saved, or a graph that was exported as JSON. A graph opens as the
    program that makes it again, with one backward; its file is never changed. `microcrad FILE` does the same.

    \b
    microcrad open neuron.mc
    microcrad open graph.json
    """
    return _open_in_app(file, looks)


def _open_in_app(file: str, looks: dict[str, Any]) -> int:
    if file == "-":
        raise Wrong("The playground reads its keys from standard input. Name a file, or: microcrad run -")
    read(file)  # What cannot be read is said here, where the terminal is still as it was.
    return _launch(Path(file), looks)


def _launch(path: Path | None, looks: dict[str, Any]) -> int:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        name = "FILE" if path is None else path
        raise Wrong(f"The playground needs a terminal. Without one: microcrad run {name}")
    from tui.launch import launch

    return launch(path, **looks)


for _command in (_open_named, run, explain, diagnose, gradcheck, export, lessons, reference):
    main.add_command(_command)
