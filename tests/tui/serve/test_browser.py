"""The page in a real browser: it takes a program, shows its nodes, and asks nobody else for anything."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import Page, chromium
from serving import command, descendants

pytestmark = pytest.mark.needs("chromium")

PROGRAM = "a = 3\nb = a*a + 1\nbackward(b)"
NODES = (r"b\s+\+\s+10\s+", r"a\*a\s+\*\s+9\s+", r"a\s.*leaf\s+3\s+")


async def write(page: Page, program: str) -> None:
    """Write a program in the place of the one that is there."""
    await page.press("e")
    await page.shows("Leave field")
    await page.press("F7")  # Selects all; like Delete, it takes its turn behind what is typed.
    await page.press("Delete")
    await page.shows("No nodes yet")
    await page.type(program)
    await page.shows(*NODES)


@pytest.mark.slow
async def test_a_program_is_written_in_a_browser(tmp_path: Path) -> None:
    with command(tmp_path) as process:
        assert process.stdout is not None
        address = (await asyncio.to_thread(process.stdout.readline)).strip()
        async with chromium(tmp_path / "profile") as tab:
            page = await tab()
            await page.open(address)
            await page.shows(r"Inspector", r"o\s+tanh\s+0\.7616")
            assert await page.notice() == ""
            assert await page.value("location.href") == address.partition("?")[0]
            assert await page.value("document.cookie") == ""
            assert await page.value("document.fonts.check('16px \"Roboto Mono\"')")
            await write(page, PROGRAM)

            await page.call("Page.reload")  # It asks first, and then finds the program again.
            await page.shows("is as you left it", *NODES)
            assert page.asked == ["beforeunload"]

            other = await tab()
            await other.open(address)  # The token is spent, but this browser was let in.
            await other.shows(r"o\s+tanh\s+0\.7616")
            await other.press("Q")
            await other.says("You have left microcrad")
            await other.start_again()
            await other.shows(r"o\s+tanh\s+0\.7616")

            if os.path.exists("/proc/self/stat"):
                for app in descendants(process.pid):
                    os.kill(app, signal.SIGKILL)
                await page.says("microcrad has crashed")
                await page.start_again()
                await page.shows(*NODES)

            stranger = await tab()
            await stranger.call("Network.clearBrowserCookies")
            await stranger.open(address)
            await stranger.says("Each address lets one browser in, once.")

            process.terminate()
            await page.says("The server was stopped")
            for each in (page, other, stranger):
                assert {urlsplit(url).netloc for url in each.requested} == {urlsplit(address).netloc}
            assert page.console == []
