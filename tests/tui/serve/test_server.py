"""What the server answers, over the network, with a stand-in for the app."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from serving import DEADLINE, Serving, received, serving

from tui.serve import visit as sessions
from tui.serve.server import CHANGES, HEADERS, STATIC
from tui.serve.visit import MAX_CELLS, End


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Serving]:
    """A server nobody was let in to yet."""
    async with serving(tmp_path) as here:
        yield here


@pytest.fixture
async def inside(here: Serving) -> Serving:
    """A server, and a browser that was let in."""
    await here.let_in()
    return here


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """The code a socket is closed with, whatever comes before."""
    async with asyncio.timeout(DEADLINE):
        while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
            pass
    return socket.close_code


async def refused(here: Serving, **headers: str) -> int:
    """The status with which a socket is refused."""
    with pytest.raises(WSServerHandshakeError) as error:
        await here.socket(**headers)
    return error.value.status


# --- coming in -----------------------------------------------------------------------------------------


async def test_the_address_works_once_and_then_says_what_to_do(here: Serving) -> None:
    token = here.server.guard.invite()
    async with here.http.head(f"{here.url}/?token={token}") as looked:  # As a program that previews links.
        assert looked.status == 405
    async with here.http.get(f"{here.url}/?token={token}") as first:
        assert first.status == 200
        assert "<main" in await first.text()
        (cookie,) = first.cookies.values()
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
        assert cookie["expires"] == cookie["max-age"] == ""  # It goes when the browser does.
        assert token not in cookie.value
    async with here.http.get(here.url) as again:
        assert again.status == 200
    here.http.cookie_jar.clear()
    async with here.http.get(f"{here.url}/?token={token}") as second:
        assert second.status == 403
        assert not second.cookies
        page = await second.text()
        assert "press Enter" in page
        assert "<main" not in page
        assert token not in page


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%ff%00", "?token"])
async def test_without_a_good_token_nobody_gets_the_page(here: Serving, query: str) -> None:
    here.server.guard.invite()
    async with here.http.get(f"{here.url}/{query}") as answer:
        assert answer.status == 403
        assert "microcrad serve" in await answer.text()
        assert not answer.cookies


async def test_without_a_cookie_nothing_else_is_answered(here: Serving) -> None:
    for path in ("/ws", "/static/page.js", "/static/textual.js", "/static/none", "/none", "/download/x"):
        async with here.http.get(here.url + path, cookies={here.server.cookie: "wrong"}) as answer:
            assert answer.status == 403, path
    async with here.http.get(f"{here.url}/static/page.css") as answer:  # For the page that says no.
        assert answer.status == 200


async def test_a_foreign_name_for_this_machine_is_not_answered(inside: Serving) -> None:
    token = inside.server.guard.invite()
    for path in ("/", f"/?token={token}", "/ws", "/static/page.js", "/static/page.css"):
        for host in ("evil.example", f"evil.example:{inside.host.partition(':')[2]}"):
            async with inside.http.get(inside.url + path, headers={"Host": host}) as answer:
                assert answer.status == 421, path
    assert inside.server.guard.admit(token) is not None  # It was not spent.
    assert await refused(inside, Host="evil.example", Origin="http://evil.example") == 421


async def test_a_socket_is_for_our_own_page_only(inside: Serving) -> None:
    for origin in (
        "http://evil.example",
        "null",
        "http://127.0.0.1:1",
        f"http://localhost:{inside.host[10:]}",
    ):
        assert await refused(inside, Origin=origin) == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await inside.http.ws_connect(f"{inside.url}/ws")
    inside.http.cookie_jar.clear()
    assert await refused(inside) == 403
    assert await refused(inside, Cookie=f"{inside.server.cookie}={inside.server.guard.invite()}") == 403
    assert inside.server.sessions == {}


async def test_no_secret_is_logged(here: Serving, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = here.server.guard.invite()
    async with here.http.get(f"{here.url}/?token={token}") as answer:
        (cookie,) = answer.cookies.values()
    socket, _ = await here.session()
    await socket.send_str("crash")
    await socket.close()
    assert token not in caplog.text
    assert cookie.value not in caplog.text


# --- what the page is made of --------------------------------------------------------------------------


async def test_every_answer_says_where_the_page_may_load_from(inside: Serving) -> None:
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
    assert not re.search(r"unsafe|\*|https?:|data:", HEADERS["Content-Security-Policy"])
    for path, host in (("/", None), ("/static/page.js", None), ("/none", None), ("/ws", None), ("/", "evil")):
        async with inside.http.get(inside.url + path, headers={"Host": host} if host else {}) as answer:
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    inside.http.cookie_jar.clear()
    async with inside.http.get(inside.url) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"


KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
ADDRESS = re.compile(r"""(?:\bsrc=|\bhref=|\burl\(|@import\s|\.src\s*=\s*|\bfetch\()\s*["']?([^"'\s)>]+)""")


async def test_the_page_is_made_of_what_we_serve(inside: Serving) -> None:
    """Follows every address in the page and in what it names; all of them lead here."""
    async with inside.http.get(inside.url) as answer:
        texts = {"/": await answer.text()}
    looked: set[str] = set()
    while texts:
        _, text = texts.popitem()
        for address in ADDRESS.findall(text):
            assert address.startswith("/static/"), address
            if address in looked:
                continue
            looked.add(address)
            async with inside.http.get(inside.url + address) as answer:
                assert answer.status == 200, address
                assert answer.content_type == KINDS[Path(address).suffix]
                if answer.content_type.startswith("text/") and "textual" not in address:
                    texts[address] = await answer.text()
    assert looked == {f"/static/{name}" for name in STATIC}


async def test_nothing_we_serve_names_another_server(inside: Serving) -> None:
    pages = [inside.url, *(f"{inside.url}/static/{name}" for name in STATIC)]
    for url in pages:
        async with inside.http.get(url) as answer:
            body = await answer.read()
        if answer.content_type == "font/ttf":
            continue
        text = re.sub(r"/\*.*?\*/", "", body.decode(), flags=re.DOTALL)  # Whoever wrote it may say so.
        found = set(re.findall(r"(?:\b[a-z]+:)?//[\w-]+\.[\w.-]+", text))
        assert found <= {"http://www.w3.org"}, url  # The name of a language, which nobody loads.
        assert "googleapis" not in text


def test_what_is_changed_in_the_terminals_script_is_there() -> None:
    script = STATIC["textual.js"][0].read_bytes()
    assert {theirs: script.count(theirs) for theirs in CHANGES} == dict.fromkeys(CHANGES, 1)


PATHS = [
    "/static/../server.py", "/static/..%2fserver.py", "/static/%2e%2e/server.py", "/static/..%5cserver.py",
    "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/", "/static", "/static/page.js/..", "//",
    "/..", "/static/page.js%00", "/static/no-address.html", "/%2e%2e/%2e%2e/etc/passwd", "/download/x",
]  # fmt: skip


async def test_no_path_leads_to_another_file(inside: Serving) -> None:
    (cookie,) = inside.http.cookie_jar
    host, _, port = inside.host.partition(":")
    for path in PATHS:  # Past the client, which would tidy them up.
        reader, writer = await asyncio.open_connection(host, int(port))
        lines = [f"GET {path} HTTP/1.1", f"Host: {inside.host}", f"Cookie: {cookie.key}={cookie.value}"]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        assert re.match(rb"HTTP/1.1 40[04] ", answer), (path, answer)
        assert b"root:" not in answer


# --- sessions ------------------------------------------------------------------------------------------


async def test_a_session_draws_and_gets_what_is_typed(inside: Serving) -> None:
    socket, (columns, rows, _) = await inside.session("width=90&height=30")
    assert (columns, rows) == ("90", "30")
    await socket.send_json(["stdin", "x = é\x1b[A"])
    assert await received(socket) == b"D" + "x = é\x1b[A".encode()
    await socket.send_json(["resize", {"width": 100, "height": 40}])
    assert json.loads((await received(socket))[1:]) == {"type": "resize", "width": 100, "height": 40}
    for word in ("blur", "focus"):
        await socket.send_json([word])
        assert json.loads((await received(socket))[1:]) == {"type": word}
    await socket.close()


async def test_what_a_page_may_not_say_is_not_passed_on(inside: Serving) -> None:
    socket, size = await inside.session(f"width={10**5}&height=-3&place={'9' * 5000}")
    assert size[:2] == ["1", "1"]
    for nonsense in (
        "", "x", "[", "{}", "[]", "null", "[" * 100_000, '["stdin"]', '["stdin", 3]', '["stdin", "a", "b"]',
        '["quit"]', '["resize", {"width": "9", "height": 9}]', '["resize", {"width": 1e9, "height": 9}]',
        '["deliver_chunk_request", {"key": "x", "size": 1}]', '["meta", {"type": "exit"}]',
    ):  # fmt: skip
        await socket.send_str(nonsense)
    await socket.send_bytes(b'["stdin", "x"]')
    await socket.send_json(["resize", {"width": 10**9, "height": -5}])
    resized = json.loads((await received(socket))[1:])
    assert resized == {"type": "resize", "width": MAX_CELLS, "height": 1}
    await socket.send_str('["stdin", "\\udc80"]')
    assert await received(socket) == b"D?"
    await socket.close()


async def test_one_session_too_many_is_refused_until_another_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, most=2) as here:
        await here.let_in()
        (first, _), (second, _) = await here.session(), await here.session()
        third = await here.socket()
        assert await closed(third) == End.FULL
        assert len(here.server.sessions) == 2
        await first.close()
        fourth, _ = await here.session()  # It waits for the first to be gone.
        await second.send_json(["stdin", "still there"])
        assert await received(second) == b"Dstill there"
        await fourth.close()


async def test_each_session_has_its_own_state_and_a_reload_gets_it_back(inside: Serving, state: Path) -> None:
    sockets, files = zip(*[await inside.session() for _ in range(3)], strict=True)
    folder = state.with_name("state-served")
    assert [size[2] for size in files] == [str(folder / f"1-{place}" / "state.toml") for place in (1, 2, 3)]
    await sockets[1].close()
    again, (*_, file) = await inside.session("width=9&height=9&place=2")
    assert file == files[1][2]
    copied, (*_, file) = await inside.session("width=9&height=9&place=2")  # The browser copies a tab.
    assert file == str(folder / "1-4" / "state.toml")
    inside.http.cookie_jar.clear()
    await inside.let_in()
    other, (*_, file) = await inside.session("width=9&height=9&place=2")
    assert file == str(folder / "2-2" / "state.toml")
    for socket in (*sockets, again, copied, other):
        await socket.close()


async def test_the_page_is_told_how_a_session_ended(
    inside: Serving, capfd: pytest.CaptureFixture[str]
) -> None:
    for word, end in (("leave", End.LEFT), ("crash", End.CRASHED)):
        socket, _ = await inside.session()
        await socket.send_json(["stdin", word])
        assert await closed(socket) == end
    said = capfd.readouterr()
    assert said.out == ""
    assert "a session ended with 1" in said.err
    assert r"it \x1b[31mbroke" in said.err
    socket, _ = await inside.session()
    ended = asyncio.create_task(closed(socket))
    await inside.server.stop()
    assert await ended == End.STOPPED
    assert capfd.readouterr().err == ""


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    "stuck", ["signal.pause()", "os.write(1, b'D' + bytes([0, 1, 0, 0]) + bytes(65536))"]
)
async def test_an_app_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    """Whether it waits for ever, or draws for ever on a page that has gone."""
    monkeypatch.setattr(sessions, "GRACE_SECONDS", 0.05)
    script = (
        "import os, signal\nsignal.signal(15, signal.SIG_IGN)\nos.write(1, b'__GANGLION__\\n')\n"
        f"os.write(1, b'D' + bytes([0, 0, 0, 1]) + b'x')\nwhile True: {stuck}"
    )
    async with serving(tmp_path, child=(sys.executable, "-S", "-c", script)) as here:
        await here.let_in()
        socket = await here.socket()
        assert (await received(socket))[:1] in (b"x", b"\0")
        (session,) = here.server.sessions.values()
        assert session._process is not None
        await socket.close()
        async with asyncio.timeout(DEADLINE):
            await session.over.wait()
        assert gone(session._process.pid)
