"""Builds in processes of their own, for tests that disturb them: `built`, in a fork of a process with all code loaded.

That process has one thread, as a real build has, so that builds share their work out; and for them two questions are
many, so that a small site is enough.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest
from msgspec import Struct

from support.building import Outcome, built, quick_builds
from support.faults import CHANGES, LOOKS, end, fault
from support.newsroom import Newsroom
from support.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

Calls = Literal["looks", "changes"]


class Fault(Struct, frozen=True):
    """What happens before the call number *at* of the *calls* of a build, in each of its processes that comes so far.

    Files are written, or removed where they are None: renamed into place (*how* is ``renamed``), in place, or so that
    they keep their time (``unseen``).  With no *writes* the process ends as if it was killed.
    """

    at: int
    calls: Calls
    writes: dict[str, bytes | None] = {}
    how: Literal["renamed", "in place", "unseen"] = "in place"


class Kill(Struct, frozen=True):
    """SIGKILL, *after* so many seconds, to the process of the build or to all *of_all* its processes."""

    after: float
    of_all: bool


class Order(Struct, frozen=True, kw_only=True):
    """What to build, and what is to happen meanwhile."""

    folder: str
    now: datetime
    drafts: bool = False
    without: tuple[str, ...] = ()
    jobs: int = 2
    fault: Fault | None = None
    kill: Kill | None = None


class Done(Struct, frozen=True):
    """What became of a build: *outcome* is None where it was killed; *crash* is a traceback, or ``""``."""

    outcome: Outcome | None
    seconds: float
    crash: str = ""


class Driver:
    """Whoever starts the builds; to be closed."""

    def __init__(self) -> None:
        """Start the process that all builds are forks of."""
        path = os.pathsep.join([str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def build(self, order: Order) -> Done:
        """What came of a build."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        done = msgspec.json.decode(self._process.stdout.readline(), type=Done)
        assert not done.crash, done.crash
        return done


@cache
def driver() -> Driver:
    """One of them for all tests of this process; it ends with it."""
    started = Driver()
    atexit.register(started.close)
    return started


def main() -> None:
    """Load everything by building a site; then do what each line of standard input orders."""
    with tempfile.TemporaryDirectory() as folder, quick_builds(), pytest.MonkeyPatch.context() as patch:
        room = Newsroom(Path(folder) / "site")
        assert 0 == built(room.root, cache=False).status
        for module in ("refresh", "settle"):
            patch.setattr(sys.modules[f"sitegen.incremental.{module}"], "MANY", 2)
        while line := sys.stdin.buffer.readline():
            done = _done(msgspec.json.decode(line, type=Order), Path(folder) / "done")
            sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
            sys.stdout.buffer.flush()


def _done(order: Order, reply: Path) -> Done:
    reply.unlink(missing_ok=True)
    began = time.monotonic()
    child = os.fork()
    if not child:
        _work(order, reply)
    os.setpgid(child, child)
    if order.kill:
        time.sleep(order.kill.after)
        (os.killpg if order.kill.of_all else os.kill)(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seconds = time.monotonic() - began
    if not reply.exists():
        return Done(None, seconds)
    told = reply.read_bytes()
    if not told.startswith(b"{"):
        return Done(None, seconds, told.decode())
    return Done(msgspec.json.decode(told, type=Outcome), seconds)


def _work(order: Order, reply: Path) -> None:
    """Build, leave what came of it in *reply*, and end."""
    try:
        with _faulty(order):
            outcome = built(Path(order.folder), order.now, drafts=order.drafts, without=order.without, jobs=order.jobs)
        said = msgspec.json.encode(outcome)
    except BaseException:  # noqa: BLE001 - told by the test
        said = traceback.format_exc().encode()
    beside = reply.with_suffix(".new")
    beside.write_bytes(said)
    beside.rename(reply)
    os._exit(0)


@contextmanager
def _faulty(order: Order) -> Iterator[None]:
    if order.fault is None:
        yield
        return
    happens = partial(_write, Path(order.folder), order.fault) if order.fault.writes else end
    with fault(order.fault.at, happens, LOOKS if order.fault.calls == "looks" else CHANGES):
        yield


def _write(folder: Path, what: Fault, _: object) -> None:
    for path, data in what.writes.items():
        write(folder / path, data, what.how)


def write(target: Path, data: bytes | None, how: str) -> None:
    """Make the file *target* hold *data*, in the way that a `Fault` says."""
    if data is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if how == "renamed":
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        beside.write_bytes(data)
        beside.rename(target)
        return
    was = target.stat() if target.exists() else None
    target.write_bytes(data)
    if was and how == "unseen":
        os.utime(target, ns=(was.st_atime_ns, was.st_mtime_ns))


if __name__ == "__main__":
    main()
