"""The process of one served session: the app, on a state file of its own, ended when the server is.

The server may be killed without a chance to say goodbye, and an app does not mind when its input ends. So a
thread waits for the other end of standard input to close, which happens to a process however it ends.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time

__all__ = ["main"]

GRACE_SECONDS = 2.0
"""How long the app has to keep its program once the server has gone."""


def main() -> None:
    """Run the app; the exit code is the app's."""
    threading.Thread(target=_end_with_server, args=(sys.stdin.fileno(),), daemon=True).start()
    from tui.launch import launch

    sys.exit(launch())


def _end_with_server(server: int) -> None:
    """Wait until the server has gone, tell the app to leave, and end everything if it does not."""
    waiting = select.poll()
    waiting.register(server, 0)  # Nothing but the end of it: what arrives is read by the driver.
    waiting.poll()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)  # The session's process leads a group of its own.


if __name__ == "__main__":
    main()
