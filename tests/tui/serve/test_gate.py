"""Who connects and asks for nothing, by hundreds: others are answered, and little is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from serving import DEADLINE, Serving, received, serving

from tui.serve import gate
from tui.serve.gate import MAX_HEAD, MOST_WAITING, Complaints

HALF = b"GET / HTTP/1.1\r\n"
WHOLE = HALF + b"Host: 127.0.0.1\r\n\r\n"


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    monkeypatch.setenv("MICROCRAD_STATE", str(tmp_path / "state.toml"))
    async with serving(tmp_path) as here:
        yield here


async def connected(here: Serving, says: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(here.host.partition(":")[2]))
    writer.write(says)
    await writer.drain()
    return reader, writer


async def answer(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection is ended from the other side."""
    said = b""
    async with asyncio.timeout(DEADLINE):
        try:
            while data := await reader.read(65536):
                said += data
        except ConnectionError:
            pass
    return said


async def test_hundreds_that_ask_for_nothing_keep_nobody_out(here: Serving) -> None:
    idle = [await connected(here, HALF) for _ in range(MOST_WAITING + 5)]
    reader, writer = await connected(here, WHOLE)
    assert (await answer(reader)).startswith(b"HTTP/1.1 403")  # It was let in nowhere, but it was answered.
    assert await answer(idle[0][0]) == b""  # The oldest made room.
    for _, each in [*idle, (reader, writer)]:
        each.close()


async def test_who_says_nothing_for_long_is_sent_away(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "HEAD_SECONDS", 0.01)
    reader, writer = await connected(here, HALF)
    assert await answer(reader) == b""
    writer.close()


async def test_a_request_without_end_is_not_kept(here: Serving) -> None:
    reader, writer = await connected(here, HALF + b"a" * (MAX_HEAD + 1))
    assert await answer(reader) == b""
    writer.close()


async def test_a_request_in_pieces_is_one(here: Serving) -> None:
    reader, writer = await connected(here, WHOLE[:20])
    for byte in WHOLE[20:]:
        writer.write(bytes([byte]))
        await writer.drain()
    assert (await answer(reader)).startswith(b"HTTP/1.1 403")
    writer.close()


async def test_what_is_no_request_is_refused_and_not_told_here(
    here: Serving, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody here can mend what somebody sends; what fails here is told."""
    reader, writer = await connected(here, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (await answer(reader)).startswith(b"HTTP/1.0 400")
    writer.close()
    assert capfd.readouterr().err == ""
    here.server.guard.knows_host = lambda host: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    reader, writer = await connected(here, WHOLE)
    assert (await answer(reader)).startswith(b"HTTP/1.1 500")
    writer.close()
    (said,) = capfd.readouterr().err.splitlines()
    assert said == "microcrad: ZeroDivisionError: division by zero"


async def test_a_paste_of_five_megabytes_reaches_the_app(here: Serving) -> None:
    await here.let_in()
    socket, _ = await here.session()
    paste = "y = 1\n" * 850_000
    await socket.send_json(["stdin", paste])
    assert await received(socket) == b"D" + paste.encode()
    await socket.close()


async def test_complaints_are_one_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(gate.time, "monotonic", lambda: now)
    complaints, loop = Complaints(), asyncio.get_running_loop()
    for _ in range(1000):
        complaints.take(loop, {"exception": OSError(24, "Too many open files"), "message": "accept"})
    now += 60
    complaints.take(loop, {"message": "it goes on"})
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "microcrad: OSError: [Errno 24] Too many open files",
        "microcrad: it goes on (999 more like it since the last one)",
    ]
