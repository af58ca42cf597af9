"""The preview beside Hugo's server: from a save to the last byte of the fresh page, and from the start to the first.

Run it as ``python -m benchmarks.preview``; docs/performance.md says what it measures.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing, suppress
from typing import IO, TYPE_CHECKING, Final, Self

from msgspec.structs import replace

from benchmarks import tables, workshop
from benchmarks.corpus import Article, multiplied
from benchmarks.installed import Tool, peer, sitegen
from benchmarks.measure import Failed, rest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HOST: Final = "127.0.0.1"
SERVERS: Final[Mapping[str, tuple[str, ...]]] = {
    "sitegen": ("serve", "--host", HOST, "--port", "{port}"),
    "hugo": ("server", "--bind", HOST, "--port", "{port}", "--renderToMemory"),
}
"""How each server is started: as its manual says is fastest, watching, with reload.  Hugo's fast rendering is on."""

_PATIENCE: Final = 120.0  # seconds after which a page has failed to come
_PAUSE: Final = 0.002  # seconds between one request and the next, until the fresh page is there
_ON_HOME: Final = 10  # of the newest stories, all of which stand on the home page of every tool
_ENTRY: Final = 'class="entry"'  # in a page with a list of stories

Samples = dict[str, dict[str, list[float]]]
"""Milliseconds, by what was measured and by tool."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options().parse_args(arguments)
    articles = multiplied(workshop.originals(options.content), options.articles)
    found = [sitegen(), peer("hugo", options.hugo)]
    tools = [tool for tool in found if tool]
    if len(tools) < len(found):
        workshop.say("hugo is not installed and is left out")
    with workshop.workplace(options.work) as work:
        try:
            report = _report(tools, articles, options, work)
        except Failed as error:
            sys.exit(f"error: {error}")
    print(report)
    if options.write:
        tables.write(workshop.REPORT, "preview", report)


def _options() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = workshop.options(__doc__)
    parser.add_argument("--articles", type=int, default=10_000, metavar="N", help="size of the site (10000)")
    parser.add_argument("--edits", type=int, default=20, metavar="N", help="how often each edit is made (20)")
    parser.add_argument("--hugo", metavar="PATH", help="the program, if hugo on the PATH is not it")
    return parser


def _report(tools: Sequence[Tool], articles: Sequence[Article], options: argparse.Namespace, work: Path) -> str:
    """All that is measured, as Markdown.  Raises Failed if a server ended, or a page did not come."""
    samples: Samples = {}
    for tool in tools:
        workshop.say(f"{tool.name} {tool.version}: writing the site")
        tool.generator.write(articles, work / tool.name)
    for number in range(options.runs):
        for tool in tools if number % 2 == 0 else reversed(tools):
            workshop.say(f"run {number + 1} of {options.runs}: {tool.name} starts")
            starts(tool, work / tool.name, samples)
    workshop.say(f"{options.edits} edits of bodies and of headlines")
    edits(tools, articles, work, options.edits, samples)
    return "\n".join(
        (
            f"{len(articles):,} articles, the ratio to Hugo in brackets.",
            f"Medians of {options.edits} edits and of {options.runs} starts.",
            f"{', '.join(f'{tool.name} {tool.version}' for tool in tools)}.",
            f"{tables.machine()}.\n",
            tables.compared(samples, "ms", {_AGAIN: _FIRST}),
        )
    )


_FIRST: Final = "start to first page"
_BODY: Final = "body edited"
_HEADLINE: Final = "headline edited"
_AGAIN: Final = "the same, started before"


def starts(tool: Tool, site: Path, samples: Samples) -> None:
    """Start from nothing, and again with what the first one left, which Hugo does not use."""
    tool.generator.clean(site)
    for step in (_FIRST, _AGAIN) if tool.name == "sitegen" else (_FIRST,):
        rest()
        began = time.perf_counter()
        with Server(tool, site) as server:
            server.await_text("/", _ENTRY)
            _note(samples, step, tool, began)
            rest()  # what was learned is kept once nobody asks for anything


def edits(tools: Sequence[Tool], articles: Sequence[Article], work: Path, times: int, samples: Samples) -> None:
    """Edit stories that stand on the home page, under servers that were asked for both: bodies, then headlines.

    All servers run, and each edit is made for one after the other, so that what slows the machine slows all of them.
    """
    with ExitStack() as stack:
        servers = [(tool, stack.enter_context(Server(tool, work / tool.name))) for tool in tools]
        for step in (_BODY, _HEADLINE):
            for number in range(1, times + 1):
                article = articles[number % _ON_HOME]
                text = f"{step} for the {number}. time: {article.slug}"
                body = f"{article.body}\n{text}\n"
                edited = replace(article, body=body) if step == _BODY else replace(article, title=text)
                fresh = {address(article): text} | ({} if step == _BODY else {"/": text})
                for tool, server in servers if number % 2 else reversed(servers):
                    _note(samples, step, tool, _edit(tool, edited, work / tool.name, server, fresh))


def _edit(tool: Tool, edited: Article, site: Path, server: Server, fresh: Mapping[str, str]) -> float:
    """Save *edited*, and wait until each address of *fresh* says what is fresh there; when that was begun."""
    server.await_text("/", _ENTRY)
    server.await_text(address(edited), "story")
    rest()
    began = time.perf_counter()
    tool.generator.put(edited, site)
    for path, text in fresh.items():
        server.await_text(path, text)
    return began


def address(article: Article) -> str:
    """Where every tool publishes *article*."""
    return f"/{article.published:%Y/%m}/{article.slug}/"


def _note(samples: Samples, step: str, tool: Tool, began: float) -> None:
    samples.setdefault(step, {}).setdefault(tool.name, []).append((time.perf_counter() - began) * 1000)


class Server:
    """A server of *site*, stopped at the end of a ``with``."""

    def __init__(self, tool: Tool, site: Path) -> None:
        """Start it."""
        self._tool = tool
        self._port = _free_port()
        arguments = [argument.format(port=self._port) for argument in SERVERS[tool.name]]
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end of the ``with``
        self._process = subprocess.Popen(
            [*tool.program, *arguments], cwd=site, env=tool.env, stdout=self._said, stderr=self._said
        )

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(_PATIENCE)
        self._said.close()

    def await_text(self, path: str, text: str) -> None:
        """Ask for *path* over and over until its page says *text*; raises Failed if it does not come to that."""
        end = time.monotonic() + _PATIENCE
        while text.encode() not in self._page(path):
            if self._process.poll() is not None or time.monotonic() > end:
                self._said.seek(0)
                said = self._said.read().decode(errors="replace")[-4000:]
                raise Failed(f"{self._tool.name}: no {text!r} at {path}: {said}")
            time.sleep(_PAUSE)

    def _page(self, path: str) -> bytes:
        """The bytes at *path*; none if nobody answers yet."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=_PATIENCE)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().read()
        return b""


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    main()
