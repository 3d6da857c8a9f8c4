"""The real app in a pseudo-terminal of its own."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["PATIENCE_SECONDS", "Terminal", "terminal"]

PATIENCE_SECONDS = 120.0
"""How long anything may take on a busy machine."""


class Terminal:
    """The app in a terminal of its own."""

    def __init__(self, state: Path, *command: str) -> None:
        import pty

        self._main, side = pty.openpty()
        environment = {**os.environ, "MICROCRAD_STATE": str(state), "TERM": "xterm-256color"}
        environment |= {"LINES": "30", "COLUMNS": "100"}
        self._app = subprocess.Popen(
            command or [sys.executable, "-m", "microcrad"],
            stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(side)
        self._seen = b""

    @property
    def seen(self) -> bytes:
        """What was drawn since keys were sent last."""
        return self._seen

    def press(self, keys: str | bytes) -> None:
        """Send keys; what was drawn before them does not count any more."""
        self._seen = b""
        os.write(self._main, keys.encode() if isinstance(keys, str) else keys)

    def send(self, number: signal.Signals) -> None:
        """Send a signal; what was drawn before it does not count any more."""
        self._seen = b""
        self._app.send_signal(number)

    def ended(self) -> int:
        """Wait for the end, reading on; the exit code."""
        self.until(lambda: self._app.poll() is not None)
        while select.select([self._main], [], [], 0)[0]:
            try:
                self._seen += os.read(self._main, 65536)
            except OSError:
                break
        return self._app.returncode

    def until(self, condition: Callable[[], bool]) -> None:
        """Read what the app draws, so that it can go on, until something has come about."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self._seen[-2000:]
            self.read(0.02)

    def until_drawn(self, text: str) -> None:
        """Wait until the app has drawn a text."""
        self.until(lambda: text.encode() in self._seen)

    def read(self, seconds: float) -> None:
        """Read what the app draws, for about so long."""
        if select.select([self._main], [], [], seconds)[0]:
            with suppress(OSError):  # It has ended.
                self._seen += os.read(self._main, 65536)

    def code(self) -> int:
        """Wait for the end of an app that draws nowhere; the exit code."""
        return self._app.wait(PATIENCE_SECONDS)

    def stopped(self) -> bool:
        """Whether a signal has stopped it."""
        return Path(f"/proc/{self._app.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed."""
        os.close(self._main)
        self._main = os.open(os.devnull, os.O_RDONLY)

    def kill(self) -> None:
        """End the app as nothing can keep it from."""
        self._app.send_signal(signal.SIGKILL)
        self._app.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        self._app.kill()
        self._app.wait()
        os.close(self._main)


@contextmanager
def terminal(state: Path, *command: str) -> Iterator[Terminal]:
    """A terminal that is closed; with a command, what runs in the place of the app."""
    made = Terminal(state, *command)
    try:
        yield made
    finally:
        made.close()
