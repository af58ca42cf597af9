"""Another machine: releases there, sent by rsync over ssh, and switched in one go."""

from __future__ import annotations

import getpass
import subprocess
from typing import TYPE_CHECKING

import pytest

from sitegen.deploy import Order, rolled_back
from sitegen.deploy.rsync import Host
from sitegen.errors import MachineError, UsageError
from sitegen.model.deploy import RsyncPlace
from support.deploys import NOW, Paper, dangling, site_of, strangers, tree

if TYPE_CHECKING:
    from pathlib import Path

    from support.secure_shell import Machine

pytestmark = pytest.mark.needs("rsync", "sshd")


@pytest.fixture
def paper(tmp_path: Path, machine: Machine) -> Paper:
    """A paper that is put there, into a folder whose name a shell would take for much."""
    return Paper(tmp_path / "site", place(machine, f"{tmp_path}/it''s $(touch x)"))


def _me() -> str:
    return f"{getpass.getuser()}@127.0.0.1"


def place(machine: Machine, path: str, **other: object) -> str:
    """A folder there as a target."""
    found = {"kind": "rsync", "host": _me(), "port": machine.port, "path": path} | other
    return "{" + ", ".join(f"{key}: '{value}'" for key, value in found.items()) + "}"


def live(paper: Paper) -> dict[str, bytes]:
    """What readers find."""
    return site_of(tree(paper.root.parent / "it's $(touch x)" / "current"))


def test_the_next_day_and_back(paper: Paper) -> None:
    """Readers get what was built, and back what they had; what did not change is one file; nothing ran on the way."""
    paper.write("static/부산 #1 50%.txt", "names of all kinds")
    paper.deploy()
    first = live(paper)
    assert paper.public() == first
    paper.next_day()
    paper.deploy()
    new, there = paper.public(), live(paper)
    assert new.items() <= there.items()
    assert all(path.startswith("assets/") for path in there.keys() - new.keys())
    current = paper.root.parent / "it's $(touch x)" / "current"
    assert 2 == (current / "부산 #1 50%.txt").stat().st_nlink
    assert current.resolve().stat().st_mode & 0o055 == 0o055
    assert () == paper.deploy().sent
    assert [] == list(paper.root.parent.rglob("x"))

    order = Order(folder=paper.root, now=NOW)
    rolled_back(order, lambda _: None)
    assert first == live(paper)
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(order, lambda _: None)


def test_stopped_at_the_last_step(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers see the old site, and the next deploy makes it the new one."""
    paper.deploy()
    old = live(paper)
    paper.next_day()

    def fails(*_: object) -> None:
        raise MachineError.at(None, "the line is dead")

    with monkeypatch.context() as patch:
        patch.setattr(Host, "finish", fails)
        with pytest.raises(MachineError, match="readers see the site as it was; deploy again to go on"):
            paper.deploy()
    assert old == live(paper)
    assert [] == dangling(live(paper))
    paper.deploy()
    assert paper.public().items() <= live(paper).items()
    assert 2 == len(list((paper.root.parent / "it's $(touch x)" / "releases").iterdir()))


def test_what_others_put_beside_the_releases(paper: Paper) -> None:
    """It is never swept, shown nor counted: not even what looks like a release, and is none of ours."""
    folder = paper.root.parent / "it's $(touch x)" / "releases"
    others = strangers(folder)
    paper.deploy()
    paper.next_day()
    paper.deploy()
    (folder / "20200101T000000.000000Z.partial").mkdir()
    rolled_back(Order(folder=paper.root, now=NOW), lambda _: None)
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(Order(folder=paper.root, now=NOW), lambda _: None)
    paper.deploy()
    assert all(others[name] == tree(folder / name) for name in others)
    assert 2 == len({path.name for path in folder.iterdir()} - {*others})


def test_two_at_once(paper: Paper, machine: Machine) -> None:
    """The second waits, and is told for whom."""
    paper.deploy()
    paper.next_day()
    path = paper.root.parent / "it's $(touch x)"
    remarks: list[str] = []
    command = ["flock", str(path / ".sitegen-deploying"), "sh", "-c", "echo held; cat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin
        assert other.stdout
        assert b"held\n" == other.stdout.readline()
        (path / ".sitegen-deploying").write_text("Ana on desk-3, process 7")

        def told(line: str) -> None:
            remarks.append(line)
            other.communicate()  # ends it

        host = Host(RsyncPlace(name="live", host=_me(), port=machine.port, path=str(path)))
        with host.lock("Bo on desk-4, process 8", told):
            assert ["waiting for a deploy of Ana on desk-3, process 7"] == remarks
    assert "Bo on desk-4, process 8" == (path / ".sitegen-deploying").read_text()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"host": "nobody-there@127.0.0.1"}, "refuses the key of ssh; add your key to authorized_keys"),
        ({"host": f"{getpass.getuser()}@localhost"}, "has a key that is not known to ssh; connect to it once by hand"),
        ({"host": "desk@nowhere.invalid"}, "is a host that nobody knows, says ssh; mend `host`"),
        ({"port": 9}, "refuses connections by ssh; check `host` and `port`"),
    ],
)
def test_wrong_places(paper: Paper, machine: Machine, other: dict[str, object], said: str) -> None:
    """One sentence each, that says what to do."""
    paper.target(place(machine, "/tmp/wire", **other))  # noqa: S108 - nothing gets there
    with pytest.raises(MachineError, match=said):
        paper.deploy()
