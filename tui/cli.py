"""The command line. Every job of the playground can be done here without a screen.

Exit codes: 0 good; 1 the program has an error, or a leak was asked to fail; 2 wrong usage; 130 after Ctrl+C;
141 when whoever reads the output has gone, as a shell says it of C programs.
What the commands print is worded in `tui.plain`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import microcrad
from microcrad.export import FORMATS, ProgramFormat
from microcrad.faults import FAULTS
from tui.lessons_cli import lessons
from tui.options import whole
from tui.reading import SESSION_SUFFIX, Failed, Wrong, called, near, programs, read
from tui.saying import say as _print

if TYPE_CHECKING:
    from microcrad.snapshot import Snapshot

__all__ = ["main"]

_ONLY_NETWORKS = ("pytorch",)
"""Forms that a program cannot be written in."""
_ELSEWHERE = {"train": "tui.train_cli", "predict": "tui.train_cli", "serve": "tui.serve_cli"}
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
            raise Wrong(f"There is no command or file {first!r}.{near(first, known)}")
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
        except BrokenPipeError:
            _let_go()
            return 141
        except OSError as error:
            _let_go()
            raise Failed(f"Reading or writing failed: {error.strerror or error}.") from None

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
        hint = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        message = f"{hint}: {error.message}"
    lines = [f"microcrad: error: {visible(message)}"]
    if isinstance(error, click.UsageError) and error.ctx is not None:
        lines.append(f"Try: {error.ctx.command_path.strip()} --help")
    with contextlib.suppress(OSError):
        _print(lines, error=True)


# --- the commands --------------------------------------------------------------------------------------

_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_at = click.option(
    "--at",
    callback=whole(0),
    metavar="EVENT",
    help="The moment after so many events of the view `all`. [the end]",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for other programs.")
_plain = click.option("--plain", is_flag=True, help="One fact a line: no tables, no alignment.")


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings=_SETTINGS,
    subcommand_metavar="[FILE | COMMAND ...]",
)
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
    microcrad diagnose nan.mc     say where a nan or a lost gradient comes from
    microcrad gradcheck neuron.mc
    microcrad export neuron.mc --to dot
    microcrad serve               open the playground in a browser
    """
    return _launch(None) if ctx.invoked_subcommand is None else None


@click.command(name="open", add_help_option=False)
@click.argument("file")
def _open(file: str) -> int:
    """Open a program in the app."""
    if file == "-":
        raise Wrong("The playground reads its keys from standard input. Name a file, or: microcrad run -")
    read(file)  # What cannot be read is said here, where the terminal is still as it was.
    return _launch(Path(file))


def _launch(path: Path | None) -> int:
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        name = "FILE" if path is None else path
        raise Wrong(f"The playground needs a terminal. Without one: microcrad run {name}")
    from tui.app import launch

    return launch(path)


@main.command()
@click.argument("file")
@click.option("--step", is_flag=True, help="Print every event as a sentence instead.")
@click.option(
    "--view",
    type=click.Choice(["math", "memory", "all"]),
    help="Which events --step prints. [math; all in manual ownership]",
)
@click.option("--from", "first", callback=whole(1), metavar="N", help="Start --step at the view's event N.")
@_json
@click.option(
    "--fault",
    type=click.Choice(list(FAULTS)),
    help="Run wrong on purpose, and say what comes out wrong beside the right run.",
)
@click.option("--fail-on-leak", is_flag=True, help="Exit with 1 if nodes are leaked.")
@_plain
def run(
    file: str,
    step: bool,
    view: str | None,
    first: int | None,
    as_json: bool,
    fault: str | None,
    fail_on_leak: bool,
    plain: bool,
) -> int:
    """Run a program and print its nodes.

    FILE is a program, or - for standard input. Exits with 1 if it has an error.

    \b
    microcrad run neuron.mc
    microcrad run --step --view memory neuron.mc
    microcrad run --fault overwrite shared.mc
    echo "print(2**0.5)" | microcrad run -
    """
    if step and as_json:
        raise click.UsageError(
            "--step prints sentences and --json an object. Choose one.", click.get_current_context()
        )
    if not step and (view or first):
        raise click.UsageError(
            "--view and --from choose events for --step. Add --step.", click.get_current_context()
        )
    text = read(file)
    from microcrad.report import report, run_program
    from microcrad.timeline import View
    from tui import plain as words

    done = run_program(text, fault)
    if as_json:
        import json

        _print([json.dumps(report(done), allow_nan=False)])
    elif step:
        chosen = View(view) if view else View.ALL if done.ownership == "manual" else View.MATH
        count = len(done.log.view_events[chosen])
        if first is not None and first > max(1, count):
            raise Wrong(
                f"--from: the {chosen} view of this run has {count} events, so there is no event {first}."
            )
        _print(words.events(done, chosen, first or 1, plain=plain))
    elif len(done.log):
        _print(words.outcome(done, plain=plain))
    _print(words.diagnostics(called(file), done, plain=plain), error=True)
    return 1 if done.errors or (fail_on_leak and done.log.leaks) else 0


@main.command()
@click.argument("file")
@click.argument("node")
@_at
@_plain
def explain(file: str, node: str, at: int | None, plain: bool) -> int:
    """Explain one node.

    How it was computed, its slopes, what added up to its grad, and who holds it. FILE is a program, or - for
    standard input. NODE is a name, an expression as `run` shows it, or a number such as '#4'.

    \b
    microcrad explain neuron.mc n
    microcrad explain neuron.mc 'x*w' --at 14
    """
    from tui import plain as words

    moment, code = _moment(file, at, plain=plain)
    if moment is None:
        return code
    found = moment.node_called(node)
    if found is None:
        raise Wrong(words.no_such_node(moment, node))
    _print(words.explanation(moment, found, plain=plain))
    return code


@main.command()
@click.argument("file")
@_at
@_json
@_plain
def diagnose(file: str, at: int | None, as_json: bool, plain: bool) -> int:
    """Say where the numbers of a program go wrong.

    The first nan or infinity and what it was made of, gradients that explode, vanish or stop, and what to do.
    FILE is a program, or - for standard input. Exits with 1 if a number or a grad is not finite.

    \b
    microcrad diagnose nan.mc
    microcrad diagnose nan.mc --at 14 --json
    """
    import json

    from microcrad.diagnosis import diagnose as found_in
    from microcrad.report import diagnosis_report
    from tui.checks import diagnosis

    moment, code = _moment(file, at, plain=plain)
    if moment is None:
        return code
    found = found_in(moment)
    report = json.dumps(diagnosis_report(moment, found), allow_nan=False) if as_json else ""
    _print([report] if as_json else diagnosis(moment, found, plain=plain))
    return 1 if any(finding.kind.not_finite for finding in found) else code


@main.command()
@click.argument("file")
@_at
@click.option("--fault", type=click.Choice(list(FAULTS)), help="Run wrong on purpose, and see what differs.")
@_json
@_plain
def gradcheck(file: str, at: int | None, fault: str | None, as_json: bool, plain: bool) -> int:
    """Compare every leaf's grad with its finite difference.

    The last backward that has begun is checked, and it is said why a grad differs. FILE is a program, or -
    for standard input. Exits with 1 if a grad differs, other than at a kink.

    \b
    microcrad gradcheck neuron.mc
    microcrad gradcheck --fault overwrite shared.mc
    """
    import json

    from microcrad.graph_check import GraphCheck
    from microcrad.report import check_report
    from tui.checks import NO_BACKWARD, grads

    moment, code = _moment(file, at, plain=plain, fault=fault)
    if moment is None:
        return code
    check = GraphCheck.of(moment, None if fault is None else FAULTS[fault])
    if check is None:
        raise Wrong(NO_BACKWARD)
    leaves = list(check.steps())
    report = json.dumps(check_report(check, leaves), allow_nan=False) if as_json else ""
    _print([report] if as_json else grads(check, leaves, plain=plain))
    return code if all(leaf.verdict.good for leaf in leaves) else 1


@main.command(epilog="\b\n" + "\n".join(f"{row.name:<8} {row.title}. {row.says}" for row in FORMATS.values()))
@click.argument("file")
@click.option(
    "--to",
    "form",
    type=click.Choice([*FORMATS, *_ONLY_NETWORKS]),
    required=True,
    help="What to write; see below.",
)
@_at
@click.option("-o", "out", metavar="OUT", help="The file to write it to. [standard output]")
def export(file: str, form: str, at: int | None, out: str | None) -> int:
    """Write a program, the graph it makes, or a saved network in another form.

    FILE is a program, or - for standard input. For c and python it is not run. For a graph it is, to its
    end or to its first error. Exits with 1 if it has an error. FILE may also be a network that
    `microcrad train --save` wrote; it can be had as json, python or pytorch.

    \b
    microcrad export neuron.mc --to c -o neuron.c
    microcrad export neuron.mc --to dot | dot -Tsvg -o neuron.svg
    microcrad export neuron.mc --to json --at 14
    microcrad export iris.json --to pytorch -o iris.py
    """
    chosen = FORMATS.get(form)
    written: str | None
    if _holds_network(file):
        from tui.train_cli import written_model

        if at is not None:
            raise click.UsageError(
                "--at: a network has no moments. Leave --at out.", click.get_current_context()
            )
        written, code = written_model(file, form), 0
    elif chosen is None:
        raise Wrong(f"--to {form} is for networks that microcrad train --save wrote; {called(file)} is none.")
    elif isinstance(chosen, ProgramFormat):
        if at is not None:
            raise click.UsageError(
                f"--at: {form} is the program, which has no moments. Leave --at out.",
                click.get_current_context(),
            )
        written, code = _program_as(chosen, file)
    else:
        moment, code = _moment(file, at)
        written = None if moment is None else chosen.write(moment)
    if written is None:
        return code
    if out is None or out == "-":
        _print([written.removesuffix("\n")])
        return code
    if file != "-" and os.path.exists(out) and os.path.samefile(file, out):
        raise Wrong(f"-o: {out!r} is the program itself. Name another file.")
    from tui.writing import write

    write(out, written)
    return code


def _holds_network(file: str) -> bool:
    """Whether a file is JSON, which no program is; a saved session is, and it holds one."""
    if file.endswith(SESSION_SUFFIX):
        return False
    try:
        with open(file, "rb") as opened:
            return file != "-" and opened.read(1) == b"{"
    except (OSError, ValueError):
        return False  # Whoever reads it says what is wrong.


def _program_as(form: ProgramFormat, file: str) -> tuple[str | None, int]:
    """A file's program in another form, if it can be written so, and the exit code; says what is wrong."""
    from microcrad.errors import ProgramError
    from microcrad.parser import parse
    from tui.plain import diagnostic

    program = parse(read(file))
    errors = list(program.errors)
    if not errors:
        try:
            return form.write(program, program.ownership), 0
        except ProgramError as error:
            errors.append(error)
    for each in errors:
        _print(diagnostic(called(file), program.text, each), error=True)
    return None, 1


def _moment(
    file: str, at: int | None, *, plain: bool = False, fault: str | None = None
) -> tuple[Snapshot | None, int]:
    """A moment of a file's run, if there is one, and the exit code; says what is wrong."""
    from microcrad.report import run_program
    from microcrad.snapshot import Snapshot
    from tui.plain import diagnostics

    done = run_program(read(file), fault)
    _print(diagnostics(called(file), done, plain=plain), error=True)
    if not len(done.log):
        return None, 1
    if at is not None and at > len(done.log):
        raise Wrong(f"--at: this run has {len(done.log)} events, so there is no event {at}.")
    moment = Snapshot(done.program, done.log, len(done.log) if at is None else at)
    return moment, 1 if done.errors else 0


main.add_command(lessons)


@main.command()
@click.argument("name", required=False)
def reference(name: str | None) -> int:
    """Print the reference of the language and its operations.

    NAME is one entry of it, by its name or as it is written.

    \b
    microcrad reference
    microcrad reference tanh
    microcrad reference '**'
    """
    from microcrad import reference as book

    if name is None:
        _print(book.reference_lines())
        return 0
    found = book.find(name)
    if found is None:
        names = [each.name for section in book.reference() for each in section.entries]
        raise Wrong(
            f"The reference has no {name!r}.{near(name, names)} microcrad reference prints all of it."
        )
    _print(book.entry_lines(found))
    return 0
