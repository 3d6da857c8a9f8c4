"""What the tests of the server share: a server in this process, and a stand-in for the app."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from tui.serve.gate import Complaints
from tui.serve.guard import Guard
from tui.serve.places import Places
from tui.serve.server import Server

__all__ = ["ADDRESS", "DEADLINE", "ECHO", "Serving", "command", "descendants", "received", "serving"]

ADDRESS = re.compile(r"http://[\w.]+:\d+/\?token=[\w-]{43}\n")
"""What `microcrad serve` prints."""

DEADLINE = 60.0
"""Seconds after which something that was waited for is taken not to happen."""

_ECHO = """
import json, os, sys
def put(data):
    os.write(1, b"D" + len(data).to_bytes(4, "big") + data)
source = sys.stdin.buffer
os.write(1, b"a word before it starts\\n__GANGLION__\\n")
put(json.dumps([os.environ[name] for name in ("COLUMNS", "ROWS", "MICROCRAD_STATE")]).encode())
while head := source.read(5):
    payload = source.read(int.from_bytes(head[1:], "big"))
    if payload == b"crash":
        sys.exit("it \\x1b[31mbroke")
    if payload == b"leave" or (head[:1] == b"M" and json.loads(payload)["type"] == "quit"):
        sys.exit(0)
    put(head[:1] + payload)
"""
ECHO = (sys.executable, "-S", "-E", "-c", _ECHO)
"""Says how large it is and where its state is, then repeats what it gets; `crash` and `leave` are obeyed."""


class Serving:
    """A running server, and a browser beside it."""

    def __init__(self, server: Server, port: int, http: ClientSession) -> None:
        self.server = server
        self.http = http
        self.url = f"http://127.0.0.1:{port}"
        self.host = f"127.0.0.1:{port}"

    async def let_in(self) -> None:
        """Open an address, so that the browser has a cookie."""
        async with self.http.get(f"{self.url}/?token={self.server.guard.invite()}") as answer:
            assert answer.status == 200

    async def socket(self, query: str = "width=90&height=30", **headers: str) -> ClientWebSocketResponse:
        """Open a session as the page does."""
        headers = {"Origin": self.url, **headers}
        return await self.http.ws_connect(f"{self.url}/ws?{query}", headers=headers, max_msg_size=0)

    async def session(self, query: str = "width=90&height=30") -> tuple[ClientWebSocketResponse, list[Any]]:
        """Open a session, and wait for what the stand-in says first: columns, rows and state file."""
        socket = await self.socket(query)
        return socket, json.loads(await received(socket))


@asynccontextmanager
async def serving(
    folder: Path, *, most: int = 10, child: Sequence[str] = ECHO, loopback: bool = True
) -> AsyncIterator[Serving]:
    """Serve on a free port."""
    with Places(loopback=loopback) as places:
        server = Server(Guard("127.0.0.1", loopback=loopback), places, 1, most, Complaints(), child)
        listening = socket.create_server(("127.0.0.1", 0))
        async with server.open(listening), ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            yield Serving(server, listening.getsockname()[1], http)


async def received(socket: ClientWebSocketResponse) -> bytes:
    """The next thing that is drawn; the server's own words are skipped."""
    async with asyncio.timeout(DEADLINE):
        while True:
            message = await socket.receive()
            assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY), message
            if message.type is WSMsgType.BINARY:
                return message.data


@contextmanager
def command(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `microcrad serve` with its state in a folder; whatever happens, it is gone in the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "microcrad", "serve", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={
            **os.environ, "PYTHONUNBUFFERED": "", "MICROCRAD_STATE": str(folder / "state.toml"),
            "MICROCRAD_PROGRESS": str(folder / "progress.toml"),
        },
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def descendants(process: int) -> set[int]:
    """The processes that a process has started, and they in turn. Reads /proc."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # It ended meanwhile.
        if state != "Z":
            parents[int(folder.name)] = int(parent)
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}
