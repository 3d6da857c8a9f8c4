"""When a run's tape goes over from NumPy to compiled code: at the same step every time, so that runs repeat.

The two differ in the last digits of gradients, where they add up in different orders. So which of them takes
a step depends on the step's number and the graph alone, in a run that goes on from a file too; how fast the
machine is decides only whether a step has to wait.
"""

from __future__ import annotations

import threading
from collections.abc import Generator

from microcrad.errors import NotCompiledError
from microcrad.tape import Tape
from microcrad.tape.compiled import TapeProgram
from microcrad.tape.descent import Formulas, prepare

__all__ = ["Compiling"]

FIRST_STEPS = {"compiled": 0, "auto": 1000}
"""The first step that is taken compiled; with the engine `tape`, none is."""
_MOST_REPLAYED = 5_000_000
"""So many nodes are replayed at most, with `auto`, before that: a large graph goes over earlier."""
_AHEAD = 800
"""So many steps before, a worker begins to compile: by then a run has shown to be long enough."""
_SECONDS = 0.002
"""How long a slice waits for the worker."""


class Compiling:
    """A tape that is compiled while it is used."""

    def __init__(self, tape: Tape, rule: Formulas) -> None:
        """`rule` is the optimiser's, whose code is compiled too."""
        self.reason = ""
        """Why there is no compiled code, once that is known."""
        self.tape, self.rule = tape, rule
        self._program: TapeProgram | None = None
        self._worker: threading.Thread | None = None

    def preparing(self, engine: str, step: int, *samples: int) -> Generator[None, None, None]:
        """See that the engine's replays run for a step; in slices, as it may wait.

        `samples` are how many the steps see, first how many most of them do.
        """
        first = FIRST_STEPS.get(engine)
        if first is not None:
            first = min(first, _MOST_REPLAYED // self.tape.nodes)
        wanted = first is not None and step >= first
        if first is not None and step >= first - _AHEAD and self._worker is None:
            self._worker = threading.Thread(target=self._compile, args=samples, name="compiling a tape")
            self._worker.start()
        while wanted and self._worker is not None and self._worker.is_alive():
            yield
            self._worker.join(_SECONDS)
        self.tape.use(self._program if wanted else None)

    def _compile(self, *samples: int) -> None:
        try:
            program = self.tape.program(*samples)
            prepare(self.rule)
            self._program = program
        except NotCompiledError as error:
            self.reason = str(error)
        except MemoryError:
            self.reason = "there is not enough memory to compile it"
