"""Moving along the timeline of the playground's session: by its moves, and by itself, event after event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from microcrad.session.moves import make_move
from microcrad.session.session import Session
from tui.playground.playground_commands import with_keys
from tui.widgets.asking import whole_number

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Player"]

PLAY_SECONDS = 0.5
"""How long each event is shown while events play, at first."""
_SLOWEST, _FASTEST = -2, 4
"""How often that may be doubled, or halved."""
_NOW_WALKS = "n and p now walk the {} events."


class Player:
    """Walks and plays, unless a lesson holds it."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._timer: Timer | None = None
        self.speed = 0
        """How often the time for each event was halved."""
        self.held = ""
        """Why one may not go on in the run now; empty if one may."""

    def walk(self, id: str) -> None:
        """Make one of the session's moves and show where it led, unless one may not; what plays is paused."""
        self.pause()
        self._move(lambda session: make_move(session, id), _NOW_WALKS if id == "view" else "")

    def go(self, position: int) -> None:
        """Go to a position of the run; what plays is paused."""
        self.pause()
        self._move(lambda session: session.go(position))

    def _move(self, move: Callable[[Session], None], saying: str = "") -> None:
        playground, session = self._playground, self._playground.session
        session.notice = self.held
        if not self.held:
            playground.whereabouts.in_text = False
            move(session)
        playground.words.hint = saying.format(session.view)
        playground.show_panes()

    def play(self) -> None:
        """Play the events one after another, or pause."""
        playground = self._playground
        if self.pause():
            playground.words.hint = with_keys("Paused. {play} plays on.")
            playground.show_panes()
        elif self.held:
            playground.say(self.held)
        else:
            self._start()
            self._play_on()

    def _start(self) -> None:
        self._timer = self._playground.set_interval(PLAY_SECONDS / 2**self.speed, self._tick)

    def change_speed(self, by: int) -> None:
        """Play twice as fast, or half as fast for -1."""
        before = self.speed
        self.take_speed(before + by)
        most = f" That is as {'fast' if by > 0 else 'slow'} as it goes." if self.speed == before else ""
        self._playground.say(with_keys(f"{{play}} plays {_rate(self.speed)}.{most}"))
        if self.pause():
            self._start()

    def take_speed(self, speed: int) -> None:
        """Play so fast from the next start on, or as nearly so as it goes."""
        self.speed = max(_SLOWEST, min(speed, _FASTEST))

    def ask_for_event(self) -> None:
        """Ask for an event's number, and go to where it has just happened."""
        playground, moment = self._playground, self._playground.session.moment
        total = moment.progress[1]
        if self.held or not total:
            playground.say(self.held or "There is no event of this view to go to.")
            return

        def go(text: str | None) -> None:
            position = None if text is None else moment.stop_at(int(text) - 1) if int(text) else 0
            if position is not None:
                self.go(position)

        question = f"Go to which event of the {moment.view} view?"
        playground.app.push_screen(whole_number(question, 0, total), go)

    def _tick(self) -> None:
        if self._timer is not None:  # A tick that was on its way when one paused, or met a stop, comes late.
            self._play_on()

    def _play_on(self) -> None:
        playground = self._playground
        before = playground.session.position
        playground.words.hint, playground.session.notice = "", ""
        make_move(playground.session, "next")
        playground.words.hint = playground.stops.met(before)
        if playground.session.notice or playground.words.hint:
            self.pause()
        playground.show_panes()

    def pause(self) -> bool:
        """Stop playing; False if nothing played."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
        return timer is not None


def _rate(speed: int) -> str:
    """How fast events play, in words."""
    each = PLAY_SECONDS / 2**speed
    return (
        f"{1 / each:g} events a second"
        if each < 1
        else f"an event every {each:g} seconds"
        if each > 1
        else "an event a second"
    )
