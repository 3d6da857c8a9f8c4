"""The gate: who connects waits here until a whole request has come, so that idle connections harm nobody.

Connections that ask for nothing are ended after a while, the oldest at once where there are many. What goes
wrong below any request is said in one line a minute.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiohttp.http import HttpProcessingError

from tui.saying import say

__all__ = ["Complaints", "Gate"]

MOST_WAITING = 64
"""How many connections may wait at once: far fewer than the files a process may have open."""
HEAD_SECONDS = 5.0
"""How long a connection may take to say what it wants."""
MAX_HEAD = 32_768
"""How many bytes that may have."""
_QUIET_SECONDS = 60.0


class Gate:
    """Makes the protocol of a new connection: one that waits, and hands over to `let_in`'s."""

    def __init__(self, let_in: Callable[[], asyncio.Protocol]) -> None:
        self.let_in = let_in
        self.waiting: dict[_Waiting, None] = {}
        """Who has not said yet what is wanted, the oldest first."""

    def __call__(self) -> asyncio.Protocol:
        return _Waiting(self)


class _Waiting(asyncio.Protocol):
    """A connection that has not said yet what it wants."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._said = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._gate.waiting[self] = None
        if len(self._gate.waiting) > MOST_WAITING:
            next(iter(self._gate.waiting)).leave()
        self._deadline = asyncio.get_running_loop().call_later(HEAD_SECONDS, self.leave)

    def data_received(self, data: bytes) -> None:
        self._said += data
        if b"\r\n\r\n" in self._said:
            self._forget()
            protocol = self._gate.let_in()
            self.transport.set_protocol(protocol)
            protocol.connection_made(self.transport)
            protocol.data_received(self._said)
        elif len(self._said) > MAX_HEAD:
            self.leave()

    def connection_lost(self, error: Exception | None) -> None:
        self._forget()

    def leave(self) -> None:
        """End the connection."""
        self._forget()
        self.transport.abort()

    def _forget(self) -> None:
        self._deadline.cancel()
        self._gate.waiting.pop(self, None)


class Complaints(logging.Handler):
    """What goes wrong in a connection, in one line a minute: there may be thousands of it.

    What nobody could mend here is not said: that a request was none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said = -_QUIET_SECONDS
        self._kept_back = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Say what the server would log."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            self._say(record.getMessage(), error)

    def take(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say what went wrong in the loop."""
        self._say(context["message"], context.get("exception"))

    def _say(self, message: str, error: BaseException | None) -> None:
        """Say it, if nothing was said for a minute."""
        now = time.monotonic()
        if now - self._said < _QUIET_SECONDS:
            self._kept_back += 1
            return
        more = f" ({self._kept_back:,} more like it since the last one)" if self._kept_back else ""
        self._said, self._kept_back = now, 0
        what = message if error is None else f"{type(error).__name__}: {error}"
        say([f"microcrad: {what}{more}"], error=True)
