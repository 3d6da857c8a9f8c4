"""What stands between the app and a terminal: Textual's driver, less easily hurt, that leaves politely."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver

from tui.keyboard import Ended, Keyboard

__all__ = ["TerminalDriver", "on_signals"]

END_SECONDS = 3.0
"""How long what was typed before a signal may take, until the app is told to leave all the same."""


def on_signals(leave: Callable[[int], object]) -> None:
    """Leave when a signal asks for it, in the loop that runs."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, leave, int(number))


class TerminalDriver(LinuxDriver):
    """Reads the keyboard and draws."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._file: Any = _Lasting(self._file)
        self._signal = 0
        """The signal that asks to leave, once one has."""
        self._suspended = False

    def start_application_mode(self) -> None:
        """Begin, or go on after a stop."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        on_signals(self._end)
        loop = asyncio.get_running_loop()
        # In the loop rather than wherever Python stands, which may be within what these use as well.
        loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def _end(self, number: int) -> None:
        """Leave once the keys before the signal were dealt with; the thread that reads them says so."""
        self._signal = number
        asyncio.get_running_loop().call_later(END_SECONDS, self._app.post_message, Ended(number))

    def suspend_application_mode(self) -> None:
        """Give the terminal back for a while."""
        self._suspended = True
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        """Take the terminal again; after a stop that nobody could announce it is given back first."""
        if not self._suspended:
            self.suspend_application_mode()
            self._must_signal_resume = True
        self._suspended = False
        super().resume_application_mode()

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Pass on what is typed, until the app is asked to leave."""
        keyboard = Keyboard(self._app, self.process_message, self.exit_event.is_set)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                asked = self._signal  # Looked at first: what was typed before it is then there to be read.
                data = self._read() if selector.select(0 if asked else 0.1) else None
                if data:
                    keyboard.feed(data)
                keyboard.tick()
                if data:
                    continue
                keyboard.rest()
                if data is not None:
                    asked = signal.SIGHUP  # The terminal has gone, which not everybody says with a signal.
                if asked:
                    keyboard.wait()
                    self.send_message(Ended(asked))
                    return

    def _read(self) -> bytes:
        with suppress(OSError):
            return os.read(self.fileno, 1 << 16)
        return b""


class _Lasting:
    """The terminal as a file that can be written to when the terminal has gone: the app has yet to end."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._file.flush()
