"""A Chromium without a window, driven through its DevTools socket."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from tools import CHROMIUM

__all__ = ["DEADLINE", "Page", "chromium", "until"]

DEADLINE = 60.0
"""Seconds after which something that was waited for is taken not to happen."""
KEYS = {"Enter": (13, "\r"), "Delete": (46, ""), "F7": (118, "")}
"""The keys that are not a character: their number, and the text they make."""


async def until(condition: Callable[[], Awaitable[Any]], failing: Callable[[], Awaitable[str]]) -> Any:
    """Wait for a condition to give something true, and give it back."""
    end = time.monotonic() + DEADLINE
    while not (found := await condition()):
        assert time.monotonic() < end, await failing()
        await asyncio.sleep(0.02)
    return found


class Page:
    """One tab."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._calls = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.requested: list[str] = []
        """Every address that the page asked for."""
        self.console: list[str] = []
        """Every error and warning that the page wrote to its console."""
        self.asked: list[str] = []
        """The kind of each question the browser put to the person; all are answered with yes."""

    async def listen(self) -> None:
        """Take what the browser says, until it goes."""
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
                continue
            about = said["params"]
            match said["method"]:
                case "Network.requestWillBeSent":
                    self.requested.append(about["request"]["url"])
                case "Network.webSocketCreated":
                    self.requested.append(about["url"])
                case "Log.entryAdded":
                    self.console.append(about["entry"]["text"])
                case "Runtime.exceptionThrown":
                    details = about["exceptionDetails"]
                    self.console.append(details.get("exception", details).get("description", str(details)))
                case "Page.javascriptDialogOpening":
                    self.asked.append(about["type"])
                    await self._send("Page.handleJavaScriptDialog", accept=True)

    async def _send(self, method: str, **params: Any) -> asyncio.Future[Any]:
        self._calls += 1
        answer = self._answers[self._calls] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._calls, "method": method, "params": params})
        return answer

    async def call(self, method: str, **params: Any) -> Any:
        """Ask the browser for something."""
        said = await (await self._send(method, **params))
        assert "error" not in said, (method, said["error"])
        return said["result"]

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression is in the page; None between two pages."""
        how = {"expression": expression, "returnByValue": True}
        said = await (await self._send("Runtime.evaluate", **how))
        if "error" in said:
            return None  # The page is on its way to another one.
        assert "exceptionDetails" not in said["result"], said
        return said["result"]["result"].get("value")

    async def promised(self, expression: str) -> Any:
        """What the promise that a JavaScript expression is comes to; what it throws is a failure."""
        said = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.call("Page.navigate", url=address)

    async def press(self, key: str) -> None:
        """Press and release a key."""
        number, text = KEYS.get(key) or (ord(key.upper()) if key.isalnum() else 0, key)
        about = {"key": key, "windowsVirtualKeyCode": number, "code": key}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    async def type(self, text: str) -> None:
        """Type a text, as from a keyboard."""
        for character in text:
            await self.press("Enter" if character == "\n" else character)

    async def screen(self) -> str:
        """What stands in the terminal."""
        found = await self.value(
            """(() => {
              const buffer = document.querySelector(".textual-terminal")?.terminal?.buffer.active;
              if (!buffer) return "";
              return [...Array(buffer.length).keys()]
                .map((row) => buffer.getLine(row).translateToString(true)).join("\\n");
            })()"""
        )
        return str(found or "")

    async def notice(self) -> str:
        """What the page says over the terminal, or an empty string."""
        said = await self.value("document.querySelector('#notice:not([hidden])')?.innerText")
        return str(said or "")

    async def start_again(self) -> None:
        """Press the button below what the page says, and wait for the new page."""
        await self.value("window.before = true; document.querySelector('#notice button').click()")

        async def started() -> bool:
            return await self.value("!window.before && document.querySelector('#notice')?.hidden") is True

        await until(started, self.notice)

    async def shows(self, *words: str) -> None:
        """Wait until all of some patterns are found in the terminal."""

        async def all_there() -> bool:
            screen = await self.screen()
            return all(re.search(word, screen) for word in words)

        async def what_there_is() -> str:
            return (
                f"{words} never came; notice {await self.notice()!r}, {self.console}\n{await self.screen()}"
            )

        await until(all_there, what_there_is)

    async def says(self, words: str) -> None:
        """Wait until the page says something over the terminal."""

        async def said() -> bool:
            return words in await self.notice()

        async def what_there_is() -> str:
            return f"{words!r} was never said; notice {await self.notice()!r}\n{await self.screen()}"

        await until(said, what_there_is)


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Callable[[], Awaitable[Page]]]:
    """A browser with a fresh profile in a folder; gives what opens a tab."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-quic",
        "--window-size=1200,800", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    found = folder / "DevToolsActivePort"
    listening: list[asyncio.Task[None]] = []

    async def port() -> str:
        return found.read_text().split("\n")[0] if found.exists() else ""

    async def not_started() -> str:
        return "Chromium never started"

    async with ClientSession() as http:

        async def tab() -> Page:
            async with http.put(f"{tools}/json/new?about:blank") as answer:
                target = await answer.json()
            page = Page(await http.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0))
            listening.append(asyncio.create_task(page.listen()))
            for domain in ("Page", "Network", "Log", "Runtime"):
                await page.call(f"{domain}.enable")
            return page

        try:
            tools = f"http://127.0.0.1:{await until(port, not_started)}"
            yield tab
        finally:
            process.terminate()
            await process.wait()
            await asyncio.gather(*listening, return_exceptions=True)
