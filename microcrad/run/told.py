"""Of a run, what may be told of it: the same run, with what is kept back left out."""

from __future__ import annotations

from copy import copy

from microcrad.errors import ProgramError
from microcrad.run.faults import Fault
from microcrad.run.result import Run
from microcrad.timeline.telling import Telling, until

__all__ = ["UNKNOWN", "told"]

UNKNOWN = Fault(
    name="unknown",
    title="one of the faults",
    what_is_wrong="Which one it is, is for you to find.",
    why="It is for you to find.",
)
"""What stands for a fault that is on and may not be named."""


def told(run: Run, telling: Telling) -> Run:
    """What may be told of a run. Its log is the same object, unless something has to be taken out of it."""
    if telling.events is not None and telling.events < len(run.log):
        run = run._replace(
            log=until(run.log, max(telling.events, 0)), errors=(), memory_stop=None, right=None
        )
    if not telling.fault and run.fault is not None:
        run = run._replace(fault=UNKNOWN, right=None)
    return run if telling.repairs else _without_repairs(run)


def _without_repairs(run: Run) -> Run:
    if not run.errors:
        return run
    log, bare = copy(run.log), {}
    errors = []
    for error in run.errors:
        bare[f"{error.message} {error.hint}"] = error.message
        errors.append(ProgramError(error.message, error.line, error.column, error.end_column))
    log.texts = [bare.get(text, text) for text in log.texts]
    stop = None if run.memory_stop is None else run.memory_stop._replace(repair="")
    return run._replace(log=log, errors=tuple(errors), memory_stop=stop)
