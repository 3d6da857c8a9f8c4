"""Walking the timeline of the playground's session: by event, by line, to the ends, and by itself."""

from __future__ import annotations

from textual.timer import Timer

from microcrad.session.moves import make_move
from tui.playground.checking import Checking
from tui.playground.events import Events

__all__ = ["Walking"]

PLAY_SECONDS = 0.5
"""How long each event is shown while events play."""


class Walking(Checking):
    """Panes around a session whose events can be walked and played."""

    held = ""
    """Why one may not go on in the run now; empty if one may."""
    _player: Timer | None = None
    """Goes on by itself, while events play."""

    def say(self, text: str) -> None:
        """Say something until the next move, at once: the playground knows how."""

    # --- what the timeline reports ---

    def on_events_moved(self, message: Events.Moved) -> None:
        """Walk as the timeline asks."""
        self.action_move(message.id)

    def on_events_picked(self, message: Events.Picked) -> None:
        """Go to an event the person pointed at."""
        self.hint("")
        self.session.notice = self.held
        if not self.held:
            self.session.go(message.position)
        self.show_panes()

    # --- walking ---

    def _walk(self, id: str) -> None:
        """Make one of the session's moves and show where it led."""
        self.pause()
        self.hint("")
        self.session.notice = self.held
        if not self.held:
            make_move(self.session, id)
        self.show_panes()

    def action_move(self, id: str) -> None:
        """Make a move of the table."""
        self._walk(id)
        if id == "view":
            self.hint(f"n and p now walk the {self.session.view} events.")
            self.show_panes()

    def action_play(self) -> None:
        """Play the events one after another, or pause."""
        if self._player is not None:
            self.pause()
            self.hint("Paused. space plays on.")
            self.show_panes()
        elif self.held:
            self.say(self.held)
        else:
            self._player = self.set_interval(PLAY_SECONDS, self._play_on)
            self._play_on()

    def _play_on(self) -> None:
        self.hint("")
        self.session.notice = ""
        make_move(self.session, "next")
        if self.session.notice:
            self.pause()
        self.show_panes()

    def pause(self) -> None:
        """Stop playing, if events play."""
        if self._player is not None:
            self._player.stop()
            self._player = None
