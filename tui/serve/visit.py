"""One served session: a socket to a page, and the process that runs the app for it.

Built on textual-serve's `AppService`, which knows how to speak to the app. What is done differently here: no
shell starts the process; a page can ask for nothing but keys, sizes and focus, and an app for nothing but to
draw and to leave (no files, no addresses to open); the page is told how the process ended; and end it does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

import tui
from tui.saying import say

__all__ = ["CHILD", "End", "Visit", "sized"]

CHILD = (sys.executable, "-P", "-m", "tui.serve.child")
"""What runs in a session's process; -P, because the folder it is started in is not where our code is."""
GRACE_SECONDS = 4.0
"""How long a process has to keep its program and end, before it is killed."""
ENDED = (0, *(128 + number for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)))
"""How a process ends that was told to leave."""
MAX_CELLS = 500
"""The most columns and rows a page may ask for."""
MAX_SAID = 20_000
"""How many bytes of what a crashed process wrote last are shown."""


class End(IntEnum):
    """Why a session is over: the code its socket is closed with, from the range that is free for us."""

    LEFT = 4000
    CRASHED = 4001
    FULL = 4002
    STOPPED = 4003


class Visit(AppService):
    """A running app and the page that shows it."""

    def __init__(
        self, socket: web.WebSocketResponse, kept: Mapping[str, str], child: Sequence[str] = CHILD
    ) -> None:
        super().__init__(
            "", write_bytes=socket.send_bytes, write_str=socket.send_str, close=self._close,
            download_manager=DownloadManager(),
        )  # fmt: skip
        self.socket = socket
        self._kept = kept
        self.over = asyncio.Event()
        """Set once the process is gone."""
        self.leaving = False
        """Whether the page has gone or is told to go; the process may still be there."""
        self._child = child
        self._end = End.LEFT

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        code = Path(tui.__file__).parents[1]
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(code), os.environ.get("PYTHONPATH")])),
            **self._kept,
            "TEXTUAL_DRIVER": "tui.serve.driver:SessionDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM": "xterm-256color",  # The page draws, whatever the server was started on.
            "COLUMNS": str(width),
            "ROWS": str(height),
        }

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *self._child, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=self._build_environment(width, height),
            start_new_session=True,  # Ctrl+C is for the server, which then tells the sessions to leave.
        )  # fmt: skip
        self._stdin = process.stdin
        return process

    # --- from the app to the page ---

    async def run(self) -> None:
        """Pass on what the app draws until its process ends, and say to the page how it ended."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        said = asyncio.create_task(_last_words(process.stderr))
        try:
            while await process.stdout.readline() not in (b"__GANGLION__\n", b""):
                pass  # What comes before the app does is not for the page.
            while True:
                kind = await process.stdout.readexactly(1)
                size = int.from_bytes(await process.stdout.readexactly(4), "big")
                payload = await process.stdout.readexactly(size)
                if kind == b"D" and not self.leaving:
                    with suppress(ConnectionError):  # The page has gone; read on, so that the app can end.
                        await self.socket.send_bytes(payload)
        except asyncio.IncompleteReadError:
            pass
        code, words = await process.wait(), await said
        if code not in ENDED and not self.leaving:
            self._end = End.CRASHED
            lines = [f"microcrad: a session ended with {code}.", *words.splitlines()]
            say(lines, error=True)
        self.over.set()
        await self._close()

    async def _close(self) -> None:
        self.leaving = True
        await self.socket.close(code=self._end)

    # --- from the page to the app ---

    async def converse(self) -> None:
        """Pass on what the page sends, until it goes."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = json.loads(message.data)
            except (ValueError, RecursionError):
                continue
            match said:
                case ["stdin", str(text)]:
                    await self.send_bytes(text.encode(errors="replace"))
                case ["resize", {"width": int(width), "height": int(height)}]:
                    await self.set_terminal_size(sized(width), sized(height))
                case ["focus"]:
                    await self.focus()
                case ["blur"]:
                    await self.blur()

    # --- the end ---

    async def stop(self, end: End = End.LEFT) -> None:
        """Ask the app to keep its program and leave, and see to it that its process is gone."""
        if self._task is None or self._process is None:
            self.over.set()
            return
        if not self.leaving:
            self.leaving, self._end = True, end
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await self.send_meta({"type": "quit"})
                await self.over.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._task


def sized(cells: int) -> int:
    """A width or height that a page asked for, within reason."""
    return max(1, min(cells, MAX_CELLS))


async def _last_words(stream: asyncio.StreamReader) -> str:
    """The last that a process writes to its standard error."""
    words = b""
    while data := await stream.read(4096):
        words = (words + data)[-MAX_SAID:]
    return words.decode(errors="replace").strip()
