"""Trees of files that are hostile, or change while they are looked at."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from sitegen.errors import ContentError, MachineError
from sitegen.incremental import FileDatabase, Snapshot

if TYPE_CHECKING:
    from pathlib import Path


def test_paths_are_sorted_and_relative(tmp_path: Path) -> None:
    """The files below a folder, in the order of their names, whatever the file system's."""
    for path in ("b.md", "a/z.md", "a/b/c.md", "Ä.md", ".hidden.md"):
        (tmp_path / "content" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / path).touch()
    (tmp_path / "content/empty").mkdir()
    found = FileDatabase(Snapshot(tmp_path)).paths("content")
    expected = ("content/.hidden.md", "content/a/b/c.md", "content/a/z.md", "content/b.md", "content/Ä.md")
    assert expected == found


def test_ignored_names_are_nobodys(tmp_path: Path) -> None:
    """Ignored files and folders are not listed, and a link among them is no error."""
    (tmp_path / "content/.git").mkdir(parents=True)
    (tmp_path / "content/.git/a.md").touch()
    (tmp_path / "content/.#lock").symlink_to("nothing")
    (tmp_path / "content/b.md").touch()
    snapshot = Snapshot(tmp_path, ignored=lambda name: name.startswith("."))
    assert ("content/b.md",) == snapshot.paths("content")


def test_folder_is_listed_once(tmp_path: Path) -> None:
    """A snapshot stands still: what is added later is for the next one."""
    (tmp_path / "content").mkdir()
    snapshot = Snapshot(tmp_path)
    before = snapshot.paths("content")
    (tmp_path / "content/a.md").touch()
    assert before == snapshot.paths("content") == ()
    assert ("content/a.md",) == Snapshot(tmp_path).paths("content")


@pytest.mark.parametrize("folder", ["content", "none", "a\0b", "x" * 300])
def test_folder_that_is_none(tmp_path: Path, folder: str) -> None:
    """Below a file, below nothing, and below an impossible name there are no files."""
    (tmp_path / "content").touch()
    assert () == FileDatabase(Snapshot(tmp_path)).paths(folder)


@pytest.mark.parametrize(
    "path", ["folder", "none", "a\0b", "x" * 300, "file/below", "../outside", "\ud800", "", "pipe"]
)
def test_path_that_is_no_file(tmp_path: Path, path: str) -> None:
    """A folder, a device, an impossible name and a file outside are no files of the root."""
    (tmp_path / "outside").write_bytes(b"secret")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "file").touch()
    os.mkfifo(root / "pipe")
    snapshot = Snapshot(root)
    assert ("", None, "") == (snapshot.signature(path), snapshot.read(path), snapshot.digest(path))


def test_absolute_path_is_outside(tmp_path: Path) -> None:
    """A path from the root of the machine is none of the site's."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    (tmp_path / "root").mkdir()
    assert Snapshot(tmp_path / "root").read(str(outside)) is None


def test_devices_are_not_listed(tmp_path: Path) -> None:
    """A pipe is no content, and is never opened."""
    (tmp_path / "content").mkdir()
    os.mkfifo(tmp_path / "content/pipe")
    assert () == Snapshot(tmp_path).paths("content")


def test_links_inside_are_followed(tmp_path: Path) -> None:
    """A link to a file or folder of the root stands for it."""
    (tmp_path / "content/a").mkdir(parents=True)
    (tmp_path / "content/a/x.md").write_bytes(b"x")
    (tmp_path / "content/b").symlink_to("a")
    (tmp_path / "content/c.md").symlink_to("a/x.md")
    database = FileDatabase(Snapshot(tmp_path))
    assert ("content/a/x.md", "content/b/x.md", "content/c.md") == database.paths("content")
    assert b"x" == database.source("content/b/x.md") == database.source("content/c.md")


def test_links_out_and_to_nothing_are_refused(tmp_path: Path) -> None:
    """Every link that leads out of the root, to nothing or round in circles is told, in order, and none is read."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_bytes(b"secret")
    root = tmp_path / "root"
    (root / "content").mkdir(parents=True)
    for name, target in {"z.md": "../../outside/secret.md", "dir": "../../outside", "a.md": "gone", "m": "m"}.items():
        (root / "content" / name).symlink_to(target)
    database = FileDatabase(Snapshot(root))
    with pytest.raises(ContentError) as caught:
        database.paths("content")
    assert ["content/a.md", "content/dir", "content/m", "content/z.md"] == [
        str(problem.where) for problem in caught.value.problems
    ]
    assert (
        "content/a.md: error: is a link that leads out of the site, to what is never published, to a folder that "
        "holds it, or to nothing; put the file itself there, or remove the link"
    ) == str(caught.value.problems[0])
    assert [None] * 3 == [database.source(f"content/{path}") for path in ("z.md", "dir/secret.md", "a.md")]


@pytest.mark.parametrize("target", ["../outside", "gone", "content"])
def test_folder_asked_for_may_be_such_a_link(tmp_path: Path, target: str) -> None:
    """The folder that is listed is checked as well as what is in it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_bytes(b"secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "content").symlink_to(target)
    with pytest.raises(ContentError, match=r"^content: error: is a link that leads out of the site"):
        Snapshot(root).paths("content")


def test_root_may_be_a_link(tmp_path: Path) -> None:
    """Where the root lies is the user's affair."""
    (tmp_path / "real/content").mkdir(parents=True)
    (tmp_path / "real/content/a.md").write_bytes(b"a")
    (tmp_path / "link").symlink_to("real")
    database = FileDatabase(Snapshot(tmp_path / "link"))
    assert ("content/a.md",) == database.paths("content")
    assert b"a" == database.source("content/a.md")


def test_sibling_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    """``site-old`` is not inside ``site``."""
    (tmp_path / "site-old").mkdir()
    (tmp_path / "site-old/a.md").write_bytes(b"old")
    (tmp_path / "site").mkdir()
    assert Snapshot(tmp_path / "site").read("../site-old/a.md") is None


@pytest.mark.parametrize("target", [".", "..", "../../content", "../../content/a"])
def test_loop_of_links_is_refused(tmp_path: Path, target: str) -> None:
    """A link to a folder that contains it is told, and not followed."""
    (tmp_path / "content/a").mkdir(parents=True)
    (tmp_path / "content/a/x.md").touch()
    (tmp_path / "content/a/loop").symlink_to(target)
    with pytest.raises(ContentError, match=r"^content/a/loop: error: is a link that leads out of the site"):
        Snapshot(tmp_path).paths("content")


def test_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    """A round of two links is walked once."""
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / "content" / name).mkdir(parents=True)
        (tmp_path / "content" / name / "other").symlink_to(f"../{other}")
        (tmp_path / "content" / name / "x.md").touch()
    assert ("content/a/other/x.md", "content/a/x.md", "content/b/other/x.md", "content/b/x.md") == Snapshot(
        tmp_path
    ).paths("content")


def test_link_to_what_is_ignored_is_refused(tmp_path: Path) -> None:
    """What is nobody's content does not become content under another name."""
    (tmp_path / "content").mkdir()
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/secret").touch()
    (tmp_path / "content/open").symlink_to("../.cache")
    snapshot = Snapshot(tmp_path, ignored=lambda name: name.startswith("."))
    with pytest.raises(ContentError, match=r"^content/open: error: "):
        snapshot.paths("content")
    assert None is snapshot.read("content/open/secret")


def test_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """A name from another age cannot be an address; the message itself can be printed."""
    (tmp_path / "content").mkdir()
    try:
        (tmp_path / "content" / os.fsdecode(b"caf\xe9.md")).touch()
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    database = FileDatabase(Snapshot(tmp_path))
    with pytest.raises(ContentError) as caught:
        database.paths("content")
    assert "content/caf\\xe9.md: error: has a name that is not UTF-8; rename it" == str(caught.value)
    assert str(caught.value).encode()


def test_bad_links_are_no_answer(tmp_path: Path) -> None:
    """A bad link is one problem in each build until it is mended."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").symlink_to("gone")
    snapshot = Snapshot(tmp_path)
    for _ in range(2):
        with pytest.raises(ContentError):
            snapshot.paths("content")
    (tmp_path / "content/a.md").unlink()
    assert () == Snapshot(tmp_path).paths("content")


@pytest.mark.parametrize("question", ["source", "digest"])
def test_file_vanishes_between_listing_and_reading(tmp_path: Path, question: str) -> None:
    """A file that was listed and then is gone says so: it is no empty file, and no missing one."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_bytes(b"a")
    database = FileDatabase(Snapshot(tmp_path))
    database.paths("content")
    (tmp_path / "content/a.md").unlink()
    with pytest.raises(ContentError, match=r"^content/a\.md: error: vanished during the build; run the build again$"):
        database.ask((question, "content/a.md"))


@pytest.mark.parametrize("question", ["source", "digest"])
def test_file_becomes_a_folder_between_listing_and_reading(tmp_path: Path, question: str) -> None:
    """What cannot be read is the machine's failure, with its reason."""
    path = tmp_path / "content/a.md"
    path.parent.mkdir()
    path.touch()
    database = FileDatabase(Snapshot(tmp_path))
    database.paths("content")
    path.unlink()
    path.mkdir()
    with pytest.raises(MachineError, match=r"^content/a\.md: error: cannot be read: is a directory; check the disk$"):
        database.ask((question, "content/a.md"))


def test_tree_that_changes_while_it_is_walked(tmp_path: Path) -> None:
    """A file or folder that goes between being named and being looked at is not there."""
    content = tmp_path / "content"
    (content / "folder").mkdir(parents=True)
    (content / "a.md").touch()
    (content / "b.md").touch()

    def goes(name: str) -> bool:
        if name == "a.md":
            (content / name).unlink()
        if name == "folder":
            (content / name).rmdir()
        return False

    assert ("content/b.md",) == Snapshot(tmp_path, ignored=goes).paths("content")


@pytest.mark.parametrize("name", ["a.md", "folder"])
def test_tree_that_breaks_while_it_is_walked(tmp_path: Path, name: str) -> None:
    """What was there and then cannot be looked at is the machine's failure."""
    content = tmp_path / "content"
    content.mkdir()
    if name == "folder":
        (content / name).mkdir()
    else:
        (content / name).touch()

    def breaks(found: str) -> bool:
        if found == name:
            shutil.move(content, tmp_path / "elsewhere")
            content.symlink_to("content")
        return False

    with pytest.raises(
        MachineError, match=rf"^content/{name}: error: cannot be read: too many levels of symbolic links"
    ):
        Snapshot(tmp_path, ignored=breaks).paths("content")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_told(tmp_path: Path) -> None:
    """A file or folder that may not be read says so, with what to check."""
    (tmp_path / "content/shut").mkdir(parents=True)
    (tmp_path / "content/a.md").touch(mode=0)
    with pytest.raises(
        MachineError, match=r"^content/a\.md: error: cannot be read: permission denied; check its permis"
    ):
        FileDatabase(Snapshot(tmp_path)).source("content/a.md")
    for mode in (0o000, 0o444):  # not even listed; listed, but nothing in it may be looked at
        (tmp_path / "content/shut/b.md").touch()
        (tmp_path / "content/shut").chmod(mode)
        with pytest.raises(MachineError, match=r"^content/shut(/b\.md)?: error: cannot be read: permission denied"):
            FileDatabase(Snapshot(tmp_path)).paths("content")
        (tmp_path / "content/shut").chmod(0o755)
