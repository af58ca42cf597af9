"""Property P15 of real processes at every kind of place: killed, raced, with a full disk, and read all the while.

`SITEGEN_LONG=1` kills at many moments instead of some.
"""

from __future__ import annotations

import getpass
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from sitegen.deploy.manifest import NAME as MANIFEST
from sitegen.errors import MachineError, UsageError
from sitegen.hosts import host_config
from support.bucket import LATE
from support.deploys import SITE, Paper, dangling, site_of, tree
from support.published import Document
from support.servers import serving
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.bucket import Bucket, Proxy
    from support.secure_shell import Machine

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

_LINK: Final = re.compile(r"<link>([^<]+)</link>")
KILLS: Final = 25 if LONG else 1


class Live:
    """A place, and what readers find there; *target* is what site.yaml says of it."""

    def __init__(self, target: str, files: Callable[[], dict[str, bytes]]) -> None:
        """Know both."""
        self.target = target
        self._files = files

    def files(self) -> dict[str, bytes]:
        """What readers find."""
        return site_of(self._files())


KINDS: Final = (
    "folder",
    "s3",
    pytest.param("git", marks=pytest.mark.needs("git")),
    pytest.param("rsync", marks=pytest.mark.needs("rsync", "sshd")),
)


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Live:
    """A place of each kind."""
    place = tmp_path / "live"
    match request.param:
        case "s3":
            bucket: Bucket = request.getfixturevalue("bucket")
            proxy: Proxy = request.getfixturevalue("proxy")
            return Live(f"{{kind: s3, bucket: {bucket.name}, endpoint: '{proxy.url}'}}", bucket.files)
        case "git":
            subprocess.run(["git", "init", "--quiet", "--bare", str(place)], check=True)
            return Live(f"{{kind: git, remote: '{place}'}}", lambda: _branch(place))
        case "rsync":
            machine: Machine = request.getfixturevalue("machine")
            host = f"{getpass.getuser()}@127.0.0.1"
            target = f"{{kind: rsync, host: {host}, port: {machine.port}, path: '{place}'}}"
            return Live(target, lambda: tree(place / "current"))
        case _:
            return Live(f"{{kind: folder, path: '{place}'}}", lambda: tree(place / "current"))


def _branch(repository: Path) -> dict[str, bytes]:
    git = ["git", "-C", str(repository)]
    names = subprocess.run([*git, "ls-tree", "-r", "-z", "gh-pages"], check=True, capture_output=True).stdout
    lines = [line.partition(b"\t") for line in names.split(b"\0") if line]
    asked = b"".join(about.split()[2] + b"\n" for about, _, _ in lines)
    data = subprocess.run([*git, "cat-file", "--batch"], check=True, capture_output=True, input=asked).stdout
    found, at = {}, 0
    for _, _, name in lines:
        head, _, _ = data[at:].partition(b"\n")
        start = at + len(head) + 1
        at = start + int(head.split()[2])
        found[name.decode()] = data[start:at]
        at += 1
    return found


def deploying(paper: Paper) -> subprocess.Popen[str]:
    """A deploy of *paper* by a process of its own."""
    command = [sys.executable, "-m", "support.deploys", str(paper.root)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)


def ended(process: subprocess.Popen[str]) -> str:
    """What it said, once it ended well; where it was killed: ``killed``."""
    _, said = process.communicate(timeout=60)
    if process.returncode == -signal.SIGKILL:
        return "killed"
    assert 0 == process.returncode, said
    return said


@pytest.mark.parametrize(
    "live", KINDS if LONG else [KINDS[1], KINDS[3]], indirect=True
)  # in the short form `test_folder.py` and `test_git.py` have the others
def test_killed_at_random_moments(live: Live, tmp_path: Path) -> None:
    """With SIGKILL, and all that it started: what readers reach is whole, and the next deploy makes it the new site."""
    paper = Paper(tmp_path / "site", live.target)
    spent = _timed(paper)
    chance = random.Random(7)  # noqa: S311 - no secret
    for number in range(KILLS):
        old = live.files()
        paper.story("ferry", f"Ferry {number}", tags=f"harbor, day{number}")
        paper.write("static/app.css", f"body {{ order: {number} }}\n")
        process = deploying(paper)
        try:
            process.wait(chance.uniform(0.4, 1.1) * spent)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        ended(process)
        seen = live.files()
        assert [] == dangling(seen)
        assert {path for path in old if path.startswith(("2026/", "assets/"))} <= seen.keys()
        spent = _timed(paper)
        assert paper.public().items() <= live.files().items()
        assert [] == dangling(live.files())


def _timed(paper: Paper) -> float:
    """The seconds of a deploy of *paper* that nobody disturbs."""
    began = time.monotonic()
    ended(deploying(paper))
    return time.monotonic() - began


def test_two_at_once(live: Live, tmp_path: Path) -> None:
    """From two checkouts: one after the other, or one is refused; readers have all of one site."""
    papers = [Paper(tmp_path / name, live.target) for name in ("one", "two")]
    papers[0].deploy()
    for round_ in range(3 if LONG else 1):
        for number, paper in enumerate(papers):
            paper.story("ferry", f"Ferry {number}, {round_}", tags="harbor")
            paper.write("static/app.css", f"body {{ order: {round_}; color: rgb(0 0 {number}) }}\n")
        said = [process.communicate(timeout=60)[1] for process in [deploying(paper) for paper in papers]]
        refused = [line for line in said if line]
        assert len(refused) <= 1
        assert all("was pushed to meanwhile; deploy again" in line for line in refused)
        seen = live.files()
        assert any(paper.public().items() <= seen.items() for paper in papers)
        assert [] == dangling(seen)


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """A disk of a megabyte at *place*, where the system lets us have one."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode
    except FileNotFoundError:
        done = 1
    if done:
        pytest.skip("only root may mount a small disk, and not in every container")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize(
    "live", ["folder", pytest.param("rsync", marks=pytest.mark.needs("rsync", "sshd"))], indirect=True
)
def test_a_full_disk_there(live: Live, tmp_path: Path) -> None:
    """Readers see the old site, the person is told, and with some room the next deploy completes it."""
    paper = Paper(tmp_path / "site", live.target)
    with small_disk(tmp_path / "live"):
        paper.deploy()
        old = live.files()
        paper.next_day()
        (paper.root / "static" / "film.mp4").write_bytes(b"film" * (1 << 18))
        with pytest.raises(MachineError) as refused:
            paper.deploy()
        assert "no room left" in str(refused.value) or "no space left" in str(refused.value).lower()
        assert "readers see the site as it was; deploy again to go on" in str(refused.value)
        assert old == live.files()
        (paper.root / "static" / "film.mp4").unlink()
        paper.deploy()
        assert paper.public().items() <= live.files().items()


NAMES: Final = ("부산 항구 1.txt", "a 'quoted' \"name\".txt", "-n", "50% #1 + $(touch x).txt")
"""Names of files as people have them, and as a shell would take for more."""


@pytest.mark.parametrize(
    "live", ["folder", "s3", pytest.param("rsync", marks=pytest.mark.needs("rsync", "sshd"))], indirect=True
)
def test_adoption(live: Live, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What somebody else put there is taken over only if that is asked for; what is the same already is not sent."""
    paper = Paper(tmp_path / "site", live.target)
    for name in NAMES:
        paper.write(f"static/자료 모음/{name}", name)
    paper.deploy()
    if "s3" in live.target:
        bucket: Bucket = request.getfixturevalue("bucket")
        bucket.remove(MANIFEST)
        bucket.put("옛 것/메모 1.txt", b"old")
    else:
        current = tmp_path / "live" / "current"
        (current / MANIFEST).unlink()
        (current / "옛 것").mkdir()
        (current / "옛 것" / "메모 1.txt").write_bytes(b"old")
    old = live.files()
    with pytest.raises(UsageError, match="files that sitegen did not put there"):
        paper.deploy()
    assert old == live.files()
    done = paper.deploy(adopt=True)
    assert ("옛 것/메모 1.txt",) == done.deleted
    assert paper.public() == live.files()
    assert "s3" in live.target or () == done.sent  # of a bucket it is not known how it serves them
    assert [] == list(tmp_path.rglob("x"))


class Reader:
    """Somebody who goes from the home page on to all that is linked and loaded, again and again, until stopped.

    *missing* is what was not there, *rounds* how often all was read.
    """

    def __init__(self, port: int, inside: str = "") -> None:
        """Read what is at *port* below the path *inside*."""
        self.missing: list[str] = []
        self.rounds = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._inside = inside
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the page that is being read."""
        self._stopped.set()
        self._thread.join()
        self._connection.close()

    def _read(self) -> None:
        while not self._stopped.is_set():
            reached = [f"{SITE}/", f"{SITE}/feed.xml"]
            for address in reached:
                status, text = self._get(address)
                if status != 200:
                    self.missing.append(f"{status} {address}")
                links = Document(text).links if address.endswith(("/", ".html")) else _LINK.findall(text)
                found = [urljoin(address, link).partition("#")[0] for link in links]
                reached += dict.fromkeys(link for link in found if link.startswith(SITE) and link not in reached)
                if self._stopped.is_set():
                    return
            self.rounds += 1

    def _get(self, address: str) -> tuple[int, str]:
        path = unquote(urlsplit(address).path)
        path += "index.html" if self._inside and path.endswith("/") else ""
        # Whoever signs at all may read a bucket of moto's; nobody else may.
        self._connection.request("GET", quote(self._inside + path), headers={"Authorization": "AWS reader:none"})
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


@pytest.mark.parametrize("live", [pytest.param("folder", marks=pytest.mark.needs("nginx")), "s3"], indirect=True)
def test_a_reader_meanwhile(live: Live, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whoever follows links and loads assets all the while, by requests of their own, never misses one."""
    paper = Paper(tmp_path / "site", live.target)
    paper.deploy()

    def work(reader: Reader) -> None:
        try:
            for number in range(30 if LONG else 3):
                paper.story(f"story{number}", f"Story {number}", tags=f"harbor, day{number}")
                paper.write("static/app.css", f"body {{ order: {number} }}\n")
                paper.deploy()
            rounds = max(reader.rounds, 1)  # so that a slow one has been through twice
            while reader.rounds < rounds + 1 and not reader.missing:
                time.sleep(0.01)
        finally:
            reader.stop()
        assert [] == reader.missing
        assert reader.rounds > 1

    if "s3" in live.target:
        proxy: Proxy = request.getfixturevalue("proxy")
        bucket: Bucket = request.getfixturevalue("bucket")
        work(Reader(proxy.port, f"/{bucket.name}"))
    else:
        with serving("nginx", host_config("nginx", paper.root), tmp_path / "server") as port:
            work(Reader(port))


@pytest.mark.parametrize("live", ["s3"], indirect=True)
def test_ctrl_c(live: Live, tmp_path: Path, proxy: Proxy) -> None:
    """It says what is up and what is not, deletes nothing, lets go of the lock; and the next deploy goes on."""
    paper = Paper(tmp_path / "site", live.target)
    paper.deploy()
    old = live.files()
    paper.next_day()
    process: list[subprocess.Popen[str]] = []

    def interrupt(number: int, *_: object) -> int:
        if number == 9:
            os.killpg(process[0].pid, signal.SIGINT)
            return LATE
        return 0

    proxy.reset(interrupt)
    process.append(deploying(paper))
    _, said = process[0].communicate(timeout=60)
    assert 1 == process[0].returncode
    assert re.search(r"interrupted; up are .*; not up: .*; nothing was deleted; deploy again to go on\n$", said)
    seen = live.files()
    assert old.keys() <= seen.keys()
    assert [] == dangling(seen)
    paper.deploy()
    assert paper.public().items() <= live.files().items()
