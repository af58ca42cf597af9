"""A build that is killed, at whatever moment, leaves no half-written file and no half-published site behind it.

`SITEGEN_LONG=1` makes it long: 200 kills instead of 10.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.publish import MARKER
from support.newsroom import SITE, Fields, Newsroom
from support.workspace import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

KILLS: Final = 200 if LONG else 10
READ: Final = 100 if LONG else 6
FRONT: Final = ("index.html", "feed.xml", "sitemap.xml", "404.html")

Tree = dict[str, bytes]


class Editions:
    """A site that is now one thing, now the other, and what it is then built to from nothing."""

    def __init__(self, root: Path) -> None:
        """Make both, and have one published."""
        self.root = root
        self.newsroom = Newsroom(root)
        self.now = 0
        self.trees: list[Tree] = []
        for number in (0, 1):
            self.be(number)
            done = self.build("--no-cache", "--output", str(root / "clean"))
            assert 0 == done.returncode, done.stderr
            self.trees.append(files(root / "clean"))
        began = time.monotonic()
        assert 0 == self.build().returncode
        self.seconds = time.monotonic() - began

    def be(self, number: int) -> None:
        """Turn the sources into those of the first or the second: every page differs, some are in one of them alone."""
        self.now = number
        self.newsroom.write("site.yaml", SITE.replace("Harbor", "Harbour") if number else SITE)
        self.newsroom.write("static/app.css", f"body {{ order: {number} }}\n")
        self.newsroom.drop("only0")
        self.newsroom.drop("only1")
        for story in range(12):
            fields: Fields = {
                "title": f"Only {number} {story}",
                "published": "2026-06-01T09:00:00+09:00",
                "tags": [f"t{story}"],
            }
            self.newsroom.drop(f"only{1 - number}-{story}")
            self.newsroom.put(f"only{number}-{story}", fields, "Text.")

    def start(self, *options: str) -> subprocess.Popen[str]:
        """``sitegen build`` in a process, and a group of processes, of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "sitegen", "build", "--site", str(self.root), "--now", NOW, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        """A build that comes to its end."""
        process = self.start(*options)
        out, said = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, said)

    def found(self) -> Tree:
        """What is published."""
        return files(self.root / "public")

    def beside(self) -> set[str]:
        """What is in the site's folder."""
        return {path.name for path in self.root.iterdir()}


def files(folder: Path) -> Tree:
    """The files in *folder*, but for the marker."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != MARKER:
            with suppress(FileNotFoundError):  # of a build that is still at work
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


@pytest.fixture
def editions(tmp_path: Path) -> Editions:
    """The two of them, the second one published."""
    return Editions(tmp_path / "site")


def test_a_build_that_is_killed(editions: Editions) -> None:
    """Each file is the old or the new one; a failing build after it leaves one site, and a good one the right one."""
    beside = editions.beside()
    chance = random.Random(20261124)  # noqa: S311 - when a build is killed is no secret
    for kill in range(KILLS):
        old, new = editions.trees[editions.now], editions.trees[1 - editions.now]
        assert old == editions.found()
        editions.be(1 - editions.now)
        options = ("--no-cache",) if kill % 3 == 2 else ()
        process = editions.start(*options)
        time.sleep(editions.seconds * chance.random())
        process.kill()
        process.communicate()
        assert all(data in (old.get(path), new.get(path)) for path, data in editions.found().items())
        if kill % 2:
            editions.newsroom.write("content/slip.md", "---\ntitel: a slip\n---\n")
            assert 1 == editions.build(*options).returncode
            assert editions.found() in (old, new)
            editions.newsroom.remove("content/slip.md")
        done = editions.build(*(options if kill % 4 else ()))
        assert 0 == done.returncode, done.stderr
        assert new == editions.found()
        assert beside == editions.beside()


def test_a_build_that_is_interrupted(editions: Editions) -> None:
    """Ctrl-C, which all processes of a build get, while pages are made: exit status 130, and the old site."""
    old = editions.trees[editions.now]
    editions.be(1 - editions.now)
    process = editions.start()
    until = time.monotonic() + 60
    while not (editions.root / ".sitegen/stage/new/index.html").exists() and time.monotonic() < until:
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert (130, "error: interrupted; nothing half-done was left behind\n") == (process.returncode, said)
    assert editions.found() in (old, editions.trees[editions.now])
    assert not (editions.root / ".sitegen/stage").exists()
    assert 0 == editions.build().returncode
    assert editions.trees[editions.now] == editions.found()


class Reader:
    """Somebody who reads the *paths* of a site all the time."""

    def __init__(self, folder: Path, paths: tuple[str, ...], trees: list[Tree]) -> None:
        """Begin to read."""
        self.wrong: list[str] = []
        self.reads = 0
        self._places = {folder / path: [tree[path] for tree in trees] for path in paths}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def end(self) -> None:
        """Read no more."""
        self._done.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._done.is_set():
            for place, right in self._places.items():
                try:
                    data = place.read_bytes()
                except OSError as error:
                    self.wrong.append(f"{place}: {error}")
                    continue
                self.reads += 1
                if data not in right:
                    self.wrong.append(f"{place}: {len(data)} bytes")


@pytest.fixture
def reader(editions: Editions) -> Iterator[Reader]:
    """A reader of what every site has."""
    found = Reader(editions.root / "public", FRONT, editions.trees)
    yield found
    found.end()


def test_a_reader_sees_whole_files(editions: Editions, reader: Reader) -> None:
    """Whoever reads while the site is published meets the old or the new file, never none or half of one."""
    for _ in range(READ):
        editions.be(1 - editions.now)
        assert 0 == editions.build().returncode
        assert editions.trees[editions.now] == editions.found()
    reader.end()
    assert [] == reader.wrong
    assert reader.reads > READ
