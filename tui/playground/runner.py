"""Running the program in slices, as it is typed or as it is asked for, and other long work: one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.timer import Timer

from microcrad.errors import ProgramError
from microcrad.run.interpreter import TYPING
from tui.app_commands import STOPS, with_keys
from tui.widgets.bars import Status
from tui.widgets.work import Work

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Runner"]

ERROR_SECONDS = 0.6
"""How long a line may be half typed before it counts as an error."""
_SILENT_SECONDS = 0.1
"""How long is worked before it is told how far that is: nobody reads it faster, and telling takes a frame."""


class Runner:
    """Runs, and knows what may be said of a text that is being typed."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self.work = Work(playground, "run")
        self._left = ""
        """What to say if the work is stopped."""
        self.errors: tuple[ProgramError, ...] = ()
        """The errors that are shown: those of the text once it has rested."""
        self.rested = True
        """Whether the keys have rested since the text was changed."""
        self._timer: Timer | None = None

    def type(self, text: str) -> None:
        """Run what was typed; say what is wrong with it once the keys have rested."""
        self.errors, self.rested = (), False
        session = self._playground.session
        self.read_first(text, lambda: self._run(session.running(text, limits=TYPING), asked=False))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._playground.set_timer(ERROR_SECONDS, self._rest)

    def _rest(self) -> None:
        self.settle()
        self._playground.show_errors()

    def settle(self) -> None:
        """Take the text as it is: what is wrong with it is said from now on."""
        self.errors, self.rested = self._playground.session.errors, True

    def run_to_end(self) -> None:
        """Run the program, however long it takes."""
        self._playground.words.hint = ""
        session = self._playground.session
        self.read_first(session.text, lambda: self.run(session.running()), again=True)

    def read_first(self, text: str, then: Callable[[], None], *, again: bool = False) -> None:
        """Go on once the files that a program loads are read, aside; if `again`, all that have changed."""
        files = self._playground.session.files
        if not (files.named(text) if again else files.unread(text)):
            then()
            return

        def reading() -> Iterator[None]:
            files.read(text, again=again)
            yield

        self.work.start_aside(reading(), then)

    def run(self, steps: Iterator[int]) -> None:
        """Run a program as it was asked for."""
        self._run(steps, asked=True)

    def _run(self, steps: Iterator[int], *, asked: bool) -> None:
        job = (f"running: {events:,} events   {with_keys(STOPS)}" for events in steps)
        self.begin(job, lambda: self._ran(asked), "Stopped. The graph is that of the last run.")

    def _ran(self, asked: bool) -> None:
        if asked or self.rested:  # The keys may have rested before the run came to its end.
            self.errors = self._playground.session.errors
        if not asked:
            self._playground.words.typed(self._playground.session.program)
        self._playground.show_panes()

    def begin(self, job: Iterator[str], then: Callable[[], None], left: str) -> None:
        """Do something in slices, each of which says how far it is; `left` is said if it is stopped."""
        self._left = left
        status = self._playground.query_one(Status)

        def finished() -> None:
            status.work("")
            then()

        def tell(said: str) -> None:
            if self.work.worked > _SILENT_SECONDS:
                status.work(said)

        status.work("")
        self.work.start(job, finished, tell)

    def drop(self) -> bool:
        """Leave what is going on, without a word, as something else takes its place; False if nothing is."""
        if not self.work.cancel():
            return False
        self._playground.query_one(Status).work("")
        return True

    def stop(self) -> bool:
        """Stop what is going on; False if nothing is."""
        if not self.drop():
            return False
        self._playground.session.notice = self._left
        self._playground.show_panes()
        return True
