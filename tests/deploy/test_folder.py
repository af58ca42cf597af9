"""A folder of releases: readers see the old site or the new one, whenever a deploy ends, and however.

`SITEGEN_LONG=1` ends it at every operation instead of some.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.deploy import Order, rolled_back
from sitegen.deploy.carry import Stopped
from sitegen.errors import MachineError, UsageError
from support.deploys import NOW, Listener, Paper, dangling, site_of, strangers, tree
from support.faults import CHANGES, KILLED, end, fault, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

STEP: Final = 1 if LONG else 13
DEPLOYING: Final = (*CHANGES, "link", "symlink")


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A paper that was deployed once, and has another day to come, which is built."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live, releases: 3}")
    paper.deploy()
    paper.next_day()
    paper.told()  # so that what is counted from here on are operations at the target
    return paper


def live(paper: Paper) -> dict[str, bytes]:
    """What readers find."""
    return site_of(tree(paper.root.parent / "live" / "current"))


def releases(paper: Paper) -> list[str]:
    """The names of the releases, oldest first."""
    return sorted(path.name for path in (paper.root.parent / "live" / "releases").iterdir())


def new(paper: Paper) -> dict[str, bytes]:
    """What readers are to find: the output, and what is still loaded by pages of before."""
    return paper.public() | {path: data for path, data in live(paper).items() if path.startswith("assets/")}


def killed(work: Callable[[], object], at: int) -> bool:
    """Whether *work*, done by a process of its own, was killed at its operation number *at*."""
    child = os.fork()
    if not child:
        status = 1
        try:
            with fault(at, end, DEPLOYING):
                work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, KILLED)
    return os.waitstatus_to_exitcode(status) == KILLED


def test_unchanged_files_are_one(paper: Paper) -> None:
    """A release takes the room of what changed: all else are hard links to the last one."""
    paper.write("static/terms.pdf", "terms")
    paper.deploy()
    paper.story("ferry", "Ferry returns", "Text!", tags="harbor")
    paper.deploy()
    assert 2 == (paper.root.parent / "live" / "current" / "terms.pdf").stat().st_nlink
    assert 1 == (paper.root.parent / "live" / "current" / "2026/05/ferry/index.html").stat().st_nlink


def test_a_server_may_read_it(paper: Paper) -> None:
    """Folders are made as the umask has it, and are not private as the cache is."""
    for path in (paper.root.parent / "live", *(paper.root.parent / "live").rglob("*")):
        assert path.is_symlink() or path.stat().st_mode & 0o044 == 0o044


def test_some_releases_are_kept(paper: Paper) -> None:
    """As many as asked for, the one that is shown among them."""
    for number in range(4):
        paper.story("storm", f"Storm {number}", tags="harbor, weather")
        paper.deploy()
    assert 3 == len(releases(paper))
    assert releases(paper)[-1] == (paper.root.parent / "live" / "current").resolve().name


def test_rollback(paper: Paper) -> None:
    """Readers see the release before, and the next deploy is planned against that."""
    before = live(paper)
    paper.deploy()
    after = live(paper)
    order = Order(folder=paper.root, now=NOW)
    rolled_back(order, lambda _: None)
    assert before == live(paper)
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(order, lambda _: None)
    paper.deploy()
    assert after == live(paper)
    rolled_back(order, lambda _: None)
    assert before == live(paper)  # and not what was gone back from


def test_a_file_becomes_a_folder(paper: Paper) -> None:
    """And the other way round, whatever an address was before."""
    paper.write("static/map", "a file")
    paper.deploy()
    (paper.root / "static/map").unlink()
    paper.write("static/map/index.html", "<title>Map</title>")
    paper.deploy(allow_vanish=True)
    assert new(paper) == live(paper)
    shutil.rmtree(paper.root / "static/map")
    paper.write("static/map", "a file")
    paper.deploy(allow_vanish=True)
    assert new(paper) == live(paper)


def test_a_folder_in_the_way_of_the_link(tmp_path: Path) -> None:
    """A folder cannot be switched in one go, so it is not taken over."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}")
    (tmp_path / "live" / "current").mkdir(parents=True)
    with pytest.raises(UsageError, match="is a folder; move it away"):
        paper.deploy(adopt=True)


def test_rollback_of_nothing(tmp_path: Path) -> None:
    """It says so, where nothing was deployed yet."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}")
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(Order(folder=paper.root, now=NOW), lambda _: None)


@pytest.mark.parametrize("path", ["public", "public/live", "static", ".sitegen/live", "."])
def test_a_place_that_builds_clear(tmp_path: Path, path: str) -> None:
    """What lies in the output is removed by the next build, and what lies in the sources is published."""
    paper = Paper(tmp_path / "site", f"{{kind: folder, path: {path}}}")
    with pytest.raises(UsageError, match=r"of the site( itself)?; name a folder elsewhere"):
        paper.deploy()


@pytest.mark.parametrize("folder", ["releases", "releases/wire", "current"])
def test_a_site_among_its_releases(tmp_path: Path, folder: str) -> None:
    """What lies there is replaced and swept."""
    paper = Paper(tmp_path / folder, f"{{kind: folder, path: '{tmp_path}'}}")
    with pytest.raises(UsageError, match="is where the site itself lies; name a folder elsewhere"):
        paper.deploy(adopt=True)
    assert (paper.root / "site.yaml").exists()


def test_a_home(tmp_path: Path) -> None:
    """Nobody wants a folder of that name."""
    paper = Paper(tmp_path / "site", "{kind: folder, path: ~/wire}")
    with pytest.raises(UsageError, match="begins with `~`, which only a shell understands; write it in full"):
        paper.deploy()


def test_what_others_put_beside_the_releases(tmp_path: Path) -> None:
    """It is never swept, shown nor counted: not even what looks like a release, and is none of ours."""
    others = strangers(tmp_path / "live" / "releases")
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live, releases: 1}")
    order = Order(folder=paper.root, now=NOW)
    for number in range(3):
        paper.story("storm", f"Storm {number}", tags="harbor, weather")
        paper.deploy()
        assert {*others} < {*releases(paper)}
        with pytest.raises(UsageError, match="has no release before this one"):
            rolled_back(order, lambda _: None)
    assert all(others[name] == tree(tmp_path / "live" / "releases" / name) for name in others)
    assert 1 == len({*releases(paper)} - {*others})


def test_a_link_of_others(tmp_path: Path) -> None:
    """What readers saw before the first deploy stays, and is nothing to go back to."""
    strangers(tmp_path / "live" / "releases")
    (tmp_path / "live" / "current").symlink_to("releases/v1")
    paper = Paper(tmp_path / "site", "{kind: folder, path: ../live}")
    paper.deploy(adopt=True)
    assert paper.public() == live(paper)
    assert [b"theirs"] == [*tree(tmp_path / "live" / "releases" / "v1").values()]
    with pytest.raises(UsageError, match="has no release before this one"):
        rolled_back(Order(folder=paper.root, now=NOW), lambda _: None)


def test_killed_at_any_operation(paper: Paper, tmp_path: Path) -> None:
    """Property P15: readers see all of one site; the next deploy makes it the new one, and leaves nothing behind."""
    place = tmp_path / "live"
    shutil.copytree(place, tmp_path / "before", symlinks=True)
    old = live(paper)
    paper.deploy()
    expected = live(paper)
    for at in itertools.count(1, STEP):
        shutil.rmtree(place)
        shutil.copytree(tmp_path / "before", place, symlinks=True)
        if not killed(paper.deploy, at):
            break
        assert live(paper) in (old, expected)
        assert [] == dangling(live(paper))
        paper.deploy()
        assert expected == live(paper)
        assert 2 == len(releases(paper))
    assert at > 50


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_refuses(paper: Paper, number: int) -> None:
    """Readers see the old site, and the person is told so; the next deploy succeeds."""
    old = live(paper)
    with fault(60, refusal(number), DEPLOYING, lasting=True), pytest.raises(MachineError) as refused:
        paper.deploy()
    assert "readers see the site as it was; deploy again to go on" in str(refused.value)
    assert old == live(paper)
    paper.deploy()
    assert new(paper) == live(paper)


def test_ctrl_c(paper: Paper) -> None:
    """The same for a person who ends it."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    old = live(paper)
    with fault(60, interrupt, DEPLOYING), pytest.raises(Stopped, match="interrupted; readers see the site as it was"):
        paper.deploy()
    assert old == live(paper)


def test_an_output_that_changes_meanwhile(paper: Paper) -> None:
    """What is sent is what was planned, or nothing: another build may let out what must not be seen."""
    old = live(paper)

    class Meddler(Listener):
        """Somebody builds again while the plan is looked at."""

        def agrees(self) -> bool:
            """Agree, after that."""
            paper.write("public/2026/05/pier/index.html", "a draft")
            return True

    with pytest.raises(MachineError, match="was changed while it was being deployed"):
        paper.deploy(Meddler())
    assert old == live(paper)
