"""Moving along the timeline of the playground's session: by its moves, and by itself, event after event."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from microcrad.session.moves import make_move
from microcrad.session.session import Session

if TYPE_CHECKING:
    from tui.playground.screen import Playground

__all__ = ["Player"]

PLAY_SECONDS = 0.5
"""How long each event is shown while events play."""
_NOW_WALKS = "n and p now walk the {} events."


class Player:
    """Walks and plays, unless a lesson holds it."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._timer: Timer | None = None
        self.held = ""
        """Why one may not go on in the run now; empty if one may."""

    def walk(self, id: str) -> None:
        """Make one of the session's moves and show where it led, unless one may not; what plays is paused."""
        self.pause()
        self._move(lambda session: make_move(session, id), _NOW_WALKS if id == "view" else "")

    def go(self, position: int) -> None:
        """Go to a position of the run."""
        self._move(lambda session: session.go(position))

    def _move(self, move: Callable[[Session], None], saying: str = "") -> None:
        playground, session = self._playground, self._playground.session
        session.notice = self.held
        if not self.held:
            move(session)
        playground.words.hint = saying.format(session.view)
        playground.show_panes()

    def play(self) -> None:
        """Play the events one after another, or pause."""
        playground = self._playground
        if self.pause():
            playground.words.hint = "Paused. space plays on."
            playground.show_panes()
        elif self.held:
            playground.say(self.held)
        else:
            self._timer = playground.set_interval(PLAY_SECONDS, self._play_on)
            self._play_on()

    def _play_on(self) -> None:
        playground = self._playground
        playground.words.hint, playground.session.notice = "", ""
        make_move(playground.session, "next")
        if playground.session.notice:
            self.pause()
        playground.show_panes()

    def pause(self) -> bool:
        """Stop playing; False if nothing played."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.stop()
        return timer is not None
