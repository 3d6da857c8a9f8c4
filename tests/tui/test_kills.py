"""The real app in a pseudo-terminal, killed at random moments: at most two seconds of typing are lost."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pytest
from terminals import terminal

from tui.files import opened
from tui.state_file import StateKeeper

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")

LOST_SECONDS = 2.0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
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
