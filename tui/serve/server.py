"""What the server answers: one page, the files it is made of, and one socket a session.

Every answer says that the page may load from here and nowhere else. Files are named in a table, so that no
path of a request ever becomes the path of a file.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from tui.serve.gate import Complaints, Gate
from tui.serve.guard import Guard
from tui.serve.places import Places, free_place
from tui.serve.visit import CHILD, End, Visit, sized

__all__ = ["Server"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OURS = files("tui.serve") / "static"
_TERMINAL = files("textual_serve") / "static"
STATIC: dict[str, tuple[Traversable, str]] = {
    "page.css": (_OURS / "page.css", "text/css"),
    "page.js": (_OURS / "page.js", "text/javascript"),
    "icon.svg": (_OURS / "icon.svg", "image/svg+xml"),
    "xterm.css": (_TERMINAL / "css" / "xterm.css", "text/css"),
    "textual.js": (_TERMINAL / "js" / "textual.js", "text/javascript"),
    "mono.ttf": (_TERMINAL / "fonts" / "RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "mono-italic.ttf": (_TERMINAL / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"),
}
"""Everything the page is made of, by the name it has under /static/."""
PUBLIC = "/static/page.css"
"""What the page that refuses somebody needs."""
_WEBGL = b"this.webglAddon=new p.WebglAddon,this.terminal.loadAddon(this.webglAddon),"
CHANGES = {
    # It stops where there is no WebGL, which it then makes no use of: the canvas takes over. Our page, on the
    # other hand, would like to know the terminal.
    _WEBGL: b"e.terminal=this.terminal,",
    # It would write a style sheet into the page, which the page may not have; it has the same one as a file.
    b'f.insert=o().bind(null,"head"),': b"f.insert=()=>{},",
}
"""What is changed in textual-serve's script. Without these changes it works as well, but for what is said."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Server": "microcrad",
}
"""On every answer."""
MAX_MESSAGE = 64_000_000
"""The most bytes of one message from a page, which may be a paste: the app says what is too much."""


class Server:
    """Answers requests, and knows the sessions that are open."""

    def __init__(
        self,
        guard: Guard,
        places: Places,
        port: int,
        most: int,
        complaints: Complaints,
        child: Sequence[str] = CHILD,
    ) -> None:
        self.guard = guard
        self.places = places
        self.cookie = f"microcrad-{port}"  # A cookie is for a host; the name keeps two servers apart.
        self.most = most
        """How many sessions may be open at once."""
        self.sessions: dict[tuple[int, int], Visit] = {}
        """By visitor and place."""
        self._log = logging.Logger("microcrad")
        self._log.addHandler(complaints)
        self._child = child
        self._stopped = False
        self._static = {name: (file.read_bytes(), kind) for name, (file, kind) in STATIC.items()}
        script, kind = self._static["textual.js"]
        for theirs, ours in CHANGES.items():
            script = script.replace(theirs, ours)
        self._static["textual.js"] = script, kind

    @asynccontextmanager
    async def open(self, listening: socket.socket) -> AsyncIterator[None]:
        """Answer on a socket that listens; at the end every session is ended."""
        runner = self._runner()
        await runner.setup()
        assert runner.server is not None
        door = await asyncio.get_running_loop().create_server(Gate(runner.server), sock=listening)
        try:
            yield
        finally:
            door.close()
            await self.stop()
            await runner.cleanup()

    def _runner(self) -> web.AppRunner:
        """The routes, guarded; no log, because addresses hold secrets."""
        application = web.Application(middlewares=[self._guarded])
        application.on_response_prepare.append(_with_headers)
        for path, handler in (
            ("/", self._page), ("/ws", self._socket), ("/static/{name}", self._file),
        ):  # fmt: skip
            application.router.add_get(path, handler, allow_head=False)  # Only a GET may spend a token.
        return web.AppRunner(application, access_log=None, logger=self._log, shutdown_timeout=1)

    async def stop(self) -> None:
        """End all sessions, and begin none."""
        self._stopped = True
        await asyncio.gather(*(session.stop(End.STOPPED) for session in self.sessions.values()))

    # --- answers ---

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what is not for us, or from nobody that was let in; the page itself lets people in."""
        if not self.guard.knows_host(request.headers.get("Host", "")):
            return web.Response(status=421, text="This is microcrad. It does not answer to that name.\n")
        if request.path not in ("/", PUBLIC) and self._visitor(request) is None:
            return web.Response(status=403, text="Open the address that microcrad serve printed.\n")
        return await handler(request)

    def _visitor(self, request: web.Request) -> int | None:
        return self.guard.visitor(request.cookies.get(self.cookie, ""))

    async def _page(self, request: web.Request) -> web.Response:
        token = request.query.get("token")
        response = _html("page")
        if self._visitor(request) is not None:
            return response
        cookie = None if token is None else self.guard.admit(token)
        if cookie is None:
            return _html("no-address" if token is None else "spent", status=403)
        response.set_cookie(self.cookie, cookie, httponly=True, samesite="Strict", path="/")
        return response

    async def _file(self, request: web.Request) -> web.Response:
        found = self._static.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        body, kind = found
        return web.Response(body=body, content_type=kind, charset="utf-8" if "text/" in kind else None)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        visitor = self._visitor(request)
        origin, host = request.headers.get("Origin"), request.headers.get("Host", "")
        if visitor is None or not self.guard.same_origin(origin, host):
            return web.Response(status=403, text="Only microcrad's own page opens a session.\n")
        # A page that is reloaded wants the place that it is leaving.
        await asyncio.gather(*(session.over.wait() for session in self.sessions.values() if session.leaving))
        page = web.WebSocketResponse(heartbeat=15, timeout=2, compress=False, max_msg_size=MAX_MESSAGE)
        await page.prepare(request)
        if self._stopped or len(self.sessions) >= self.most:
            await page.close(code=End.STOPPED if self._stopped else End.FULL)
            return page
        taken = {place for of, place in self.sessions if of == visitor}
        place = free_place(_number(request, "place"), taken)
        session = Visit(page, self.places.environment(visitor, place), self._child)
        self.sessions[visitor, place] = session
        try:
            await page.send_json(["instance_id", place])
            await session.start(sized(_number(request, "width")), sized(_number(request, "height")))
            await session.converse()
        except ConnectionError:
            pass  # It went before it was there.
        finally:
            await asyncio.shield(session.stop())
            del self.sessions[visitor, place]
        return page


def _html(name: str, status: int = 200) -> web.Response:
    return web.Response(
        body=(_OURS / f"{name}.html").read_bytes(), status=status, content_type="text/html", charset="utf-8"
    )


def _number(request: web.Request, name: str) -> int:
    """A number from an address, or 0 for what is none."""
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    if not isinstance(response, web.WebSocketResponse):
        response.force_close()  # Who wants more comes through the gate again.
