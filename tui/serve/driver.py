"""What stands between a session's app and the server: Textual's driver, and two things more."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus

__all__ = ["SessionDriver"]


class SessionDriver(WebDriver):
    """Starts with the keys in the app, and does not mind if the server has gone."""

    def start_application_mode(self) -> None:
        """Begin; the page has the focus, where Textual would wait for a click."""
        self._write = partial(_send, self.fileno)
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())


def _send(file: int, data: bytes) -> int:
    with suppress(BrokenPipeError):  # The app is told to leave; until it has, it may go on drawing.
        return os.write(file, data)
    return len(data)
