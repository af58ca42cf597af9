"""A server that speaks the preview's protocol and makes nothing: tests tell it what its pages are."""

from __future__ import annotations

import hashlib
import json
import queue
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sitegen.serve.script import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT = Script()
PATIENCE = 20
"""Seconds after which what does not happen is given up, on a machine with much else to do."""
_BEAT = 0.05  # seconds after which a stream looks whether the server still runs


class Preview:
    """Pages by their URL below the site, other files by theirs, and who listens.

    *asked* are the addresses of the requests so far, *streams* how many connections listen now. *stale* are old
    pages that are sent instead of the right ones, *clock* is where its clock stands, *headers* go with every answer
    but the streams, and what is *held* is not answered before its event.
    """

    def __init__(self, base: str = "") -> None:
        """Serve nothing yet, below *base*."""
        self.base = base
        self.pages: dict[str, str] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.problems: list[dict[str, object]] = []
        self.facts: dict[str, object] | None = None
        self.revision = 0
        self.server = "one"
        self.clock = ""
        self.asked: list[str] = []
        self.stale: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.held: dict[str, threading.Event] = {}
        self._listeners: list[_Listener] = []
        self._server: _Server | None = None
        self.port = 0

    def start(self) -> None:
        """Begin to answer, at the port of before if there was one."""
        self._server = _Server(self)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(_BEAT,)).start()

    def stop(self) -> None:
        """End all connections; nobody answers at the port from now on."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.shutdown()
        for listener in list(self._listeners):
            listener.messages.put(None)
        server.server_close()

    def url(self, path: str) -> str:
        """The address at which a browser finds *path*, which is below the site."""
        return f"http://127.0.0.1:{self.port}{self.base}{path}"

    @property
    def runs(self) -> bool:
        """Whether it answers."""
        return self._server is not None

    @property
    def streams(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def change(self, pages: Mapping[str, str] | None = None, **message: object) -> None:
        """Let *pages* be so from now on, and tell all who listen; what *message* does not say is worked out."""
        self.pages |= pages or {}
        self.revision += 1
        for listener in list(self._listeners):
            listener.messages.put(self.message(listener, **message))

    def message(self, listener: _Listener, **given: object) -> dict[str, object]:
        """What to tell *listener* of the page that it shows."""
        now = self.digest(listener.url)
        is_other = bool(now) and now != listener.digest
        message = {
            "revision": self.revision,
            "server": self.server,
            "page": {"url": listener.url, "digest": now},
            "action": "reload" if is_other else "none",
            "go": "",
            "swaps": {},
            "problems": self.problems,
            "facts": self.facts,
            "busy": False,
            "as_of": listener.as_of or self.clock,
            "clock": self.clock,
        } | given
        if message["action"] == "swap":
            listener.digest = now
        return message

    def digest(self, url: str) -> str:
        """The digest of the page at *url*; ``""`` if there is none."""
        return hashlib.sha256(self.pages[url].encode()).hexdigest()[:16] if url in self.pages else ""

    def sent(self, url: str) -> bytes:
        """The page at *url* as it is sent, or as it once was if something keeps old ones."""
        html = self.stale.get(url) or self.pages[url]
        digest = hashlib.sha256(html.encode()).hexdigest()[:16] if 'data-sitegen="problems"' not in html else ""
        return SCRIPT.added(html.encode(), self.base, url, digest)

    def listen(self, listener: _Listener) -> None:
        """Let *listener* know of changes, and begin with how things are."""
        listener.messages.put(self.message(listener))
        self._listeners.append(listener)

    def forget(self, listener: _Listener) -> None:
        """Let *listener* go."""
        self._listeners.remove(listener)


class _Listener:
    """A page that listens: its URL, and the digest of what it shows."""

    def __init__(self, url: str, digest: str, as_of: str) -> None:
        self.url = url
        self.as_of = as_of
        self.digest = digest
        self.messages: queue.Queue[dict[str, object] | None] = queue.Queue()


class _Handler(BaseHTTPRequestHandler):
    """Answers for a preview."""

    timeout = 0.3  # seconds: browsers connect ahead and then ask nothing
    server: _Server

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as http.server has it
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a page, a file or the stream of messages."""
        preview, parts = self.server.preview, urlsplit(self.path)
        preview.asked.append(self.path)
        path = parts.path.removeprefix(preview.base)
        if path in preview.held:
            preview.held[path].wait(PATIENCE)
        with suppress(OSError):  # whoever asked has gone
            if path == "/_sitegen/events":
                query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                self._stream(_Listener(query["page"], query["digest"], query.get("now", "")))
            elif path == "/_sitegen/client.js":
                self._answer("text/javascript", SCRIPT.data)
            elif path == "/_sitegen/listener.js":
                self._answer("text/javascript", SCRIPT.listener)
            elif path in preview.pages or path in preview.stale:
                self._answer("text/html; charset=utf-8", preview.sent(path))
            elif path in preview.files:
                self._answer(*preview.files[path])
            else:
                self.send_error(404)

    def _answer(self, kind: str, data: bytes) -> None:
        self.send_response(200)
        headers = {"Content-Type": kind, "Content-Length": str(len(data)), "Cache-Control": "no-cache"}
        for name, value in (headers | self.server.preview.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, listener: _Listener) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        preview = self.server.preview
        preview.listen(listener)
        try:
            while preview.runs:
                try:
                    message = listener.messages.get(timeout=_BEAT)
                except queue.Empty:
                    self.wfile.write(b":\n\n")  # fails once nobody listens
                    continue
                if message is not None:
                    self.wfile.write(f"data: {json.dumps(message)}\n\n".encode())
        finally:
            preview.forget(listener)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that none outlives a test

    def __init__(self, preview: Preview) -> None:
        super().__init__(("127.0.0.1", preview.port), _Handler)
        self.preview = preview
