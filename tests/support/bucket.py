"""A store that speaks the language of S3, on loopback, behind a proxy that lets requests fail as told."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rule = Callable[[int, str, str], int]

CUT: Final = -1
"""Instead of a status: the connection ends without an answer, and what was asked for is not done."""

LOST: Final = -2
"""The same, but it is done."""

LATE: Final = -3
"""The answer comes a while later."""

ACCESS: Final = "AKIDOFTHETESTS", "HUSHHUSHHUSH"
"""The credentials."""

_ACCOUNT: Final = "123456789012"  # moto's, whoever asks
_CHANGES: Final = ("PUT", "POST", "DELETE")


class Proxy:
    """What stands between a deploy and the store.

    *rule* gives, for the number of a request that changes something (from 1; 0 for others), its method and its path,
    the status to answer with instead, `CUT` or `LOST`, or 0 to let it through; *asked* are all requests so far.
    """

    def __init__(self, port: int, store: tuple[str, int], backend: Any) -> None:  # noqa: ANN401 - moto has no types
        """Know where both are, and what the store keeps."""
        self.port = port
        self.store = store
        self.backend = backend
        self.rule: Rule = lambda *_: 0
        self.asked: list[str] = []
        self.looked: Callable[[], None] = lambda: None
        self._changes = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def reset(self, rule: Rule = lambda *_: 0) -> None:
        """Count from nothing, and follow *rule*."""
        self.rule, self.asked, self._changes, self.looked = rule, [], 0, lambda: None

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, list[Any], bytes]:
        """What is answered: a status, headers and the body; `CUT` for nothing."""
        with self._lock:
            self._changes += method in _CHANGES
            self.asked.append(f"{method} {path}")
            fault = self.rule(self._changes if method in _CHANGES else 0, method, path)
        if fault == LATE:
            time.sleep(0.2)
        elif fault and fault != LOST:
            return fault, [], b"<Error><Code>AccessDenied</Code><Message>AKIDOFTHETESTS</Message></Error>"
        connection = http.client.HTTPConnection(*self.store)
        try:
            connection.request(method, path, body, headers)
            found = connection.getresponse()
            data = found.read()
        finally:
            connection.close()
        self.looked()
        return CUT if fault == LOST else found.status, found.getheaders(), data


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def handle_one_request(self) -> None:
        """Let each request through, or not."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        status, headers, data = self.proxy.answer(self.command, self.path, dict(self.headers), body)
        if status == CUT:
            self.close_connection = True
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), len(data))
        self.send_header("content-length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


@contextmanager
def serving() -> Iterator[Proxy]:
    """A store of moto's and the proxy before it, while it lasts."""
    from moto.s3.models import s3_backends
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    store = moto.get_host_and_port()

    class Handler(_Handler):
        proxy = Proxy(0, store, s3_backends[_ACCOUNT]["aws"])

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Handler.proxy.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Handler.proxy
        finally:
            server.shutdown()
            moto.stop()


class Bucket:
    """A bucket of the store, as who owns it sees it: the store is of this process, so nothing needs to be asked for."""

    def __init__(self, proxy: Proxy, name: str) -> None:
        """Make it."""
        self.name = name
        self._store = proxy.backend
        self._store.create_bucket(name, "us-east-1")

    def files(self) -> dict[str, bytes]:
        """What is in it."""
        return {key: found.value for key, found in self._store.buckets[self.name].keys.items()}

    def names(self) -> list[str]:
        """The names of what is in it."""
        return sorted(self._store.buckets[self.name].keys)

    def headers(self, key: str) -> dict[str, str]:
        """Those with which one object is answered."""
        found: dict[str, str] = self._store.get_object(self.name, key).metadata
        return found

    def put(self, key: str, data: bytes) -> None:
        """Put something there."""
        self._store.put_object(self.name, key, data)

    def remove(self, key: str) -> None:
        """Remove one object."""
        self._store.delete_object(self.name, key)

    def copy(self, other: Bucket) -> None:
        """Have all that *other* has."""
        for key in other.names():
            self._store.copy_object(self._store.get_object(other.name, key), self.name, key)
