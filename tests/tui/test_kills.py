"""The real app in a pseudo-terminal, killed at random moments: at most two seconds of typing are lost."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.files import opened
from tui.state_file import StateKeeper

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

LOST_SECONDS = 2.0
PATIENCE_SECONDS = 120.0
"""How long anything may take on a busy machine."""


class Terminal:
    """The app in a terminal of its own."""

    def __init__(self, state: Path) -> None:
        import pty

        self._main, side = pty.openpty()
        environment = {**os.environ, "MICROCRAD_STATE": str(state), "TERM": "xterm-256color"}
        environment |= {"LINES": "30", "COLUMNS": "100"}
        self._app = subprocess.Popen(
            [sys.executable, "-m", "microcrad"],
            stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(side)
        self._seen = b""

    def press(self, keys: str) -> None:
        """Send keys; what was drawn before them does not count any more."""
        self._seen = b""
        os.write(self._main, keys.encode())

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
            self._seen += os.read(self._main, 65536)

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
def terminal(state: Path) -> Iterator[Terminal]:
    """A terminal that is closed."""
    made = Terminal(state)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_a_kill_loses_at_most_two_seconds_of_typing(tmp_path: Path, seed: int) -> None:
    """Typed on and on; killed; gone on with by the next copy; killed again.

    A line counts as typed once the app has drawn it, and time as gone by once the app has drawn what was
    typed then, so that a machine that stands still takes nothing away from the app's two seconds.
    """
    chance, state = random.Random(seed), tmp_path / "state.toml"
    safe: list[str] = []
    """Lines that were typed two seconds before a kill."""
    count = 0
    for _ in range(2):
        with terminal(state) as app:
            app.until_drawn("Program")
            app.press("e")
            app.until_drawn("Typing in the program")
            app.press("\r")
            drawn: list[tuple[float, str]] = []
            sent = time.monotonic()
            end = sent + LOST_SECONDS + chance.uniform(0.3, 2.0)
            while sent < end:
                count += 1
                line = f"kept{count} = {count}"
                sent = time.monotonic()
                app.press(f"{line}\r")
                app.until_drawn(f"kept{count}")
                drawn.append((time.monotonic(), line))
                app.read(chance.uniform(0.0, 0.3))
            app.kill()
        safe += [f"{line}\n" for when, line in drawn if when <= sent - LOST_SECONDS]
        program, saying = opened(None, StateKeeper(state))
        assert [line for line in safe if line not in program.text] == []
        assert "is as you left it" in saying
    assert len(safe) > 2
