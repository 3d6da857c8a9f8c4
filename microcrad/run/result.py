"""A program that has been run: the log and what ended it; and running one in pieces."""

from __future__ import annotations

from collections.abc import Generator

from microcrad.errors import ProgramError
from microcrad.language.network_files import NetworkFiles
from microcrad.language.parser import parse, unix_lines
from microcrad.language.statements import Program
from microcrad.records import Record
from microcrad.run.faults import FAULTS, RIGHT, Fault, Rules
from microcrad.run.interpreter import LIMITS, Interpreter, Limits
from microcrad.run.stops import MemoryStop
from microcrad.slices import finish
from microcrad.timeline.log import Log
from microcrad.timeline.snapshot import Snapshot

__all__ = ["Run", "run_program", "running"]


class Run(Record):
    """A program that has been run, to its end or to an error."""

    program: Program
    log: Log
    ownership: str
    errors: tuple[ProgramError, ...]
    memory_stop: MemoryStop | None = None
    """The touch of freed memory that ended it, if one did."""
    fault: Fault | None = None
    """The fault that was on, if one was."""
    right: Run | None = None
    """The same program run right, where a fault was on."""

    def at(self, position: int) -> Snapshot:
        """The moment after its first `position` events."""
        return Snapshot(self.program, self.log, position)

    @property
    def end(self) -> Snapshot:
        """Its last moment."""
        return self.at(len(self.log))

    @property
    def exit_code(self) -> int:
        """What a command that ran it ends with: 1 where an error has stopped it, else 0."""
        return 1 if self.errors else 0

    @property
    def launch(self) -> int:
        """Where it is opened: just before its first `backward`, else at its end."""
        return self.end.launch.position


def run_program(
    text: str,
    fault: str | None = None,
    *,
    ownership: str | None = None,
    limits: Limits = LIMITS,
    folder: str | None = None,
) -> Run:
    """Run a text to its end, or to its first error. One that cannot be read gives a run of no events.

    `folder` is where the files are that it loads; None if it has none.
    `fault` names one of `microcrad.run.faults.FAULTS`; then the run has the right one with it.
    """
    files = NetworkFiles(folder)
    files.read(text)
    program = parse(unix_lines(text), files)
    chosen = None if fault is None else FAULTS[fault]
    ownership = ownership or program.ownership
    if program.errors:
        return Run(program, Log(), ownership, program.errors, fault=chosen)
    return finish(running(program, ownership, limits, chosen))


def running(
    program: Program, ownership: str, limits: Limits = LIMITS, fault: Fault | None = None
) -> Generator[int, None, Run]:
    """Run a program that was read without errors, yielding the number of events so far, now and then.

    With a fault it is run right first and then wrong, each within the limits.
    """
    right = None
    if fault is not None:
        right = _as_run((yield from _interpreted(program, ownership, limits, RIGHT)))
    return _as_run((yield from _interpreted(program, ownership, limits, fault or RIGHT)), fault, right)


def _as_run(done: Interpreter, fault: Fault | None = None, right: Run | None = None) -> Run:
    log = done.log
    return Run(done.program, log, log.ownership, tuple(done.errors), done.memory_stop, fault, right)


def _interpreted(
    program: Program, ownership: str, limits: Limits, rules: Rules
) -> Generator[int, None, Interpreter]:
    interpreter = Interpreter(program, ownership, limits, rules)
    for count, _ in enumerate(interpreter.steps()):
        if count & 7 == 7:
            yield len(interpreter.log)
    return interpreter
