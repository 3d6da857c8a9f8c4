"""The server's life on the command line: where it listens, what it prints, and how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from microcrad.errors import MicrocradError
from tui.saying import say
from tui.serve.gate import Complaints
from tui.serve.guard import Guard, is_loopback
from tui.serve.places import Places
from tui.serve.server import Server

__all__ = ["AddressError", "serve"]


class AddressError(MicrocradError):
    """Nothing can be served at an address; the message says why and what to do."""


def serve(host: str, port: int, most: int) -> None:
    """Serve the app until Ctrl+C. Raises `AddressError` if that address cannot be had."""
    with _listening(host, port) as listening:
        asyncio.run(_serve(host, listening, most))


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AddressError(
            f"Nothing can be served at {host}, port {port}: {reason}. "
            "Choose another --port, or leave it out for one that is free."
        ) from None
    return listening


async def _serve(host: str, listening: socket.socket, most: int) -> None:
    address, port = listening.getsockname()[:2]
    loopback = is_loopback(address)
    guard = Guard(host, loopback=loopback)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, stopped.set)
    complaints = Complaints()
    loop.set_exception_handler(complaints.take)
    with Places(loopback=loopback) as places:
        server = Server(guard, places, port, most, complaints)

        def invite() -> None:
            say([f"http://{_reachable(address)}:{port}/?token={guard.invite()}"])

        async with server.open(listening):
            _say(_warning(host) if not loopback else "", _kept(places, loopback=loopback))
            _say("Open this address in a browser. It lets one browser in, once:")
            invite()
            if sys.stdin is not None:
                if sys.stdin.isatty():
                    _say("Enter prints another address, ctrl+c stops.")
                    signal.signal(signal.SIGTTIN, signal.SIG_IGN)  # In the background nobody types.
                threading.Thread(target=_on_lines, args=(loop, invite), daemon=True).start()
            await stopped.wait()
            _say("Stopping.")


def _on_lines(loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
    """Do something for each line that is typed, for as long as there is somebody to type."""
    with contextlib.suppress(OSError, RuntimeError):  # In the background, or after the loop has ended.
        while os.read(0, 1024):
            loop.call_soon_threadsafe(then)


def _reachable(address: str) -> str:
    """How others name the address that is listened on; for every address, the one that leads out of here."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if ipaddress.ip_address(address).is_unspecified:
        with socket.socket(family, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.connect(("2001:db8::1" if ":" in address else "192.0.2.1", 9))  # Nothing is sent.
            address = probe.getsockname()[0]
    return f"[{address}]" if ":" in address else address


def _warning(host: str) -> str:
    return (
        f"Warning: --host {host} lets other computers in. Whoever opens an address from here uses microcrad\n"
        "as you: what they save is written on this machine, over your files if they say so. Nothing is\n"
        "encrypted: who can listen on the way can read along and take over. Only in a network that you trust."
    )


def _kept(places: Places, *, loopback: bool) -> str:
    if places.lasting:
        return ""
    why = "Others can come in" if not loopback else f"{places.wanted} is in use or cannot be written"
    return f"{why}, so what is written here is gone when this server stops."


def _say(*lines: str) -> None:
    """Tell the person; standard output has the addresses alone."""
    say((row for line in filter(None, lines) for row in line.split("\n")), error=True)
