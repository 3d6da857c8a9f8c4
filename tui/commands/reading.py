"""Programs from files and from standard input, and what is said where that fails."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microcrad.errors import StateError
from microcrad.text.near import did_you_mean
from tui.commands.saying import say

if TYPE_CHECKING:
    from microcrad.session.file import SavedSession
    from microcrad.timeline.snapshot import Snapshot

__all__ = [
    "SESSION_SUFFIX",
    "Failed",
    "Wrong",
    "called",
    "moment_of",
    "programs",
    "read",
    "read_session",
]

SESSION_SUFFIX = ".mcs"
"""How the names of files end that hold a whole session."""
MAX_BYTES = 1_000_000
"""More than any program that can be read; it keeps an endless file from filling the memory."""


class Failed(click.ClickException):
    """What was asked for could not be done."""


class Wrong(click.ClickException):
    """The command line asks for something that is not there."""

    exit_code = 2


def read(file: str) -> str:
    """The text of a program; `-` is standard input, and of a saved session it is the program in it."""
    text = _text(file)
    return read_session(file, text).program if file.endswith(SESSION_SUFFIX) else text


def read_session(file: str, text: str | None = None) -> SavedSession:
    """The session in a file. Raises `Wrong` or `Failed` if there is none."""
    from microcrad.session.file import from_json  # Few commands need it.

    try:
        return from_json(_text(file) if text is None else text, called(file))
    except StateError as error:
        raise Failed(str(error)) from None


def _text(file: str) -> str:
    try:
        if file == "-":
            if sys.stdin is None:
                raise Wrong("Standard input is closed. Name a file instead of -.")
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(file, "rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        folder = Path(file).parent
        raise Wrong(f"There is no file {file!r}.{did_you_mean(Path(file).name, programs(folder))}") from None
    except IsADirectoryError:
        raise Wrong(f"{file!r} is a directory. Name a file in it.") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have.
        raise Wrong(f"{file!r} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > MAX_BYTES:
        raise Failed(
            f"{called(file)} is larger than {MAX_BYTES:,} bytes. Write a smaller program, with loops."
        )
    skipped = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        return data[skipped:].decode()
    except UnicodeDecodeError as error:
        at = error.start + skipped
        raise Failed(
            f"{called(file)} is not UTF-8 text: see byte {at} (0x{data[at]:02x}). Save it as UTF-8."
        ) from None


def moment_of(
    file: str, at: int | None, *, plain: bool = False, fault: str | None = None
) -> tuple[Snapshot | None, int]:
    """A moment of a file's run, if there is one, and the exit code; says what is wrong."""
    from microcrad.session.report import run_program
    from microcrad.timeline.snapshot import Snapshot
    from tui.commands.outcome import diagnostics

    done = run_program(read(file), fault)
    say(diagnostics(called(file), done, plain=plain), error=True)
    if not len(done.log):
        return None, 1
    if at is not None and at > len(done.log):
        raise Wrong(f"--at: this run has {len(done.log)} events, so there is no event {at}.")
    moment = Snapshot(done.program, done.log, len(done.log) if at is None else at)
    return moment, 1 if done.errors else 0


def called(file: str) -> str:
    """What an error says instead of a file's name."""
    return "<stdin>" if file == "-" else file


def programs(folder: str | Path) -> list[str]:
    """The names of a folder's programs."""
    with contextlib.suppress(OSError, ValueError):
        return [entry.name for entry in os.scandir(folder) if entry.name.endswith(".mc")]
    return []
