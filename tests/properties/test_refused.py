"""Disk full, no permission, errors of the disk, at any call: exit status 3, what to do, and a site that is whole.

Whole is what is there at the next build, before anything is made: the old site, or, once the journal is written, the
new one.  `SITEGEN_LONG=1` makes it long: every call instead of some.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from sitegen.errors import MachineError
from sitegen.incremental.fingerprint import digest
from sitegen.model.page import File
from sitegen.publish import MARKER, STAGE, Output
from sitegen.publish.place import is_marked
from sitegen.scaffold import cleaned
from support.building import built
from support.faults import CHANGES, KILLED, LOOKS, end, fault, refusal
from support.newsroom import SITE, Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONG: Final = bool(os.environ.get("SITEGEN_LONG"))
if LONG:
    pytestmark = pytest.mark.long

REFUSALS: Final = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.EMFILE)
OLD: Final = {
    "index.html": "home",
    "a/index.html": "a",
    "feed.xml": "feed",
    "gone/deep/index.html": "gone",
    "pier": "a file",
    "quay/index.html": "a folder",
}
NEW: Final = {
    "index.html": "new home",
    "a/index.html": "a",
    "assets/app.css": "style",
    "b/c/index.html": "c",
    "feed.xml": "new feed",
    "pier/index.html": "a folder now",
    "quay": "a file now",
}

Site = dict[str, str]


class Place:
    """A folder that sites are published into."""

    def __init__(self, root: Path) -> None:
        """Nothing is there yet."""
        self.root = root
        self.folder = root / "public"

    def output(self, stage: str = "cache/stage") -> Output:
        """The output, as a build uses it."""
        return Output(self.folder, self.root / stage, self.root / "cache/published", ("own/",))

    def publish(self, site: Site, stage: str = "cache/stage") -> None:
        """Publish *site*, as a build does."""
        if stage.startswith("public/"):  # as where the output is a disk of its own
            self.folder.mkdir(exist_ok=True)
        output = self.output(stage)
        output.prepare(self.root / "sources")
        try:
            for path, text in site.items():
                output.stage(path, text.encode())
            files = [File(path, digest(text.encode()).hex()) for path, text in site.items()]
            output.publish(files, lambda missing: pytest.fail(f"{missing} are staged"))
        finally:
            output.discard()

    def fail(self, stage: str = "cache/stage") -> None:
        """Do what a build does that finds something wrong in the site."""
        output = self.output(stage)
        output.prepare(self.root / "sources")
        output.discard()

    def found(self) -> Site:
        """What is published."""
        return {path: data.decode() for path, data in files(self.folder).items()}

    def litter(self) -> list[str]:
        """What is left of stages."""
        return [path.name for path in self.root.rglob("*") if "stage" in path.name]

    def start(self, site: Site) -> None:
        """Be as after publishing *site*, and nothing else."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        if site:
            self.publish(site)


def in_child(work: Callable[[], None]) -> int:
    """The status of a process that did *work*: 0; 3 where the disk refused; `KILLED`."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        except MachineError:
            status = 3
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_mixed(found: Site, old: Site, new: Site) -> bool:
    """Whether each file of *found* is that of the *old* or that of the *new* site."""
    return all(text in (old.get(path), new.get(path)) for path, text in found.items())


def steps(last: int, few: int) -> Iterator[int]:
    """Calls to fail at: each, or *few* of them, with the last ones, which are those of publishing."""
    yield from range(1, last + 1) if LONG else sorted({*range(1, last, max(1, last // few)), last - 1, last})


def calls_of(place: Place, old: Site, names: tuple[str, ...] = CHANGES, stage: str = "cache/stage") -> int:
    """How many calls it takes to publish over *old*."""
    place.start(old)
    with fault(0, end, names) as calls:
        place.publish(NEW, stage)
    return calls.total()


@pytest.mark.parametrize("stage", ["cache/stage", ".public.7.sitegen-stage", "public/.sitegen-stage"])
@pytest.mark.parametrize("old", [OLD, {}], ids=["again", "first"])
def test_an_end_at_any_call(tmp_path: Path, old: Site, stage: str) -> None:
    """A process that ends at its n-th call leaves old and new files, and the next has one site, whatever it does."""
    place = Place(tmp_path / "place")
    met = set()
    last = calls_of(place, old, stage=stage)
    for at in (*steps(last, 40), last + 1):
        place.start(old)

        def ending(at: int = at) -> None:
            with fault(at, end):
                place.publish(NEW, stage)

        status = in_child(ending)
        assert is_mixed(place.found(), old, NEW)
        place.fail(stage if at % 3 else "cache/stage")
        after = place.found()
        assert after in (old, NEW)
        met.add((status, after == NEW))
        place.publish(NEW)
        assert NEW == place.found()
        assert is_marked(str(place.folder))
        assert [] == place.litter()
    assert {(0, True), (KILLED, True), (KILLED, False)} == met


def test_an_end_at_any_call_of_mending(tmp_path: Path) -> None:
    """A build that ends while it finishes what another had begun is itself finished by the next."""
    place = Place(tmp_path / "place")
    last = calls_of(place, OLD)
    for at in steps(last, 8):
        for then in range(1, 30, 1 if LONG else 6):
            place.start(OLD)

            def ending(at: int = at) -> None:
                with fault(at, end):
                    place.publish(NEW)

            def ending_again(then: int = then) -> None:
                with fault(then, end):
                    place.fail()

            in_child(ending)
            in_child(ending_again)
            assert is_mixed(place.found(), OLD, NEW)
            place.fail()
            assert place.found() in (OLD, NEW)


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("names", [CHANGES, LOOKS], ids=["changes", "looks"])
@pytest.mark.parametrize("number", REFUSALS)
def test_a_refusal_at_any_call(tmp_path: Path, number: int, names: tuple[str, ...], *, lasting: bool) -> None:
    """Whatever is refused, and when: it goes well, or the error says where, what and what to do; the site is whole."""
    place = Place(tmp_path / "place")
    met = set()
    for at in steps(calls_of(place, OLD, names), 12):
        place.start(OLD)
        refused: MachineError | None = None
        try:
            with fault(at, refusal(number), names, lasting=lasting):
                place.publish(NEW)
        except MachineError as error:
            refused = error
        if refused is None:
            assert NEW == place.found()
        else:
            assert all(
                problem.fix and problem.where and "cannot be written: " in problem.what for problem in refused.problems
            )
            assert is_mixed(place.found(), OLD, NEW)
            place.fail()
            assert place.found() in (OLD, NEW)
        met.add(refused is None)
        place.publish(NEW)
        assert NEW == place.found()
        assert [] == place.litter()
    assert False in met


def test_a_refusal_while_mending(tmp_path: Path) -> None:
    """Where what was begun cannot be finished either, that is the error, and nothing is lost for the build after it."""
    place = Place(tmp_path / "place")
    place.start(OLD)
    with suppress(MachineError), fault(3, refusal(errno.ENOSPC), ("replace",), lasting=True):
        place.publish(NEW)
    full = fault(1, refusal(errno.ENOSPC), ("replace",), lasting=True)
    with pytest.raises(MachineError, match="no space left on device; free some space"), full:
        place.fail()
    place.fail()
    assert NEW == place.found()


def test_another_output_is_finished(tmp_path: Path) -> None:
    """What was begun in one output is finished also by a build into another; if it cannot be, that build goes on."""
    place, other = Place(tmp_path / "place"), Place(tmp_path / "place")
    other.folder = place.root / "other"
    for number in (None, errno.EROFS):
        place.start(OLD)
        with suppress(MachineError), fault(3, refusal(errno.EIO), ("replace",), lasting=True):
            place.publish(NEW)
        assert not is_marked(str(place.folder))
        if number is None:
            other.publish({"index.html": "elsewhere"})
            assert NEW == place.found()
        else:
            with fault(1, refusal(number), ("replace",), lasting=True):
                other.publish({"index.html": "elsewhere"})
            assert is_mixed(place.found(), OLD, NEW)
        assert {"index.html": "elsewhere"} == other.found()
        place.publish(NEW)
        assert NEW == place.found()


def test_a_lost_cache_loses_the_journal(tmp_path: Path) -> None:
    """Who removes the cache of a build that was killed gets a whole site from the next one that succeeds."""
    place = Place(tmp_path / "place")
    place.start(OLD)
    with suppress(MachineError), fault(4, refusal(errno.EIO), ("replace",), lasting=True):
        place.publish(NEW)
    shutil.rmtree(place.root / "cache")
    place.fail()
    assert is_mixed(place.found(), OLD, NEW)
    place.publish(NEW)
    assert NEW == place.found()
    assert is_marked(str(place.folder))


def test_a_vanished_folder(tmp_path: Path) -> None:
    """An output that is removed while it is published into is an error, not a site with holes."""
    place = Place(tmp_path / "place")
    for at in range(1, 5):
        place.start(OLD)

        def vanish(_: object) -> None:
            shutil.rmtree(place.folder, ignore_errors=True)

        said = r"cannot be written: no such file or directory; .*run the build again"
        with pytest.raises(MachineError, match=said), fault(at, vanish, ("replace",)):
            place.publish(NEW)
        place.publish(NEW)
        assert NEW == place.found()


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A small site in a folder that everybody may come to."""
    with tempfile.TemporaryDirectory(prefix="sitegen-test-") as folder:
        Path(folder).chmod(0o777)
        yield Newsroom(Path(folder) / "site")


def test_a_refusal_at_any_call_of_a_build(newsroom: Newsroom) -> None:
    """A whole build, with its cache: status 0 or 3, and the next build makes what a build from nothing makes."""
    site = newsroom.root
    texts = (SITE, SITE.replace("Harbor", "Harbour"))
    clean = []
    for text in texts:
        newsroom.write("site.yaml", text)
        assert 0 == built(site, cache=False, output=site / "clean", jobs=1).status
        clean.append(files(site / "clean"))
    with fault(0, end) as calls:
        assert 0 == built(site, jobs=1).status
    old, met = 1, set()
    for step, at in enumerate(range(1, calls.total() + 30, 1 if LONG else max(1, calls.total() // 24))):
        new = 1 - old
        newsroom.write("site.yaml", texts[new])
        with fault(at, refusal(REFUSALS[step % len(REFUSALS)]), lasting=step % 2 == 0):
            outcome = built(site, jobs=1)
        assert outcome.status in (0, 3), outcome.told
        assert outcome.status == 0 or any("cannot be written: " in told for told in outcome.told)
        found = files(site / "public")
        assert all(data in (clean[old].get(path), clean[new].get(path)) for path, data in found.items())
        met.add(outcome.status)
        newsroom.write("site.yaml", texts[new] + "titel: a slip\n")
        assert 1 == built(site, jobs=1).status
        assert files(site / "public") in (clean[old], clean[new])
        newsroom.write("site.yaml", texts[new])
        assert 0 == built(site, jobs=1).status
        assert clean[new] == files(site / "public")
        old = new
    assert {0, 3} == met


def files(folder: Path) -> dict[str, bytes]:
    """The published files in *folder*."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    ours = (MARKER, STAGE + "/")
    return {name: path.read_bytes() for name, path in paths.items() if not name.startswith(ours)}


def unprivileged(work: Callable[[], object]) -> str:
    """What is said where *work* is done by somebody who may not write everywhere; ``""`` if all goes well."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = "died"
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setegid(65534)
                os.seteuid(65534)
            work()
            said = ""
        except MachineError as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001 - it is told
            said = repr(error)
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def open_to_all(folder: Path) -> None:
    """Let everybody do everything with what is in *folder*."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.parametrize("shut", ["", "2026/06", "2026/06/story-a"])
def test_a_folder_that_may_not_be_written(newsroom: Newsroom, shut: str) -> None:
    """Without permission: an error that names the place, the old site or the new, and all right once it is given."""
    site = newsroom.root
    assert 0 == built(site, jobs=1).status
    old = files(site / "public")
    newsroom.write("site.yaml", SITE.replace("Harbor", "Harbour"))
    newsroom.write("layouts/partials/footer.html", "<footer>New</footer>\n")
    newsroom.drop("d")
    open_to_all(site)
    (site / "public" / shut).chmod(0o555)
    said = unprivileged(lambda: raised(built(site, jobs=1).told))
    assert f"{site / 'public' / shut}" in said
    assert "error: cannot be written: permission denied; check the permissions of the folder" in said
    (site / "public" / shut).chmod(0o777)
    newsroom.write("site.yaml", SITE + "titel: a slip\n")
    assert 1 == built(site, jobs=1).status
    between = files(site / "public")
    newsroom.write("site.yaml", SITE.replace("Harbor", "Harbour"))
    assert 0 == built(site, jobs=1).status
    assert between in (old, files(site / "public"))


def raised(told: tuple[str, ...]) -> None:
    """Raise what a build told, if that was an error."""
    if errors := [line for line in told if "error: " in line]:
        raise MachineError.at(None, " ".join(errors))


def test_clean_of_what_may_not_be_removed(newsroom: Newsroom) -> None:
    """An output and a cache that may not be removed are an error too."""
    site = newsroom.root
    assert 0 == built(site, jobs=1).status
    open_to_all(site)
    (site / "public").chmod(0o555)
    cleaned(site, site / "nothing")  # loads what it needs
    assert "error: cannot be written: permission denied; " in unprivileged(lambda: cleaned(site, None))
    (site / "public").chmod(0o000)
    assert "error: cannot be " in unprivileged(lambda: cleaned(site, None))
    (site / "public").chmod(0o777)
    open_to_all(site)
    assert not unprivileged(lambda: cleaned(site, None))
    assert not (site / "public").exists()


def test_clean_takes_no_room(newsroom: Newsroom) -> None:
    """On a full disk the output can be removed."""
    site = newsroom.root
    assert 0 == built(site, jobs=1).status
    with fault(1, refusal(errno.ENOSPC), ("mkdir", "open", "write"), lasting=True):
        cleaned(site, None)
    assert not (site / "public").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "sitegen", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_small_disk(small_disk: Path) -> None:
    """On a real disk with less and less room each build is whole or refused, and with room again it is made."""
    newsroom = Newsroom(small_disk / "site")
    site = newsroom.root
    assert 0 == built(site, jobs=1).status
    statuses = []
    for step in range(24 if LONG else 8):
        old = files(site / "public")
        newsroom.write("site.yaml", SITE.replace("Harbor", f"Harbor {step}"))
        newsroom.put("new", {"title": f"New {step}", "published": "2026-06-01T09:00:00+09:00"}, "word " * 400)
        disk = os.statvfs(small_disk)
        room = disk.f_bavail * disk.f_frsize
        (small_disk / "filler").write_bytes(bytes(max(0, room - (600 << 10) * (step + 1) // (24 if LONG else 8))))
        outcome = built(site, jobs=1)
        statuses.append(outcome.status)
        (small_disk / "filler").unlink()
        newsroom.write("content/slip.md", "---\ntitel: a slip\n---\n")
        assert 1 == built(site, jobs=1).status
        between = files(site / "public")
        newsroom.remove("content/slip.md")
        assert 0 == built(site, jobs=1).status
        assert between in (old, files(site / "public"))
        if outcome.status:
            assert 3 == outcome.status
            assert any("no space left on device; free some space" in told for told in outcome.told)
    assert {0, 3} == set(statuses)
