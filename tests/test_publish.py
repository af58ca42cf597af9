"""The output folder: holds what was made and nothing else, and is never left half done."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.errors import CoreError, UsageError
from sitegen.incremental.fingerprint import digest
from sitegen.model.page import File
from sitegen.publish import MARKER, Output, Published, disk, journal, tree
from sitegen.publish.ledger import LedgerFile
from sitegen.publish.tree import RACY, UNREAD, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIB: Final = 1 << 20


class Publisher:
    """An output folder in *root*, published into again and again."""

    def __init__(self, root: Path) -> None:
        """Nothing is there yet."""
        self.root = root
        self.folder = root / "public"

    def publish(self, files: dict[str, str], *, keep: tuple[str, ...] = ()) -> Published:
        """Publish *files*, all of which are staged."""
        output = Output(self.folder, self.root / "stage", self.root / "cache/published", keep)
        output.prepare(self.root / "site")
        for path, text in files.items():
            output.stage(path, text.encode())
        made = [File(path, digest(text.encode()).hex()) for path, text in files.items()]
        try:
            return output.publish(made, lambda missing: pytest.fail(f"{missing} are staged"))
        finally:
            output.discard()

    def found(self) -> dict[str, str]:
        """The files in the folder, less the marker."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() and path.name != MARKER)
        return {path.relative_to(self.folder).as_posix(): path.read_text() for path in paths}


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """An output folder that does not exist yet."""
    return Publisher(tmp_path)


def test_first_and_again(publisher: Publisher) -> None:
    """What was never published is written; what is right stays untouched."""
    files = {"index.html": "home", "a/index.html": "a"}
    assert Published(("index.html", "a/index.html"), (), 0) == publisher.publish(files)
    assert files == publisher.found()
    assert publisher.folder.joinpath(MARKER).is_file()
    before = (publisher.folder / "index.html").stat()
    assert Published((), (), 2) == publisher.publish(files)
    after = (publisher.folder / "index.html").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_what_is_gone_is_removed(publisher: Publisher) -> None:
    """A file that is no longer made goes, with the folders that it leaves empty."""
    publisher.publish({"index.html": "home", "a/b/index.html": "b", "a/c.txt": "c"})
    assert Published((), ("a/b/index.html", "a/c.txt"), 1) == publisher.publish({"index.html": "home"})
    assert not (publisher.folder / "a").exists()


def test_a_file_becomes_a_folder_and_back(publisher: Publisher) -> None:
    """Where a file was there can be a folder, and the other way round."""
    for files in ({"pier": "file"}, {"pier/index.html": "folder"}, {"pier": "file"}):
        publisher.publish(files)
        assert files == publisher.found()


def test_case_alone(publisher: Publisher) -> None:
    """A name that differs in case alone takes the place of the other."""
    publisher.publish({"Pier.html": "upper"})
    publisher.publish({"pier.html": "lower"})
    assert {"pier.html": "lower"} == publisher.found()


@pytest.mark.parametrize("keep", ["CNAME", "*.html", "own", "own/", "own/*"])
def test_what_is_kept(publisher: Publisher, keep: str) -> None:
    """Files that the site says are not ours stay; all others go."""
    publisher.publish({"index.txt": "home"})
    theirs = {"CNAME": "a.example", "google.html": "x", "own/deep/file": "y"}
    for path, text in theirs.items():
        (publisher.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (publisher.folder / path).write_text(text)
    publisher.publish({"index.txt": "home"}, keep=(keep,))
    stay = {"CNAME": ["CNAME"], "*.html": ["google.html"]}.get(keep, ["own/deep/file"])
    assert {"index.txt", *stay} == set(publisher.found())


@pytest.mark.parametrize(("kept", "made"), [("own/file", "own"), ("own", "own/index.html")])
def test_what_is_kept_is_not_overwritten(publisher: Publisher, kept: str, made: str) -> None:
    """A file that is kept and in the way is an error, before anything is changed."""
    publisher.publish({"index.html": "home"})
    (publisher.folder / kept).parent.mkdir(exist_ok=True)
    (publisher.folder / kept).write_text("theirs")
    with pytest.raises(UsageError, match=r"is kept, as site\.yaml says, and is in the way of own"):
        publisher.publish({"index.html": "new", made: "ours"}, keep=("own",))
    assert {"index.html": "home", kept: "theirs"} == publisher.found()


def test_version_control_in_the_output_stays(publisher: Publisher) -> None:
    """An output that is a repository of its own stays one."""
    publisher.publish({"index.html": "home"})
    (publisher.folder / ".git").mkdir()
    (publisher.folder / ".git/HEAD").write_text("ref")
    (publisher.folder / ".git/empty").mkdir()
    publisher.publish({"index.html": "new"})
    assert {"index.html": "new", ".git/HEAD": "ref"} == publisher.found()
    assert (publisher.folder / ".git/empty").is_dir()


def test_damage_is_mended(publisher: Publisher) -> None:
    """A file with other bytes is written again, even of the same size and time."""
    publisher.publish({"index.html": "home"})
    place = publisher.folder / "index.html"
    was = place.stat()
    place.write_text("Home")
    os.utime(place, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert Published(("index.html",), (), 0) == publisher.publish({"index.html": "home"})


def test_a_ledger_that_cannot_be_written(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stat signatures cannot be kept, files are read again, and that is all."""
    monkeypatch.setattr(tree, "_RACY_NS", 0)
    (publisher.root / "cache/published").mkdir(parents=True)
    for _ in range(3):
        publisher.publish({"index.html": "home"})
    assert {"index.html": "home"} == publisher.found()


def test_a_ledger_saves_reading(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with the stat signature that it was published with is not read."""
    monkeypatch.setattr(tree, "_RACY_NS", 0)
    publisher.publish({"index.html": "home"})
    publisher.publish({"index.html": "home"})
    monkeypatch.setattr(tree, "_digest_of", lambda place: pytest.fail(f"{place} was read"))
    assert Published((), (), 1) == publisher.publish({"index.html": "home"})


FILES: Final = {
    "index.html": "home",
    "a/index.html": "a",
    "a/b/index.html": "b",
    "a/b/c/index.html": "c",
    "d/e/index.html": "e",
    "d/x.txt": "x",
}
"""What is published, time and again."""


def removed(place: Path) -> None:
    """The file, or the folder with all in it, is gone."""
    shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()


def overwritten(place: Path) -> None:
    """The file is another of the same size and time; a folder has one more."""
    target = place / "stray.html" if place.is_dir() else place
    was = target.stat() if target.exists() else place.stat()
    target.write_text("?" * (target.stat().st_size if target.exists() else 1))
    os.utime(target, ns=(was.st_atime_ns, was.st_mtime_ns))


def led_away(place: Path) -> None:
    """In its place is a link to what it was, beside the output."""
    beside = place.parents[len(place.parts) - 1 - place.parts.index("public")].parent / f"away{time.monotonic_ns()}"
    place.rename(beside)
    place.symlink_to(beside)


def turned(place: Path) -> None:
    """A file is a folder now, and a folder a file."""
    was_folder = place.is_dir()
    removed(place)
    if was_folder:
        place.write_text("file")
    else:
        (place / "deep").mkdir(parents=True)
        (place / "deep/file").write_text("file")


def crowded(place: Path) -> None:
    """Beside it there is more: a file, empty folders, a link, a repository."""
    for name in ("stray/empty/emptier", "stray/full"):
        (place.parent / name).mkdir(parents=True, exist_ok=True)
    (place.parent / "stray/full/file").write_text("stray")
    with suppress(FileExistsError):
        (place.parent / "link").symlink_to("nowhere")


def moved(place: Path) -> None:
    """It has another name."""
    place.rename(place.with_name(place.name + ".bak"))


DAMAGES: Final = (removed, overwritten, led_away, turned, crowded, moved)
PLACES: Final = (*FILES, "a", "a/b", "a/b/c", "d", "d/e")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(DAMAGES), st.sampled_from(PLACES)), max_size=4),
    st.sets(st.sampled_from(sorted(FILES)), min_size=1),
    st.booleans(),
)
def test_whatever_is_done_to_the_output(
    publisher: Publisher,
    monkeypatch: pytest.MonkeyPatch,
    damages: list[tuple[Callable[[Path], None], str]],
    wanted: set[str],
    known: bool,  # noqa: FBT001 - hypothesis gives it so
) -> None:
    """Files removed, changed, added, moved and led away by links are put right; what is right stays as it is."""
    monkeypatch.setattr(tree, "_RACY_NS", 20_000_000)
    shutil.rmtree(publisher.root)
    publisher.root.mkdir()
    publisher.publish(FILES)
    for _ in range(2 * known):  # the ledger knows all of it
        time.sleep(0.03)
        publisher.publish(FILES)
    before = {path: (publisher.folder / path).stat() for path in FILES}
    touched = set()
    for damage, path in damages:
        with suppress(FileNotFoundError, NotADirectoryError):
            damage(publisher.folder / path)
            touched.add(path)
    files = {path: FILES[path] for path in wanted}
    done = publisher.publish(files)
    assert files == publisher.found()
    assert not [path for path in publisher.folder.rglob("*") if path.is_symlink()]
    assert not [path for path in publisher.folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    for path in wanted - set(done.written):
        after = (publisher.folder / path).stat()
        assert (before[path].st_ino, before[path].st_mode) == (after.st_ino, after.st_mode)
    for path in wanted:
        if not any(path == place or path.startswith(place + "/") or damage is crowded for damage, place in damages):
            assert path not in done.written
    assert Published((), (), len(files)) == publisher.publish(files)


def test_nothing_is_listed_where_nothing_changed(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a ledger a folder is listed if something came or went in it, and only then; nothing is written."""
    monkeypatch.setattr(tree, "_RACY_NS", 20_000_000)
    listed: list[str] = []
    scandir = os.scandir

    def noted(path: str | int) -> object:
        if isinstance(path, str) and path.startswith(str(publisher.folder)):
            listed.append(path.removeprefix(str(publisher.folder)))
        return scandir(path)

    for _ in range(3):
        publisher.publish(FILES)
        time.sleep(0.03)
    ledger = (publisher.root / "cache/published").stat()
    monkeypatch.setattr(os, "scandir", noted)
    publisher.publish(FILES)
    assert [] == listed
    assert ledger == (publisher.root / "cache/published").stat()
    (publisher.folder / "a/b/stray.html").write_text("stray")
    assert Published((), ("a/b/stray.html",), len(FILES)) == publisher.publish(FILES)
    assert ["/a/b"] == listed


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_a_damaged_ledger(publisher: Publisher, damage: bytes | None) -> None:
    """A ledger that is empty, of another program, or cut short, is as good as none."""
    for _ in range(2):
        publisher.publish(FILES)
        place = publisher.root / "cache/published"
        place.write_bytes(place.read_bytes()[:-9] if damage is None else damage)
    (publisher.folder / "d/x.txt").write_text("y")
    assert Published(("d/x.txt",), (), len(FILES) - 1) == publisher.publish(FILES)


def test_a_folder_that_holds_a_repository_stays(publisher: Publisher) -> None:
    """A repository deeper in the output is nothing to publish anew for."""
    publisher.publish(FILES)
    (publisher.folder / "theirs/.git").mkdir(parents=True)
    (publisher.folder / "theirs/.git/HEAD").write_text("ref")
    publisher.publish(FILES)
    marked = (publisher.folder / MARKER).stat()
    assert Published((), (), len(FILES)) == publisher.publish(FILES)
    assert marked == (publisher.folder / MARKER).stat()
    assert (publisher.folder / "theirs/.git/HEAD").is_file()


def test_stages_of_killed_builds_are_swept(publisher: Publisher) -> None:
    """What builds without a cache left beside the output goes; what one that is at work stages does not."""
    dead = publisher.root / ".public.7.sitegen-stage"
    (dead / "new").mkdir(parents=True)
    (dead / "new/embargoed.html").write_text("too early")
    other = publisher.root / ".publications.7.sitegen-stage"
    other.mkdir()
    alive = Output(publisher.folder, publisher.root / ".public.8.sitegen-stage", None)
    alive.prepare(publisher.root / "site")
    alive.stage("index.html", b"still to come")
    publisher.publish(FILES)
    assert not dead.exists()
    assert other.is_dir()
    staged = publisher.root / ".public.8.sitegen-stage/new/index.html"
    assert staged.is_file()
    alive.discard()
    assert not staged.exists()


def test_what_was_staged_by_a_killed_build_is_not_published(publisher: Publisher) -> None:
    """What lies in the stage from another day is cleared, not published with the folder."""
    (publisher.root / "stage").mkdir()
    (publisher.root / "stage/embargoed.html").write_text("too early")
    publisher.publish({"index.html": "home"})
    assert {"index.html": "home"} == publisher.found()


@pytest.mark.parametrize("place", ["content", "content/public", "layouts", "static/x", ".", "..", ".sitegen/x", ".git"])
def test_no_output_in_the_sources(tmp_path: Path, place: str) -> None:
    """An output folder that is, holds or is among the sources is refused."""
    site = tmp_path / "above/site"
    (site / "content").mkdir(parents=True)
    output = Output(site / place, tmp_path / "stage", None)
    with pytest.raises(UsageError, match="sources"):
        output.prepare(site)


def test_no_output_through_a_link_into_the_sources(tmp_path: Path) -> None:
    """A link does not hide where the output would be."""
    (tmp_path / "site/content").mkdir(parents=True)
    (tmp_path / "public").symlink_to(tmp_path / "site/content")
    with pytest.raises(UsageError, match="sources"):
        Output(tmp_path / "public", tmp_path / "stage", None).prepare(tmp_path / "site")


def test_no_output_over_files_of_others(publisher: Publisher) -> None:
    """A folder with files and without our marker is refused; an empty one, or one that says so, is taken."""
    publisher.folder.mkdir()
    (publisher.folder / "thesis.txt").write_text("the only copy")
    with pytest.raises(UsageError, match=f"holds files that sitegen did not make; .*{MARKER}"):
        publisher.publish({"index.html": "home"})
    assert {"thesis.txt": "the only copy"} == publisher.found()
    (publisher.folder / "thesis.txt").unlink()
    publisher.publish({"index.html": "home"})
    assert {"index.html": "home"} == publisher.found()


def test_no_output_into_a_file(publisher: Publisher) -> None:
    """An output that is a file is refused."""
    publisher.folder.write_text("file")
    with pytest.raises(UsageError, match="is to be a folder, and is a file"):
        publisher.publish({"index.html": "home"})


def limited() -> None:
    """Let no file of this process grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def build(site: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """``sitegen build`` of *site* in a process of its own."""
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # options are its own
        [sys.executable, "-m", "sitegen", "build", "--site", str(site), "--now", "2026-06-15T12:00:00Z"],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def small_site(site: Path) -> dict[str, bytes]:
    """Make and publish a site; what is published."""
    (site / "content").mkdir(parents=True)
    (site / "static").mkdir()
    (site / "site.yaml").write_text("title: A\nurl: https://a.example\ntimezone: UTC\n")
    (site / "content/a.md").write_text("---\ntitle: A story\npublished: 2026-06-01\n---\n\nText.\n")
    done = build(site)
    assert 0 == done.returncode, done.stderr
    return published(site)


def published(site: Path) -> dict[str, bytes]:
    """What is published."""
    return {str(path): path.read_bytes() for path in (site / "public").rglob("*") if path.is_file()}


def test_a_full_disk(tmp_path: Path) -> None:
    """Where there is no room for all files none is published: exit status 3, and the mend."""
    before = small_site(tmp_path)
    (tmp_path / "content/a.md").write_text("---\ntitle: Another\npublished: 2026-06-01\n---\n\nOther text.\n")
    (tmp_path / "static/film.mp4").write_bytes(bytes(3 * MIB))
    done = build(tmp_path, preexec_fn=limited)
    assert 3 == done.returncode
    assert "film.mp4: error: cannot be written: file too large; check the disk\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert before == published(tmp_path)
    assert not (tmp_path / ".sitegen/stage").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_an_output_that_may_not_be_written(tmp_path: Path) -> None:
    """Without permission to write into the output: exit status 3, and the site as it was."""
    before = small_site(tmp_path)
    (tmp_path / "content/a.md").write_text("---\ntitle: Another\npublished: 2026-06-01\n---\n\nOther text.\n")
    (tmp_path / "public").chmod(0o555)
    done = build(tmp_path)
    (tmp_path / "public").chmod(0o755)
    assert 3 == done.returncode
    assert "cannot be written: permission denied; check the permissions of the folder" in done.stderr
    assert before == published(tmp_path)


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """A cache that does not fit on the disk costs time, not the build."""
    small_site(tmp_path)
    for name in ("memos", "published"):
        (tmp_path / ".sitegen" / name).unlink(missing_ok=True)
        (tmp_path / ".sitegen" / name).mkdir()
    (tmp_path / "content/a.md").write_text("---\ntitle: Another\npublished: 2026-06-01\n---\n\nOther text.\n")
    done = build(tmp_path)
    assert 0 == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "public/2026/06/another/index.html").is_file()


def test_an_output_that_is_lost(tmp_path: Path) -> None:
    """The output is made up for from the cache alone, by several processes; what is damaged there is made anew."""
    small_site(tmp_path)
    for story in range(90):
        text = f"---\ntitle: Story {story}\npublished: 2026-06-01\ntags: [t{story}]\n---\n\nText.\n"
        (tmp_path / f"content/s{story}.md").write_text(text)
        (tmp_path / f"static/{story}.bin").write_bytes(bytes([story]) * 99)
    assert 0 == build(tmp_path).returncode
    before = published(tmp_path)
    assert 256 < len(before)
    for damaged in (False, True):
        shutil.rmtree(tmp_path / "public")
        for segment in (tmp_path / ".sitegen/kept").iterdir():
            if damaged:
                segment.write_bytes(segment.read_bytes()[:-20_000])
        done = build(tmp_path)
        assert (0, "") == (done.returncode, done.stderr)
        assert before == published(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, or worse, while pages are made leaves the published site as it was, and the next build is whole."""
    before = small_site(tmp_path)
    for story in range(60):
        text = f"---\ntitle: Story {story}\npublished: 2026-06-01\ntags: [t{story}]\n---\n\nText.\n"
        (tmp_path / f"content/s{story}.md").write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build", "--site", str(tmp_path), "--now", "2026-06-15T12:00:00Z"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not (tmp_path / ".sitegen/stage/new/index.html").exists() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode in {-number, 130}
    assert "Traceback" not in said
    if number == signal.SIGINT:
        assert (130, "error: interrupted; nothing half-done was left behind\n") == (process.returncode, said)
    assert before == published(tmp_path)
    (tmp_path / "content/s0.md").unlink()
    done = build(tmp_path)
    assert 0 == done.returncode, done.stderr
    assert not (tmp_path / "public/2026/06/story-0").exists()
    assert (tmp_path / "public/2026/06/story-1").exists()


def test_an_end_waits_for_publishing(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while files are moved is answered when all are."""
    publisher.publish({"index.html": "home"})

    def interrupted(source: str, place: str, top: str) -> None:
        if source.endswith("a.html"):
            os.kill(os.getpid(), signal.SIGINT)
        disk.replace(source, place, top)

    monkeypatch.setattr(journal, "replace", interrupted)
    output = Output(publisher.folder, publisher.root / "stage", None)
    files = {"a.html": "a", "b.html": "b", "index.html": "new"}
    for path, text in files.items():
        output.stage(path, text.encode())
    with pytest.raises(KeyboardInterrupt):
        output.publish([File(path, digest(text.encode()).hex()) for path, text in files.items()], lambda _: False)
    assert files == publisher.found()


def test_nothing_outside_is_published(publisher: Publisher) -> None:
    """A file outside of the folder is not taken for a published one, though it has the bytes that are wanted."""
    publisher.publish({"a": "1"})
    (publisher.root / "b").write_text("2")
    output = Output(publisher.folder, publisher.root / "stage", publisher.root / "cache/published")
    output.prepare(publisher.root / "site")
    files = [File("a", digest(b"1").hex()), File("../b", digest(b"2").hex())]
    with pytest.raises(CoreError, match=r"\.\./b: error: would be published outside of the output folder"):
        output.publish(files, lambda _: False)
    output.discard()
    publisher.publish({"a": "3"})
    assert "2" == (publisher.root / "b").read_text()


def test_a_ledger_of_somebody_else(publisher: Publisher) -> None:
    """What a ledger says was published outside of the folder is not removed."""
    publisher.publish({"a": "1", "c/d": "2"})
    (publisher.root / "b").write_text("2")
    (publisher.root / "empty").mkdir()
    ledger = LedgerFile(str(publisher.root / "cache/published"), str(publisher.folder))
    known = ledger.read()
    folders, files = known.folders | {"../empty": RACY}, known.files | {"../b": UNREAD}
    ledger.write(Ledger(folders, files, ("../b", str(publisher.root / "b"))))
    assert () == publisher.publish({"a": "3", "c/d": "2"}).removed
    assert "2" == (publisher.root / "b").read_text()
    assert (publisher.root / "empty").is_dir()


@pytest.mark.parametrize("path", ["../b", "x/../../b", "/b", "x"])
def test_a_journal_of_somebody_else(publisher: Publisher, path: str) -> None:
    """A journal that leads out of the folder is not carried out; one that tells of a single file in it is."""
    publisher.publish({"a": "1", "x": "1"})
    (publisher.root / "b").write_text("2")
    full = path if path != "/b" else str(publisher.root / "b")
    journal.begin(journal.Journal([], [full], [""], []), str(publisher.root / "stage"), str(publisher.folder))
    assert (path == "x") == journal.completed(str(publisher.folder))
    assert (path != "x") == (publisher.folder / "x").exists()
    publisher.publish({"a": "1"})
    assert "2" == (publisher.root / "b").read_text()
