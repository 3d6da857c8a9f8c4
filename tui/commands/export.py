"""The command that writes a program, its graph or a saved network in another form."""

from __future__ import annotations

import os

import click

from microcrad.errors import FileError, GraphError
from microcrad.export import FORMATS, ProgramFormat
from microcrad.export.json_graph import FORMAT as GRAPH_FORMAT
from microcrad.files.door import opened, write_text
from microcrad.session.on_disk import SESSION_SUFFIX
from tui.commands.options import at_option
from tui.commands.reading import Failed, Wrong, called, folder_of, moment_of, read
from tui.saying import say, write

__all__ = ["export"]

ONLY_NETWORKS = ("pytorch",)
"""Forms that a program cannot be written in."""
_START = 200
"""The bytes of a file in which a graph says that it is one."""


@click.command(
    epilog="\b\n" + "\n".join(f"{row.name:<8} {row.title}. {row.says}" for row in FORMATS.values())
)
@click.argument("file")
@click.option(
    "--to",
    "form",
    type=click.Choice([*FORMATS, *ONLY_NETWORKS]),
    required=True,
    help="What to write; see below.",
)
@at_option
@click.option("-o", "out", metavar="OUT", help="The file to write it to. [standard output]")
def export(file: str, form: str, at: int | None, out: str | None) -> int:
    """Write a program, the graph it makes, or a saved network in another form.

    FILE is a program, or - for standard input. For c and python it is not run. For a graph it is, to its
    end or to its first error. Exits with 1 if it has an error. FILE may also be a network that
    `microcrad train --save` wrote; it can be had as json, c, python or pytorch.

    \b
    microcrad export neuron.mc --to c -o neuron.c
    microcrad export neuron.mc --to dot | dot -Tsvg -o neuron.svg
    microcrad export neuron.mc --to svg --at 14 -o neuron.svg
    microcrad export iris.json --to pytorch -o iris.py
    """
    chosen = FORMATS.get(form)
    written: str | None
    if _holds_network(file):
        from tui.commands.predict import written_model

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
        moment, run = moment_of(file, at)
        code = 1 if moment is None else run.exit_code
        try:
            written = None if moment is None else chosen.write(moment)
        except GraphError as error:
            raise Failed(str(error)) from None
    if written is None:
        return code
    if out is None or out == "-":
        write(written if written.endswith("\n") else f"{written}\n")
        return code
    if file != "-" and os.path.exists(out) and os.path.samefile(file, out):
        raise Wrong(f"-o: {out!r} is the program itself. Name another file.")
    write_text(out, written)
    return code


def _holds_network(file: str) -> bool:
    """Whether a file is JSON that is no graph: no program is JSON; a saved session is, and it holds one."""
    if file == "-" or file.endswith(SESSION_SUFFIX):
        return False
    try:
        with opened(file) as stream:
            found = stream.read(_START)
        return found[:1] == b"{" and GRAPH_FORMAT.encode() not in found
    except FileError:
        return False  # Whoever reads it says what is wrong.


def _program_as(form: ProgramFormat, file: str) -> tuple[str | None, int]:
    """A file's program in another form, if it can be written so, and the exit code; says what is wrong."""
    from microcrad.errors import ProgramError
    from microcrad.language.network_files import NetworkFiles
    from microcrad.language.parser import parse
    from tui.commands.outcome import diagnostic

    files, text = NetworkFiles(folder_of(file)), read(file)
    files.read(text)
    program = parse(text, files)
    errors = list(program.errors)
    if not errors:
        try:
            return form.write(program, program.ownership), 0
        except ProgramError as error:
            errors.append(error)
    for each in errors:
        say(diagnostic(called(file), program.text, each), error=True)
    return None, 1
