"""One build of a site at a time, by a lock that a dead process cannot keep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import MachineError
from sitegen.lock import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.workspace import Workspace

HOLD = """
import sys, time
from pathlib import Path
from sitegen.lock import held
with held(Path(sys.argv[1]), print):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the lock until it is written to."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert "held\n" == process.stdout.readline()
        yield process
        process.kill()


def release(holder: subprocess.Popen[str]) -> None:
    """Let the other process let go."""
    assert holder.stdin
    holder.stdin.write("\n")
    holder.stdin.flush()


def test_the_second_waits_and_says_for_whom(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    """Who comes second is told once whom they wait for, and goes on when the first is done."""
    told: list[str] = []
    timer = threading.Timer(0.3, release, [holder])
    timer.start()
    with held(tmp_path / "lock", told.append):
        assert [f"waiting for another build of this site (process {holder.pid})"] == told
        assert str(os.getpid()) == (tmp_path / "lock").read_text(encoding="ascii")
    timer.join()


def test_patience_ends(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    """Who waits too long is told who holds the lock."""
    waiting = held(tmp_path / "lock", print, patience=0.1)
    with pytest.raises(MachineError, match=rf"is held by process {holder.pid}; wait"), waiting:
        pass


def test_a_dead_process_holds_nothing(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    """The lock of a process that was killed is free, though its number is still in the file."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    told: list[str] = []
    with held(tmp_path / "lock", told.append):
        assert [] == told


def test_a_lock_is_let_go_after_an_error(tmp_path: Path) -> None:
    """An error in a build lets go of the lock as its end does."""
    with pytest.raises(KeyError), held(tmp_path / "lock", print):
        raise KeyError
    told: list[str] = []
    with held(tmp_path / "lock", told.append):
        assert [] == told


def test_no_place_for_the_lock(tmp_path: Path) -> None:
    """Where the cache cannot be, the error says so, and what can be done without it."""
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match=r"cannot be written: .*--no-cache"), held(tmp_path / "file/lock", print):
        pass


def test_two_builds_at_once(workspace: Workspace) -> None:
    """Two builds that start together both succeed, and leave one site."""
    arguments = [sys.executable, "-m", "sitegen", "build", "--now", "2026-06-15T12:00:00Z"]
    both = [
        subprocess.Popen(arguments, cwd=workspace.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = [(process.communicate(), process.returncode) for process in both]
    assert [0, 0] == [code for _, code in ended], ended
    tree = workspace.tree()
    assert 0 == workspace.build("--no-cache", "--output", "clean").returncode
    clean = {
        path.relative_to(workspace.root / "clean").as_posix(): path.read_bytes()
        for path in (workspace.root / "clean").rglob("*")
        if path.is_file()
    }
    assert clean == tree
