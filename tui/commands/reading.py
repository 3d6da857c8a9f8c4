"""What a command was asked to read: a program, from a file or from standard input, and a moment of its run.

Here alone what is wrong is made into click's errors: `main` makes one of every `FileError` that gets there.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from microcrad.errors import ContentError, FileError, MissingFileError
from microcrad.files.door import read_text
from microcrad.session.on_disk import holds_graph, program_in, read_program
from tui.saying import say

if TYPE_CHECKING:
    from microcrad.run.result import Run
    from microcrad.session.breakpoints import Breakpoint
    from microcrad.timeline.log import View
    from microcrad.timeline.snapshot import Snapshot

__all__ = [
    "Failed",
    "Wrong",
    "called",
    "folder_of",
    "moment_of",
    "of_file",
    "read",
    "saved_text_in",
    "stopped",
    "text_in",
]


class Failed(click.ClickException):
    """What was asked for could not be done."""


class Wrong(click.ClickException):
    """The command line asks for something that is not there."""

    exit_code = 2


def of_file(error: FileError) -> click.ClickException:
    """What a command ends with: it names what cannot be opened, or what is in it cannot be used."""
    return Failed(str(error)) if isinstance(error, ContentError) else Wrong(str(error))


def read(file: str) -> str:
    """The text of a program; `-` is standard input.

    Of a saved session it is the program in it, of an exported graph the one that makes it again.
    """
    text = text_in(file)
    if not holds_graph(text, file):
        return text
    from microcrad.export.graph_program import graph_program

    return graph_program(text, called(file))


def text_in(file: str) -> str:
    """What a file or standard input holds."""
    if file != "-":
        return read_program(file)
    if sys.stdin is None:
        raise Wrong("Standard input is closed. Name a file instead of -.")
    try:
        return program_in(sys.stdin.buffer, called(file))
    except OSError as error:
        raise Wrong(f"{file!r} cannot be read: {error.strerror or error}.") from None


def saved_text_in(file: str) -> str:
    """What a file holds that is no program, or standard input. Raises `FileError`."""
    if file == "-":
        return text_in(file)
    try:
        return read_text(file, name=repr(file))
    except MissingFileError:
        raise MissingFileError(f"There is no file {file!r}.") from None


def folder_of(file: str) -> str:
    """Where the files are that a program loads: beside it, or for standard input where one is."""
    return os.path.dirname(os.path.abspath(file)) if file != "-" else os.getcwd()


def moment_of(
    file: str,
    at: int | None,
    until: Breakpoint | None = None,
    *,
    plain: bool = False,
    fault: str | None = None,
) -> tuple[Snapshot | None, Run]:  # fmt: skip
    """A moment of a file's run, if there is one, and the run; says what is wrong.

    Of a `plain` one sentences give every digit.
    """
    if at is not None and until is not None:
        raise click.UsageError(
            "--at and --until both choose the moment. Leave one out.", click.get_current_context()
        )
    from microcrad.run.result import run_program
    from tui.commands.outcome import diagnostics, exactly

    done = run_program(read(file), fault, folder=folder_of(file))
    say(diagnostics(called(file), done, plain=plain), error=True)
    end = exactly(done.end, plain=plain)
    if not end.event_count:
        return None, done
    if at is not None and at > end.event_count:
        raise Wrong(f"--at: this run has {end.event_count} events, so there is no event {at}.")
    if until is not None:
        at = stopped(end, until)
    return end if at is None else end.moved(at), done


def stopped(end: Snapshot, until: Breakpoint, view: View | None = None) -> int:
    """Where a run comes to a stop for the first time, by the events of a view or of all."""
    from microcrad.session.breakpoints import stops
    from microcrad.timeline.log import View as Views

    position = next(iter(stops(end, view or Views.ALL, [until])), None)
    if position is None:
        raise Wrong(f"--until: this run never comes to {str(until)!r}.")
    return position


def called(file: str) -> str:
    """What an error says instead of a file's name."""
    return "<stdin>" if file == "-" else file
