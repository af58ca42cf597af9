"""One command as a whole process: how long it takes, and how much memory it and its children hold."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROC: Final = Path("/proc")
_EVERY: Final = 0.02
_SETTLING: Final = 2.1


class Failed(Exception):
    """A command that was to be measured failed."""


class Run(Struct, frozen=True):
    """What a command took: *wall* seconds, and *cpu* seconds of it and its children together."""

    wall: float
    cpu: float


def rest() -> None:
    """Wait until the disk has what was written, and until the stamps of files tell the next edit from the last.

    Nobody builds again within two seconds, and what was written within them is looked at twice.
    """
    os.sync()
    time.sleep(_SETTLING)


def timed(command: Sequence[str], cwd: Path, env: dict[str, str]) -> Run:
    """Run *command* in *cwd* undisturbed.

    Raises:
        Failed: if it failed; with what it said.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        _judge(process, said)
    return Run(wall, usage.ru_utime + usage.ru_stime)


def peak_memory(command: Sequence[str], cwd: Path, env: dict[str, str]) -> int | None:
    """The most bytes that *command* and all its children held at one moment, looked at every 20 ms; Linux alone tells.

    What processes share is counted once (PSS).

    Raises:
        Failed: if it failed; with what it said.
    """
    if not (_PROC / "self/smaps_rollup").exists():
        return None
    most = 0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=said, stderr=said, start_new_session=True)
        while process.poll() is None:
            most = max(most, sum(map(_held, _session(process.pid))))
            time.sleep(_EVERY)
        _judge(process, said)
    return most


def _judge(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Raise Failed if *process*, which has ended, failed."""
    if process.returncode:
        said.seek(0)
        raise Failed(f"{process.args!r} failed: {said.read().decode(errors='replace')[-4000:]}")


def _session(leader: int) -> Iterator[Path]:
    """The processes of a session, as their folders below /proc."""
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                yield folder


def _held(process: Path) -> int:
    """The bytes that a process holds, with its share of what it shares; 0 if it has ended."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
