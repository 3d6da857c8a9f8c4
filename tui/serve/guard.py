"""Who may come in: the one-time addresses, the cookies they turn into, and the headers that are believed.

Nothing here knows of requests or sockets: it takes what a header says, and answers.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from urllib.parse import urlsplit

__all__ = ["Guard", "is_loopback"]


class Guard:
    """The secrets of one run of the server. They are in memory only, so they end with it."""

    def __init__(self, host: str, *, loopback: bool) -> None:
        self.host = host.lower()
        """The name or number that was asked for with `--host`."""
        self.loopback = loopback
        """Whether only this machine can reach the server."""
        self._tokens: list[str] = []
        self._cookies: list[str] = []

    def invite(self) -> str:
        """A new token. It lets one browser in, once."""
        self._tokens.append(secrets.token_urlsafe(32))
        return self._tokens[-1]

    def admit(self, token: str) -> str | None:
        """Take a token for a cookie; the token is spent. None if it is spent already, or never was one."""
        index = _index(self._tokens, token)
        if index is None:
            return None
        del self._tokens[index]
        self._cookies.append(secrets.token_urlsafe(32))
        return self._cookies[-1]

    def visitor(self, cookie: str) -> int | None:
        """Which visitor has this cookie, counted from 1 as they came in; None if nobody has it."""
        index = _index(self._cookies, cookie)
        return None if index is None else index + 1

    def knows_host(self, header: str) -> bool:
        """Whether a request's Host is one of ours.

        A foreign name that was pointed at this machine (DNS rebinding) is not; a number cannot be pointed
        anywhere. The port is not looked at, because a tunnel may have another one at its near end.
        """
        try:
            name = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        if name in ("localhost", self.host):
            return True
        return is_loopback(name) if self.loopback else _is_number(name)

    def same_origin(self, origin: str | None, header: str) -> bool:
        """Whether the page that opens a socket came from the very host that the request is for."""
        if origin is None:
            return False
        return origin.lower() in (f"http://{header}".lower(), f"https://{header}".lower())


def is_loopback(address: str) -> bool:
    """Whether an IP address is one that only this machine can reach."""
    return _is_number(address) and ipaddress.ip_address(address).is_loopback


def _is_number(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _index(secret_texts: list[str], text: str) -> int | None:
    """Where a secret is; how long the search takes says nothing about how much of it was right."""
    given = text.encode(errors="replace")
    found = None
    for index, secret in enumerate(secret_texts):
        if hmac.compare_digest(secret.encode(), given):
            found = index
    return found
