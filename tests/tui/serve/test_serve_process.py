"""`microcrad serve` as it is run: what it prints, how it stops, and that nothing of it stays behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import tomllib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, web
from commands import microcrad
from serving import ADDRESS, DEADLINE, command, descendants

from tui.commands import serve as serve_cli
from tui.serve import serving as in_this_process
from tui.serve.places import Places
from tui.serve.visit import Visit
from tui.state_file import StateKeeper

PROC = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc to list processes")


@pytest.fixture(autouse=True)
def never_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should have been refused does not serve in this process, where nobody would stop it."""

    def serves(*_: object) -> None:
        raise AssertionError("it serves")

    monkeypatch.setattr(in_this_process, "_serve", serves)


def test_it_prints_addresses_alone_and_stops_with_ctrl_c(tmp_path: Path) -> None:
    with command(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        first = process.stdout.readline()
        assert ADDRESS.fullmatch(first)
        assert first.startswith("http://127.0.0.1:")
        process.stdin.write("\n")
        process.stdin.flush()
        second = process.stdout.readline()
        assert ADDRESS.fullmatch(second)
        assert first != second
        process.send_signal(signal.SIGINT)
        said, explained = process.communicate(timeout=DEADLINE)
        assert (said, process.returncode) == ("", 0)
        assert re.fullmatch(r"Open this address in a browser.*\nStopping.\n", explained)


def test_letting_others_in_is_warned_of(tmp_path: Path) -> None:
    with command(tmp_path, "--host", "0.0.0.0") as process:
        assert process.stdout is not None
        assert ADDRESS.fullmatch(process.stdout.readline())
        process.terminate()
        _, explained = process.communicate(timeout=DEADLINE)
    assert explained.startswith("Warning: --host 0.0.0.0 lets other computers in.")
    assert "as you" in explained
    assert "encrypted" in explained
    assert "gone when this server stops" in explained
    assert os.listdir(tmp_path) == []


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = microcrad("serve", "--port", port)
    assert result.exit_code == 1
    assert f"127.0.0.1, port {port}: Address already in use." in result.stderr
    assert "Choose another --port" in result.stderr


@pytest.mark.parametrize(
    ("option", "wrong"), [("--port", "x"), ("--port", "-1"), ("--port", "65536"), ("--sessions", "0")]
)
def test_wrong_usage_is_said(option: str, wrong: str) -> None:
    result = microcrad("serve", option, wrong)
    assert result.exit_code == 2
    assert f"found '{wrong}'" in result.stderr


def test_a_host_that_is_not_there_is_said() -> None:
    result = microcrad("serve", "--host", "no such host")
    assert result.exit_code == 1
    assert "Nothing can be served at no such host" in result.stderr


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_cli, "find_spec", lambda name: None)
    result = microcrad("serve")
    assert result.exit_code == 1
    assert "pip install 'microcrad[serve]'" in result.stderr
    assert "pip install '.[serve]'" in result.stderr


class Silent(web.WebSocketResponse):
    """A page that nothing is drawn on."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = b""
        self.opened = asyncio.Event()
        """Whether the app stands there."""

    async def send_bytes(self, data: bytes, *_: Any) -> None:
        """Nobody looks."""
        self.seen += data
        if b"Graph" in self.seen:
            self.opened.set()

    async def send_str(self, *_: Any) -> None:
        """Nobody looks."""

    async def close(self, **_: Any) -> bool:
        """It has gone."""
        return True


async def drawn(page: ClientWebSocketResponse, words: bytes) -> None:
    """Wait until some words are drawn."""
    tail = b""
    async with asyncio.timeout(DEADLINE):
        while words not in tail:
            message = await page.receive()
            assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY), message
            if message.type is WSMsgType.BINARY:
                tail = tail[-len(words) :] + message.data


@pytest.mark.slow
async def test_what_is_typed_last_before_a_page_goes_is_kept(tmp_path: Path) -> None:
    """As when it is reloaded right after a key."""
    with Places(loopback=False) as places:
        environment = places.environment(0, 1)
        page = Silent()
        visit = Visit(page, environment)
        await visit.start(80, 24)
        async with asyncio.timeout(DEADLINE):
            await page.opened.wait()
        await visit.send_bytes(b"e")
        await visit.send_bytes(b"\r".join(b"kept%d = 1" % line for line in range(40)) + b"\rlast = 1")
        await visit.stop()
        program = StateKeeper(Path(environment["MICROCRAD_STATE"])).state.current
    assert program is not None
    assert "kept39 = 1\nlast = 1" in program.text


@PROC
async def test_ten_sessions_keep_ten_programs_and_none_outlives_a_killed_server(tmp_path: Path) -> None:
    """The slowest test of the server, with ten apps: five pages are closed, then the server is killed."""
    with command(tmp_path) as process:
        assert process.stdout is not None
        address = await asyncio.to_thread(process.stdout.readline)
        origin = address.partition("/?")[0]
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            async with http.get(address.strip()) as answer:
                assert answer.status == 200

            async def write(number: int) -> ClientWebSocketResponse:
                page = await http.ws_connect(
                    f"{origin}/ws?width=80&height=24&place={number}", headers={"Origin": origin}
                )
                await drawn(page, b"Inspector")
                await page.send_json(["stdin", "e"])
                await drawn(page, b"Leave field")
                await page.send_json(["stdin", f"\x1b[200~\nmine{number} = {number}\x1b[201~"])
                await drawn(page, b"mine")
                return page

            pages = await asyncio.gather(*(write(number) for number in range(1, 11)))
            apps = descendants(process.pid)
            assert len(apps) == 10
            await asyncio.gather(*(page.close() for page in pages[:5]))
            process.kill()
            await asyncio.to_thread(process.wait)
            try:
                async with asyncio.timeout(DEADLINE):
                    while any(alive(app) for app in apps):
                        await asyncio.sleep(0.02)
            finally:
                for app in filter(alive, apps):
                    os.kill(app, signal.SIGKILL)
            await asyncio.gather(*(page.close() for page in pages))
    for number in range(1, 11):
        kept = (tmp_path / "state-served" / f"1-{number}" / "state.toml").read_text(encoding="utf-8")
        written = re.findall(r"mine\d+ = \d+", tomllib.loads(kept)["current"]["text"])
        assert written == [f"mine{number} = {number}"]
    assert not (tmp_path / "state.toml").exists()


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
