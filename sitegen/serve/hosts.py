"""Who may ask: against DNS rebinding, only addresses that name this server are answered.

A page of another site can have its own name resolve to 127.0.0.1, and would then read what is not out yet; but its
browser says in ``Host`` which name it asked for (https://en.wikipedia.org/wiki/DNS_rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "[::1]"))
_MISDIRECTED: Final = 421


class OnlyExpected:
    """An application that answers only those who ask for one of the *names* of this server, and methods that read."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        """Stand before *app*."""
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "http" and not self._is_expected(scope):
            refusal = PlainTextResponse("This preview is not for that address.\n", _MISDIRECTED)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_expected(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(hosts) == 1 and host_name(hosts[0]) in self._names


def host_name(host: str) -> str:
    """The name in a Host header, without its port: RFC 9110 §7.2."""
    name, _, port = host.rpartition(":")
    return (name if name and port.isdigit() else host).lower()


def expected_names(host: str) -> frozenset[str]:
    """The names of a server that listens on *host*: its own, and where others reach it, those of the machine."""
    own = frozenset((f"[{host}]" if ":" in host else host.lower(),))
    if is_loopback(host):
        return _LOOPBACK | own
    machine = socket.gethostname().lower()
    addresses = _LOOPBACK | own | {machine, f"{machine}.local"}
    return addresses | frozenset(_addresses(machine))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on *host*."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _addresses(machine: str) -> list[str]:
    """The addresses of this machine, as far as it knows them."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(machine, None)}
    except OSError:
        return []
    return [f"[{address}]" if ":" in address else address for address in found]
