"""What stands between a session's app and the server: Textual's driver, and what ours for a terminal does."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver, _ExitInput
from textual.events import AppFocus

from tui.keyboard import Ended, Keyboard
from tui.terminal import on_signals

__all__ = ["SessionDriver"]


class SessionDriver(WebDriver):
    """Starts with the keys in the app, and does not mind if the server has gone."""

    def start_application_mode(self) -> None:
        """Begin; the page has the focus, where Textual would wait for a click."""
        self._write = partial(_send, self.fileno)
        super().start_application_mode()
        on_signals(lambda number: self._app.post_message(Ended(number)))
        self._app.call_later(self._app.post_message, AppFocus())

    def run_input_thread(self) -> None:
        """Pass on what is typed in the page and what the server says, until the app ends."""
        keyboard = Keyboard(self._app, self.process_message, self.exit_event.is_set)
        packets = ByteStream()
        with suppress(_ExitInput):
            for data in self._input_reader:
                for kind, payload in packets.feed(data) if data else ():
                    if kind == "D":
                        keyboard.feed(payload)
                    else:
                        keyboard.wait()  # To leave is not to lose the keys before it.
                        self._on_meta(kind, payload)
                keyboard.tick()
                if not data:
                    keyboard.rest()
        self._input_reader.close()


def _send(file: int, data: bytes) -> int:
    with suppress(BrokenPipeError):  # The app is told to leave; until it has, it may go on drawing.
        return os.write(file, data)
    return len(data)
