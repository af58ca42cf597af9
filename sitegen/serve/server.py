"""The preview as a program: a socket, a server on it, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn
from msgspec import Struct

from sitegen.build import CACHE
from sitegen.cache import Cache
from sitegen.errors import Location, MachineError
from sitegen.lock import tried
from sitegen.serve.app import App
from sitegen.serve.desk import Desk
from sitegen.serve.editors import editor_of
from sitegen.serve.hosts import expected_names
from sitegen.serve.preview import Showing, started
from sitegen.serve.service import Service
from sitegen.urls import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sitegen.serve.editors import Editor
    from sitegen.serve.preview import Preview
    from sitegen.serve.service import Teller

_PORTS: Final = 20
"""How many ports are tried, from the one that is asked for on."""
_PATIENCE: Final = 0.3  # seconds for those who are being answered when the server is stopped


class Serving(Struct, frozen=True, kw_only=True):
    """What to serve: the site in *folder*, on *host* and *port* or one of the next.

    *now*: as of this moment, else the present; *drafts*: with what is not out yet; *poll*: look now and then instead of
    waiting for the system's events; *editor*: the template of an address that opens a source file.
    """

    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    now: datetime | None = None
    drafts: bool = True
    poll: bool = False
    editor: str = ""


def serve(serving: Serving, teller: Teller, ready: Callable[[str, int], None]) -> None:
    """Serve until somebody stops it: Ctrl-C, or SIGTERM.  *ready* is called with the address, and the port, once it is.

    Raises MachineError when there is no port to listen on, UsageError for an editor that is none.
    """
    editor = editor_of(os.environ, serving.folder, serving.editor)
    kept = serving.folder / CACHE / "serve"
    with _bound(serving.host, serving.port) as listening, tried(kept / "lock") as alone:
        port = listening.getsockname()[1]
        origin = f"http://{_in_url(serving.host)}:{port}"
        showing = Showing(
            folder=serving.folder,
            origin=origin,
            clock=_clock(serving.now),
            stands=serving.now is not None,
            drafts=serving.drafts,
        )
        preview = started(showing, Cache(kept) if alone else None)
        address = origin + quoted(preview.base()) + "/"
        service = asyncio.run(_served(preview, serving, editor, listening, teller, lambda: ready(address, port)))
        if service.is_idle(_PATIENCE):
            preview.keep(teller.remark)


async def _served(  # noqa: PLR0913, PLR0917 - it is where they meet
    preview: Preview,
    serving: Serving,
    editor: Editor,
    listening: socket.socket,
    teller: Teller,
    ready: Callable[[], None],
) -> Service:
    """Serve; answer with what did, once it is stopped."""
    desk = Desk(preview, secrets.token_hex(8), editor)
    service = Service(preview, desk, teller, poll=serving.poll)
    app = App(service, editor, expected_names(serving.host))
    config = uvicorn.Config(
        app.asgi, lifespan="off", ws="none", log_config=None, access_log=False, server_header=False, date_header=False
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        service.close()
        server.should_exit = True
        loop.call_later(_PATIENCE, server.force)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl-C is an exception
            loop.add_signal_handler(number, stop)
    attending = asyncio.create_task(service.attend())
    attending.add_done_callback(lambda _: stop())
    ready()
    await server.serve(sockets=[listening])
    await asyncio.wait([attending], timeout=_PATIENCE)
    if attending.done():
        attending.result()
    return service


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def force(self) -> None:
        """Wait for nobody any more."""
        self.force_exit = True


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on *host* at *port*, or at the first of the next that is free.  Raises MachineError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    error: OSError | None = None
    for number in range(port, min(port + _PORTS, 65536)) if port else [0]:
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would take the port from whoever has it
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen()
        except OSError as refusal:
            listening.close()
            error = refusal
            continue
        with listening:
            yield listening
        return
    reason = (error.strerror or str(error)).lower() if error else "no such port"
    fix = "give another with --port, or another --host"
    raise MachineError.at(Location(f"{host}:{port}"), f"cannot be listened on: {reason}", fix)


def _clock(now: datetime | None) -> Callable[[], datetime]:
    """The clock of the preview: one that stands, if *now* is given."""
    return (lambda: now) if now else lambda: datetime.now(UTC)


def _in_url(host: str) -> str:
    """*host* as an address has it: that of this machine where it means all of them."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it is compared
        return "localhost"
    return f"[{host}]" if ":" in host else host
