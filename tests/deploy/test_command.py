"""Any uploader: it gets a folder with the site in it, after the same plan and checks, and never a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from sitegen.deploy.manifest import LOCK
from sitegen.errors import ContentError, MachineError
from sitegen.lock import tried
from support.deploys import Listener, Paper, site_of, tree
from support.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COPY = """\
import pathlib, shutil, sys
place = pathlib.Path(sys.argv[2])
shutil.rmtree(place, ignore_errors=True)
shutil.copytree(sys.argv[1], place)
(place.parent / "asked").write_text(repr(sys.argv[3:]))
"""


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A paper that a program of its own uploads."""
    (tmp_path / "upload.py").write_text(COPY)
    command = f"['{sys.executable}', '{tmp_path}/upload.py', '{{public}}', '{tmp_path}/live', '$(touch x); `id`']"
    return Paper(tmp_path / "site", f"{{kind: command, command: {command}}}")


def live(paper: Paper) -> dict[str, bytes]:
    """What was uploaded."""
    return tree(paper.root.parent / "live")


def test_it_gets_the_site(paper: Paper) -> None:
    """All of it and nothing else: no marker, no manifest."""
    paper.deploy()
    assert paper.public() == live(paper)
    paper.next_day()
    paper.deploy()
    new, old = paper.public(), live(paper)
    assert new.items() <= old.items()
    assert all(path.startswith("assets/") for path in old.keys() - new.keys())


def test_no_shell(paper: Paper) -> None:
    """Arguments are arguments, whatever is in them."""
    paper.deploy()
    assert "['$(touch x); `id`']" == (paper.root.parent / "asked").read_text()
    assert [] == list(paper.root.parent.rglob("x"))


def test_nothing_to_do(paper: Paper) -> None:
    """It is not run for a site that did not change."""
    paper.deploy()
    (paper.root.parent / "asked").unlink()
    paper.deploy()
    assert not (paper.root.parent / "asked").exists()


def test_one_that_fails(paper: Paper) -> None:
    """What it did not upload is not taken for uploaded: it is run again."""
    good = (paper.root / "site.yaml").read_text()
    paper.target(f"{{kind: command, command: ['{sys.executable}', -c, 'raise SystemExit(7)', '{{public}}']}}")
    with pytest.raises(
        MachineError, match=r"ended with status 7; see what it says above.*what readers see now depends on the command"
    ):
        paper.deploy()
    with pytest.raises(MachineError, match="ended with status 7"):
        paper.deploy()
    paper.write("site.yaml", good)
    paper.deploy()
    assert paper.public() == live(paper)


FAILS_AFTERWARDS = COPY + "sys.exit((place.parent / 'broken').exists())\n"


def test_back_from_one_that_failed(paper: Paper) -> None:
    """It may have uploaded all of it: going back is something to do, and what may be up is known."""
    (paper.root.parent / "upload.py").write_text(FAILS_AFTERWARDS)
    paper.deploy()
    good, old = live(paper), (paper.root / "content/ferry.md").read_text()
    (paper.root.parent / "broken").touch()
    paper.story("pier", "Pier opens", tags="harbor")
    paper.story("ferry", "Ferry sinks", tags="harbor")
    with pytest.raises(MachineError, match="ended with status 1"):
        paper.deploy()
    (paper.root.parent / "broken").unlink()
    (paper.root / "content/pier.md").unlink()
    paper.write("content/ferry.md", old)
    with pytest.raises(ContentError, match=r"2026/05/\w+/ would be gone"):
        paper.deploy()
    done = paper.deploy(allow_vanish=True)
    assert ("2026/05/pier/index.html",) == done.deleted
    assert good == live(paper)
    (paper.root.parent / "asked").unlink()
    paper.deploy()
    assert not (paper.root.parent / "asked").exists()


def test_another_command_line(paper: Paper) -> None:
    """It may upload to another place: all of the site goes there, and nothing that was withdrawn before."""
    paper.deploy()
    text = (paper.root / "site.yaml").read_text()
    paper.story("budget", "Budget vote", tags="council", expires="2026-06-01T00:00:00Z")
    paper.write("site.yaml", text.replace("/live'", "/other'"))
    paper.deploy()
    assert paper.public() == tree(paper.root.parent / "other")
    assert 1 == len(list((paper.root / ".sitegen/deploy/live").iterdir()))


def test_what_it_leaves_behind(paper: Paper) -> None:
    """A server that it started holds nobody up."""
    pid = paper.root.parent / "pid"
    paper.target(f"{{kind: command, command: [sh, -c, 'sleep 60 >/dev/null 2>&1 & echo $! >{pid}', '{{public}}']}}")
    try:
        paper.deploy()
        paper.story("ferry", "Ferry returns late")
        listener = Listener()
        os.kill(int(pid.read_text()), 0)
        paper.deploy(listener)
        assert [] == listener.remarks
    finally:
        os.kill(int(pid.read_text()), signal.SIGTERM)


def test_one_that_is_not_there(paper: Paper) -> None:
    """It says so."""
    paper.target("{kind: command, command: 'no-such-uploader --dir {public}'}")
    with pytest.raises(MachineError, match="`no-such-uploader` cannot be run: no such file or directory"):
        paper.deploy()


def test_the_same_checks(paper: Paper) -> None:
    """An address that would be gone stops it before the command is run."""
    paper.deploy()
    before = site_of(live(paper))
    (paper.root / "content/storm.md").unlink()
    with pytest.raises(ContentError, match="would be gone"):
        paper.deploy()
    assert before == site_of(live(paper))


SLOW = """\
import pathlib, signal, sys, time
place, log = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])

def say(word):
    with log.open("a") as file:
        print(word, file=file)

def ended(*_):
    say("told to end")
    if len(sys.argv) < 5:
        sys.exit(1)

signal.signal(signal.SIGTERM, ended)
before = sorted(place.rglob("*"))
say("begun")
time.sleep(float(sys.argv[3]))
say("done" if before == sorted(place.rglob("*")) else "swept meanwhile")
"""


def slow(paper: Paper, seconds: float, before: str = "", after: str = "") -> subprocess.Popen[str]:
    """A deploy of *paper*, by the command itself, whose uploader is at work, for some *seconds*.

    The command line has *before* and *after* around its own.
    """
    folder = paper.root.parent
    (folder / "slow.py").write_text(SLOW)
    paper.target(
        f"{{kind: command, command: [{before}{sys.executable}, {folder}/slow.py, '{{public}}', {folder}/log,"
        f" '{seconds}'{after}]}}"
    )
    command = [sys.executable, "-m", "sitegen", "deploy", "--site", str(paper.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    while not (folder / "log").exists():
        assert process.poll() is None
        time.sleep(0.01)
    return process


def test_an_uploader_that_outlives_us(paper: Paper) -> None:
    """The next deploy waits for it: the folder that it reads is not swept under it."""
    with slow(paper, 2) as process:
        process.kill()
    listener = Listener()
    paper.story("ferry", "Ferry returns late")
    paper.deploy(listener)
    assert any(line.startswith("waiting for another deploy to ") for line in listener.remarks)
    assert ["begun", "done", "begun", "done"] == (paper.root.parent / "log").read_text().splitlines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("wrapper", ["", "sh, -c, '\"$@\"; exit $?', wrapper, "])
def test_a_polite_end(paper: Paper, number: signal.Signals, wrapper: str) -> None:
    """It is passed on to the uploader, also through what wraps it, and is told like Ctrl-C."""
    with slow(paper, 60, wrapper) as process:
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert 130 == process.returncode
    assert "interrupted; what readers see now depends on the command; deploy again to go on" in said
    assert ["begun", "told to end"] == (paper.root.parent / "log").read_text().splitlines()


def test_one_that_does_not_end(paper: Paper) -> None:
    """It keeps the lock, which names it; so does what is told.  Who is told to end twice does not wait for it."""
    with slow(paper, 60, after=", stubborn") as process:
        process.send_signal(signal.SIGTERM)
        while "told to end" not in (paper.root.parent / "log").read_text():
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.stderr
        said = process.stderr.readline()  # and no more: the uploader has it too
    (lock,) = (paper.root / ".sitegen/deploy").rglob(LOCK)
    holder = int(lock.read_text())
    try:
        assert f"interrupted; the command goes on (process {holder}), and what readers see depends on it" in said
        with tried(lock) as free:
            assert not free
    finally:
        os.kill(holder, signal.SIGKILL)
