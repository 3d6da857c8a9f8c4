"""A program that has been run: the log and what ended it; and running one in pieces."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass

from microcrad.errors import ProgramError
from microcrad.language.statements import Program
from microcrad.run.faults import RIGHT, Fault, Rules
from microcrad.run.interpreter import LESS_WORK, Interpreter, Limits
from microcrad.run.stops import MemoryStop
from microcrad.timeline.log import Log

__all__ = ["Run", "running"]


@dataclass(frozen=True, slots=True)
class Run:
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

    @property
    def launch(self) -> int:
        """Where a freshly opened program stands: just before its first `backward`, else at its end."""
        return self.log.seeds[0] if self.log.seeds else len(self.log)


def running(
    program: Program, ownership: str, limits: Limits, fault: Fault | None = None, seconds: float | None = None
) -> Generator[int, None, Run]:
    """Run a program that was read without errors, yielding the number of events so far, now and then.

    With a fault it is run right first and then wrong, each for at most `seconds` if given.
    """
    right = None
    if fault is not None:
        right = _as_run((yield from _interpreted(program, ownership, limits, RIGHT, seconds)))
    done = yield from _interpreted(program, ownership, limits, fault or RIGHT, seconds)
    return _as_run(done, fault, right)


def _as_run(done: Interpreter, fault: Fault | None = None, right: Run | None = None) -> Run:
    log = done.log
    return Run(done.program, log, log.ownership, tuple(done.errors), done.memory_stop, fault, right)


def _interpreted(
    program: Program, ownership: str, limits: Limits, rules: Rules, seconds: float | None
) -> Generator[int, None, Interpreter]:
    interpreter = Interpreter(program, ownership, limits, rules)
    deadline = None if seconds is None else time.monotonic() + seconds
    for count, _ in enumerate(interpreter.steps()):
        if count & 7 == 7:
            yield len(interpreter.log)
            if deadline is not None and time.monotonic() > deadline:
                said = f"Stopped after {seconds:g} seconds of work."
                late = interpreter.place.error(said, LESS_WORK, "{run} runs it to its end.")
                interpreter.stop(late)
                break
    return interpreter
