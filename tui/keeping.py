"""What is on screen is kept for the next launch: soon after each change, and when one leaves."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

from tui.desk import Desks
from tui.stage import Stage
from tui.state_file import StateKeeper

__all__ = ["Keeping"]

KEEP_SECONDS = 1.0
"""How long after a change, at most, everything is written to where it is kept."""


class Keeping:
    """Keeps the person's own program, the lesson that is open and the settings of training."""

    def __init__(self, stage: Stage, desks: Desks, keeper: StateKeeper, lesson: Callable[[], str]) -> None:
        """`lesson` gives the session of the lesson that is open, as it is kept; empty without one."""
        self._stage, self._desks, self._keeper, self._lesson = stage, desks, keeper, lesson
        self._timer: Timer | None = None
        self._ended = False

    @property
    def waits(self) -> bool:
        """Whether there is something that is kept before long."""
        return self._timer is not None

    def soon(self) -> None:
        """Keep everything before long, and show whether it is saved."""
        self._stage.show_header()
        if self._timer is None:  # One that waits already is not put off by more typing.
            self._timer = self._stage.app.set_timer(KEEP_SECONDS, self.now)

    def end(self) -> None:
        """Write everything a last time: the app is taken apart, and can be asked nothing after that."""
        if not self._ended:
            self.last()
            self._ended = True

    def last(self) -> str:
        """Write everything once more, to the last key: the app ends. Says what is wrong with that."""
        self._stage.playground.take_typed()
        self.now()
        train = self._stage.train
        return self._keeper.problem or ("" if train is None else train.keep())

    def now(self) -> None:
        """Write everything to where it will be found next time."""
        self._timer = None
        before = self._keeper.problem
        self._desks.set_visit_aside()
        own = self._desks.own.current._replace(lesson=self._lesson(), place=self._desks.own_place())
        self._keeper.keep(own, self._stage.training_settings)
        problem = self._keeper.problem
        if problem and problem != before:
            self._stage.app.notify(problem, severity="warning")
