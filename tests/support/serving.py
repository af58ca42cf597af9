"""The preview as people run it: a process of its own that listens on the loopback."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from msgspec import Struct

from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDED: Final = re.compile(rb'<script src="[^"]*/_sitegen/client\.js\?[0-9a-f]{8}"[^>]*></script>')

PATIENCE: Final = 20.0
"""Seconds after which something that is awaited has failed to come, on a machine that is busy with other tests."""


class Reply(Struct, frozen=True):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.data.decode()


class Served:
    """A preview of the site in *folder*, stopped at the end of a ``with``."""

    def __init__(
        self, folder: Path, *options: str, now: str = NOW, before: tuple[str, ...] = (), as_json: bool = True
    ) -> None:
        """Start it with *options*, at the clock of tests, or at the present if *now* is empty.

        *before* is a command that runs the one after it; without *as_json*, what is told by the way is told.
        """
        self.folder = folder
        clock = ["--now", now] if now else []
        form = ["--json"] if as_json else []
        command = [*before, sys.executable, "-m", "sitegen", "serve", "--port", "0", *form, *clock, *options]
        self._log: IO[str] = (folder.parent / f"{folder.name}.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": "", "EDITOR": "", "VISUAL": ""},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout
        lines = ""
        for line in self.process.stdout:
            lines += line
            if line.rstrip() == "}" or not as_json:
                break
        else:
            raise AssertionError(lines + self.told())
        self.url = (re.search(r"http://[^\s\"]+", lines) or [""])[0].rstrip("/")
        """The address of the site, without its last slash."""

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        if self.process.poll() is None:
            self.stop()
        assert self.process.stdout
        self.process.stdout.close()
        self._log.close()

    def told(self) -> str:
        """What it told at the terminal so far."""
        self._log.seek(0)
        return self._log.read()

    def stop(self) -> float:
        """Stop it as Ctrl-C does; how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0, self.told()
        return time.monotonic() - began

    def get(self, path: str, method: str = "GET", **headers: str) -> Reply:
        """What it answers for *path*, sent as it is."""
        base = urlsplit(self.url)
        connection = http.client.HTTPConnection(base.hostname or "", base.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, base.path + path, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return Reply(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read())
        except ConnectionRefusedError as error:
            raise AssertionError(f"the server ended with {self.process.poll()}: {self.told()}") from error
        finally:
            connection.close()

    def page(self, path: str) -> bytes:
        """The bytes at *path*, less the one element that the preview adds to a page."""
        reply = self.get(path)
        assert reply.status in (200, 404), f"{path}: {reply.text} {self.told()}"
        return unmarked(reply.data) if reply.headers["content-type"].startswith("text/html") else reply.data

    def messages(self, page: str, digest: str = "") -> Messages:
        """What an open page is told."""
        return Messages(self.url, page, digest)


class Messages:
    """What an open page is told: a stream, closed at the end of a ``with``."""

    def __init__(self, url: str, page: str, digest: str) -> None:
        """Ask for it."""
        base = urlsplit(url)
        self._connection = http.client.HTTPConnection(base.hostname or "", base.port, timeout=PATIENCE)
        self._connection.request("GET", f"{base.path}/_sitegen/events?page={page}&digest={digest}")
        self._answer = self._connection.getresponse()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        with suppress(OSError):
            self._connection.close()

    def __iter__(self) -> Iterator[dict[str, object]]:
        """The messages, as they come."""
        while line := self._answer.readline():
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))

    def next(self) -> dict[str, object]:
        """The next one."""
        return next(iter(self))


def unmarked(page: bytes) -> bytes:
    """*page* without the one element that the preview adds."""
    bare, count = _ADDED.subn(b"", page)
    assert 1 == count, page
    return bare


def digest_of(page: Reply) -> str:
    """The digest that the preview gave *page*."""
    return page.text.partition('data-digest="')[2].partition('"')[0]
